import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { ImportRow, ImportSummary } from '../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { useWindowed } from '../../bridge/windowed.ts';
import { Button } from '../../components/controls/button.tsx';
import { DownloadButton } from '../../components/controls/download-button.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Banner, Facts } from '../../components/layout/facts.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Page } from '../../components/layout/page.tsx';
import { LinkTabs, TabCount } from '../../components/layout/tabs.tsx';
import type { Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { absoluteTime } from '../../lib/time.ts';
import { counted, formatCount } from '../../lib/format.ts';
import { Verdict } from '../../components/values/verdict.tsx';
import { CommitImport } from './commit-import.tsx';
import { FixRow } from './fix-row.tsx';
import { useImportRow } from './use-import-row.ts';

const route = getRouteApi('/imports/$importId');

export function ImportReviewPage(): ReactElement {
  const { importId } = route.useParams();
  const summary = useAsk('imports.get', { id: importId });
  if (summary.data) return <Review summary={summary.data} />;
  return (
    <Page title="Import">
      <Answer of={summary} lines={8}>
        {() => null}
      </Answer>
    </Page>
  );
}

function Review({ summary }: { summary: ImportSummary }): ReactElement {
  const { status, line } = route.useSearch();
  const navigate = useNavigate();
  const discard = useCommand('imports.discard');
  const source = useWindowed('imports.rows', { id: summary.id, ...(status === undefined ? {} : { status }) });
  const open = useImportRow(summary.id, line);
  const { counts } = summary;
  const home = summary.kind === 'holders' ? '/holders' : '/allocations';
  const goTo = (to: number | undefined): void =>
    void navigate({
      from: '/imports/$importId',
      to: '/imports/$importId',
      params: { importId: summary.id },
      search: (before) => ({ ...before, line: to }),
      replace: line !== undefined,
    });

  return (
    <Page
      title={summary.fileName}
      crumb={
        summary.kind === 'holders' ? (
          <Link to="/holders">Holders</Link>
        ) : (
          <Link to="/allocations">Allocations</Link>
        )
      }
      sentence={sentenceOf(summary)}
      actions={
        <>
          {summary.committedAt === null && (
            <Button
              onPress={() =>
                discard.mutate({ id: summary.id }, { onSuccess: () => void navigate({ to: home }) })
              }
              isPending={discard.isPending}
            >
              Discard import
            </Button>
          )}
          <DownloadButton name="imports.annotated" args={{ id: summary.id }}>
            Download annotated file
          </DownloadButton>
        </>
      }
      drawer={
        open.data && (
          <FixRow key={open.data.line} summary={summary} row={open.data} onClose={() => goTo(undefined)} />
        )
      }
    >
      {summary.importedBefore !== null && (
        <Banner
          of="attention"
          title={`This very file was imported before, ${absoluteTime(summary.importedBefore)}.`}
        >
          Committing it again makes a second copy. Look whether that is meant.
        </Banner>
      )}
      {discard.error && <FailureNote error={discard.error} />}
      <CommitImport summary={summary} />
      <LinkTabs label="Rows of the import">
        <Tab status={undefined} name="All" count={counts.total} />
        <Tab status="wrong" name="Wrong" count={counts.wrong} />
        <Tab status="duplicate" name="Duplicate" count={counts.duplicate} />
        <Tab status="good" name="Good" count={counts.good} />
      </LinkTabs>
      <DataTable
        label="Rows of the import"
        columns={columnsFor(summary, goTo)}
        source={source}
        rowKey={(row) => String(row.line)}
        openKey={line === undefined ? undefined : String(line)}
        empty={<Empty>{status === 'wrong' ? 'No row is wrong.' : 'No rows here.'}</Empty>}
      />
      <Facts
        facts={[
          ['Read as', `${summary.encoding}, fields separated by ${delimiterName(summary.delimiter)}`],
          ['Columns', summary.columns.join(', ')],
        ]}
      />
    </Page>
  );
}

function sentenceOf({ counts }: ImportSummary): string {
  if (counts.wrong === 0 && counts.duplicate === 0) return `All ${counted(counts.total, 'row')} are good.`;
  const parts = [`${formatCount(counts.good)} good`];
  if (counts.wrong > 0) parts.push(`${formatCount(counts.wrong)} wrong`);
  if (counts.duplicate > 0) parts.push(`${formatCount(counts.duplicate)} duplicate`);
  return `${counted(counts.total, 'row')}: ${parts.join(', ')}. Nothing is applied before every row is right.`;
}

function delimiterName(delimiter: string): string {
  const names: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' };
  return names[delimiter] ?? delimiter;
}

interface TabProps {
  status: ImportRow['status'] | undefined;
  name: string;
  count: number;
}

function Tab({ status, name, count }: TabProps): ReactElement {
  const { importId } = route.useParams();
  const current = route.useSearch().status === status;
  return (
    <Link
      from="/imports/$importId"
      to="/imports/$importId"
      params={{ importId }}
      search={(before) => ({ ...before, status, line: undefined })}
      aria-current={current ? 'page' : undefined}
      activeProps={{ 'aria-current': current ? 'page' : undefined }}
    >
      {name} <TabCount>{formatCount(count)}</TabCount>
    </Link>
  );
}

const STATUS = {
  good: ['good', 'Good'],
  wrong: ['wrong', 'Wrong'],
  duplicate: ['attention', 'Duplicate'],
} as const;

function columnsFor(summary: ImportSummary, open: (line: number) => void): readonly Column<ImportRow>[] {
  return [
    {
      id: 'line',
      header: 'Line',
      width: '5.5rem',
      align: 'end',
      cell: (row) => (
        <button
          type="button"
          data-row-link=""
          aria-label={`Fix line ${row.line}`}
          onClick={() => open(row.line)}
        >
          {formatCount(row.line)}
        </button>
      ),
    },
    {
      id: 'status',
      header: 'Status',
      width: '7.5rem',
      cell: (row) => <Verdict of={STATUS[row.status][0]}>{STATUS[row.status][1]}</Verdict>,
    },
    {
      id: 'problems',
      header: 'What is wrong',
      width: 'minmax(16rem, 2.5fr)',
      cell: (row) => {
        const text = row.problems.map((problem) => problem.message).join(' ');
        return <span data-tip={text}>{text}</span>;
      },
    },
    ...summary.columns.map((column): Column<ImportRow> => ({
      id: `cell-${column}`,
      header: column,
      width: 'minmax(8rem, 1fr)',
      cell: (row) => row.cells[column] ?? '',
    })),
  ];
}
