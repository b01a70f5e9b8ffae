import { SluiceError } from '../../../shared/errors.ts';
import { amount, formatGrouped, type Amount } from '../../../shared/money.ts';
import { feeFor, MAX_WEIGHT, weightOf, witnessOf } from '../../../shared/transaction-size.ts';
import type { DescriptorFacts } from '../../liquid/types.ts';

/** A coin as far as its choice goes. */
export interface ChoosableCoin {
  txid: string;
  vout: number;
  assetId: string;
  value: Amount;
  /** Null while unconfirmed. */
  height: number | null;
}

export interface Wanted {
  assetId: string;
  /** Base units; without meaning when `everything` is sent. */
  total: bigint;
  /** All of the asset goes to the one recipient. */
  everything: boolean;
  /** Every coin of the asset is spent, whatever comes back of it. */
  all?: boolean;
  recipients: number;
}

export interface Terms {
  /** L-BTC. */
  feeAsset: string;
  /** sat per undiscounted virtual byte, text with up to three decimals. */
  feeRate: string;
  script: DescriptorFacts['script'];
  threshold: number;
  keys: number;
  /** The wallet and the asset, for words. */
  walletName: string;
  unit: string;
  precision: number;
}

export interface Choice<C extends ChoosableCoin> {
  coins: C[];
  /** What the recipients get together. */
  total: Amount;
  /** What comes back, at most one output per asset. */
  changes: { assetId: string; value: Amount }[];
  fee: Amount;
}

/** L-BTC change below this (base units) costs more to spend than it is worth: it goes to the fee. */
const LEAST_CHANGE = 300n;
/** A transaction with more inputs is one that signers and devices take too long over. */
const MOST_COINS = 200;
/** What a P2SH coin adds to an input: the push of its redeem script (34 or 22 bytes) in the part that counts four times. */
const NESTED: Partial<Record<DescriptorFacts['script'], number>> = {
  'sh-wsh-multi': 4 * 35,
  'sh-wpkh': 4 * 23,
};
/** Scripts of other people's addresses may have 34 bytes; `weightOf` counts 23 for a wallet of one key. */
const LONGER_SCRIPT = 4 * 11;

/** Base units of L-BTC for a transaction of so many coins and blinded outputs. Throws TRANSACTION_TOO_LARGE. */
export function feeOf(inputs: number, outputs: number, terms: Terms): bigint {
  const multisig = terms.script.endsWith('multi');
  const witness = witnessOf({ threshold: terms.threshold, keys: terms.keys, multisig });
  const weight =
    weightOf(inputs, outputs, witness + (NESTED[terms.script] ?? 0)) +
    (multisig ? 0 : LONGER_SCRIPT * outputs);
  if (weight <= MAX_WEIGHT && inputs <= MOST_COINS) return feeFor(weight, terms.feeRate);
  throw new SluiceError(
    'TRANSACTION_TOO_LARGE',
    `This would take ${inputs} coins and ${outputs} outputs, more than one transaction can carry.`,
    {
      next: `Choose the coins yourself (at most ${MOST_COINS}), or send a part of it first.`,
      field: 'coins',
    },
  );
}

/**
 * Which of these coins pay what is wanted, what comes back and what it costs. Only confirmed coins are taken. Of the asset:
 * the smallest coin that is enough by itself, or the largest ones together; then L-BTC for the fee in the same way.
 * Throws INSUFFICIENT_ASSET, INSUFFICIENT_FEE_FUNDS (with what to top up), TRANSACTION_TOO_LARGE.
 */
export function chooseCoins<C extends ChoosableCoin>(
  free: readonly C[],
  wanted: Wanted,
  terms: Terms,
): Choice<C> {
  const confirmed = free.filter(({ height }) => height !== null);
  const ofAsset = confirmed.filter(({ assetId }) => assetId === wanted.assetId);
  if (wanted.assetId === terms.feeAsset) {
    return wanted.everything ? settle(ofAsset, wanted, terms, free) : cover(ofAsset, [], wanted, terms, free);
  }
  const paying = wanted.everything || wanted.all ? ofAsset : enough(ofAsset, wanted.total);
  if (!paying || paying.length === 0) throw shortOfAsset(free, wanted, terms);
  const forFee = confirmed.filter(({ assetId }) => assetId === terms.feeAsset);
  return cover(forFee, paying, wanted, terms, free);
}

/** The same of exactly these coins, all of which are spent. */
export function chooseExactly<C extends ChoosableCoin>(
  coins: readonly C[],
  wanted: Wanted,
  terms: Terms,
): Choice<C> {
  return settle(coins, wanted, terms, coins);
}

/** Adds coins of L-BTC to those that are taken already, as few as are needed. */
function cover<C extends ChoosableCoin>(
  purse: readonly C[],
  taken: readonly C[],
  wanted: Wanted,
  terms: Terms,
  free: readonly C[],
): Choice<C> {
  const attempt = (added: readonly C[]): Choice<C> | null => {
    try {
      return settle([...taken, ...added], wanted, terms, free);
    } catch (error) {
      if (error instanceof SluiceError && error.code.startsWith('INSUFFICIENT')) return null;
      throw error;
    }
  };
  for (const coin of ascending(purse)) {
    const found = attempt([coin]);
    if (found) return found;
  }
  const added: C[] = [];
  for (const coin of ascending(purse).reverse()) {
    added.push(coin);
    const found = attempt(added);
    if (found) return found;
  }
  return settle([...taken, ...added], wanted, terms, free);
}

/** Change and fee of a transaction of exactly these coins. */
function settle<C extends ChoosableCoin>(
  coins: readonly C[],
  wanted: Wanted,
  terms: Terms,
  free: readonly C[],
): Choice<C> {
  const sums = new Map<string, bigint>([[terms.feeAsset, 0n]]);
  for (const { assetId, value } of coins) sums.set(assetId, (sums.get(assetId) ?? 0n) + value);
  const have = sums.get(wanted.assetId) ?? 0n;
  const pays = wanted.everything && wanted.assetId !== terms.feeAsset ? have : wanted.total;
  if (coins.length === 0 || (wanted.assetId !== terms.feeAsset && (have < pays || pays === 0n)))
    throw shortOfAsset(free, wanted, terms);
  const changes = [...sums]
    .filter(([assetId, sum]) => assetId !== terms.feeAsset && sum > (assetId === wanted.assetId ? pays : 0n))
    .map(([assetId, sum]) => ({
      assetId,
      value: amount(assetId === wanted.assetId ? sum - pays : sum),
    }));
  const outputs = wanted.recipients + changes.length;
  const purse = sums.get(terms.feeAsset) ?? 0n;
  const least = feeOf(coins.length, outputs, terms);
  if (wanted.everything && wanted.assetId === terms.feeAsset) {
    if (purse <= least) throw shortOfFee(free, coins.length, outputs, wanted, terms);
    return { coins: [...coins], total: amount(purse - least), changes, fee: amount(least) };
  }
  const rest = purse - (wanted.assetId === terms.feeAsset ? pays : 0n);
  const withChange = feeOf(coins.length, outputs + 1, terms);
  if (rest - withChange >= LEAST_CHANGE) {
    const change = { assetId: terms.feeAsset, value: amount(rest - withChange) };
    return { coins: [...coins], total: amount(pays), changes: [...changes, change], fee: amount(withChange) };
  }
  if (rest < least) {
    if (wanted.assetId === terms.feeAsset && rest < 0n) throw shortOfAsset(free, wanted, terms);
    throw shortOfFee(free, coins.length, outputs, wanted, terms);
  }
  return { coins: [...coins], total: amount(pays), changes, fee: amount(rest) };
}

/** The smallest coin that is enough, or the largest ones until they are; null when all together are not. */
function enough<C extends ChoosableCoin>(coins: readonly C[], target: bigint): C[] | null {
  const sorted = ascending(coins);
  const one = sorted.find(({ value }) => value >= target);
  if (one) return [one];
  const taken: C[] = [];
  let sum = 0n;
  for (const coin of sorted.reverse()) {
    taken.push(coin);
    sum += coin.value;
    if (sum >= target) return taken;
  }
  return null;
}

/** By value, and by outpoint where that is the same: the same coins give the same choice. */
function ascending<C extends ChoosableCoin>(coins: readonly C[]): C[] {
  const place = ({ txid, vout }: C) => `${txid}:${String(vout).padStart(6, '0')}`;
  return [...coins].sort((one, other) =>
    one.value === other.value ? (place(one) < place(other) ? -1 : 1) : one.value < other.value ? -1 : 1,
  );
}

function sumOf(coins: readonly ChoosableCoin[], assetId: string, confirmed: boolean): bigint {
  return coins
    .filter((coin) => coin.assetId === assetId && (coin.height !== null) === confirmed)
    .reduce((sum, { value }) => sum + value, 0n);
}

function shortOfAsset(free: readonly ChoosableCoin[], wanted: Wanted, terms: Terms): SluiceError {
  const shown = (value: bigint) => `${formatGrouped(value, terms.precision)} ${terms.unit}`;
  const have = sumOf(free, wanted.assetId, true);
  const coming = sumOf(free, wanted.assetId, false);
  const needed = wanted.everything ? '' : `; ${shown(wanted.total)} are to be sent`;
  const more = coming > 0n ? ` ${shown(coming)} more wait for a confirmation.` : '';
  return new SluiceError(
    'INSUFFICIENT_ASSET',
    `“${terms.walletName}” has ${shown(have)} to spend${needed}.${more}`,
    {
      next:
        have + coming >= wanted.total && coming > 0n
          ? 'Wait for the confirmation, then try again.'
          : 'Send less, receive more of it, or finish or cancel the spends that hold the rest.',
      field: 'recipients',
    },
  );
}

function shortOfFee(
  free: readonly ChoosableCoin[],
  inputs: number,
  outputs: number,
  wanted: Wanted,
  terms: Terms,
): SluiceError {
  const paid = wanted.assetId === terms.feeAsset && !wanted.everything ? wanted.total : 0n;
  const purse = sumOf(free, terms.feeAsset, true);
  const have = purse > paid ? purse - paid : 0n;
  const coming = sumOf(free, terms.feeAsset, false);
  const needed = feeOf(inputs + 1, outputs + 1, terms) + LEAST_CHANGE;
  const lbtc = (value: bigint) => `${formatGrouped(value, 8)} L-BTC`;
  return new SluiceError(
    'INSUFFICIENT_FEE_FUNDS',
    `The fee takes up to ${lbtc(needed)}; “${terms.walletName}” has ${lbtc(have)} left for it.`,
    {
      next:
        coming > 0n
          ? `${lbtc(coming)} wait for a confirmation: try again then.`
          : `Send at least ${lbtc(needed > have ? needed - have : needed)} to an address of this wallet, for instance from the treasury, then try again.`,
      field: 'assetId',
    },
  );
}
