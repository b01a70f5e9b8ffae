import { amount, sum, type Amount } from '../../shared/money.ts';
import type { Coin } from '../elements/types.ts';
import { ceilDiv } from './arithmetic.ts';
import { feeFor, MAX_WEIGHT, weightOf } from './size.ts';

/** Somebody a distribution pays. */
export interface Payee {
  holderId: number;
  holderName: string;
  gaid: string | null;
  amount: Amount;
  allocationRowId: number | null;
  /** An assignment that was ready at AMP before this operation and is taken in. */
  assignmentId: number | null;
}

export interface PlannedBatch {
  seq: number;
  /** The batch whose outputs this one spends; null when it spends confirmed treasury coins. */
  after: number | null;
  lane: number | null;
  payees: Payee[];
  amount: Amount;
  weight: number;
  fee: Amount;
}

/** Coins that a lane's batches spend, made as extra outputs of the first batch. */
export interface PlannedLane {
  lane: number;
  assetAmount: Amount;
  feeAmount: Amount;
}

export interface BatchPlan {
  batches: PlannedBatch[];
  lanes: PlannedLane[];
  fee: Amount;
  /** Asset and L-BTC that the first batch has to bring. */
  assetNeeded: Amount;
  feeFundsNeeded: Amount;
  /** Blocks until the last batch has two confirmations, at the least. */
  blocks: number;
}

export interface BatchLimits {
  recipientsPerBatch: number;
  lanes: number;
  feeRate: string;
  /** Weight of one input's script witness; a single key's unless told. */
  witness?: number;
}

/** Most blinded outputs of one transaction besides its two changes. */
const MOST_OUTPUTS = 79;
/** Weight units of a Liquid block. */
const BLOCK_WEIGHT = 4_000_000;
const CHANGES = 2;
/** Asset and L-BTC. */
const LANE_COINS = 2;

/** What a lane sets aside for one batch: the estimate, a fifth more, and room so that its change is worth keeping. */
function feeShare(fee: bigint): bigint {
  return ceilDiv(fee * 6n, 5n) + 1_000n;
}

/**
 * Cuts payees into batches and lanes. The first batch pays its recipients and makes, as further outputs to the
 * treasury itself, one asset coin and one L-BTC coin per lane; once it has a confirmation the lanes run side by side,
 * each batch of a lane spending the change of the one before. The split rides on a distribution because AMP loses
 * track of asset outputs that no report mentions, and because unconfirmed change cannot carry a second full batch
 * (101,000 undiscounted vB of descendants).
 *
 * `rootInputs` is how many coins the first batch spends.
 */
export function planBatches(payees: readonly Payee[], limits: BatchLimits, rootInputs: number): BatchPlan {
  const { first, lanes } = firstBatch(payees.length, limits);
  const groups = [payees.slice(0, first)];
  for (let from = first; from < payees.length; from += limits.recipientsPerBatch) {
    groups.push(payees.slice(from, from + limits.recipientsPerBatch));
  }

  const batches: PlannedBatch[] = groups.map((group, index) => {
    const lane = index === 0 ? null : (index - 1) % lanes;
    const after = index === 0 ? null : index <= lanes ? 1 : index + 1 - lanes;
    const weight =
      index === 0
        ? weightOf(rootInputs, group.length + lanes * LANE_COINS + CHANGES, limits.witness)
        : weightOf(LANE_COINS, group.length + CHANGES, limits.witness);
    return {
      seq: index + 1,
      after,
      lane,
      payees: group,
      amount: sum(group.map((payee) => payee.amount)),
      weight,
      fee: amount(feeFor(weight, limits.feeRate)),
    };
  });

  const planned: PlannedLane[] = Array.from({ length: lanes }, (_, lane) => {
    const own = batches.filter((batch) => batch.lane === lane);
    return {
      lane,
      assetAmount: sum(own.map((batch) => batch.amount)),
      feeAmount: sum(own.map((batch) => amount(feeShare(batch.fee)))),
    };
  });

  return {
    batches,
    lanes: planned,
    fee: sum(batches.map((batch) => batch.fee)),
    assetNeeded: sum(batches.map((batch) => batch.amount)),
    feeFundsNeeded: amount(
      feeShare(batches[0]?.fee ?? 0n) + planned.reduce((total, lane) => total + lane.feeAmount, 0n),
    ),
    blocks: blocksNeeded(batches),
  };
}

/** How many the first batch pays, so that its lane coins fit beside its recipients, and how many lanes there are. */
function firstBatch(count: number, limits: BatchLimits): { first: number; lanes: number } {
  const perBatch = Math.min(limits.recipientsPerBatch, MOST_OUTPUTS + 1);
  if (count <= perBatch) return { first: count, lanes: 0 };
  let lanes = 1;
  for (;;) {
    const first = Math.min(perBatch, MOST_OUTPUTS - lanes * LANE_COINS);
    const wanted = Math.min(limits.lanes, Math.ceil((count - first) / perBatch));
    if (wanted <= lanes) return { first, lanes: wanted };
    lanes += 1;
  }
}

/** Each batch goes into the first block after that of its predecessor which still has room for it; then one more. */
function blocksNeeded(batches: readonly PlannedBatch[]): number {
  const filled: number[] = [];
  const blockOf = new Map<number, number>();
  for (const batch of batches) {
    let block = batch.after === null ? 0 : (blockOf.get(batch.after) ?? 0) + 1;
    while ((filled[block] ?? 0) + batch.weight > BLOCK_WEIGHT) block += 1;
    filled[block] = (filled[block] ?? 0) + batch.weight;
    blockOf.set(batch.seq, block);
  }
  return filled.length + 1;
}

/** Largest coins first until `needed` is covered; null when they do not cover it. */
export function selectCoins(coins: readonly Coin[], needed: bigint): Coin[] | null {
  const chosen: Coin[] = [];
  let total = 0n;
  const ordered = [...coins].sort((a, b) =>
    a.value === b.value
      ? `${a.txid}${a.vout}`.localeCompare(`${b.txid}${b.vout}`)
      : a.value > b.value
        ? -1
        : 1,
  );
  for (const coin of ordered) {
    if (total >= needed) break;
    chosen.push(coin);
    total += coin.value;
  }
  return total >= needed ? chosen : null;
}

export interface FundedPlan extends BatchPlan {
  assetCoins: Coin[];
  feeCoins: Coin[];
}

/**
 * Plans and chooses the coins of the first batch. Weight depends on how many coins there are and the fee on the
 * weight, so it goes round until it holds. `short` names what is missing.
 */
export function planFunded(
  payees: readonly Payee[],
  limits: BatchLimits,
  coins: { asset: readonly Coin[]; fee: readonly Coin[] },
): { plan: FundedPlan | BatchPlan; short: 'asset' | 'fee' | 'weight' | null } {
  let inputs = 2;
  for (let round = 0; round < 16; round += 1) {
    const plan = planBatches(payees, limits, inputs);
    const assetCoins = selectCoins(coins.asset, plan.assetNeeded);
    if (!assetCoins) return { plan, short: 'asset' };
    const feeCoins = selectCoins(coins.fee, plan.feeFundsNeeded);
    if (!feeCoins) return { plan, short: 'fee' };
    if ((plan.batches[0]?.weight ?? 0) > MAX_WEIGHT) return { plan, short: 'weight' };
    const needed = assetCoins.length + feeCoins.length;
    if (needed <= inputs) return { plan: { ...plan, assetCoins, feeCoins }, short: null };
    inputs = needed;
  }
  return { plan: planBatches(payees, limits, inputs), short: 'weight' };
}
