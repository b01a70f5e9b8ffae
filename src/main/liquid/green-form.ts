import { toHex } from './bytes.ts';
import { signingFailed } from './errors.ts';
import { multisigWitness, scriptSigOf, signedBy } from './finalize.ts';
import type { WorkerPool } from './pool.ts';
import { parsePset } from './pset.ts';
import type { BlindedOutput, GreenForm } from './types.ts';
import { noncesOf } from './verify.ts';
import { networkForm } from './witness-form.ts';

/** Stands where Green's signature will be (gdk's and LWK's placeholder): a signature in form, and nobody's. */
const PLACEHOLDER = `30440220${'7f'.repeat(32)}0220${'7f'.repeat(32)}01`;

/**
 * A PSET of an AMP0 account as Green cosigns it: both places of every 2-of-2 filled, the owner's with the owner's verified
 * signature. Throws SIGNING_FAILED without one, PROOF_INVALID for secrets that do not open the outputs.
 */
export async function greenForm(
  pool: WorkerPool,
  base64: string,
  outputs: readonly BlindedOutput[],
): Promise<GreenForm> {
  const pset = parsePset(base64);
  const inputs = await signedBy(pool, pset);
  const nonces = await noncesOf(pool, pset, outputs);
  const forms = inputs.map(({ terms, signed }, index) => {
    const { witnessScript, pubkeys, threshold } = terms;
    if (!witnessScript || pubkeys.length !== 2 || threshold !== 2)
      throw signingFailed(
        `Input ${index} is no coin of an AMP0 account.`,
        'Spend coins of this account only.',
      );
    const signatures = pubkeys.map((pubkey) => signed.get(pubkey) ?? PLACEHOLDER);
    if (signatures.every((signature) => signature === PLACEHOLDER))
      throw signingFailed(
        `Input ${index} lacks the owner’s signature.`,
        'Sign the payment first; Green signs after you.',
      );
    return {
      script: toHex(witnessScript),
      scriptSig: scriptSigOf(terms),
      witness: multisigWitness(witnessScript, signatures),
    };
  });
  return { tx: toHex(networkForm(pset, forms)), nonces, scripts: forms.map(({ script }) => script) };
}
