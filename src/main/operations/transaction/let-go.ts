import type { BatchContext } from '../context.ts';

/** Sets the coins of a batch free and writes it down as cancelled, with what goes with it in the same transaction. */
export async function letGo(
  { deps, operation, batch }: BatchContext,
  data: Record<string, unknown> = {},
  also: () => void = () => undefined,
): Promise<void> {
  const held = deps.records.reservations(batch.id);
  if (held.length > 0) await deps.wallet.unlock(held);
  deps.store.tx(() => {
    deps.records.release(batch.id);
    also();
    deps.records.updateBatch(batch.id, {
      state: 'cancelled',
      sentence: 'Cancelled; nothing was paid.',
      problem: null,
    });
    deps.store.audit({
      type: 'batch.cancelled',
      subject: `operation:${operation.id}`,
      data: { batch: batch.seq, ...data },
    });
  });
  deps.checkpoint('step:cancelled');
}
