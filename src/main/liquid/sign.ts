import { equalBytes } from './bytes.ts';
import { signingFailed } from './errors.ts';
import { sameTransaction } from './inspect.ts';
import type { WorkerPool } from './pool.ts';
import { INPUT, parsePset, readable } from './pset.ts';
import type { Pset } from './pset.ts';
import { partialSignatures } from './pset-view.ts';
import type { LiquidNetwork } from './types.ts';

const SIGHASH_ALL = 1;
const DO_NOT_USE = 'Do not use this transaction: build it again.';

/** An input may ask for another kind of signature; ours always commit to the whole transaction. */
function refuseOtherSighash(pset: Pset): void {
  pset.inputs.forEach((map, index) => {
    const type = map.get(INPUT.sighashType);
    if (type && !equalBytes(type, Uint8Array.of(SIGHASH_ALL, 0, 0, 0))) {
      throw signingFailed(
        `Input ${index} asks for a signature that would not cover the whole transaction.`,
        DO_NOT_USE,
      );
    }
  });
}

/** Signs in a worker and trusts nothing of the answer: same transaction, new signatures, SIGHASH_ALL each. */
export async function signWithMnemonic(
  pool: WorkerPool,
  pset: string,
  mnemonic: string,
  network: LiquidNetwork,
): Promise<string> {
  const before = parsePset(pset);
  refuseOtherSighash(before);
  const signed = await pool.run('sign', { pset, mnemonic, network });
  if (!sameTransaction({ pset }, { pset: signed })) {
    throw signingFailed('The signed transaction is not the one that was given to be signed.', DO_NOT_USE);
  }
  const known = readable(() => partialSignatures(before));
  const added = [...readable(() => partialSignatures(parsePset(signed)))].filter(([key]) => !known.has(key));
  if (added.length === 0) {
    throw signingFailed(
      'This key added no signature to the transaction.',
      'Check that the words belong to the treasury wallet whose coins it spends.',
    );
  }
  if (added.some(([, signature]) => signature.at(-1) !== SIGHASH_ALL)) {
    throw signingFailed('A signature does not cover the whole transaction.', DO_NOT_USE);
  }
  return signed;
}
