import { SluiceError } from '../../shared/errors.ts';
import { equalBytes, fromHex, toHex } from './bytes.ts';
import { cosignerAltered, psetInvalid } from './errors.ts';
import { keyOrigins } from './facts.ts';
import { scriptSigOf } from './finalize.ts';
import type { WorkerPool } from './pool.ts';
import { INPUT, OUTPUT, parsePset, readable, serializePset } from './pset.ts';
import type { Pset, PsetMap } from './pset.ts';
import { unsignedTransaction } from './pset-view.ts';
import { inputTerms } from './sighash.ts';
import type { InputTerms } from './sighash.ts';
import { addSignatures, givenIn, judge } from './signatures.ts';
import type { Given } from './signatures.ts';
import { serializeBody, transactionFromHex, unsignedTxid } from './transaction.ts';
import { networkForm } from './witness-form.ts';

type Answer = { hex: string } | { pset: string };

/** Reads what a cosigner returned; PSET_INVALID would blame our own PSET. */
function readAnswer<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    throw new SluiceError(
      'COSIGNER_ANSWER_INVALID',
      `The cosigner’s answer cannot be read. ${error.message}`,
      {
        next: 'Nothing of it was used. Send the payment to the cosigner again.',
        cause: error,
      },
    );
  }
}

const ANOTHER = 'The cosigner returned another transaction than the one that it was given.';

/** Signatures of a raw transaction that is ours byte for byte, but for them. */
function signaturesInHex(pset: Pset, terms: readonly InputTerms[], hex: string): Given[] {
  const answer = readAnswer(() => transactionFromHex(hex));
  if (unsignedTxid(answer) !== unsignedTxid(readable(() => unsignedTransaction(pset))))
    throw cosignerAltered(ANOTHER);
  const proofs = terms.map((term, i) => ({
    scriptSig: scriptSigOf(term),
    witness: answer.witnesses[i] ?? [],
  }));
  if (!equalBytes(networkForm(pset, proofs), fromHex(hex)))
    throw cosignerAltered('The cosigner changed proofs or scripts of the transaction.');
  return terms.flatMap(({ witnessScript, threshold }, input) => {
    const witness = answer.witnesses[input] ?? [];
    const [first, last] = [witness[0], witness.at(-1)];
    const fits = witnessScript && first?.length === 0 && last && equalBytes(last, witnessScript);
    if (!fits || witness.length !== threshold + 2)
      throw cosignerAltered(`The cosigner changed how input ${input} is to be spent.`);
    return witness.slice(1, -1).map((signature) => ({ input, pubkey: null, signature: toHex(signature) }));
  });
}

/** What a cosigner adds, and what a finalizer may take away or put in its place. */
const SIGNING_FIELDS: readonly string[] = [INPUT.finalScriptSig, INPUT.finalScriptWitness];
const isSigningField = (key: string): boolean =>
  SIGNING_FIELDS.includes(key) || (key.length > 1 && key.startsWith(INPUT.partialSignature));

/** Whether two maps say different things under the same key. */
function contradicts(
  ours: PsetMap,
  theirs: PsetMap,
  ignored: (key: string) => boolean = () => false,
): boolean {
  return [...theirs].some(([key, value]) => {
    const own = ours.get(key);
    return own !== undefined && !ignored(key) && !equalBytes(own, value);
  });
}

/** Proofs are no part of a txid, so that leaving them out has to be looked for. */
function lacksProofs(ours: PsetMap, theirs: PsetMap): boolean {
  return [OUTPUT.valueRangeproof, OUTPUT.assetSurjectionProof].some(
    (key) => ours.has(key) && !theirs.has(key),
  );
}

/** Signatures of a PSET that says of our transaction what ours says. */
function signaturesInPset(pset: Pset, base64: string): Given[] {
  const answer = readAnswer(() => parsePset(base64));
  const body = (of: Pset): Uint8Array => serializeBody(unsignedTransaction(of));
  if (
    !equalBytes(
      readAnswer(() => readable(() => body(answer))),
      readable(() => body(pset)),
    )
  )
    throw cosignerAltered(ANOTHER);
  if (contradicts(pset.global, answer.global))
    throw cosignerAltered('The cosigner changed the head of the PSET.');
  const none: PsetMap = new Map();
  pset.inputs.forEach((map, i) => {
    if (contradicts(map, answer.inputs[i] ?? none, isSigningField))
      throw cosignerAltered(`The cosigner changed what the PSET says of input ${i}.`);
  });
  pset.outputs.forEach((map, i) => {
    const theirs = answer.outputs[i] ?? none;
    if (contradicts(map, theirs) || lacksProofs(map, theirs))
      throw cosignerAltered(`The cosigner changed what the PSET says of output ${i}.`);
  });
  return readAnswer(() => givenIn(answer));
}

/**
 * The cosigner's signatures in our own PSET. Everything that it returned is ours to the byte, every signature in it is
 * valid (SIGHASH_ALL) over our own signature hash, and every input has one by a key that is not ours. Throws
 * COSIGNER_ALTERED, or COSIGNER_ANSWER_INVALID for what cannot be read; nothing of the answer is used then.
 */
export async function takeCosignature(
  pool: WorkerPool,
  base64: string,
  answer: Answer,
  own: string,
): Promise<string> {
  const pset = parsePset(base64);
  const terms = inputTerms(pset).map((term, index) => {
    if (typeof term === 'string') throw psetInvalid(`Input ${index} ${term}.`, { field: 'pset' });
    return term;
  });
  const given =
    'hex' in answer ? signaturesInHex(pset, terms, answer.hex) : signaturesInPset(pset, answer.pset);
  const judged = await judge(pool, pset, given);
  const signatures = given.map(({ input, signature }, i) => {
    const { pubkey = '', valid = false } = judged[i] ?? {};
    if (!valid)
      throw cosignerAltered(`The cosigner returned a signature of input ${input} that is not valid.`);
    return { input, pubkey, signature };
  });
  const ownKeys = readable(() =>
    pset.inputs.map((map) =>
      keyOrigins(map, INPUT.bip32Derivation).flatMap(({ pubkey, fingerprint }) =>
        fingerprint === own.toLowerCase() ? [pubkey] : [],
      ),
    ),
  );
  const theirs = signatures.filter(({ input, pubkey }) => ownKeys[input]?.includes(pubkey) !== true);
  terms.forEach((_, index) => {
    if (!theirs.some(({ input }) => input === index))
      throw cosignerAltered(`The cosigner has not signed input ${index}.`);
  });
  addSignatures(pset, theirs);
  return serializePset(pset);
}
