import { SluiceError } from '../../../shared/errors.ts';
import {
  isDistribution,
  MOVED,
  type BatchContext,
  type DistributionContext,
  type StepResult,
} from '../context.ts';
import { moveTo } from '../steps.ts';

/**
 * signed → broadcast. For a distribution AMP is asked once more whether it still stands as it was created; then the bytes
 * on disk go out. Sending them again is always safe, sending others never happens.
 */
export async function broadcast(context: BatchContext): Promise<StepResult> {
  const { deps, batch } = context;
  const { txid } = batch;
  const { raw } = deps.records.papers(batch.id);
  if (raw === null || txid === null) {
    throw new SluiceError('INTERNAL', 'The signed transaction is missing from the journal.', {
      next: 'Restore the last backup of this profile or report this as a bug.',
    });
  }
  if (isDistribution(context) && !deps.journal.isOpen(batch.id, 'broadcast')) await requireOpenAtAmp(context);

  context.say('Broadcasting.');
  await deps.journal.run<{ txid: string }, { txid: string }>({
    scope: batch.id,
    effect: 'broadcast',
    key: txid,
    request: { txid },
    ask: async () => ((await isOut(context, txid)) ? { txid } : null),
    async act() {
      const sent = await deps.node.broadcast(raw);
      if (sent !== txid) {
        throw new SluiceError('NODE_ANSWER_INVALID', `The node says it broadcast ${sent}, not ${txid}.`, {
          next: 'Check the node. The desk asks the chain for its own transaction before it goes on.',
        });
      }
      return { txid };
    },
    record: () => undefined,
  });
  moveTo(context, 'broadcast');
  return MOVED;
}

/** Whether the network already has the transaction: in the mempool or in a block. */
export async function isOut({ deps }: BatchContext, txid: string): Promise<boolean> {
  if (await deps.node.inMempool(txid)) return true;
  const known = await deps.wallet.transaction(txid);
  return known !== null && known.confirmations > 0;
}

async function requireOpenAtAmp({ deps, operation, batch }: DistributionContext): Promise<void> {
  const assignments = await deps.amp.assignments.list(operation.assetUuid);
  const byId = new Map(assignments.map((assignment) => [assignment.id, assignment]));
  for (const recipient of deps.records.recipients(batch.id)) {
    const assignment = recipient.assignmentId === null ? undefined : byId.get(recipient.assignmentId);
    const stands =
      assignment &&
      !assignment.distributed &&
      assignment.distributionUuid === batch.distributionUuid &&
      assignment.amount === recipient.amount &&
      (assignment.receivingAddress === null || assignment.receivingAddress === recipient.address);
    if (!stands) {
      throw new SluiceError(
        'AMP_BOOKS_DIFFER',
        `At AMP, the assignment of ${recipient.holderName} no longer belongs to distribution ${batch.distributionUuid ?? '?'} as it was created.`,
        {
          next: 'Somebody cancelled or changed it. Nothing was broadcast: cancel this operation and plan again.',
        },
      );
    }
  }
}
