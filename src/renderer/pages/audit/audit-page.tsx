import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Result } from '../../../shared/contract/index.ts';
import { call } from '../../bridge/call.ts';
import { useAsk } from '../../bridge/hooks.ts';
import { useWindowed } from '../../bridge/windowed.ts';
import { Button } from '../../components/controls/button.tsx';
import { DownloadButton } from '../../components/controls/download-button.tsx';
import { SearchField } from '../../components/controls/search-field.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Failure } from '../../components/layout/failure.tsx';
import { Banner, Facts } from '../../components/layout/facts.tsx';
import { Count, Page, Section, Toolbar } from '../../components/layout/page.tsx';
import { Drawer } from '../../components/overlay/drawer.tsx';
import type { Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { TimeText } from '../../components/values/time-text.tsx';
import { counted, formatCount } from '../../lib/format.ts';
import styles from './audit.module.css';

const route = getRouteApi('/audit');

type Entry = Result<'audit.list'>['rows'][number];

export function AuditPage(): ReactElement {
  const { search, entry } = route.useSearch();
  const navigate = useNavigate();
  const source = useWindowed('audit.list', search ? { search } : {});
  const verify = useAsk('audit.verify', {}, { enabled: false });
  const open = useEntry(entry);
  const change = (to: { search?: string | undefined; entry?: number | undefined }): void =>
    void navigate({
      from: '/audit',
      to: '/audit',
      search: (before) => ({ ...before, ...to }),
      replace: !('entry' in to),
    });
  return (
    <Page
      title="Audit"
      sentence="Everything that was done on this desk, newest first. Each entry carries the hash of the one before; none can be changed or removed unnoticed."
      actions={
        <>
          <DownloadButton name="audit.export" args={{}}>
            Export
          </DownloadButton>
          <Button tone="primary" onPress={() => void verify.refetch()} isPending={verify.isFetching}>
            Verify chain
          </Button>
        </>
      }
      drawer={open.data && <EntryDrawer entry={open.data} onClose={() => change({ entry: undefined })} />}
    >
      {verify.error && <Failure error={verify.error} onRetry={() => void verify.refetch()} />}
      {verify.data && (
        <Banner
          of={verify.data.ok ? 'good' : 'wrong'}
          title={verify.data.message}
          actions={<IdText id={verify.data.head} what="head of the chain" />}
        >
          {verify.data.brokenAt !== null && `Broken at entry ${formatCount(verify.data.brokenAt)}.`}
        </Banner>
      )}
      <Toolbar>
        <SearchField
          main
          label="Search audit trail"
          value={search ?? ''}
          onChange={(text) => change({ search: text || undefined })}
        />
        <Count>{source.state === 'ready' && counted(source.total, 'entry', 'entries')}</Count>
      </Toolbar>
      <DataTable
        label="Audit trail"
        columns={columnsFor((seq) => change({ entry: seq }))}
        source={source}
        rowKey={(row) => String(row.seq)}
        openKey={entry === undefined ? undefined : String(entry)}
        empty={<Empty>{search ? `No entry matches “${search}”.` : 'Nothing has been done yet.'}</Empty>}
      />
    </Page>
  );
}

function columnsFor(open: (seq: number) => void): readonly Column<Entry>[] {
  return [
    {
      id: 'seq',
      header: 'Entry',
      width: '5.5rem',
      align: 'end',
      cell: (row) => (
        <button
          type="button"
          data-row-link=""
          aria-label={`Open entry ${row.seq}`}
          onClick={() => open(row.seq)}
        >
          {formatCount(row.seq)}
        </button>
      ),
    },
    { id: 'at', header: 'When', width: '8.5rem', cell: (row) => <TimeText at={row.at} /> },
    { id: 'type', header: 'What', width: 'minmax(12rem, 1fr)', cell: (row) => <code>{row.type}</code> },
    {
      id: 'subject',
      header: 'Subject',
      width: 'minmax(12rem, 1fr)',
      cell: (row) => <span data-tip={row.subject}>{row.subject}</span>,
    },
    { id: 'actor', header: 'By', width: 'minmax(7rem, 9rem)', cell: (row) => row.actor },
    {
      id: 'data',
      header: 'Details',
      width: 'minmax(12rem, 2fr)',
      cell: (row) => <code data-tip={brief(row)}>{brief(row)}</code>,
    },
    {
      id: 'hash',
      header: 'Hash',
      width: '10rem',
      cell: (row) => <IdText id={row.hash} what="hash" button={false} />,
    },
  ];
}

function brief(entry: Entry): string {
  return Object.entries(entry.data)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
    .slice(0, 240);
}

/** The entry with a number. Numbers have no gaps and the list is newest first, so its place is known. */
function useEntry(seq: number | undefined) {
  return useQuery({
    queryKey: ['audit.list', `entry/${seq ?? ''}`],
    enabled: seq !== undefined,
    queryFn: async (): Promise<Entry | null> => {
      const newest = (await call('audit.list', { offset: 0, limit: 1 })).rows[0];
      if (seq === undefined || !newest || seq > newest.seq) return null;
      const found = await call('audit.list', { offset: newest.seq - seq, limit: 1 });
      return found.rows.find((row) => row.seq === seq) ?? null;
    },
  });
}

function EntryDrawer({ entry, onClose }: { entry: Entry; onClose: () => void }): ReactElement {
  return (
    <Drawer title={`Entry ${formatCount(entry.seq)}`} note={entry.type} onClose={onClose}>
      <Facts
        facts={[
          ['When', <TimeText key="at" at={entry.at} look="absolute" />],
          ['By', entry.actor],
          ['Subject', entry.subject],
          ['Hash', <IdText key="hash" id={entry.hash} what="hash" whole />],
          ['Hash before', <IdText key="previous" id={entry.previous} what="hash before" whole />],
        ]}
      />
      <Section title="Details" level={3}>
        <pre className={styles.data} tabIndex={0}>
          {JSON.stringify(entry.data, null, 2)}
        </pre>
      </Section>
    </Drawer>
  );
}
