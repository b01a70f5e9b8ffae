import { toHex } from './bytes.ts';
import { signingFailed } from './errors.ts';
import { isForeignPath, NETWORKS } from './networks.ts';
import type { NetworkFacts } from './networks.ts';
import type { SignableHash, TaskArgs, TaskResult } from './protocol.ts';
import { childOf, fingerprintOf, withKey, withRoot } from './seed.ts';
import type { HdKey } from './seed.ts';
import { own, refusable, wally } from './wally.ts';

/** libwally's flags (wally_crypto.h); the package's types leave constants out. */
const ECDSA = 1;
/** With an R of 32 bytes, as Elements and LWK make signatures: ours then look like everybody's. */
const ECDSA_LOW_R = ECDSA | 4;

const DO_NOT_USE = 'Do not use this transaction: find out who made it.';

function signOne(
  root: HdKey,
  network: NetworkFacts,
  { input, pubkey, path, hash, keyHash }: SignableHash,
): Uint8Array {
  if (isForeignPath(path, network))
    throw signingFailed(`Input ${input} names a key of another network.`, DO_NOT_USE);
  const derived = refusable(() => childOf(root, path));
  const falsely = signingFailed(
    `Input ${input} names a key of this seed that the seed does not have.`,
    DO_NOT_USE,
  );
  if (!derived) throw falsely;
  return withKey(derived, (key) => {
    if (toHex(wally.bip32_key_get_pub_key(key)) !== pubkey) throw falsely;
    if (keyHash !== null && toHex(wally.bip32_key_get_hash160(key)) !== toHex(keyHash))
      throw signingFailed(`Input ${input} names a key that its script does not have.`, DO_NOT_USE);
    const secret = wally.bip32_key_get_priv_key(key);
    try {
      return own(wally.ec_sig_to_der(wally.ec_sig_from_bytes(secret, hash, ECDSA_LOW_R)));
    } finally {
      secret.fill(0);
    }
  });
}

/** Signs what names the seed's fingerprint; every other hash is somebody else's. */
export function signHashes({ seed, network, hashes }: TaskArgs<'signHashes'>): TaskResult<'signHashes'> {
  return withRoot(seed, network, (root) => {
    const fingerprint = fingerprintOf(root);
    return hashes
      .filter((candidate) => candidate.fingerprint === fingerprint)
      .map((mine) => ({
        input: mine.input,
        pubkey: mine.pubkey,
        signature: signOne(root, NETWORKS[network], mine),
      }));
  });
}

function isGood({
  pubkey,
  keyHash,
  hash,
  signature,
}: TaskArgs<'verifySignatures'>['claims'][number]): boolean {
  const verified = refusable(() => {
    wally.ec_sig_verify(pubkey, hash, ECDSA, wally.ec_sig_from_der(signature));
    return keyHash === null || toHex(wally.hash160(pubkey)) === toHex(keyHash);
  });
  return verified ?? false;
}

/** True for a signature (DER, low S) by the key over the hash, the key being that of `keyHash` where one is given. */
export function verifySignatures({ claims }: TaskArgs<'verifySignatures'>): boolean[] {
  return claims.map(isGood);
}
