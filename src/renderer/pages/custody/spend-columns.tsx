import { Link } from '@tanstack/react-router';
import type { CustodySpend } from '../../../shared/contract/index.ts';
import type { Column } from '../../components/table/columns.ts';
import { AmountText } from '../../components/values/amount-text.tsx';
import { TimeText } from '../../components/values/time-text.tsx';
import { Badge } from '../../components/values/verdict.tsx';
import { spendBadge } from '../../lib/custody-words.ts';
import { formatCount } from '../../lib/format.ts';

export const spendColumns: readonly Column<CustodySpend>[] = [
  {
    id: 'title',
    header: 'Payment',
    width: 'minmax(14rem, 2fr)',
    cell: (spend) => (
      <Link
        to="/custody/spends/$spendId"
        params={{ spendId: spend.id }}
        data-row-link=""
        data-tip={spend.title}
      >
        {spend.title}
      </Link>
    ),
  },
  { id: 'wallet', header: 'From', width: 'minmax(9rem, 1fr)', cell: (spend) => spend.walletName },
  {
    id: 'state',
    header: 'State',
    width: '8.5rem',
    cell: (spend) => {
      const [of, word] = spendBadge(spend);
      return <Badge of={of}>{word}</Badge>;
    },
  },
  {
    id: 'sentence',
    header: 'Now',
    width: 'minmax(14rem, 2.4fr)',
    cell: (spend) => {
      const now = spend.problem?.message ?? spend.sentence;
      return <span data-tip={now}>{now}</span>;
    },
  },
  {
    id: 'recipients',
    header: 'Recipients',
    width: '6rem',
    align: 'end',
    cell: (spend) => formatCount(spend.recipients.length),
  },
  {
    id: 'total',
    header: 'Amount',
    width: 'minmax(11rem, 13rem)',
    align: 'end',
    cell: ({ total, asset }) => (
      <AmountText value={total} precision={asset.precision} ticker={asset.ticker ?? asset.name} />
    ),
  },
  { id: 'created', header: 'Begun', width: '8rem', cell: (spend) => <TimeText at={spend.createdAt} /> },
];
