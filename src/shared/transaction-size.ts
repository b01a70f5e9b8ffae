/** Relay limit of one transaction (MAX_STANDARD_TX_WEIGHT). */
export const MAX_WEIGHT = 400_000;

/**
 * Weight of a transaction of blinded outputs, measured against Elements 23.3.3: 768 units of frame and fee output with
 * two inputs at 275 each come to 10,300 with two changes; every blinded output to a 22-byte script adds 4,766, and 4,797
 * from the third input on, when its surjection proof grows. An address of 23 bytes (P2SH, as Green gives it) adds four.
 * A treasury of several keys is paid at scripts of 34 bytes, twelve more for each output that is its own; which are is
 * not known here, so all count as such. Rounded up, so that a plan never promises what the relay refuses.
 */
export function weightOf(inputs: number, blindedOutputs: number, witness = SINGLE_KEY): number {
  const perOutput = (inputs > 2 ? 4_800 : 4_766) + (witness > SINGLE_KEY ? 4 * 12 : 4 * 1);
  return 250 + (280 + witness - SINGLE_KEY) * inputs + perOutput * blindedOutputs;
}

/** Script witness of one P2WPKH input: count, signature of at most 72 bytes with its sighash byte, public key. */
const SINGLE_KEY = 1 + 1 + 72 + 1 + 33;

/**
 * Weight of one input's script witness; a byte of witness is one unit. `m-of-n` of P2WSH: count, the empty element that
 * CHECKMULTISIG takes, m signatures, the script of n keys (3 + 34 n bytes) with its length.
 */
export function witnessOf(
  policy: { threshold: number; keys: number; multisig: boolean } | undefined,
): number {
  if (!policy?.multisig) return SINGLE_KEY;
  const script = 3 + 34 * policy.keys;
  return 1 + 1 + 73 * policy.threshold + (script < 0xfd ? 1 : 3) + script;
}

/** Fee in base units of L-BTC at `feeRate` sat per undiscounted virtual byte (text with up to three decimals). */
export function feeFor(weight: number, feeRate: string): bigint {
  const [whole = '0', fraction = ''] = feeRate.split('.');
  const milli = BigInt(whole) * 1000n + BigInt(fraction.padEnd(3, '0').slice(0, 3));
  const vsize = ceilDiv(BigInt(weight), 4n);
  return ceilDiv(vsize * milli, 1000n);
}

/** What a batch of that many recipients costs: base units of L-BTC. */
export function fullBatchFee(recipients: number, feeRate: string, witness?: number): bigint {
  return feeFor(weightOf(2, recipients + 2, witness), feeRate);
}

/** Rounded up. */
export function ceilDiv(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
