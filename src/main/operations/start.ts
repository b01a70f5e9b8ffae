import { randomUUID } from 'node:crypto';
import type { Asset } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { EngineDeps } from './context.ts';
import { preparePlan, type PlanSources } from './plan.ts';
import type { BatchPapers, BatchRecord, OperationRecord } from './records.ts';

/** The words that have to be typed before something irreversible is done with an asset. */
export function requireConfirmation(asset: Pick<Asset, 'ticker' | 'name'>, confirm: string): void {
  requireTyped(asset.ticker ?? asset.name, confirm);
}

export function requireTyped(expected: string, confirm: string): void {
  if (confirm.trim() !== expected) {
    throw new SluiceError('CONFIRMATION_MISMATCH', `“${confirm}” is not “${expected}”.`, {
      next: `Type ${expected} to confirm.`,
      field: 'confirm',
    });
  }
}

/**
 * Turns the plan a person saw into an operation: batches, recipients and lanes, all in one transaction. Nothing outside
 * is touched yet. Throws CONFLICT when anything the plan was made of has changed since it was shown.
 */
export async function startDistribution(
  deps: EngineDeps,
  sources: PlanSources,
  request: {
    allocationId: string;
    fingerprint: string;
    confirm: string;
    foreignReady: 'take-in' | 'refuse' | undefined;
    recipientsPerBatch?: number | undefined;
    actor: string;
  },
): Promise<string> {
  const takeIn = request.foreignReady === 'take-in';
  const { plan, batches, asset, allocationName } = await preparePlan(
    deps,
    sources,
    request.allocationId,
    takeIn,
    request.recipientsPerBatch,
  );
  requireConfirmation(asset, request.confirm);
  const shown = takeIn
    ? (await preparePlan(deps, sources, request.allocationId, false, request.recipientsPerBatch)).plan
        .fingerprint
    : plan.fingerprint;
  if (shown !== request.fingerprint) {
    throw new SluiceError('CONFLICT', 'Something has changed since the plan was shown.', {
      next: 'Look at the plan again, then start it.',
      field: 'fingerprint',
    });
  }
  const wrong = plan.checks.find((check) => check.verdict === 'wrong');
  if (wrong) throw new SluiceError('NOT_ALLOWED', wrong.message, { next: wrong.next });
  if (plan.foreignReady.length > 0 && !takeIn) {
    throw new SluiceError(
      'AMP_BOOKS_DIFFER',
      `${plan.foreignReady.length} assignments that others left ready at AMP would be paid with this distribution.`,
      { next: 'Take them in, or lock or delete them at AMP, and plan again.', field: 'foreignReady' },
    );
  }

  const settings = sources.settings();
  const now = deps.clock();
  const id = randomUUID();
  const operation: OperationRecord = {
    id,
    kind: 'distribute',
    origin: 'allocation',
    title: allocationName,
    assetUuid: asset.assetUuid,
    assetId: asset.assetId,
    ticker: asset.ticker,
    precision: asset.precision,
    allocationId: request.allocationId,
    signer: plan.signer,
    feeRate: settings.feeRate,
    feeCeiling: settings.feeCeiling,
    sequential: false,
    state: 'running',
    createdAt: now,
    changedAt: now,
    finishedAt: null,
  };
  deps.store.tx(() => {
    deps.records.insertOperation(operation);
    for (const lane of batches.lanes) deps.records.insertLane(id, lane);
    for (const batch of batches.batches) {
      const batchId = `${id.slice(0, 8)}-${batch.seq}`;
      deps.records.insertBatch(
        newBatch({ id: batchId, operationId: id, seq: batch.seq, after: batch.after, lane: batch.lane }),
        now,
      );
      batch.payees.forEach((payee, position) =>
        deps.records.insertRecipient({
          batchId,
          position,
          holderId: payee.holderId,
          holderName: payee.holderName,
          gaid: payee.gaid,
          amount: payee.amount,
          allocationRowId: payee.allocationRowId,
          takenIn: payee.assignmentId !== null,
          assignmentId: payee.assignmentId,
          address: null,
        }),
      );
      deps.allocations.markInOperation(
        batch.payees.map((payee) => payee.allocationRowId).filter((row) => row !== null),
        id,
      );
    }
    deps.store.audit({
      type: 'operation.started',
      subject: `operation:${id}`,
      actor: request.actor,
      data: {
        allocation: request.allocationId,
        asset: asset.assetId,
        recipients: plan.recipients,
        total: plan.total,
        batches: plan.batches.length,
        signer: plan.signer,
        fingerprint: request.fingerprint,
      },
    });
  });
  deps.checkpoint('operation:started');
  return id;
}

/** A batch that nothing has happened to yet. */
export function newBatch(
  own: Pick<BatchRecord, 'id' | 'operationId' | 'seq' | 'after' | 'lane'> &
    Partial<BatchRecord> &
    Partial<Pick<BatchPapers, 'raw'>>,
): BatchRecord & Pick<BatchPapers, 'raw'> {
  return {
    step: 'planned',
    state: 'running',
    sentence: 'Planned.',
    problem: null,
    attempts: 0,
    notBefore: 0,
    distributionUuid: null,
    txid: null,
    raw: null,
    fee: null,
    weight: null,
    confirmations: 0,
    blockHash: null,
    height: null,
    ...own,
  };
}
