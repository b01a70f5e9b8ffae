import { SluiceError } from '../../../shared/errors.ts';
import { MOVED, waitFor, type BatchContext, type StepResult } from '../context.ts';
import { MAX_WEIGHT } from '../size.ts';
import { moveTo, reached } from '../steps.ts';
import { openAll } from './open.ts';

/**
 * built → signed: whoever signs gets the blinded PSET and returns it with signatures; we check that it is still the
 * same transaction, Elements finalizes, every output is opened from the raw bytes, the node's mempool is asked, and
 * txid and bytes go to disk before anything is broadcast.
 */
export async function sign(context: BatchContext): Promise<StepResult> {
  const { deps, operation, batch } = context;
  const pset = required(deps.records.papers(batch.id).pset);
  context.say('Signing.');
  await deps.signer.check();
  const answer = await deps.signer.sign({ operationId: operation.id, batchId: batch.id, pset });
  if (answer.state === 'waiting') return waitFor(answer.sentence, answer.seconds ?? 5);
  const before = context.batches.find((candidate) => candidate.seq === batch.after);
  if (before && !reached(before, 'confirmed-1')) {
    return waitFor(
      `Signed. Waiting for the first confirmation of batch ${before.seq}, whose change this batch spends.`,
      2,
    );
  }
  // Coins that were spent ahead of their transaction could not be locked when this one was built.
  if (before) await deps.wallet.lock(deps.records.reservations(batch.id));
  if (!(await deps.liquid.sameTransaction({ pset }, { pset: answer.pset }))) {
    throw new SluiceError('SIGNING_FAILED', 'The signer returned a different transaction.', {
      next: 'Do not trust that signer. Nothing was broadcast; cancel the operation.',
    });
  }

  const final = await deps.node.finalize(answer.pset);
  if (!final.complete || final.hex === null) {
    throw new SluiceError('SIGNING_FAILED', 'The transaction is not completely signed.', {
      next: 'Check that the signer holds the treasury’s key, then retry. Nothing was broadcast.',
    });
  }
  if (!(await deps.liquid.sameTransaction({ pset }, { hex: final.hex }))) {
    throw new SluiceError('SIGNING_FAILED', 'Finalizing changed the transaction.', {
      next: 'Check the node; nothing was broadcast. Cancel the operation.',
    });
  }
  const decoded = await deps.liquid.decodeTransaction(final.hex);
  if (decoded.txid !== batch.txid) {
    throw new SluiceError(
      'SIGNING_FAILED',
      'The signed transaction has another txid than the one that was built.',
      {
        next: 'The treasury’s inputs must be segwit. Nothing was broadcast; cancel the operation.',
      },
    );
  }
  if (decoded.weight > MAX_WEIGHT) {
    throw new SluiceError(
      'TRANSACTION_TOO_LARGE',
      `The transaction weighs ${decoded.weight} units; the network relays at most ${MAX_WEIGHT}.`,
      { next: 'Cancel, set fewer recipients per batch in Settings, and plan again. Nothing was paid.' },
    );
  }
  await openAll(context, final.hex);
  const verdict = await deps.node.testAccept(final.hex);
  // Whoever signed may have sent it as well. It is the same transaction, which the broadcast that follows will find.
  if (!verdict.allowed && verdict.refusal.code !== 'CONFLICT') {
    const { code, message, next } = verdict.refusal;
    throw new SluiceError(code, `The signed transaction was not broadcast. ${message}`, { next });
  }
  moveTo(
    context,
    'signed',
    { signedPset: answer.pset, raw: final.hex, txid: decoded.txid, weight: decoded.weight },
    () => deps.records.markVerified(batch.id),
  );
  return MOVED;
}

function required(pset: string | null): string {
  if (pset === null) {
    throw new SluiceError('INTERNAL', 'The built transaction is missing from the journal.', {
      next: 'Restore the last backup of this profile or report this as a bug.',
    });
  }
  return pset;
}
