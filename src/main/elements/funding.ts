import { SluiceError } from '../../shared/errors.ts';
import { MAX_AMOUNT, parseDecimal, toElements, type Amount } from '../../shared/money.ts';
import type { FundOutput, OutPoint } from './types.ts';

/** What a coin is worth never changes, so what the wallet once said about it can be kept. */
export interface KnownCoin {
  assetId: string;
  value: Amount;
  /** scriptPubKey, hex. */
  script: string;
}

const ADDRESS = /^[A-Za-z0-9]{20,200}$/;
const FEE_RATE = /^\d{1,5}(\.\d{1,3})?$/;
const ASSET = /^[0-9a-f]{64}$/;

/** The outputs as walletcreatefundedpsbt takes them. Throws INVALID_ARGUMENT for what a node must never see. */
export function fundArguments(
  inputs: readonly OutPoint[],
  outputs: readonly FundOutput[],
  feeRate: string,
): Record<string, string>[] {
  if (!FEE_RATE.test(feeRate)) {
    throw new SluiceError('INVALID_ARGUMENT', `“${feeRate.slice(0, 20)}” is not a fee rate.`, {
      next: 'Write satoshis per virtual byte with at most three decimals, like 0.1.',
      field: 'feeRate',
    });
  }
  if (inputs.length === 0) {
    throw refuse('inputs', 'A transaction of the desk names all its coins; none were given.');
  }
  if (new Set(inputs.map(({ txid, vout }) => `${txid}:${vout}`)).size < inputs.length) {
    throw refuse('inputs', 'A coin is named twice.');
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
 * Why the node said "Insufficient funds", which is all it says in each of these cases; null when it cannot be told (a
 * coin is not known) or when the coins do cover everything. The fee itself is not known here: `lbtc` that only just
 * covers its payments counts as short.
 */
export function shortfall(
  inputs: readonly (KnownCoin | undefined)[],
  outputs: readonly FundOutput[],
  policyAsset: string,
): SluiceError | null {
  const balances = balancesOf(inputs, outputs);
  if (balances === null) return null;
  for (const [assetId, { held, paid }] of balances) {
    if (assetId !== policyAsset && held < paid) {
      return new SluiceError(
        'INSUFFICIENT_ASSET',
        `The coins chosen hold ${held} base units of asset ${shortAsset(assetId)}; ${paid} are to be paid.`,
        { next: 'Plan again; if the treasury itself is short, reissue or pay less.' },
      );
    }
  }
  const lbtc = balances.get(policyAsset) ?? { held: 0n, paid: 0n };
  return lbtc.held <= lbtc.paid ? feeShort(lbtc.held) : null;
}

/** Virtual size of spending a coin: wpkh, as treasuries have, and more than enough for anything else. */
const WPKH_INPUT = 68n;
const OTHER_INPUT = 150n;
const WPKH_SCRIPT_HEX = 44;

/**
 * The least change, in base units of an asset other than L-BTC, with which Elements (23.3.3, measured) agrees to fund from
 * given coins: its coin selection takes the fee of each input off the coin's value in whatever asset that is, rounded up.
 * `feeRate` is sat/vB as text. Below it the node says "Insufficient funds" although everything is there; 7 units for one
 * wpkh coin at 0.1 sat/vB, 14 for two. For an asset counted in whole shares that is no dust.
 */
export function leastChange(coins: readonly { script: string }[], feeRate: string): bigint {
  const rate = parseDecimal(feeRate, 3);
  return coins.reduce((total, coin) => {
    const size = coin.script.length === WPKH_SCRIPT_HEX ? WPKH_INPUT : OTHER_INPUT;
    const fee = (size * rate + 999n) / 1000n;
    return total + (fee > 0n ? fee : 1n);
  }, 0n);
}

/**
 * After the node refused coins that are not short: either an asset leaves too little change (`leastChange`), or the L-BTC
 * left over does not reach for the fee. Null when a coin is not known.
 */
export function explainRefusedFunding(
  inputs: readonly (KnownCoin | undefined)[],
  outputs: readonly FundOutput[],
  policyAsset: string,
  feeRate: string,
): SluiceError | null {
  const balances = balancesOf(inputs, outputs);
  if (balances === null) return null;
  for (const [assetId, { held, paid }] of balances) {
    if (assetId === policyAsset || paid === 0n) continue;
    const least = leastChange(
      inputs.filter((coin) => coin !== undefined && coin.assetId === assetId) as KnownCoin[],
      feeRate,
    );
    if (held - paid >= least) continue;
    const leaving = held === paid ? 'exactly' : `only ${held - paid} base units more than`;
    return new SluiceError(
      'INSUFFICIENT_ASSET',
      `The coins chosen hold ${leaving} the ${paid} base units of asset ${shortAsset(assetId)} that are to be paid, and Elements funds only what leaves at least ${least} as change.`,
      { next: 'Add another coin of the asset, or leave one payment out and turn the change into it.' },
    );
  }
  return feeShort(balances.get(policyAsset)?.held ?? 0n);
}

function balancesOf(
  inputs: readonly (KnownCoin | undefined)[],
  outputs: readonly FundOutput[],
): Map<string, { held: bigint; paid: bigint }> | null {
  const balances = new Map<string, { held: bigint; paid: bigint }>();
  const of = (assetId: string) => {
    const balance = balances.get(assetId) ?? { held: 0n, paid: 0n };
    balances.set(assetId, balance);
    return balance;
  };
  for (const coin of inputs) {
    if (!coin) return null;
    of(coin.assetId).held += coin.value;
  }
  for (const output of outputs) of(output.assetId).paid += output.amount;
  return balances;
}

function shortAsset(assetId: string): string {
  return `${assetId.slice(0, 6)}…${assetId.slice(-6)}`;
}

function feeShort(held: bigint): SluiceError {
  return new SluiceError(
    'INSUFFICIENT_FEE_FUNDS',
    `The coins chosen hold ${toElements(held)} L-BTC, which does not cover the network fee.`,
    { next: 'Send L-BTC to the treasury’s address, wait for one confirmation, and continue.' },
  );
}

/** A coin that is to be spent is not there any more. */
export function coinGone(point: OutPoint): SluiceError {
  return new SluiceError(
    'INPUTS_SPENT',
    `The coin ${shortAsset(point.txid)}:${point.vout} is already spent, or the node never knew it.`,
    { next: 'Reload the Treasury page and plan again.' },
  );
}
