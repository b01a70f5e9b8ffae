import { CONFIRMATIONS, standingOf } from '../transaction/confirm.ts';
import { MOVED, type BatchContext, type StepResult } from '../context.ts';
import { moveTo } from '../steps.ts';

/** confirmed-2 → done: nobody has to be told of a plain payment; its coins are let go of. */
export async function settlePayment(context: BatchContext): Promise<StepResult> {
  const { deps, batch } = context;
  if ((await standingOf(context, batch.txid ?? '')).confirmations < CONFIRMATIONS) {
    // The chain moved under us after the second confirmation: step back and wait again.
    moveTo(context, 'broadcast', { confirmations: 0, blockHash: null, height: null });
    return MOVED;
  }
  deps.store.tx(() => {
    deps.records.release(batch.id);
    deps.records.updateBatch(batch.id, {
      state: 'done',
      sentence: 'Paid and confirmed twice.',
      problem: null,
    });
    deps.records.touch(context.operation.id, deps.clock());
    deps.store.audit({
      type: 'payment.done',
      subject: `operation:${context.operation.id}`,
      data: { txid: batch.txid },
    });
  });
  deps.checkpoint('step:paid');
  return MOVED;
}
