import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useAsk } from '../../bridge/hooks.ts';
import { sourceOf } from '../../bridge/windowed.ts';
import { Empty } from '../../components/layout/empty.tsx';
import { Page } from '../../components/layout/page.tsx';
import type { Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { Badge } from '../../components/values/verdict.tsx';
import { formatCount, shortId } from '../../lib/format.ts';
import { useAssets } from '../../lib/use-asset.ts';
import { PendingDrawer, type Pending } from './pending-drawer.tsx';

const route = getRouteApi('/operations/pending');

export function PendingPage(): ReactElement {
  const { distribution } = route.useSearch();
  const navigate = useNavigate();
  const pending = useAsk('operations.pendingAtAmp', {}, { every: 30_000 });
  const { byUuid } = useAssets();
  const open = pending.data?.pending.find((each) => each.distributionUuid === distribution);
  const columns: readonly Column<Pending>[] = [
    {
      id: 'distribution',
      header: 'Distribution',
      width: 'minmax(10rem, 1fr)',
      cell: (each) => (
        <Link to="/operations/pending" search={{ distribution: each.distributionUuid }} data-row-link="">
          <code
            data-copy={each.distributionUuid}
            data-copy-what="distribution id"
            data-tip={each.distributionUuid}
          >
            {shortId(each.distributionUuid)}
          </code>
        </Link>
      ),
    },
    {
      id: 'asset',
      header: 'Asset',
      width: 'minmax(10rem, 1fr)',
      cell: (each) => byUuid(each.assetUuid)?.name ?? '',
    },
    {
      id: 'recipients',
      header: 'Recipients',
      width: '7rem',
      align: 'end',
      cell: (each) => formatCount(each.recipients),
    },
    {
      id: 'amount',
      header: 'Amount',
      width: 'minmax(9rem, 12rem)',
      align: 'end',
      cell: (each) => {
        const asset = byUuid(each.assetUuid);
        return <AmountText value={each.amount} precision={asset?.precision ?? 0} ticker={asset?.ticker} />;
      },
    },
    {
      id: 'origin',
      header: 'Started by',
      width: 'minmax(10rem, 1fr)',
      cell: (each) =>
        each.operationId === null ? (
          <Badge of="attention">Elsewhere</Badge>
        ) : (
          <Link to="/operations/$operationId" params={{ operationId: each.operationId }}>
            This desk
          </Link>
        ),
    },
  ];
  return (
    <Page
      title="Pending at AMP"
      crumb={<Link to="/operations">Operations</Link>}
      sentence="Distributions that AMP has created and not seen confirmed: this desk’s, or made elsewhere."
      drawer={
        open && (
          <PendingDrawer
            key={open.distributionUuid}
            pending={open}
            asset={byUuid(open.assetUuid)}
            onClose={() => void navigate({ to: '/operations/pending', search: {} })}
          />
        )
      }
    >
      <DataTable
        label="Pending at AMP"
        columns={columns}
        source={sourceOf(pending, pending.data?.pending)}
        rowKey={(each) => each.distributionUuid}
        openKey={distribution}
        empty={<Empty>No distribution is pending at AMP.</Empty>}
      />
    </Page>
  );
}
