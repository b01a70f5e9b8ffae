import { SluiceError } from '../../../shared/errors.ts';
import { formatDecimal, type Amount } from '../../../shared/money.ts';
import { shuffled } from '../../liquid/index.ts';
import type { BlindedOutput, PsetSummary } from '../../liquid/types.ts';
import { MOVED, waitFor, type BatchContext, type StepResult } from '../context.ts';
import type { OutputRecord, OutputRole, ReservationRecord } from '../records.ts';
import { witnessOf } from '../size.ts';
import { moveTo, reached } from '../steps.ts';
import { compose, type Payment } from './compose.ts';

/** An output the transaction must have, as we asked for it. */
interface Wanted extends Payment {
  role: Exclude<OutputRole, 'fee'>;
  position: number | null;
  lane: number | null;
  address: string;
}

/** The same with what the node says its address means. */
interface Placed extends Wanted {
  script: string;
  unconfidential: string;
  blindingPubkey: string;
}

/**
 * reserved → built: the transaction is composed of exactly the coins we hold, Elements makes a PSET of it, we check that
 * it is what we asked for, blind it and keep every blinder. Building again before anything was signed is harmless: every
 * build of a batch spends the same coins.
 */
export async function build(context: BatchContext): Promise<StepResult> {
  const { deps, operation, batch } = context;
  const waiting = waitForPredecessor(context);
  if (waiting) return waiting;
  const held = deps.records.reservations(batch.id);
  const ahead = aheadOf(context, held);
  const known = held.filter((coin) => !ahead.includes(coin));
  await requireUnspent(context, known);
  await deps.wallet.lock(known);

  context.say('Building the transaction.');
  const feeAsset = await deps.node.policyAsset();
  const wanted = await payments(context, feeAsset);
  const { changes, fee } = compose(held, wanted, operation.feeRate, feeAsset, witnessOf(deps.signer.policy));
  checkFee(fee, operation.feeCeiling);
  for (const change of changes) wanted.push(await changeTo(context, change));
  const placed = await Promise.all(shuffled(wanted).map((output) => place(context, output)));
  const assembled = await deps.wallet.assemble({
    inputs: held.map(({ txid, vout }) => ({
      txid,
      vout,
      unseenAt: addressAhead(context, ahead, txid, vout),
    })),
    outputs: placed.map(({ address, assetId, amount, role }) => ({
      address,
      assetId,
      amount,
      own: role !== 'recipient',
    })),
    fee,
  });
  const pset = ahead.length === 0 ? assembled : await showAhead(context, assembled, ahead);
  checkAssembled(await deps.liquid.inspectPset(pset), held, placed, { fee, feeAsset });

  const blinded = await deps.liquid.blind(
    {
      pset,
      inputs: held.map((coin) => ({
        txid: coin.txid,
        vout: coin.vout,
        assetId: coin.assetId,
        value: coin.amount,
        assetBlinder: coin.assetBlinder,
        amountBlinder: coin.amountBlinder,
      })),
    },
    (done, total) => context.say(`Blinding: ${done} of ${total} outputs.`),
  );
  const secrets = new Map(blinded.outputs.map((output) => [output.vout, output]));
  const { txid } = await deps.liquid.inspectPset(blinded.pset);
  const records = [
    ...placed.map((output, vout) => recordOf(batch.id, vout, output, secrets.get(vout))),
    feeRecord(batch.id, placed.length, feeAsset, fee),
  ];
  moveTo(context, 'built', { pset: blinded.pset, signedPset: null, raw: null, txid, fee }, () =>
    deps.records.replaceOutputs(batch.id, records),
  );
  return MOVED;
}

/**
 * Coins that a batch before this one makes and that is not sent yet. Its txid is final all the same: every input is segwit,
 * and what is built is never built again.
 */
function aheadOf({ batches }: BatchContext, held: readonly ReservationRecord[]): ReservationRecord[] {
  const unsent = new Set(
    batches.filter((batch) => !reached(batch, 'broadcast')).flatMap(({ txid }) => txid ?? []),
  );
  return held.filter(({ txid }) => unsent.has(txid));
}

function addressAhead(
  { deps, batches }: BatchContext,
  ahead: readonly ReservationRecord[],
  txid: string,
  vout: number,
): string | undefined {
  if (!ahead.some((coin) => coin.txid === txid && coin.vout === vout)) return undefined;
  const parent = batches.find((batch) => batch.txid === txid);
  const output = deps.records.outputs(parent?.id ?? '').find((made) => made.vout === vout);
  return output?.address ?? undefined;
}

/** The node can say nothing of coins it does not know: their own PSET does. */
async function showAhead(
  { deps, batches }: BatchContext,
  pset: string,
  ahead: readonly ReservationRecord[],
): Promise<string> {
  const { inputs } = await deps.liquid.inspectPset(pset);
  return deps.liquid.showCoins(
    pset,
    ahead.map(({ txid, vout }) => ({
      input: inputs.findIndex((input) => input.txid === txid && input.vout === vout),
      from: deps.records.papers(batches.find((batch) => batch.txid === txid)?.id ?? '').pset ?? '',
      vout,
    })),
  );
}

/**
 * A full batch cannot spend unconfirmed change: 101,000 virtual bytes of descendants are the mempool's limit. Where
 * signatures come from elsewhere it is built at once all the same, so that one trip carries every batch; then it is the
 * broadcast that waits.
 */
function waitForPredecessor({ deps, batch, batches }: BatchContext): StepResult | null {
  if (batch.after === null) return null;
  const before = batches.find((candidate) => candidate.seq === batch.after);
  if (before?.state === 'cancelled') {
    throw new SluiceError(
      'OPERATION_STATE',
      `Batch ${batch.after}, whose change this batch spends, was cancelled.`,
      { next: 'Cancel this operation and plan the rest again.' },
    );
  }
  const far = deps.signer.elsewhere === true ? 'built' : 'confirmed-1';
  if (before && reached(before, far)) return null;
  return waitFor(
    `Waiting for the first confirmation of batch ${batch.after}, whose change this batch spends.`,
    2,
  );
}

async function requireUnspent(context: BatchContext, held: readonly ReservationRecord[]): Promise<void> {
  const states = await Promise.all(held.map((coin) => context.deps.node.unspent(coin)));
  const gone = held.find((_, index) => states[index] === null);
  if (gone) {
    throw new SluiceError(
      'INPUTS_SPENT',
      `The coin ${gone.txid}:${gone.vout} that this batch was going to spend has been spent by somebody else.`,
      {
        next: 'Nothing of this batch was paid. Find out who uses the treasury wallet, cancel the operation and plan again.',
      },
    );
  }
}

/** What the batch pays: its recipients, and in the batch that splits the coins of every lane. */
async function payments({ deps, operation, batch }: BatchContext, feeAsset: string): Promise<Wanted[]> {
  const wanted: Wanted[] = deps.records.recipients(batch.id).map((recipient) => {
    if (recipient.address === null) {
      throw new SluiceError('AMP_BOOKS_DIFFER', `AMP gave no address for ${recipient.holderName}.`, {
        next: 'Cancel this operation. Nothing was paid.',
      });
    }
    return {
      role: 'recipient',
      position: recipient.position,
      lane: null,
      address: recipient.address,
      assetId: operation.assetId,
      amount: recipient.amount,
    };
  });
  if (batch.after !== null) return wanted;
  for (const { lane, assetAmount, feeAmount } of deps.records.lanes(operation.id)) {
    for (const [assetId, amount] of [
      [operation.assetId, assetAmount],
      [feeAsset, feeAmount],
    ] as const) {
      // Of the change chain, which hardware signers do not ask about.
      const address = await deps.wallet.newChangeAddress();
      wanted.push({ role: 'lane', position: null, lane, address, assetId, amount });
    }
  }
  return wanted;
}

async function changeTo({ deps }: BatchContext, change: Payment): Promise<Wanted> {
  const address = await deps.wallet.newChangeAddress();
  return {
    role: 'change',
    position: null,
    lane: null,
    address,
    assetId: change.assetId,
    amount: change.amount,
  };
}

/** What an address means on this network; one that is to be ours must be the wallet's own, blinding key included. */
async function place({ deps }: BatchContext, output: Wanted): Promise<Placed> {
  const known = await deps.node.validateAddress(output.address);
  if (!known.valid || known.blindingPubkey === null) {
    throw new SluiceError(
      'AMP_BOOKS_DIFFER',
      `“${output.address}” is not a confidential address of this network.`,
      {
        next: 'Check that AMP and the node are on the same network. Nothing was paid.',
      },
    );
  }
  if (output.role !== 'recipient') {
    const info = await deps.wallet.addressInfo(output.address);
    if (!info.isMine || info.script !== known.script) {
      throw strange(`“${output.address}” was to be the treasury’s own and is not`);
    }
  }
  return {
    ...output,
    script: known.script,
    unconfidential: known.unconfidential,
    blindingPubkey: known.blindingPubkey,
  };
}

function checkFee(fee: Amount, ceiling: Amount): void {
  if (fee <= ceiling) return;
  throw new SluiceError(
    'TRANSACTION_REFUSED',
    `The fee would be ${formatDecimal(fee, 8)} L-BTC, above the ceiling of ${formatDecimal(ceiling, 8)}.`,
    {
      next: 'Lower the fee rate or raise the ceiling in Settings, cancel, and plan again. Nothing was paid.',
    },
  );
}

/** The node's PSET is read back: our coins and nothing else, our outputs to the unit and in our order, our fee. */
function checkAssembled(
  summary: PsetSummary,
  held: readonly ReservationRecord[],
  placed: readonly Placed[],
  expected: { fee: Amount; feeAsset: string },
): void {
  const coins = new Set(held.map((coin) => `${coin.txid}:${coin.vout}`));
  const foreign = summary.inputs.some((input) => !coins.has(`${input.txid}:${input.vout}`) || input.issuance);
  if (foreign || summary.inputs.length !== held.length) {
    throw strange('The node’s transaction does not spend exactly the coins held for it');
  }
  const [fee, ...others] = summary.outputs.slice(placed.length);
  const feeStands =
    others.length === 0 &&
    fee?.script === '' &&
    fee.assetId === expected.feeAsset &&
    fee.value === expected.fee &&
    fee.blindingPubkey === null;
  const paymentsStand = placed.every((output, vout) => {
    const made = summary.outputs[vout];
    return (
      made?.vout === vout &&
      made.script === output.script &&
      made.assetId === output.assetId &&
      made.value === output.amount &&
      made.blindingPubkey === output.blindingPubkey
    );
  });
  if (!feeStands || !paymentsStand) throw strange('The node’s transaction does not pay what was asked for');
}

function strange(what: string): SluiceError {
  return new SluiceError('PSET_INVALID', `${what}.`, {
    next: 'Nothing was signed. Retry; if it happens again, check the node.',
  });
}

function recordOf(
  batchId: string,
  vout: number,
  output: Placed,
  secrets: BlindedOutput | undefined,
): OutputRecord {
  if (
    secrets?.value !== output.amount ||
    secrets.assetId !== output.assetId ||
    secrets.script !== output.script
  ) {
    throw new SluiceError('PROOF_INVALID', `Output ${vout} was not blinded as planned.`, {
      next: 'Retry; nothing was signed.',
    });
  }
  return {
    batchId,
    vout,
    role: output.role,
    position: output.position,
    lane: output.lane,
    script: output.script,
    address: output.unconfidential,
    assetId: output.assetId,
    amount: output.amount,
    assetBlinder: secrets.assetBlinder,
    amountBlinder: secrets.amountBlinder,
    verified: false,
    blindingPubkey: secrets.blindingPubkey,
    ephemeralKey: secrets.ephemeralKey,
  };
}

function feeRecord(batchId: string, vout: number, assetId: string, fee: Amount): OutputRecord {
  return {
    batchId,
    vout,
    role: 'fee',
    position: null,
    lane: null,
    script: '',
    address: null,
    assetId,
    amount: fee,
    assetBlinder: null,
    amountBlinder: null,
    verified: false,
    blindingPubkey: null,
    ephemeralKey: null,
  };
}
