import type { Batch, Operation } from '../../shared/contract/index.ts';
import { amount, sum } from '../../shared/money.ts';
import type { EngineDeps } from './context.ts';
import { canCancel } from './distribute/cancel.ts';
import type { Engine } from './engine.ts';
import type { BatchRecord, OperationRecord } from './records.ts';
import { isOver } from './steps.ts';

/** How an operation is shown: its batches, what it does in a sentence, what stands in its way. */
export function viewOperation(deps: EngineDeps, engine: Engine, operation: OperationRecord): Operation {
  const records = deps.records.batches(operation.id);
  const batches = records.map((batch) => viewBatch(deps, engine, batch));
  const open = records.filter((batch) => !isOver(batch));
  return {
    id: operation.id,
    kind: operation.kind,
    origin: operation.origin,
    title: operation.title,
    assetUuid: operation.assetUuid,
    assetId: operation.assetId,
    ticker: operation.ticker,
    precision: operation.precision,
    allocationId: operation.allocationId,
    signer: operation.signer,
    state: operation.state,
    sentence: sentenceOf(operation, batches),
    recipients: batches.reduce((total, batch) => total + batch.recipients, 0),
    total: sum(batches.map((batch) => batch.amount)),
    fee: sum(batches.map((batch) => batch.fee ?? amount(0n))),
    batches,
    problem: batches.find((batch) => batch.problem !== null)?.problem ?? null,
    cancellable: operation.state !== 'cancelling' && open.some((batch) => canCancel({ deps, batch })),
    createdAt: operation.createdAt,
    changedAt: operation.changedAt,
    finishedAt: operation.finishedAt,
  };
}

function viewBatch(deps: EngineDeps, engine: Engine, batch: BatchRecord): Batch {
  const totals = deps.records.totals(batch.id);
  return {
    id: batch.id,
    seq: batch.seq,
    step: batch.step,
    state: batch.state,
    sentence: engine.sentence(batch.id) ?? batch.sentence,
    recipients: totals.recipients,
    amount: totals.amount,
    after: batch.after,
    distributionUuid: batch.distributionUuid,
    txid: batch.txid,
    fee: batch.fee,
    weight: batch.weight,
    confirmations: batch.confirmations,
    blockHash: batch.blockHash,
    height: batch.height,
    problem: batch.problem,
    steps: deps.records.steps(batch.id),
  };
}

function sentenceOf(operation: OperationRecord, batches: readonly Batch[]): string {
  const many = batches.length > 1;
  const paid = batches.filter((batch) => batch.state === 'done');
  if (operation.state === 'done') {
    return operation.kind === 'send'
      ? 'Paid and confirmed twice.'
      : 'Every recipient is paid and AMP has the report.';
  }
  if (operation.state === 'cancelled') {
    return paid.length === 0
      ? 'Cancelled; nobody was paid.'
      : `Cancelled after ${paid.length} of ${batches.length} batches were paid and reported.`;
  }
  const telling =
    batches.find((batch) => batch.state === 'attention') ??
    batches.find((batch) => batch.state === 'running') ??
    batches.find((batch) => batch.state === 'waiting');
  if (!telling) return '';
  const doing = telling.sentence === '' ? 'Under way.' : telling.sentence;
  return many ? `Batch ${telling.seq} of ${batches.length}: ${doing}` : doing;
}
