import { SluiceError } from '../../../shared/errors.ts';
import { formatDecimal } from '../../../shared/money.ts';
import type { Coin } from '../../elements/types.ts';
import { MOVED, waitFor, type BatchContext, type StepResult } from '../context.ts';
import { selectCoins } from '../planner.ts';
import type { OutputRecord, ReservationRecord } from '../records.ts';
import { moveTo, reached } from '../steps.ts';
import { feeFor, weightOf, witnessOf } from '../size.ts';

/** created → reserved: the coins of this batch are written down as its own; nobody else spends them. */
export async function reserve(context: BatchContext): Promise<StepResult> {
  const { batch, batches } = context;
  if (batch.after === null) return reserveFromTreasury(context);

  const before = batches.find((candidate) => candidate.seq === batch.after);
  if (before?.state === 'cancelled') {
    throw new SluiceError(
      'OPERATION_STATE',
      `Batch ${batch.after}, whose change this batch spends, was cancelled.`,
      {
        next: 'Cancel this operation and plan the rest again.',
      },
    );
  }
  if (!before || !reached(before, 'built'))
    return waitFor(`Waiting for batch ${batch.after} to be built.`, 1);
  return reserveFromBatch(context, before.id, before.txid ?? '', before.after === null);
}

/** Coins that any operation may take: confirmed, held by nobody, and of transactions that AMP knows. */
export async function freeCoins(
  context: Pick<BatchContext, 'deps'>,
): Promise<{ coins: Coin[]; feeAsset: string }> {
  const { deps } = context;
  const [coins, feeAsset] = await Promise.all([
    deps.wallet.coins({ minConfirmations: 1 }),
    deps.node.policyAsset(),
  ]);
  const held = new Set(deps.records.allReservations().map((coin) => `${coin.txid}:${coin.vout}`));
  const unreported = deps.records.unreportedTxids();
  return {
    feeAsset,
    coins: coins.filter(
      (coin) =>
        coin.solvable &&
        !held.has(`${coin.txid}:${coin.vout}`) &&
        // L-BTC is not in AMP's books: its change is free as soon as it is confirmed.
        (coin.assetId === feeAsset || !unreported.has(coin.txid)),
    ),
  };
}

async function reserveFromTreasury(context: BatchContext): Promise<StepResult> {
  const { deps, operation, batch } = context;
  const { coins, feeAsset } = await freeCoins(context);
  const recipients = deps.records.recipients(batch.id);
  const lanes = deps.records.lanes(operation.id);
  const assetNeeded =
    deps.records.totals(batch.id).amount + lanes.reduce((total, lane) => total + lane.assetAmount, 0n);

  // L-BTC that is paid and L-BTC for the fee are chosen together, below.
  const paysFeeAsset = operation.assetId === feeAsset;
  const assetCoins = paysFeeAsset
    ? []
    : selectCoins(
        coins.filter((coin) => coin.assetId === operation.assetId),
        assetNeeded,
      );
  if (!assetCoins) {
    throw new SluiceError(
      'INSUFFICIENT_ASSET',
      `The treasury has too few confirmed free coins: ${formatDecimal(assetNeeded, operation.precision)} ${operation.ticker ?? ''} are needed.`,
      { next: 'Wait until coins confirm or other operations are reported, then retry. Nothing was paid.' },
    );
  }
  const laneFees = lanes.reduce((total, lane) => total + lane.feeAmount, 0n);
  const paid = paysFeeAsset ? assetNeeded : 0n;
  const outputs = recipients.length + 2 * lanes.length + 2;
  const feeCandidates = coins.filter((coin) => coin.assetId === feeAsset);
  let feeCoins: Coin[] | null;
  for (let inputs = assetCoins.length + 1; ; inputs = assetCoins.length + feeCoins.length) {
    const fee = feeFor(weightOf(inputs, outputs, witnessOf(deps.signer.policy)), operation.feeRate);
    feeCoins = selectCoins(feeCandidates, paid + laneFees + (fee * 6n) / 5n + 1_000n);
    if (!feeCoins || assetCoins.length + feeCoins.length <= inputs) break;
  }
  if (!feeCoins) {
    throw new SluiceError(
      'INSUFFICIENT_FEE_FUNDS',
      'The treasury has too little confirmed L-BTC for the fees.',
      {
        next: 'Send L-BTC to the treasury, wait for a confirmation, then retry. Nothing was paid.',
      },
    );
  }
  hold(context, [...assetCoins, ...feeCoins]);
  return MOVED;
}

/** The coins that the batch before made for this one: its lane's, or its change when it is of the same lane. */
function reserveFromBatch(
  context: BatchContext,
  beforeId: string,
  beforeTxid: string,
  split: boolean,
): Promise<StepResult> {
  const { deps, batch } = context;
  const own = deps.records
    .outputs(beforeId)
    .filter((output) =>
      split ? output.role === 'lane' && output.lane === batch.lane : output.role === 'change',
    );
  hold(
    context,
    own.map((output: OutputRecord) => ({
      txid: beforeTxid,
      vout: output.vout,
      assetId: output.assetId,
      value: output.amount,
      assetBlinder: output.assetBlinder ?? '',
      amountBlinder: output.amountBlinder ?? '',
    })),
  );
  return Promise.resolve(MOVED);
}

function hold(
  context: BatchContext,
  coins: readonly Pick<Coin, 'txid' | 'vout' | 'assetId' | 'value' | 'assetBlinder' | 'amountBlinder'>[],
): void {
  const { deps, batch } = context;
  moveTo(context, 'reserved', {}, () => {
    for (const coin of coins) {
      const reservation: ReservationRecord = {
        txid: coin.txid,
        vout: coin.vout,
        batchId: batch.id,
        assetId: coin.assetId,
        amount: coin.value,
        assetBlinder: coin.assetBlinder,
        amountBlinder: coin.amountBlinder,
      };
      deps.records.reserve(reservation);
    }
  });
}
