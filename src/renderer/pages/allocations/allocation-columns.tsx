import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { AllocationRow } from '../../../shared/contract/index.ts';
import { figureTrack, type Column } from '../../components/table/columns.ts';
import { AmountText } from '../../components/values/amount-text.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { formatAmount } from '../../lib/format.ts';
import type { Amount } from '../../../shared/money.ts';
import { Badge, None, Verdict } from '../../components/values/verdict.tsx';

export function allocationColumns(
  allocationId: string,
  precision: number,
  ticker: string | null,
  total: Amount,
): readonly Column<AllocationRow>[] {
  return [
    {
      id: 'holderName',
      header: 'Holder',
      width: 'minmax(12rem, 1.6fr)',
      sort: true,
      cell: (row) => (
        <Link
          from="/allocations/$allocationId"
          to="/allocations/$allocationId"
          params={{ allocationId }}
          search={(before) => ({ ...before, row: row.id, add: undefined })}
          data-row-link=""
          activeProps={{}}
        >
          {row.holderName}
        </Link>
      ),
    },
    {
      id: 'amount',
      header: 'Amount',
      // No row is longer than all of them together.
      width: figureTrack([`${formatAmount(total, precision)} ${ticker ?? ''}`]),
      align: 'end',
      sort: true,
      cell: (row) => <AmountText value={row.amount} precision={precision} ticker={ticker} />,
    },
    { id: 'state', header: 'State', width: 'minmax(14rem, 1.8fr)', cell: (row) => <RowState row={row} /> },
    {
      id: 'gaid',
      header: 'GAID',
      width: '10rem',
      cell: (row) =>
        row.gaid === null ? <None>none</None> : <IdText id={row.gaid} what="GAID" button={false} />,
    },
    { id: 'note', header: 'Note', width: 'minmax(8rem, 1fr)', cell: (row) => row.note },
  ];
}

function RowState({ row }: { row: AllocationRow }): ReactElement {
  const first = row.problems[0];
  if (first) {
    const all = row.problems.map((problem) => problem.message).join(' ');
    return (
      <span data-tip={all}>
        <Verdict of="attention">{all}</Verdict>
      </span>
    );
  }
  if (row.state === 'open') return <Badge>Open</Badge>;
  return (
    <>
      {row.state === 'paid' ? <Badge of="good">Paid</Badge> : <Badge of="waiting">In operation</Badge>}{' '}
      {row.operationId !== null && (
        <Link to="/operations/$operationId" params={{ operationId: row.operationId }}>
          Open operation
        </Link>
      )}
    </>
  );
}
