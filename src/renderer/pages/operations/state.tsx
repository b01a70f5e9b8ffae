import type { ReactElement } from 'react';
import type { OperationState } from '../../../shared/contract/index.ts';
import { Badge, type Meaning } from '../../components/values/verdict.tsx';

const LOOK: Record<OperationState, readonly [Meaning | 'neutral', string]> = {
  running: ['waiting', 'Running'],
  waiting: ['waiting', 'Waiting'],
  attention: ['attention', 'Needs you'],
  cancelling: ['waiting', 'Cancelling'],
  cancelled: ['neutral', 'Cancelled'],
  done: ['good', 'Done'],
};

export function StateBadge({ state }: { state: OperationState }): ReactElement {
  const [meaning, word] = LOOK[state];
  return <Badge of={meaning}>{word}</Badge>;
}

export function isOpen(state: OperationState): boolean {
  return state !== 'done' && state !== 'cancelled';
}
