import { equalBytes, toHex } from './bytes.ts';
import { signingFailed } from './errors.ts';
import { keyOrigins } from './facts.ts';
import type { WorkerPool } from './pool.ts';
import type { SignableHash } from './protocol.ts';
import { INPUT, parsePset, readable, serializePset } from './pset.ts';
import type { Pset } from './pset.ts';
import { inputTerms, SIGHASH_ALL } from './sighash.ts';
import { insertInto } from './signatures.ts';
import { finalWitness } from './signature-fields.ts';
import type { LiquidNetwork, Seed } from './types.ts';

const DO_NOT_USE = 'Do not use this transaction: build it again.';
const OTHER_KEY = 'Check that the words belong to the treasury wallet whose coins it spends.';

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

/**
 * What the keys named by the inputs may sign; a final input asks for nothing more. An input that names keys has to be one
 * that we can sign, and the keys its own: a PSET that is wrong in one place is not signed in another.
 */
function signable(pset: Pset): SignableHash[] {
  const terms = inputTerms(pset);
  return readable(() =>
    pset.inputs.flatMap((map, input) => {
      const named = finalWitness(map).length > 0 ? [] : keyOrigins(map, INPUT.bip32Derivation);
      return named.map(({ pubkey, fingerprint, path }) => {
        const term = terms[input];
        if (typeof term !== 'object') throw signingFailed(`Input ${input} ${term}.`, DO_NOT_USE);
        const { hash, keyHash, pubkeys } = term;
        if (keyHash === null && !pubkeys.includes(pubkey))
          throw signingFailed(`Input ${input} names a key that its script does not have.`, DO_NOT_USE);
        return { input, pubkey, fingerprint, path: [...path], hash, keyHash };
      });
    }),
  );
}

/**
 * Signs in a worker with our own signature hash, verifies what comes back and adds it. Throws SIGNING_FAILED when the
 * seed adds nothing, and for every reason not to sign that is in the PSET itself.
 */
export async function signWithSeed(
  pool: WorkerPool,
  base64: string,
  seed: Seed,
  network: LiquidNetwork,
): Promise<string> {
  const pset = parsePset(base64);
  refuseOtherSighash(pset);
  const made = await pool.run('signHashes', { seed, network, hashes: signable(pset) });
  if (made.length === 0)
    throw signingFailed('This key can sign none of the inputs of the transaction.', OTHER_KEY);
  const added = await insertInto(
    pool,
    pset,
    made.map(({ input, pubkey, signature }) => ({
      input,
      pubkey,
      signature: toHex(Uint8Array.of(...signature, SIGHASH_ALL)),
    })),
  );
  if (added === 0)
    throw signingFailed(
      'This key added no signature to the transaction: it has signed it already.',
      'Ask the next signer, or finish the transaction.',
    );
  return serializePset(pset);
}
