import type { ReactElement } from 'react';
import type { Allocation } from '../../../shared/contract/index.ts';
import { Badge } from '../../components/values/verdict.tsx';
import { counted, formatCount } from '../../lib/format.ts';

/** Where an allocation stands, in one badge. */
export function AllocationState({ allocation }: { allocation: Allocation }): ReactElement {
  const { rows, open, paid, problems } = allocation;
  if (rows === 0) return <Badge>Empty</Badge>;
  if (problems > 0) return <Badge of="attention">{counted(problems, 'row')} to fix</Badge>;
  if (paid === rows) return <Badge of="good">Paid</Badge>;
  if (open === rows) return <Badge>Ready to plan</Badge>;
  if (open === 0) return <Badge of="waiting">Under way, {formatCount(paid)} paid</Badge>;
  return <Badge of="waiting">{`${formatCount(paid)} paid, ${formatCount(open)} open`}</Badge>;
}
