import { SluiceError } from '../../../shared/errors.ts';
import { amount, formatDecimal, type Amount } from '../../../shared/money.ts';
import type { BlindedOutput, PsetSummary } from '../../liquid/types.ts';
import { MOVED, waitFor, type BatchContext, type StepResult } from '../context.ts';
import type { OutputRecord, OutputRole, ReservationRecord } from '../records.ts';
import { moveTo, reached } from '../steps.ts';
import { fund } from './fund.ts';

/** An output we ask for, with the script that it must have. */
export interface WantedOutput {
  role: Extract<OutputRole, 'recipient' | 'lane'>;
  position: number | null;
  lane: number | null;
  address: string;
  script: string;
  blindingPubkey: string;
  assetId: string;
  amount: Amount;
}

/**
 * reserved → built: Elements funds with the coins we hold, we check what it made, blind it and keep every blinder.
 * Building again before anything was signed is harmless: every build of a batch spends the same coins.
 */
export async function build(context: BatchContext): Promise<StepResult> {
  const { deps, operation, batch, batches } = context;
  if (batch.after !== null) {
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
    if (!before || !reached(before, 'confirmed-1')) {
      return waitFor(
        `Waiting for the first confirmation of batch ${batch.after}, whose change this batch spends.`,
        2,
      );
    }
  }
  const held = deps.records.reservations(batch.id);
  await requireUnspent(context, held);
  await deps.wallet.lock(held);

  context.say('Building the transaction.');
  const feeAsset = await deps.node.policyAsset();
  const wanted = await wantedOutputs(context, feeAsset);
  const pset = await fund(deps, { held, wanted, feeRate: operation.feeRate, feeAsset });
  const summary = await deps.liquid.inspectPset(pset);
  const fee = checkFee(summary, feeAsset, operation.feeCeiling);
  checkInputs(summary, held);
  const roles = await classify(context, summary, wanted);

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
  const after = await deps.liquid.inspectPset(blinded.pset);
  const outputs = roles.map((role): OutputRecord => recordOf(batch.id, role, secrets.get(role.vout)));

  moveTo(context, 'built', { pset: blinded.pset, signedPset: null, raw: null, txid: after.txid, fee }, () =>
    deps.records.replaceOutputs(batch.id, outputs),
  );
  return MOVED;
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

async function wantedOutputs(context: BatchContext, feeAsset: string): Promise<WantedOutput[]> {
  const { deps, operation, batch } = context;
  const wanted: Omit<WantedOutput, 'script' | 'blindingPubkey'>[] = deps.records
    .recipients(batch.id)
    .map((recipient) => {
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
  if (batch.after === null) {
    for (const lane of deps.records.lanes(operation.id)) {
      for (const [assetId, value] of [
        [operation.assetId, lane.assetAmount],
        [feeAsset, lane.feeAmount],
      ] as const) {
        wanted.push({
          role: 'lane',
          position: null,
          lane: lane.lane,
          address: await deps.wallet.newAddress(),
          assetId,
          amount: value,
        });
      }
    }
  }
  return Promise.all(
    wanted.map(async (output): Promise<WantedOutput> => {
      const known = await deps.node.validateAddress(output.address);
      if (!known.valid || known.blindingPubkey === null) {
        throw new SluiceError(
          'AMP_BOOKS_DIFFER',
          `“${output.address}” is not a confidential address of this network.`,
          { next: 'Check that AMP and the node are on the same network. Nothing was paid.' },
        );
      }
      return { ...output, script: known.script, blindingPubkey: known.blindingPubkey };
    }),
  );
}

function checkFee(summary: PsetSummary, feeAsset: string, ceiling: Amount): Amount {
  const fees = summary.outputs.filter((output) => output.script === '');
  const [fee] = fees;
  if (!fee || fees.length !== 1 || fee.assetId !== feeAsset) {
    throw new SluiceError(
      'PSET_INVALID',
      'The node’s transaction does not have exactly one fee output in L-BTC.',
      {
        next: 'Retry; if it happens again, check the node. Nothing was paid.',
      },
    );
  }
  if (fee.value > ceiling) {
    throw new SluiceError(
      'TRANSACTION_REFUSED',
      `The fee would be ${formatDecimal(fee.value, 8)} L-BTC, above the ceiling of ${formatDecimal(ceiling, 8)}.`,
      {
        next: 'Lower the fee rate or raise the ceiling in Settings, cancel, and plan again. Nothing was paid.',
      },
    );
  }
  return fee.value;
}

function checkInputs(summary: PsetSummary, held: readonly ReservationRecord[]): void {
  const expected = new Set(held.map((coin) => `${coin.txid}:${coin.vout}`));
  const strange = summary.inputs.find(
    (input) => !expected.has(`${input.txid}:${input.vout}`) || input.issuance,
  );
  if (strange || summary.inputs.length !== held.length) {
    throw new SluiceError(
      'PSET_INVALID',
      'The node’s transaction does not spend exactly the coins held for it.',
      {
        next: 'Retry; if it happens again, check the node. Nothing was paid.',
      },
    );
  }
}

interface Classified {
  vout: number;
  role: OutputRole;
  position: number | null;
  lane: number | null;
  script: string;
  address: string | null;
  assetId: string;
  amount: Amount;
}

/** Every output is one we asked for, the fee, or change of our own; anything else is refused. */
async function classify(
  context: BatchContext,
  summary: PsetSummary,
  wanted: readonly WantedOutput[],
): Promise<Classified[]> {
  const open = new Map(wanted.map((output) => [output.script, output]));
  const classified: Classified[] = [];
  for (const output of summary.outputs) {
    if (output.script === '') {
      classified.push({ ...blank(output), role: 'fee' });
      continue;
    }
    const asked = open.get(output.script);
    if (asked) {
      open.delete(output.script);
      if (
        output.value !== asked.amount ||
        output.assetId !== asked.assetId ||
        output.blindingPubkey !== asked.blindingPubkey
      ) {
        throw strange(output.vout, 'does not pay what was asked for');
      }
      const unconfidential = await context.deps.node.scriptAddress(output.script);
      classified.push({
        ...blank(output),
        role: asked.role,
        position: asked.position,
        lane: asked.lane,
        address: unconfidential,
      });
      continue;
    }
    classified.push(await changeOf(context, output));
  }
  if (open.size > 0) throw strange(null, 'leaves out a payment that was asked for');
  return classified;
}

function blank(output: PsetSummary['outputs'][number]): Omit<Classified, 'role'> {
  const { vout, script, assetId, value } = output;
  return { vout, script, assetId, amount: value, position: null, lane: null, address: null };
}

async function changeOf(context: BatchContext, output: PsetSummary['outputs'][number]): Promise<Classified> {
  const { deps } = context;
  const address = await deps.node.scriptAddress(output.script);
  const info = address === null ? null : await deps.wallet.addressInfo(address);
  if (!info?.isMine || info.confidential === null)
    throw strange(output.vout, 'is neither a payment nor our own change');
  const own = await deps.node.validateAddress(info.confidential);
  if (own.blindingPubkey !== output.blindingPubkey) {
    throw strange(output.vout, 'is change that we could not open: its blinding key is not the wallet’s');
  }
  return { ...blank(output), role: 'change', address };
}

function strange(vout: number | null, what: string): SluiceError {
  return new SluiceError('PSET_INVALID', `${vout === null ? 'The transaction' : `Output ${vout}`} ${what}.`, {
    next: 'Nothing was signed. Retry; if it happens again, check the node.',
  });
}

function recordOf(batchId: string, output: Classified, secrets: BlindedOutput | undefined): OutputRecord {
  if (
    output.role !== 'fee' &&
    (!secrets || secrets.value !== output.amount || secrets.assetId !== output.assetId)
  ) {
    throw new SluiceError('PROOF_INVALID', `Output ${output.vout} was not blinded as planned.`, {
      next: 'Retry; nothing was signed.',
    });
  }
  return {
    batchId,
    ...output,
    amount: amount(output.amount),
    assetBlinder: secrets?.assetBlinder ?? null,
    amountBlinder: secrets?.amountBlinder ?? null,
    verified: false,
  };
}
