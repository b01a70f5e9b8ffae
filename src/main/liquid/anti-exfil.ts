import type { TaskArgs, TaskResult } from './protocol.ts';
import { own, refusable, wally } from './wally.ts';

/** libwally's flag (wally_crypto.h); the package's types leave constants out. */
const ECDSA = 1;

/** Commitment (32 bytes) to an entropy of 32 bytes that a signer learns after it has committed to its nonce. */
export function antiExfilCommit({ entropy }: TaskArgs<'antiExfilCommit'>): TaskResult<'antiExfilCommit'> {
  return own(wally.ae_host_commit_from_bytes(entropy, ECDSA));
}

/** Whether a signature (DER with sighash byte) is by the key over the hash, and its nonce the one committed to plus the entropy. */
export function antiExfilVerify(of: TaskArgs<'antiExfilVerify'>): TaskResult<'antiExfilVerify'> {
  const { pubkey, sighash, entropy, signerCommitment, signature } = of;
  const verified = refusable(() => {
    const compact = wally.ec_sig_from_der(signature.subarray(0, -1));
    wally.ae_verify(pubkey, sighash, entropy, signerCommitment, ECDSA, compact);
    return true;
  });
  return verified ?? false;
}
