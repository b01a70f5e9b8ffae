import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import { asBridgeError } from '../../bridge/bridge-error.ts';
import { call } from '../../bridge/call.ts';
import { sourceOf } from '../../bridge/windowed.ts';
import { Button } from '../../components/controls/button.tsx';
import { figureTrack, type Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { TimeText } from '../../components/values/time-text.tsx';
import { None } from '../../components/values/verdict.tsx';
import { formatAmount } from '../../lib/format.ts';
import type { AssetDetail } from './asset-drawer.tsx';

type Activity = Result<'assets.activities'>['rows'][number];

const PAGE = 100;

/** What AMP recorded, newest first. AMP does not say how many there are, so more are asked for by hand. */
export function Activities({ asset }: { asset: AssetDetail }): ReactElement {
  const activities = useInfiniteQuery({
    queryKey: ['assets.activities', asset.assetUuid],
    queryFn: ({ pageParam }) =>
      call('assets.activities', { assetUuid: asset.assetUuid, offset: pageParam, limit: PAGE }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.rows.length < PAGE ? undefined : pages.length * PAGE),
  });
  const rows = activities.data?.pages.flatMap((page, index) =>
    page.rows.map((row, position) => ({ ...row, key: `${index}/${position}` })),
  );
  const columns: readonly Column<Activity & { key: string }>[] = [
    { id: 'type', header: 'Activity', width: 'minmax(8rem, 1fr)', cell: (row) => row.type },
    {
      id: 'amount',
      header: 'Amount',
      width: figureTrack(
        (rows ?? []).map((row) => `${formatAmount(row.amount, asset.precision)} ${asset.ticker ?? ''}`),
      ),
      align: 'end',
      cell: (row) => <AmountText value={row.amount} precision={asset.precision} ticker={asset.ticker} />,
    },
    {
      id: 'at',
      header: 'When',
      width: '8rem',
      cell: (row) => (row.at === null ? <None>unknown</None> : <TimeText at={row.at} />),
    },
    {
      id: 'txid',
      header: 'Transaction',
      width: '10rem',
      cell: (row) =>
        row.txid === null ? <None /> : <IdText id={row.txid} what="transaction id" button={false} />,
    },
    {
      id: 'description',
      header: 'Description',
      width: 'minmax(10rem, 1.5fr)',
      cell: (row) => <span data-tip={row.description}>{row.description}</span>,
    },
  ];
  const answer = {
    isError: activities.isError,
    error: activities.error ? asBridgeError('assets.activities', activities.error) : null,
    refetch: activities.refetch,
  };
  return (
    <DataTable
      passive
      label="Activities"
      columns={columns}
      source={sourceOf(answer, rows)}
      rowKey={(row) => row.key}
      empty="AMP has recorded nothing for this asset yet."
      footer={
        activities.hasNextPage && (
          <Button
            tone="quiet"
            onPress={() => void activities.fetchNextPage()}
            isPending={activities.isFetchingNextPage}
          >
            Show older
          </Button>
        )
      }
    />
  );
}
