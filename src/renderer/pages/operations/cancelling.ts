import type { Batch } from '../../../shared/contract/index.ts';
import { amount, sum, type Amount } from '../../../shared/money.ts';

export interface CancelEffect {
  /** Batches that are on their way already: they are finished and reported. */
  kept: { batches: number; recipients: number; total: Amount };
  /** Batches that will not be paid. */
  dropped: { batches: number; recipients: number; total: Amount };
}

const SENT: readonly Batch['step'][] = ['broadcast', 'confirmed-1', 'confirmed-2', 'reported'];

/** What cancelling now would keep and what it would drop. Only what has not been broadcast can be cancelled. */
export function cancelEffect(
  batches: readonly Pick<Batch, 'step' | 'recipients' | 'amount'>[],
): CancelEffect {
  const part = (of: readonly Pick<Batch, 'recipients' | 'amount'>[]): CancelEffect['kept'] => ({
    batches: of.length,
    recipients: of.reduce((total, batch) => total + batch.recipients, 0),
    total: of.length === 0 ? amount(0n) : sum(of.map((batch) => batch.amount)),
  });
  return {
    kept: part(batches.filter((batch) => SENT.includes(batch.step))),
    dropped: part(batches.filter((batch) => !SENT.includes(batch.step))),
  };
}
