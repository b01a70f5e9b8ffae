import { SluiceError } from '../../../shared/errors.ts';
import { MOVED, waitFor, type BatchContext, type StepResult } from '../context.ts';
import { moveTo, reached } from '../steps.ts';

/** How many blocks AMP wants before a report (its tutorial and its script: two). */
export const CONFIRMATIONS = 2;

interface Standing {
  confirmations: number;
  blockHash: string | null;
  height: number | null;
}

/**
 * broadcast → confirmed-1 → confirmed-2. Confirmations count only with a block of the active chain. A reorganisation
 * that drops the transaction moves the batch back; the same bytes are broadcast again and nothing else.
 */
export async function confirm(context: BatchContext): Promise<StepResult> {
  const { deps, batch } = context;
  const txid = batch.txid ?? '';
  const standing = await standingOf(context, txid);

  if (standing.confirmations >= CONFIRMATIONS) {
    if (batch.step === 'broadcast') moveTo(context, 'confirmed-1', { ...standing });
    moveTo(context, 'confirmed-2', { ...standing });
    return MOVED;
  }
  if (standing.confirmations === 1) {
    if (batch.step === 'broadcast') {
      moveTo(context, 'confirmed-1', { ...standing });
      return MOVED;
    }
    return waitFor('Waiting for the second confirmation; about one minute.', 2);
  }

  if (batch.step === 'confirmed-1') {
    deps.store.tx(() =>
      deps.store.audit({
        type: 'batch.reorganised',
        subject: `operation:${context.operation.id}`,
        data: { txid },
      }),
    );
    moveTo(context, 'broadcast', { confirmations: 0, blockHash: null, height: null });
    return MOVED;
  }
  if (!(await deps.node.inMempool(txid))) await broadcastAgain(context, txid);
  return waitFor('Waiting for the first confirmation; about one minute.', 2);
}

export async function standingOf({ deps }: BatchContext, txid: string): Promise<Standing> {
  const none: Standing = { confirmations: 0, blockHash: null, height: null };
  const known = await deps.wallet.transaction(txid);
  if (!known || known.confirmations <= 0 || known.blockHash === null) return none;
  const header = await deps.node.blockHeader(known.blockHash);
  if (!header || header.confirmations < 1) return none;
  return { confirmations: header.confirmations, blockHash: known.blockHash, height: header.height };
}

/**
 * The network has forgotten the transaction: the same bytes go out again, those of the operation's earlier batches
 * first, since a reorganisation that dropped this one may have dropped what it spends.
 */
async function broadcastAgain({ deps, batch, batches }: BatchContext, txid: string): Promise<void> {
  const { raw } = deps.records.papers(batch.id);
  if (raw === null) return;
  for (const earlier of batches) {
    if (earlier.seq >= batch.seq || !reached(earlier, 'broadcast')) continue;
    const papers = deps.records.papers(earlier.id);
    if (papers.raw === null) continue;
    // What is in a block or in the mempool is not sent twice; what is refused is that batch's own affair.
    await deps.node.broadcast(papers.raw).catch(ignoreRefusal);
  }
  try {
    await deps.node.broadcast(raw);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new SluiceError(
      error.code,
      `The network dropped ${txid} and does not take it back: ${error.message}`,
      {
        next: 'The desk never builds a second payment by itself. Find out what spent its coins; retry broadcasts the same bytes again.',
      },
    );
  }
}

function isRefusal(error: unknown): error is SluiceError {
  return error instanceof SluiceError && ['TRANSACTION_REFUSED', 'INPUTS_SPENT'].includes(error.code);
}

function ignoreRefusal(error: unknown): void {
  if (!isRefusal(error)) throw error;
}
