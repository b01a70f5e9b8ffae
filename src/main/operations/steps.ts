import { BATCH_STEPS, type BatchStep } from '../../shared/contract/index.ts';
import type { BatchContext } from './context.ts';
import type { BatchChange, BatchRecord } from './records.ts';

/** Whether a batch has got at least as far as a step. */
export function reached(batch: Pick<BatchRecord, 'step'>, step: BatchStep): boolean {
  return BATCH_STEPS.indexOf(batch.step) >= BATCH_STEPS.indexOf(step);
}

export function isOver(batch: Pick<BatchRecord, 'state'>): boolean {
  return batch.state === 'done' || batch.state === 'cancelled';
}

/** What is said of a batch that has just got somewhere. */
const SENTENCES: Record<BatchStep, string> = {
  planned: 'Planned.',
  assigned: 'Assigned at AMP.',
  created: 'The distribution is created at AMP.',
  reserved: 'Coins are held for it.',
  built: 'Built and blinded.',
  signed: 'Signed and checked.',
  broadcast: 'Waiting for the first confirmation; about one minute.',
  'confirmed-1': 'Waiting for the second confirmation; about one minute.',
  'confirmed-2': 'Confirmed twice.',
  reported: 'Paid and reported.',
};

/**
 * Moves a batch to a step, with everything that goes with it and the audit entry in one transaction. A problem that
 * stood before is over.
 */
export function moveTo(
  context: BatchContext,
  step: BatchStep,
  change: BatchChange = {},
  also: () => void = () => undefined,
): void {
  const { deps, batch, operation } = context;
  deps.store.tx(() => {
    also();
    deps.records.updateBatch(batch.id, {
      sentence: SENTENCES[step],
      ...change,
      step,
      problem: null,
      attempts: 0,
      notBefore: 0,
    });
    deps.records.insertStep(batch.id, step, deps.clock());
    deps.records.touch(operation.id, deps.clock());
    deps.store.audit({
      type: `batch.${step}`,
      subject: `operation:${operation.id}`,
      data: {
        batch: batch.seq,
        ...(change.txid === undefined ? {} : { txid: change.txid }),
        ...(change.distributionUuid === undefined ? {} : { distributionUuid: change.distributionUuid }),
      },
    });
  });
  deps.checkpoint(`step:${step}`);
}
