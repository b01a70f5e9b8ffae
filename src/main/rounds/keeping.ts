import type { Cosigner, Emit } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Liquid } from '../liquid/types.ts';
import type { BatchRecord, Records } from '../operations/index.ts';
import { verifiedSignatures, type GivenSignature, type Signatures } from '../signing/index.ts';
import type { Store } from '../store/types.ts';

export interface KeepingDeps {
  store: Store;
  records: Records;
  signatures: Signatures;
  liquid: Liquid;
  clock: () => number;
  emit: Emit;
  wake: (operationId: string) => void;
  checkpoint: (name: string) => void;
}

/** Signatures of one cosigner for one batch, verified. */
export interface Verified {
  batch: BatchRecord;
  cosigner: Cosigner;
  signatures: GivenSignature[];
}

/** Takes in signatures, wherever they come from: verified first, then kept with the audit entry, then the engine is woken. */
export function createKeeping(deps: KeepingDeps) {
  const { store, records, liquid } = deps;
  return {
    /** Throws SIGNING_FAILED for what does not check, OPERATION_STATE for a batch that waits for none any more. */
    async verify(
      batch: BatchRecord,
      cosigner: Cosigner,
      given: readonly GivenSignature[],
    ): Promise<Verified> {
      requireWaiting(batch);
      const { pset } = records.papers(batch.id);
      if (pset === null) throw over(batch);
      const signatures = await verifiedSignatures(liquid, pset, cosigner.fingerprint, given);
      return { batch, cosigner, signatures };
    },

    /** Inside `store.tx`: looks again, as the batch may have been cancelled or signed meanwhile. */
    keep({ batch, cosigner, signatures }: Verified, how: string, actor: string): void {
      const now = records.batch(batch.id);
      if (!now || now.txid !== batch.txid) throw over(batch);
      requireWaiting(now);
      const { fingerprint } = cosigner;
      deps.signatures.keep(batch.id, { fingerprint, how, at: deps.clock() }, signatures);
      // A problem may have put it off until somebody does something: somebody has.
      records.updateBatch(batch.id, { notBefore: 0 });
      store.audit({
        type: 'signature.kept',
        subject: `operation:${batch.operationId}`,
        actor,
        data: { batch: batch.seq, fingerprint, name: cosigner.name, how },
      });
    },

    /** After the transaction: tells everybody. */
    told(operationId: string): void {
      deps.checkpoint('signature:kept');
      deps.emit('signing.changed', {});
      deps.emit('operations.changed', { id: operationId });
      deps.wake(operationId);
    },
  };

  function requireWaiting(batch: BatchRecord): void {
    const operation = records.operation(batch.operationId);
    if (batch.step === 'built' && batch.state !== 'cancelled' && operation?.state !== 'cancelling') return;
    throw over(batch);
  }
}

export type Keeping = ReturnType<typeof createKeeping>;

function over(batch: BatchRecord): SluiceError {
  const cancelled = batch.state === 'cancelled';
  return new SluiceError(
    'OPERATION_STATE',
    cancelled || batch.step === 'built'
      ? `Batch ${batch.seq} was cancelled: its signatures are not needed any more.`
      : `Batch ${batch.seq} has all its signatures already.`,
    {
      next: cancelled
        ? 'Destroy the signed copy. What it spends can be paid again only by a new plan.'
        : 'Nothing has to be done.',
    },
  );
}
