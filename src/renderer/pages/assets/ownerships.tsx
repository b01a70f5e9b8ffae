import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import { sum, ZERO } from '../../../shared/money.ts';
import { useAsk } from '../../bridge/hooks.ts';
import { sourceOf } from '../../bridge/windowed.ts';
import { SearchField } from '../../components/controls/search-field.tsx';
import { Count, Toolbar } from '../../components/layout/page.tsx';
import { figureTrack, type Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { None } from '../../components/values/verdict.tsx';
import { counted, formatAmount } from '../../lib/format.ts';
import type { AssetDetail } from './asset-drawer.tsx';

type Ownership = Result<'assets.ownerships'>['rows'][number];

/** Who holds how much by AMP’s books, largest first. */
export function Ownerships({ asset }: { asset: AssetDetail }): ReactElement {
  const [search, setSearch] = useState('');
  const [at, setAt] = useState('');
  const height = /^\d{1,9}$/.test(at.trim()) ? Number(at) : undefined;
  const ownerships = useAsk(
    'assets.ownerships',
    { assetUuid: asset.assetUuid, ...(height === undefined ? {} : { height }) },
    { keep: true },
  );
  const rows = ownerships.data?.rows
    .filter((row) => `${row.holderName ?? ''} ${row.gaid ?? ''}`.toLowerCase().includes(search.toLowerCase()))
    .toSorted((a, b) => (a.amount < b.amount ? 1 : a.amount > b.amount ? -1 : 0));
  const columns: readonly Column<Ownership>[] = [
    {
      id: 'holder',
      header: 'Holder',
      width: 'minmax(10rem, 1.4fr)',
      cell: (row) =>
        row.holderId === null ? (
          <None>{row.holderName ?? 'Not registered'}</None>
        ) : (
          <Link to="/holders" search={{ holder: row.holderId }} data-row-link="">
            {row.holderName ?? `Holder ${row.holderId}`}
          </Link>
        ),
    },
    {
      id: 'gaid',
      header: 'GAID',
      width: '10rem',
      cell: (row) =>
        row.gaid === null ? <None>none</None> : <IdText id={row.gaid} what="GAID" button={false} />,
    },
    {
      id: 'amount',
      header: 'Amount',
      width: figureTrack([
        `${formatAmount(rows?.[0]?.amount ?? ZERO, asset.precision)} ${asset.ticker ?? ''}`,
      ]),
      align: 'end',
      cell: (row) => <AmountText value={row.amount} precision={asset.precision} ticker={asset.ticker} />,
    },
  ];
  return (
    <>
      <Toolbar
        end={
          rows && (
            <AmountText
              value={sum(rows.map((row) => row.amount))}
              precision={asset.precision}
              ticker={asset.ticker}
              focusable
            />
          )
        }
      >
        <SearchField label="Search owners" value={search} onChange={setSearch} />
        <SearchField label="At block height" value={at} onChange={setAt} />
        <Count>{rows && counted(rows.length, 'owner')}</Count>
      </Toolbar>
      <DataTable
        label="Ownerships"
        columns={columns}
        source={sourceOf(ownerships, rows)}
        rowKey={(row) => `${row.holderId ?? ''}/${row.gaid ?? ''}`}
        empty={search === '' ? 'Nobody holds this asset yet.' : `No owner matches “${search}”.`}
      />
    </>
  );
}
