import { Link } from '@tanstack/react-router';
import type { Operation } from '../../../shared/contract/index.ts';
import type { Column } from '../../components/table/columns.ts';
import { AmountText } from '../../components/values/amount-text.tsx';
import { TimeText } from '../../components/values/time-text.tsx';
import { formatCount } from '../../lib/format.ts';
import { StateBadge } from './state.tsx';

export const operationColumns: readonly Column<Operation>[] = [
  {
    id: 'title',
    header: 'Operation',
    width: 'minmax(14rem, 2fr)',
    fixed: true,
    cell: (operation) => (
      <Link to="/operations/$operationId" params={{ operationId: operation.id }} data-row-link="">
        {operation.title}
      </Link>
    ),
  },
  {
    id: 'state',
    header: 'State',
    width: 'minmax(7rem, 8rem)',
    cell: (operation) => <StateBadge state={operation.state} />,
  },
  {
    id: 'sentence',
    header: 'Now',
    width: 'minmax(14rem, 2.4fr)',
    cell: (operation) => <span data-tip={operation.sentence}>{operation.sentence}</span>,
  },
  {
    id: 'recipients',
    header: 'Recipients',
    width: 'minmax(5.5rem, 6.5rem)',
    align: 'end',
    cell: (operation) => formatCount(operation.recipients),
  },
  {
    id: 'total',
    header: 'Amount',
    width: 'minmax(9rem, 11rem)',
    align: 'end',
    cell: (operation) => (
      <AmountText value={operation.total} precision={operation.precision} ticker={operation.ticker} />
    ),
  },
  {
    id: 'created',
    header: 'Started',
    width: 'minmax(8rem, 9rem)',
    cell: (operation) => <TimeText at={operation.createdAt} />,
  },
];
