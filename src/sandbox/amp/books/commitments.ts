import {
  fromDisplay,
  isZero,
  assetIdOf,
  explicitAsset,
  isCommitment,
  valueOf,
  wally,
} from '../../crypto/index.ts';
import type { TxOutput, Bytes } from '../../crypto/index.ts';

/** What somebody says is inside an output. Blinders in hex, display order. */
export interface Opening {
  assetId: string;
  amount: bigint;
  assetBlinder: string;
  amountBlinder: string;
}

export const ZEROS = '0'.repeat(64);

/**
 * Whether an opening is true: for a blinded output the asset generator and the Pedersen commitment computed from it
 * must be those of the transaction, and zero blinders are no opening; for an explicit one asset and amount must be
 * what is written, with zero blinders.
 */
export function opens(output: Pick<TxOutput, 'asset' | 'value'>, opening: Opening): boolean {
  if (!isCommitment(output.asset) && !isCommitment(output.value)) {
    return (
      assetIdOf(output.asset) === opening.assetId &&
      valueOf(output.value) === opening.amount &&
      opening.assetBlinder === ZEROS &&
      opening.amountBlinder === ZEROS
    );
  }
  if (opening.assetBlinder === ZEROS || opening.amountBlinder === ZEROS) return false;
  return commitsTo(output.asset, output.value, opening);
}

/** As `opens`, for the amount of an issuance: its asset is not blinded, only its amount can be. */
export function issuanceOpens(amountField: Bytes, opening: Omit<Opening, 'assetBlinder'>): boolean {
  const plain = valueOf(amountField);
  if (plain !== null) return plain === opening.amount;
  if (!isCommitment(amountField) || opening.amountBlinder === ZEROS) return false;
  return commitsTo(explicitAsset(opening.assetId), amountField, { ...opening, assetBlinder: ZEROS });
}

function commitsTo(assetField: Bytes, valueField: Bytes, opening: Opening): boolean {
  const abf = fromDisplay(opening.assetBlinder);
  try {
    const generator = wally.asset_generator_from_bytes(fromDisplay(opening.assetId), abf);
    const asset = isZero(abf) ? explicitAsset(opening.assetId) : generator;
    if (!same(asset, assetField)) return false;
    const vbf = fromDisplay(opening.amountBlinder);
    return same(wally.asset_value_commitment(opening.amount, vbf, generator), valueField);
  } catch {
    // A blinder beyond the curve's order, or an amount that no commitment can hold.
    return false;
  }
}

function same(a: Bytes, b: Bytes): boolean {
  return Buffer.compare(a, b) === 0;
}
