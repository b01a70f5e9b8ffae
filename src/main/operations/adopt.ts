import { randomUUID } from 'node:crypto';
import type { Asset, TreasurySigner } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { amount, sum, type Amount } from '../../shared/money.ts';
import type { AmpAssignment } from '../amp/types.ts';
import type { EngineDeps } from './context.ts';
import type { PlanSources } from './plan.ts';
import type { BatchRecord, OutputRecord } from './records.ts';
import { newBatch, requireConfirmation } from './start.ts';

export interface Pending {
  assetUuid: string;
  distributionUuid: string;
  recipients: number;
  amount: Amount;
  operationId: string | null;
  assignments: {
    assignmentId: number;
    holderId: number;
    holderName: string | null;
    amount: Amount;
    address: string | null;
  }[];
}

/**
 * Distributions that are pending at AMP. AMP lists a distribution only once it is confirmed, so they are pieced
 * together from the assignments that carry its uuid and are not distributed.
 */
export async function pendingAtAmp(
  deps: EngineDeps,
  sources: Pick<PlanSources, 'holderName'>,
  assetUuids: readonly string[],
): Promise<Pending[]> {
  const pending: Pending[] = [];
  for (const assetUuid of assetUuids) {
    const assignments = await deps.amp.assignments.list(assetUuid, { distributed: false });
    const groups = Map.groupBy(
      assignments.filter((assignment) => assignment.distributionUuid !== null && !assignment.distributed),
      (assignment) => assignment.distributionUuid as string,
    );
    for (const [distributionUuid, members] of groups) {
      const ids = members.map((assignment) => assignment.id);
      pending.push({
        assetUuid,
        distributionUuid,
        recipients: members.length,
        amount: sum(members.map((assignment) => assignment.amount)),
        operationId: ownBatch(deps, distributionUuid, ids)?.operationId ?? null,
        assignments: members.map((assignment) => ({
          assignmentId: assignment.id,
          holderId: assignment.registeredUser,
          holderName: sources.holderName(assignment.registeredUser),
          amount: assignment.amount,
          address: assignment.receivingAddress,
        })),
      });
    }
  }
  return pending;
}

/**
 * The batch that a distribution at AMP belongs to. Its answer to our create may be on its way or lost, so that only the
 * assignments tell whose it is.
 */
export function ownBatch(
  { records }: Pick<EngineDeps, 'records'>,
  distributionUuid: string,
  assignmentIds: readonly number[],
): BatchRecord | null {
  const named = records.batchByDistribution(distributionUuid);
  if (named && named.state !== 'cancelled') return named;
  for (const id of assignmentIds) {
    const batch = records.batchByAssignment(id);
    if (batch) return batch;
  }
  return null;
}

/** Takes over a distribution that somebody else made: to pay it from here, or to report a payment already made. */
export async function adoptDistribution(
  deps: EngineDeps,
  sources: PlanSources,
  request: {
    assetUuid: string;
    distributionUuid: string;
    txid: string | undefined;
    confirm: string;
    actor: string;
  },
): Promise<string> {
  const asset = sources.asset(request.assetUuid);
  requireConfirmation(asset, request.confirm);
  const members = (await deps.amp.assignments.list(request.assetUuid, { distributed: false })).filter(
    (assignment) => assignment.distributionUuid === request.distributionUuid,
  );
  const existing = ownBatch(
    deps,
    request.distributionUuid,
    members.map((assignment) => assignment.id),
  );
  if (existing) {
    throw new SluiceError('CONFLICT', 'This distribution belongs to an operation of this desk already.', {
      next: `Open operation ${existing.operationId}.`,
    });
  }
  if (members.length === 0) {
    throw new SluiceError('NOT_FOUND', 'AMP has no pending distribution with that number.', {
      next: 'Refresh; it may have been confirmed or cancelled meanwhile.',
    });
  }
  if (request.txid === undefined && members.some((assignment) => assignment.receivingAddress === null)) {
    throw new SluiceError(
      'AMP_ANSWER_INVALID',
      'AMP does not tell the addresses of this distribution again.',
      {
        next: 'Cancel it at AMP and distribute from an allocation, or finish it from the transaction that paid it.',
      },
    );
  }
  const paid = request.txid === undefined ? null : await paidOutputs(deps, asset, request.txid, members);

  const settings = sources.settings();
  const now = deps.clock();
  const id = randomUUID();
  const batchId = `${id.slice(0, 8)}-1`;
  deps.store.tx(() => {
    deps.records.insertOperation({
      id,
      kind: 'distribute',
      origin: 'adopted',
      title: `Adopted ${request.distributionUuid.slice(0, 8)}`,
      assetUuid: asset.assetUuid,
      assetId: asset.assetId,
      ticker: asset.ticker,
      precision: asset.precision,
      allocationId: null,
      signer: deps.signer.kind satisfies TreasurySigner,
      feeRate: settings.feeRate,
      feeCeiling: settings.feeCeiling,
      sequential: false,
      state: 'running',
      createdAt: now,
      changedAt: now,
      finishedAt: null,
    });
    deps.records.insertBatch(
      newBatch({
        id: batchId,
        operationId: id,
        seq: 1,
        after: null,
        lane: null,
        distributionUuid: request.distributionUuid,
        ...(paid === null
          ? { step: 'created', sentence: 'Adopted from AMP.' }
          : { step: 'broadcast', sentence: 'Adopted with its transaction.', txid: paid.txid, raw: paid.raw }),
      }),
      now,
    );
    members.forEach((assignment, position) =>
      deps.records.insertRecipient({
        batchId,
        position,
        holderId: assignment.registeredUser,
        holderName: sources.holderName(assignment.registeredUser) ?? `Holder ${assignment.registeredUser}`,
        gaid: assignment.gaid,
        amount: assignment.amount,
        allocationRowId: null,
        takenIn: true,
        assignmentId: assignment.id,
        address: assignment.receivingAddress,
      }),
    );
    if (paid) {
      deps.records.updateBatch(batchId, { fee: paid.fee });
      deps.records.replaceOutputs(
        batchId,
        paid.outputs.map((output) => ({ ...output, batchId })),
      );
    }
    deps.store.audit({
      type: 'operation.adopted',
      subject: `operation:${id}`,
      actor: request.actor,
      data: {
        distributionUuid: request.distributionUuid,
        recipients: members.length,
        ...(paid === null ? {} : { txid: paid.txid }),
      },
    });
  });
  deps.checkpoint('operation:adopted');
  return id;
}

/** The outputs of a transaction that paid a distribution, opened with the blinders that the node remembers. */
async function paidOutputs(
  deps: EngineDeps,
  asset: Asset,
  txid: string,
  members: readonly AmpAssignment[],
): Promise<{ txid: string; raw: string; fee: Amount; outputs: Omit<OutputRecord, 'batchId'>[] }> {
  const known = await deps.wallet.transaction(txid);
  if (!known) {
    throw new SluiceError('NOT_FOUND', `The treasury wallet does not know the transaction ${txid}.`, {
      next: 'Check the txid, and that the wallet which paid it is the treasury wallet of this profile.',
      field: 'txid',
    });
  }
  const details = await deps.wallet.details(txid);
  if (!details) {
    throw new SluiceError(
      'PROOF_INVALID',
      'The node does not know the blinders of this transaction’s recipients: it was not made by the wallet’s own send.',
      { next: 'Finish it on the desk that made it; only that one has the blinders.', field: 'txid' },
    );
  }
  const decoded = await deps.liquid.decodeTransaction(known.hex);
  const coins = await deps.wallet.coins({ minConfirmations: 0, assetId: asset.assetId });
  const own = new Map(coins.filter((coin) => coin.txid === txid).map((coin) => [coin.vout, coin]));
  const scripts = new Map(decoded.outputs.map((output) => [output.vout, output.script]));
  // AMP gives confidential addresses, the node prints unconfidential ones: they are compared by script.
  const wanted = new Map<number, string>();
  for (const assignment of members) {
    if (assignment.receivingAddress === null) continue;
    wanted.set(assignment.id, (await deps.node.validateAddress(assignment.receivingAddress)).script);
  }
  const outputs: Omit<OutputRecord, 'batchId'>[] = [];
  const open = [...members];
  for (const detail of details) {
    if (detail.assetId !== asset.assetId || own.has(detail.vout)) continue;
    const index = open.findIndex(
      (assignment) =>
        assignment.amount === detail.amount &&
        (assignment.receivingAddress === null || wanted.get(assignment.id) === scripts.get(detail.vout)),
    );
    const [member] = index < 0 ? [] : open.splice(index, 1);
    outputs.push({
      vout: detail.vout,
      role: 'recipient',
      position: member ? members.indexOf(member) : null,
      lane: null,
      script: scripts.get(detail.vout) ?? '',
      address: detail.address,
      assetId: detail.assetId,
      amount: detail.amount,
      assetBlinder: detail.assetBlinder,
      amountBlinder: detail.amountBlinder,
      verified: false,
      blindingPubkey: null,
      ephemeralKey: null,
    });
  }
  if (open.length > 0 || outputs.some((output) => output.position === null)) {
    throw new SluiceError(
      'PROOF_INVALID',
      'That transaction does not pay exactly what this distribution asks for.',
      {
        next: 'Check the txid. Nothing was reported.',
        field: 'txid',
      },
    );
  }
  for (const coin of own.values()) {
    outputs.push({
      vout: coin.vout,
      role: 'change',
      position: null,
      lane: null,
      script: coin.script,
      address: coin.address,
      assetId: coin.assetId,
      amount: coin.value,
      assetBlinder: coin.assetBlinder,
      amountBlinder: coin.amountBlinder,
      verified: false,
      blindingPubkey: null,
      ephemeralKey: null,
    });
  }
  const fee = decoded.outputs.find((output) => output.isFee);
  if (fee) {
    outputs.push({
      vout: fee.vout,
      role: 'fee',
      position: null,
      lane: null,
      script: '',
      address: null,
      assetId: fee.assetId ?? '',
      amount: fee.value ?? amount(0n),
      assetBlinder: null,
      amountBlinder: null,
      verified: false,
      blindingPubkey: null,
      ephemeralKey: null,
    });
  }
  return { txid, raw: known.hex, fee: fee?.value ?? amount(0n), outputs };
}
