import { Link } from '@tanstack/react-router';
import type { CustodyCoin } from '../../../shared/contract/index.ts';
import type { Column } from '../../components/table/columns.ts';
import { AmountText } from '../../components/values/amount-text.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { Badge, None } from '../../components/values/verdict.tsx';
import { formatCount, shortId } from '../../lib/format.ts';
import { LabelCell } from './wallet/label-cell.tsx';

/** `txid:vout`, as a coin is named in addresses of pages and in labels. */
export function coinKey(coin: Pick<CustodyCoin, 'txid' | 'vout'>): string {
  return `${coin.txid}:${coin.vout}`;
}

export function coinColumns(walletId: string): readonly Column<CustodyCoin>[] {
  return [
    {
      id: 'coin',
      header: 'Coin',
      width: '11rem',
      cell: (coin) => (
        <>
          <IdText id={coin.txid} what="transaction id" button={false} />
          <None>:{coin.vout}</None>
        </>
      ),
    },
    {
      id: 'amount',
      header: 'Amount',
      width: 'minmax(13rem, 1fr)',
      align: 'end',
      sort: true,
      cell: ({ amount, asset }) => (
        <AmountText value={amount} precision={asset.precision} ticker={asset.ticker ?? asset.name} />
      ),
    },
    {
      id: 'label',
      header: 'Label',
      width: 'minmax(11rem, 1.4fr)',
      cell: (coin) => (
        <LabelCell
          walletId={walletId}
          type="output"
          reference={coinKey(coin)}
          label={coin.label}
          what={`coin ${shortId(coin.txid)}:${coin.vout}`}
        />
      ),
    },
    {
      id: 'height',
      header: 'Block',
      width: '7rem',
      align: 'end',
      sort: true,
      cell: (coin) => (coin.height === null ? <None>none yet</None> : formatCount(coin.height)),
    },
    {
      id: 'address',
      header: 'Address',
      width: '10rem',
      cell: (coin) => <IdText id={coin.address} what="address" button={false} grouped />,
    },
    {
      id: 'state',
      header: 'State',
      width: '8rem',
      cell: (coin) =>
        coin.heldBy !== null ? (
          <Link to="/custody/spends/$spendId" params={{ spendId: coin.heldBy }}>
            Held
          </Link>
        ) : coin.height === null ? (
          <Badge of="waiting">Pending</Badge>
        ) : (
          <Badge>Free</Badge>
        ),
    },
  ];
}
