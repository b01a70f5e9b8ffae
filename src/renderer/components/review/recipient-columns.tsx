import type { Review, ReviewRow } from '../../../shared/contract/index.ts';
import { formatAmount, formatCount } from '../../lib/format.ts';
import { figureTrack, type Column } from '../table/columns.ts';
import { AmountText } from '../values/amount-text.tsx';
import { IdText } from '../values/id-text.tsx';
import { Verdict } from '../values/verdict.tsx';
import { DISTRIBUTION, type Manner } from './words.ts';

export type RecipientOrder = 'amount' | 'holder' | 'position';

/** Who is paid what, where to, and whether the transaction itself says the same. */
export function recipientColumns(
  { asset, total }: Review,
  { who }: Manner = DISTRIBUTION,
): readonly Column<ReviewRow>[] {
  return [
    {
      id: 'position',
      header: 'No.',
      width: '4.5rem',
      align: 'end',
      sort: true,
      cell: (row) => formatCount(row.position + 1),
    },
    {
      id: 'holder',
      header: who === 'holder' ? 'Holder' : 'Recipient',
      width: 'minmax(10rem, 2fr)',
      sort: true,
      cell: (row) => <span data-tip={row.gaid ?? row.holder}>{row.holder}</span>,
    },
    {
      id: 'amount',
      header: 'Amount',
      width: figureTrack([`${formatAmount(total, asset.precision)} ${asset.ticker ?? ''}`]),
      align: 'end',
      sort: true,
      cell: (row) => <AmountText value={row.amount} precision={asset.precision} ticker={asset.ticker} />,
    },
    {
      id: 'address',
      header: 'Address',
      width: 'minmax(10rem, 1.5fr)',
      cell: (row) => <IdText id={row.address} what="address" button={false} grouped />,
    },
    {
      id: 'batch',
      header: 'Transaction',
      width: '8rem',
      cell: (row) =>
        row.vout === null
          ? formatCount(row.batch)
          : `${formatCount(row.batch)}, output ${formatCount(row.vout + 1)}`,
    },
    {
      id: 'verified',
      header: 'Opened',
      width: '7.5rem',
      cell: (row) =>
        row.verified ? <Verdict of="good">Matches</Verdict> : <Verdict of="wrong">Differs</Verdict>,
    },
  ];
}
