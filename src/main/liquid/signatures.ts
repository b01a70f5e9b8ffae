import { fromHex, toHex } from './bytes.ts';
import { signingFailed } from './errors.ts';
import { keyOrigins } from './facts.ts';
import type { WorkerPool } from './pool.ts';
import type { SignatureClaim } from './protocol.ts';
import { INPUT, parsePset, readable, serializePset } from './pset.ts';
import type { Pset } from './pset.ts';
import { unsignedTransaction } from './pset-view.ts';
import { inputTerms, SIGHASH_ALL } from './sighash.ts';
import type { InputTerms } from './sighash.ts';
import { foundSignatures } from './signature-fields.ts';
import { unsignedTxid } from './transaction.ts';
import type { PsetSignature } from './types.ts';

/** A signature of one input; the key is null where a final witness does not say. Pubkey and signature in hex. */
export interface Given {
  input: number;
  pubkey: string | null;
  signature: string;
}

export interface Judged {
  pubkey: string;
  valid: boolean;
}

const PUBKEY = /^0[23][0-9a-f]{64}$/;

/** One claim for each key whose signature it may be; none where it cannot be anybody's. */
function claimsOf({ pubkey, signature }: Given, terms: InputTerms | string | undefined): SignatureClaim[] {
  if (typeof terms !== 'object') return [];
  const bytes = fromHex(signature);
  if (bytes.length < 9 || bytes.length > 73 || bytes.at(-1) !== SIGHASH_ALL) return [];
  const candidates = pubkey === null ? terms.pubkeys : [pubkey];
  return candidates
    .filter((key) => PUBKEY.test(key) && (terms.keyHash !== null || terms.pubkeys.includes(key)))
    .map((key) => ({
      pubkey: fromHex(key),
      keyHash: terms.keyHash,
      hash: terms.hash,
      signature: bytes.slice(0, -1),
    }));
}

/** Whose each signature is, and whether it is good for this very transaction. */
export async function judge(pool: WorkerPool, pset: Pset, given: readonly Given[]): Promise<Judged[]> {
  const terms = inputTerms(pset);
  const claims = given.map((item) => claimsOf(item, terms[item.input]));
  const good = await pool.run('verifySignatures', { claims: claims.flat() });
  let next = 0;
  return given.map(({ pubkey }, i): Judged => {
    const mine = claims[i] ?? [];
    const found = mine.find((_, at) => good[next + at]);
    next += mine.length;
    return { pubkey: found ? toHex(found.pubkey) : (pubkey ?? ''), valid: found !== undefined };
  });
}

export function givenIn(pset: Pset): Given[] {
  return readable(() =>
    pset.inputs.flatMap((map, input) =>
      foundSignatures(map).map(({ pubkey, signature }) => ({ input, pubkey, signature: toHex(signature) })),
    ),
  );
}

/** Every signature of a PSET with the verdict on it; final witnesses count as well. */
export async function signaturesOf(pool: WorkerPool, base64: string): Promise<PsetSignature[]> {
  const pset = parsePset(base64);
  const given = givenIn(pset);
  const judged = await judge(pool, pset, given);
  const origins = readable(() => pset.inputs.map((map) => keyOrigins(map, INPUT.bip32Derivation)));
  return given.map(({ input, signature }, i): PsetSignature => {
    const { pubkey = '', valid = false } = judged[i] ?? {};
    const fingerprint = origins[input]?.find((origin) => origin.pubkey === pubkey)?.fingerprint ?? null;
    return { input, pubkey, fingerprint, valid, signature };
  });
}

const signatureKey = (pubkey: string): string =>
  INPUT.partialSignature + Buffer.from(pubkey, 'hex').toString('latin1');

/** Adds signatures that are known to be good. The first of a key stays: a key has one signature per input. */
export function addSignatures(
  pset: Pset,
  signatures: readonly { input: number; pubkey: string; signature: string }[],
): number {
  let added = 0;
  for (const { input, pubkey, signature } of signatures) {
    const map = pset.inputs[input];
    if (!map || map.has(signatureKey(pubkey))) continue;
    map.set(signatureKey(pubkey), fromHex(signature));
    added++;
  }
  return added;
}

const SIGN_AGAIN = 'Do not use these signatures: let the signer sign the transaction again.';

function firstWrong(given: readonly Given[], judged: readonly Judged[]): Given | undefined {
  return given.find((_, i) => judged[i]?.valid !== true);
}

/**
 * Verifies and adds signatures; the number of those that were not there yet. Throws SIGNING_FAILED naming the first input
 * whose signature is none; nothing is added then.
 */
export async function insertInto(
  pool: WorkerPool,
  pset: Pset,
  signatures: readonly { input: number; pubkey: string; signature: string }[],
): Promise<number> {
  const given = signatures.map(({ input, pubkey, signature }) => ({
    input,
    pubkey: pubkey.toLowerCase(),
    signature: /^([0-9a-f]{2})*$/i.test(signature) ? signature.toLowerCase() : '',
  }));
  const wrong = firstWrong(given, await judge(pool, pset, given));
  if (wrong)
    throw signingFailed(
      `The signature for input ${wrong.input} is not one of this transaction by a key of the treasury.`,
      SIGN_AGAIN,
    );
  return addSignatures(pset, given);
}

export async function insertSignatures(
  pool: WorkerPool,
  base64: string,
  signatures: readonly { input: number; pubkey: string; signature: string }[],
): Promise<string> {
  const pset = parsePset(base64);
  await insertInto(pool, pset, signatures);
  return serializePset(pset);
}

/** All signatures of several copies of one transaction, each verified, in the first copy. */
export async function combine(pool: WorkerPool, psets: readonly string[]): Promise<string> {
  const [base, ...others] = psets.map(parsePset);
  if (!base) throw new RangeError('There is nothing to combine.');
  const txid = (pset: Pset): string => readable(() => unsignedTxid(unsignedTransaction(pset)));
  const same = others.every((other) => txid(other) === txid(base));
  if (!same)
    throw signingFailed('A signed file is of another transaction.', 'Use the files of one transaction only.');
  const given = [base, ...others].flatMap(givenIn);
  const judged = await judge(pool, base, given);
  const wrong = firstWrong(given, judged);
  if (wrong)
    throw signingFailed(
      `A signature for input ${wrong.input} is not one of this transaction by a key of the treasury.`,
      SIGN_AGAIN,
    );
  addSignatures(
    base,
    given.map(({ input, signature }, i) => ({ input, signature, pubkey: judged[i]?.pubkey ?? '' })),
  );
  return serializePset(base);
}
