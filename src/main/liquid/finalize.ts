import { ByteWriter, fromHex, toHex } from './bytes.ts';
import { signingFailed } from './errors.ts';
import type { WorkerPool } from './pool.ts';
import { parsePset } from './pset.ts';
import type { Pset } from './pset.ts';
import { inputTerms } from './sighash.ts';
import type { InputTerms } from './sighash.ts';
import { givenIn, judge } from './signatures.ts';
import { networkForm } from './witness-form.ts';
import type { InputProof } from './witness-form.ts';

const NOTHING = new Uint8Array();
const SIGN_FIRST = 'Let every signer sign it, then finish it.';
const DO_NOT_USE = 'Do not use this transaction: build it again.';

/** The verified signatures of an input by key, both in hex. */
export type SignaturesByKey = ReadonlyMap<string, string>;

/**
 * Who has signed each input, every signature verified. Throws SIGNING_FAILED for an input that this program does not sign
 * and for a signature that is none.
 */
export async function signedBy(
  pool: WorkerPool,
  pset: Pset,
): Promise<{ terms: InputTerms; signed: SignaturesByKey }[]> {
  const given = givenIn(pset);
  const judged = await judge(pool, pset, given);
  given.forEach(({ input }, i) => {
    if (judged[i]?.valid !== true)
      throw signingFailed(`A signature of input ${input} is not one of this transaction.`, DO_NOT_USE);
  });
  return inputTerms(pset).map((terms, index) => {
    if (typeof terms === 'string') throw signingFailed(`Input ${index} ${terms}.`, DO_NOT_USE);
    const mine = given.flatMap(({ input, signature }, i) =>
      input === index ? [[judged[i]?.pubkey ?? '', signature] as const] : [],
    );
    return { terms, signed: new Map(mine.toReversed()) };
  });
}

/** What goes into the scriptSig: nothing, or for a P2SH coin the push of what it wraps. */
export function scriptSigOf({ redeemScript }: InputTerms): Uint8Array {
  return redeemScript ? new ByteWriter().sized(redeemScript).result() : NOTHING;
}

/** `'' <signature>… <script>`: OP_CHECKMULTISIG takes one element too many, and wants its signatures in the script's order. */
export function multisigWitness(witnessScript: Uint8Array, signatures: readonly string[]): Uint8Array[] {
  return [NOTHING, ...signatures.map(fromHex), witnessScript];
}

function proofOf(terms: InputTerms, signed: SignaturesByKey, index: number): InputProof {
  const scriptSig = scriptSigOf(terms);
  const { witnessScript, pubkeys, threshold } = terms;
  const missing = (count: number): Error =>
    signingFailed(`Input ${index} lacks ${count === 1 ? 'a signature' : `${count} signatures`}.`, SIGN_FIRST);
  if (!witnessScript) {
    const [only] = signed;
    if (!only) throw missing(1);
    return { scriptSig, witness: [fromHex(only[1]), fromHex(only[0])] };
  }
  const found = pubkeys.flatMap((pubkey) => signed.get(pubkey) ?? []).slice(0, threshold);
  if (found.length < threshold) throw missing(threshold - found.length);
  return { scriptSig, witness: multisigWitness(witnessScript, found) };
}

/** The signed transaction, hex. Throws SIGNING_FAILED when a signature is missing or not valid, PSET_INVALID for an issuance. */
export async function finalize(pool: WorkerPool, base64: string): Promise<string> {
  const pset = parsePset(base64);
  const inputs = await signedBy(pool, pset);
  return toHex(
    networkForm(
      pset,
      inputs.map(({ terms, signed }, index) => proofOf(terms, signed, index)),
    ),
  );
}
