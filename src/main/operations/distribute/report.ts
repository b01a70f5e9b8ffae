import { SluiceError } from '../../../shared/errors.ts';
import type { AmpDistribution } from '../../amp/types.ts';
import { MOVED, waitFor, type DistributionContext, type StepResult } from '../context.ts';
import { reportPayload, readPayload } from '../payload.ts';
import { moveTo, reached } from '../steps.ts';
import { standingOf, CONFIRMATIONS } from '../transaction/confirm.ts';
import { openAll } from '../transaction/open.ts';

/**
 * confirmed-2 → reported: the report is written down, sent until AMP has it, and read back. Reports go in the order in
 * which batches spend each other's change, so that AMP knows every coin a report says was spent.
 */
export async function report(context: DistributionContext): Promise<StepResult> {
  const { deps, operation, batch, batches } = context;
  const before = batches.find((candidate) => candidate.seq === batch.after);
  if (before && !reached(before, 'reported')) {
    return waitFor(`Waiting for the report of batch ${before.seq}, whose change this batch spent.`, 1);
  }
  const txid = batch.txid ?? '';
  const distributionUuid = batch.distributionUuid ?? '';
  if ((await standingOf(context, txid)).confirmations < CONFIRMATIONS) {
    // The chain moved under us after the second confirmation: step back and wait again.
    moveTo(context, 'broadcast', { confirmations: 0, blockHash: null, height: null });
    return MOVED;
  }

  const papers = deps.records.papers(batch.id);
  if (papers.report === null) {
    const known = await deps.wallet.transaction(txid);
    await openAll(context, known?.hex ?? papers.raw ?? '');
    const text = reportPayload(txid, deps.records.outputs(batch.id), operation.assetId);
    deps.store.tx(() => {
      deps.records.updateBatch(batch.id, { report: text });
      deps.store.audit({
        type: 'report.written',
        subject: `operation:${operation.id}`,
        data: { batch: batch.seq, txid },
      });
    });
    return MOVED;
  }

  context.say('Reporting to AMP.');
  const payload = readPayload(papers.report);
  await deps.journal.run<{ distributionUuid: string; txid: string }, { status: string }>({
    scope: batch.id,
    effect: 'report',
    key: txid,
    request: { distributionUuid, txid },
    ask: () => readBack(context, distributionUuid, txid),
    async act() {
      await deps.amp.distributions.confirm(operation.assetUuid, distributionUuid, payload);
      const seen = await readBack(context, distributionUuid, txid);
      if (!seen) {
        throw new SluiceError(
          'AMP_ANSWER_INVALID',
          'AMP took the report but does not show the distribution yet.',
          {
            next: 'The desk asks again by itself.',
          },
        );
      }
      return seen;
    },
    record: () => undefined,
  });

  moveTo(context, 'reported', { state: 'done' }, () => {
    deps.records.release(batch.id);
    for (const recipient of deps.records.recipients(batch.id)) {
      if (recipient.allocationRowId !== null) deps.allocations.markPaid(recipient.allocationRowId, txid);
    }
  });
  return MOVED;
}

/** Whether AMP's books show the distribution as paid by this transaction. */
async function readBack(
  { deps, operation, batch }: DistributionContext,
  distributionUuid: string,
  txid: string,
): Promise<{ status: string } | null> {
  const distribution = await deps.amp.distributions.get(operation.assetUuid, distributionUuid);
  if (!distribution) return null;
  const transaction = distribution.transactions.find((candidate) => candidate.txid === txid);
  if (!transaction) {
    throw new SluiceError(
      'AMP_BOOKS_DIFFER',
      `AMP shows distribution ${distributionUuid} as paid by another transaction (${distribution.transactions.map((other) => other.txid).join(', ') || 'none'}), not by ${txid}.`,
      { next: 'Speak to AMP support with this batch’s report at hand; it can be saved from here.' },
    );
  }
  if (sumOf(transaction) !== deps.records.totals(batch.id).amount) {
    throw new SluiceError(
      'AMP_BOOKS_DIFFER',
      `AMP shows another total for distribution ${distributionUuid}.`,
      {
        next: 'Speak to AMP support with this batch’s report at hand; it can be saved from here.',
      },
    );
  }
  return { status: distribution.status };
}

function sumOf(transaction: AmpDistribution['transactions'][number]): bigint {
  return transaction.assignments.reduce((total, assignment) => total + assignment.amount, 0n);
}
