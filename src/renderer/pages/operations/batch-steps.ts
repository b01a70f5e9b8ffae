import type { TrackStep } from '../../components/layout/step-track.tsx';
import type { Batch, BatchStep, Operation } from '../../../shared/contract/index.ts';

/** The steps that a person follows; what prepares a batch is one of them. */
export const SHOWN_STEPS = [
  { name: 'Prepared', at: 'reserved' },
  { name: 'Built', at: 'built' },
  { name: 'Signed', at: 'signed' },
  { name: 'Broadcast', at: 'broadcast' },
  { name: '1 of 2', at: 'confirmed-1' },
  { name: '2 of 2', at: 'confirmed-2' },
  { name: 'Reported', at: 'reported' },
] as const satisfies readonly { name: string; at: BatchStep }[];

/** The steps of a kind of operation: AMP is told of distributions and of nothing else. */
export function stepsOf(kind: Operation['kind']): readonly (typeof SHOWN_STEPS)[number][] {
  return kind === 'send' ? SHOWN_STEPS.filter(({ at }) => at !== 'reported') : SHOWN_STEPS;
}

/** The step at which a batch is over. */
export function lastStep(kind: Operation['kind']): BatchStep {
  return stepsOf(kind).at(-1)?.at ?? 'reported';
}

const ORDER: readonly BatchStep[] = [
  'planned',
  'assigned',
  'created',
  'reserved',
  'built',
  'signed',
  'broadcast',
  'confirmed-1',
  'confirmed-2',
  'reported',
];

/** Where a batch stands: what is done and when, what comes next, what later. */
export function shownSteps(
  batch: Pick<Batch, 'step' | 'steps' | 'state'>,
  kind: Operation['kind'] = 'distribute',
): TrackStep[] {
  const reached = ORDER.indexOf(batch.step);
  const going = batch.state !== 'cancelled' && batch.state !== 'done';
  let nextFound = false;
  return stepsOf(kind).map(({ name, at }) => {
    const done = ORDER.indexOf(at) <= reached;
    const next = !done && !nextFound && going;
    if (!done) nextFound = true;
    const time = batch.steps.find((step) => step.step === at)?.at ?? null;
    return { name, state: done ? 'done' : next ? 'next' : 'later', at: time };
  });
}

/** How long a batch has been or was under way, in milliseconds; null before its first step. */
export function timeSpent(batch: Pick<Batch, 'steps' | 'state'>, now: number): number | null {
  const times = batch.steps.map((step) => step.at);
  if (times.length === 0) return null;
  const end = batch.state === 'done' || batch.state === 'cancelled' ? Math.max(...times) : now;
  return Math.max(0, end - Math.min(...times));
}
