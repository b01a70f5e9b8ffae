import { SluiceError } from '../../shared/errors.ts';
import { MAX_AMOUNT, sum, toElements, type Amount } from '../../shared/money.ts';
import type { FundOutput, OutPoint } from './types.ts';

/** What a coin is worth never changes, so what the wallet once said about it can be kept. */
export interface KnownCoin {
  assetId: string;
  value: Amount;
}

const ADDRESS = /^[A-Za-z0-9]{20,200}$/;
const ASSET = /^[0-9a-f]{64}$/;

/** The outputs as walletcreatefundedpsbt takes them. Throws INVALID_ARGUMENT for what a node must never see. */
export function fundArguments(
  inputs: readonly OutPoint[],
  outputs: readonly FundOutput[],
): Record<string, string>[] {
  if (inputs.length === 0) {
    throw refuse('inputs', 'A transaction of the desk names all its coins; none were given.');
  }
  if (outputs.length === 0) throw refuse('outputs', 'The transaction has no recipient.');
  return outputs.map((output, index) => {
    const field = `outputs.${index}`;
    // An amount of 0 of an asset to a confidential address aborts elementsd (assertion in blind.cpp).
    if (output.amount < 1n || output.amount > MAX_AMOUNT) {
      throw refuse(`${field}.amount`, `Payment ${index + 1} has an amount of ${output.amount} base units.`);
    }
    if (!ASSET.test(output.assetId))
      throw refuse(`${field}.assetId`, `Payment ${index + 1} has no valid asset id.`);
    const amount = toElements(output.amount);
    if ('burn' in output) return { burn: amount, asset: output.assetId };
    if (!ADDRESS.test(output.address)) {
      throw refuse(`${field}.address`, `Payment ${index + 1} has no valid address.`);
    }
    return { [output.address]: amount, asset: output.assetId };
  });
}

function refuse(field: string, message: string): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', message, {
    next: 'Amounts must be between 1 and 2,100,000,000,000,000 base units; every payment needs an address and an asset.',
    field,
  });
}

/**
 * Which asset falls short, when every input is known: INSUFFICIENT_ASSET for what is paid, INSUFFICIENT_FEE_FUNDS when
 * the L-BTC does not cover payments of L-BTC and the fee. Null when it cannot be said. The node answers all of these
 * with the same two words.
 */
export function shortfall(
  inputs: readonly (KnownCoin | undefined)[],
  outputs: readonly FundOutput[],
  policyAsset: string,
): SluiceError | null {
  const have = new Map<string, bigint>();
  for (const coin of inputs) {
    if (!coin) return null;
    have.set(coin.assetId, (have.get(coin.assetId) ?? 0n) + coin.value);
  }
  const needed = new Map<string, Amount[]>();
  for (const output of outputs) {
    needed.set(output.assetId, [...(needed.get(output.assetId) ?? []), output.amount]);
  }
  for (const [assetId, amounts] of needed) {
    const total = sum(amounts);
    const held = have.get(assetId) ?? 0n;
    if (assetId !== policyAsset && held < total) {
      return new SluiceError(
        'INSUFFICIENT_ASSET',
        `The coins chosen hold ${held} base units of asset ${assetId.slice(0, 6)}…${assetId.slice(-6)}; ${total} are to be paid.`,
        { next: 'Plan again; if the treasury itself is short, reissue or pay less.' },
      );
    }
  }
  const lbtc = have.get(policyAsset) ?? 0n;
  const lbtcPaid = sum(needed.get(policyAsset) ?? []);
  if (lbtc <= lbtcPaid) return feeShort(lbtc);
  return null;
}

export function feeShort(held: bigint): SluiceError {
  return new SluiceError(
    'INSUFFICIENT_FEE_FUNDS',
    `The coins chosen hold ${toElements(held)} L-BTC, which does not cover the network fee.`,
    { next: 'Send L-BTC to the treasury’s address, wait for one confirmation, and continue.' },
  );
}
