import { describe, expect, it } from 'vitest';
import type { MempoolVerdict } from '../../elements/types.ts';
import type { BatchContext } from '../context.ts';
import type { BatchChange } from '../records.ts';
import { sign } from './sign.ts';

const TXID = '11'.repeat(32);

/** A batch whose signed transaction is sound, at a node that judges it so. */
function batchAt(verdict: MempoolVerdict) {
  const changes: BatchChange[] = [];
  const context = {
    operation: { id: 'operation' },
    batch: { id: 'batch', seq: 1, txid: TXID },
    batches: [],
    say: () => undefined,
    deps: {
      signer: { check: async () => undefined, sign: async () => ({ state: 'signed', pset: 'signed' }) },
      node: {
        finalize: async () => ({ complete: true, hex: 'ee', pset: null }),
        testAccept: async () => verdict,
      },
      liquid: {
        sameTransaction: async () => true,
        decodeTransaction: async () => ({ txid: TXID, weight: 10_000 }),
        openOutputs: async () => undefined,
      },
      records: {
        papers: () => ({ pset: 'blinded' }),
        outputs: () => [],
        markVerified: () => undefined,
        updateBatch: (_id: string, change: BatchChange) => changes.push(change),
        insertStep: () => undefined,
        touch: () => undefined,
      },
      store: { tx: (work: () => void) => work(), audit: () => undefined },
      checkpoint: () => undefined,
      clock: () => 0,
    },
  };
  return { context: context as unknown as BatchContext, changes };
}

describe('the node’s word on a signed transaction', () => {
  it('is passed on with what it means and what to do', async () => {
    const { context, changes } = batchAt({
      allowed: false,
      reason: 'missing-inputs',
      refusal: { code: 'INPUTS_SPENT', message: 'A coin is spent.', next: 'Find out who spent it.' },
    });
    await expect(sign(context)).rejects.toMatchObject({
      code: 'INPUTS_SPENT',
      message: 'The signed transaction was not broadcast. A coin is spent.',
      next: 'Find out who spent it.',
    });
    expect(changes).toEqual([]);
  });

  it('may be that it has the transaction already: then it is kept, and never built anew', async () => {
    const { context, changes } = batchAt({
      allowed: false,
      reason: 'txn-already-in-mempool',
      refusal: { code: 'CONFLICT', message: 'The node has it.', next: 'Do not pay it a second time.' },
    });
    expect(await sign(context)).toEqual({ moved: true });
    expect(changes).toMatchObject([{ step: 'signed', raw: 'ee', signedPset: 'signed', txid: TXID }]);
  });
});
