import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Allocation } from '../../../shared/contract/index.ts';
import { useAsk } from '../../bridge/hooks.ts';
import { sourceOf } from '../../bridge/windowed.ts';
import { Button, buttonClass } from '../../components/controls/button.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Page } from '../../components/layout/page.tsx';
import type { Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { TimeText } from '../../components/values/time-text.tsx';
import { formatCount } from '../../lib/format.ts';
import { useAssets } from '../../lib/use-asset.ts';
import { AllocationState } from './allocation-state.tsx';
import { NewAllocation } from './new-allocation.tsx';

const route = getRouteApi('/allocations');

export function AllocationsPage(): ReactElement {
  const { add } = route.useSearch();
  const navigate = useNavigate();
  const allocations = useAsk('allocations.list', {});
  const { byUuid } = useAssets();
  const columns: readonly Column<Allocation>[] = [
    {
      id: 'name',
      header: 'Allocation',
      width: 'minmax(14rem, 2fr)',
      cell: (each) => (
        <Link to="/allocations/$allocationId" params={{ allocationId: each.id }} data-row-link="">
          {each.name}
        </Link>
      ),
    },
    {
      id: 'asset',
      header: 'Asset',
      width: 'minmax(9rem, 1fr)',
      cell: (each) => {
        const asset = byUuid(each.assetUuid);
        return asset && <span data-tip={asset.name}>{asset.ticker ?? asset.name}</span>;
      },
    },
    { id: 'rows', header: 'Rows', width: '6rem', align: 'end', cell: (each) => formatCount(each.rows) },
    {
      id: 'total',
      header: 'Total',
      width: 'minmax(9rem, 1fr)',
      align: 'end',
      cell: (each) => {
        const asset = byUuid(each.assetUuid);
        return <AmountText value={each.total} precision={asset?.precision ?? 0} ticker={asset?.ticker} />;
      },
    },
    {
      id: 'state',
      header: 'State',
      width: 'minmax(12rem, 1.4fr)',
      cell: (each) => <AllocationState allocation={each} />,
    },
    { id: 'changed', header: 'Changed', width: '9rem', cell: (each) => <TimeText at={each.changedAt} /> },
  ];
  return (
    <Page
      title="Allocations"
      sentence="What you want paid: imported or written here, checked, and carried out as a distribution."
      actions={
        <>
          <Button onPress={() => void navigate({ to: '/allocations', search: { add: true } })}>
            New allocation
          </Button>
          <Link to="/allocations/import" className={buttonClass('primary')}>
            Import allocation
          </Link>
        </>
      }
      drawer={add && <NewAllocation onClose={() => void navigate({ to: '/allocations', search: {} })} />}
    >
      <DataTable
        label="Allocations"
        columns={columns}
        source={sourceOf(allocations, allocations.data?.allocations)}
        rowKey={(each) => each.id}
        empty={
          <Empty
            action={
              <Link to="/allocations/import" className={buttonClass('primary')}>
                Import allocation
              </Link>
            }
          >
            No allocations yet. Import a CSV file of holders and amounts.
          </Empty>
        }
      />
    </Page>
  );
}
