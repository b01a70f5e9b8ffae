import { asBridgeError } from '../../../bridge/bridge-error.ts';
import { call } from '../../../bridge/call.ts';
import { withReading, type Draft } from './drafts.ts';

/**
 * Finds out what an address or a payment link in a recipient's field means, and fills in what it says. An answer that comes
 * when the field says something else already is dropped.
 *
 * @param onAsset the asset that a link asks to be paid with
 */
export function paymentReader(
  change: (key: number, how: (before: Draft) => Draft) => void,
  onAsset: (assetId: string) => void,
): (key: number, text: string) => Promise<void> {
  return async (key, text) => {
    try {
      const reading = await call('custody.readPayment', { text: text.trim() });
      change(key, (before) => (before.to === text ? withReading(before, reading) : before));
      if (reading.assetId !== null) onAsset(reading.assetId);
    } catch (reason) {
      const { message, next } = asBridgeError('custody.readPayment', reason);
      change(key, (before) =>
        before.to === text ? { ...before, refusal: `${message} ${next}`.trim() } : before,
      );
    }
  };
}
