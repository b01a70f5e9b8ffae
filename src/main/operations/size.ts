import { ceilDiv } from './arithmetic.ts';

/** Relay limit of one transaction (MAX_STANDARD_TX_WEIGHT). */
export const MAX_WEIGHT = 400_000;

/**
 * Weight of a transaction of blinded outputs, measured against Elements 23.3.3: 768 units of frame and fee output with
 * two inputs at 275 each come to 10,300 with two changes; every blinded output adds 4,766, and 4,797 from the third
 * input on, when its surjection proof grows. Rounded up, so that a plan never promises what the relay refuses.
 */
export function weightOf(inputs: number, blindedOutputs: number): number {
  const perOutput = inputs > 2 ? 4_800 : 4_766;
  return 250 + 280 * inputs + perOutput * blindedOutputs;
}

/** Fee in base units of L-BTC at `feeRate` sat per undiscounted virtual byte (text with up to three decimals). */
export function feeFor(weight: number, feeRate: string): bigint {
  const [whole = '0', fraction = ''] = feeRate.split('.');
  const milli = BigInt(whole) * 1000n + BigInt(fraction.padEnd(3, '0').slice(0, 3));
  const vsize = ceilDiv(BigInt(weight), 4n);
  return ceilDiv(vsize * milli, 1000n);
}

/** What a batch of that many recipients costs: base units of L-BTC. */
export function fullBatchFee(recipients: number, feeRate: string): bigint {
  return feeFor(weightOf(2, recipients + 2), feeRate);
}
