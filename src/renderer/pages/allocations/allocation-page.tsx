import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Allocation, AllocationRow } from '../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { useWindowed } from '../../bridge/windowed.ts';
import { Button, buttonClass } from '../../components/controls/button.tsx';
import { DownloadButton } from '../../components/controls/download-button.tsx';
import { FilterChip } from '../../components/controls/filter-chip.tsx';
import { SearchField } from '../../components/controls/search-field.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Banner, KeyFigures } from '../../components/layout/facts.tsx';
import { Count, Page, Toolbar } from '../../components/layout/page.tsx';
import { ConfirmTyped } from '../../components/overlay/confirm-typed.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import type { Sort } from '../../components/table/columns.ts';
import { AmountText } from '../../components/values/amount-text.tsx';
import { TimeText } from '../../components/values/time-text.tsx';
import { counted, formatCount } from '../../lib/format.ts';
import { useAssets } from '../../lib/use-asset.ts';
import { allocationColumns } from './allocation-columns.tsx';
import { AllocationState } from './allocation-state.tsx';
import { AddRow, EditRow } from './row-drawers.tsx';
import { useAllocationRow } from './use-allocation-row.ts';

const route = getRouteApi('/allocations/$allocationId');

export function AllocationPage(): ReactElement {
  const { allocationId } = route.useParams();
  const allocation = useAsk('allocations.get', { id: allocationId });
  if (allocation.data) return <Shown allocation={allocation.data} />;
  return (
    <Page title="Allocation" crumb={<Link to="/allocations">Allocations</Link>}>
      <Answer of={allocation} lines={8}>
        {() => null}
      </Answer>
    </Page>
  );
}

type SortKey = 'id' | 'holderName' | 'amount';

function Shown({ allocation }: { allocation: Allocation }): ReactElement {
  const search = route.useSearch();
  const navigate = useNavigate();
  const { byUuid } = useAssets();
  const asset = byUuid(allocation.assetUuid);
  const precision = asset?.precision ?? 0;
  const ticker = asset?.ticker ?? null;
  const sort: Sort<SortKey> | undefined = search.by && {
    by: search.by,
    direction: search.direction ?? 'asc',
  };
  const source = useWindowed('allocations.rows', {
    id: allocation.id,
    ...(search.search ? { search: search.search } : {}),
    ...(search.problems ? { onlyProblems: true } : {}),
    ...(sort ? { sort } : {}),
  });
  const row = useAllocationRow(allocation.id, search.row);
  const change = (to: Partial<typeof search>): void =>
    void navigate({
      from: '/allocations/$allocationId',
      to: '/allocations/$allocationId',
      params: { allocationId: allocation.id },
      search: (before) => ({ ...before, ...to }),
      replace: !('row' in to || 'add' in to),
    });
  const drawerProps = {
    allocation,
    precision,
    ticker,
    onClose: () => change({ row: undefined, add: undefined }),
  };

  return (
    <Page
      title={allocation.name}
      badge={<AllocationState allocation={allocation} />}
      crumb={<Link to="/allocations">Allocations</Link>}
      sentence={`Pays ${asset?.name ?? 'an asset'} to ${counted(allocation.rows, 'row')} when its plan is carried out.`}
      actions={<Actions allocation={allocation} onAdd={() => change({ add: true, row: undefined })} />}
      drawer={
        search.add ? (
          <AddRow {...drawerProps} />
        ) : row.data ? (
          <EditRow key={row.data.id} {...drawerProps} row={row.data} />
        ) : undefined
      }
    >
      <KeyFigures
        label="Totals"
        figures={[
          [
            'Total',
            <AmountText key="t" value={allocation.total} precision={precision} ticker={ticker} focusable />,
          ],
          ['Rows', formatCount(allocation.rows)],
          ['Open', formatCount(allocation.open)],
          ['Paid', formatCount(allocation.paid)],
          ['To fix', formatCount(allocation.problems)],
          ['Changed', <TimeText key="c" at={allocation.changedAt} focusable />],
        ]}
      />
      {allocation.problems > 0 && (
        <Banner
          of="attention"
          title={`${counted(allocation.problems, 'row needs', 'rows need')} to be put right before this can be paid.`}
          actions={
            !search.problems && (
              <Button size="small" onPress={() => change({ problems: true })}>
                Show them
              </Button>
            )
          }
        />
      )}
      <Toolbar>
        <SearchField
          main
          label="Search rows"
          value={search.search ?? ''}
          onChange={(text) => change({ search: text || undefined })}
        />
        <FilterChip
          label="Rows"
          options={[{ key: 'problems', label: 'to fix' }]}
          value={search.problems ? 'problems' : undefined}
          onChange={(key) => change({ problems: key === undefined ? undefined : true })}
        />
        <Count>{source.state === 'ready' && counted(source.total, 'row')}</Count>
      </Toolbar>
      <DataTable<AllocationRow>
        label="Rows"
        columns={allocationColumns(allocation.id, precision, ticker, allocation.total)}
        source={source}
        rowKey={(each) => String(each.id)}
        openKey={search.row === undefined ? undefined : String(search.row)}
        sort={sort}
        onSort={(next) => change({ by: next?.by as SortKey | undefined, direction: next?.direction })}
        empty={
          <Empty action={<Button onPress={() => change({ add: true })}>Add row</Button>}>
            {search.search || search.problems ? 'No row matches.' : 'This allocation has no rows yet.'}
          </Empty>
        }
      />
    </Page>
  );
}

function Actions({ allocation, onAdd }: { allocation: Allocation; onAdd: () => void }): ReactElement {
  const navigate = useNavigate();
  const remove = useCommand('allocations.remove');
  const [asking, setAsking] = useState(false);
  const untouched = allocation.paid === 0 && allocation.open === allocation.rows;
  return (
    <>
      {untouched && (
        <Button tone="quiet" onPress={() => setAsking(true)}>
          Remove
        </Button>
      )}
      <DownloadButton name="allocations.export" args={{ id: allocation.id }}>
        Export
      </DownloadButton>
      <Button icon="plus" onPress={onAdd}>
        Add row
      </Button>
      {allocation.open > 0 && (
        <Link
          to="/allocations/$allocationId/plan"
          params={{ allocationId: allocation.id }}
          className={buttonClass('primary')}
        >
          Review plan
        </Link>
      )}
      <ConfirmTyped
        title="Remove this allocation?"
        effect={
          <p>
            Its <strong>{counted(allocation.rows, 'row')}</strong> are deleted from this desk. Nobody has been
            paid by it and AMP does not know of it.
          </p>
        }
        word={allocation.name}
        action="Remove allocation"
        isOpen={asking}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          remove.mutate({ id: allocation.id }, { onSuccess: () => void navigate({ to: '/allocations' }) })
        }
        running={remove.isPending}
        error={remove.error}
      />
    </>
  );
}
