import type { Bytes } from '../../crypto/index.ts';
import { WALLY, equal, multisigScript, p2wpkh, p2wsh, wally } from '../../crypto/index.ts';
import type { MultisigRecord } from '../records.ts';

/** Public key of an xpub at fixed and given steps (unhardened). */
function childKey(xpub: string, path: readonly number[]): Bytes {
  const parent = wally.bip32_key_from_base58(xpub);
  try {
    if (path.length === 0) return Uint8Array.from(wally.bip32_key_get_pub_key(parent));
    const child = wally.bip32_key_from_parent_path(parent, [...path], WALLY.KEY_PUBLIC);
    const key = Uint8Array.from(wally.bip32_key_get_pub_key(child));
    wally.bip32_key_free(child);
    return key;
  } finally {
    wally.bip32_key_free(parent);
  }
}

/** scriptPubKey of a registered multisig, `tails` being the steps after each signer's fixed path. */
export function multisigOutput(
  record: MultisigRecord,
  tails: readonly (readonly number[])[],
): { script: Bytes; witnessScript: Bytes } | null {
  if (record.variant !== 'wsh(multi(k))' || tails.length !== record.signers.length) return null;
  if (tails.some((tail) => tail.some((step) => step >= 0x8000_0000))) return null;
  const keys = record.signers.map((signer, i) =>
    childKey(signer.xpub, [...signer.path, ...(tails[i] ?? [])]),
  );
  if (record.sorted) keys.sort((a, b) => Buffer.compare(a, b));
  const witnessScript = multisigScript(record.threshold, keys);
  return { script: p2wsh(witnessScript), witnessScript };
}

export function singleOutput(publicKey: Bytes): Bytes {
  return p2wpkh(publicKey);
}

export interface Keypath {
  pubkey: Bytes;
  fingerprint: Bytes;
  path: number[];
}

/** A key origin as a PSET carries it: fingerprint, then steps of four little-endian bytes. */
export function keypath(pubkey: Bytes, value: Bytes): Keypath {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const path = Array.from({ length: Math.max(0, value.length / 4 - 1) }, (_, i) =>
    view.getUint32(4 + 4 * i, true),
  );
  return { pubkey, fingerprint: value.subarray(0, 4), path };
}

/**
 * Whether an output is the registered multisig's at the steps that its keypaths name: all signers there, each with the
 * derivation that was registered, and the script the one that follows. The blinding key is not looked at, as measured.
 */
export function belongsTo(record: MultisigRecord, keypaths: readonly Keypath[], script: Bytes): boolean {
  if (keypaths.length !== record.signers.length) return false;
  const tails = record.signers.map((signer) => {
    const start = [...signer.derivation, ...signer.path];
    const origin = keypaths.find(
      ({ fingerprint, path }) =>
        equal(fingerprint, signer.fingerprint) && start.every((step, i) => path[i] === step),
    );
    return origin?.path.slice(start.length) ?? null;
  });
  if (tails.some((tail) => tail === null)) return false;
  const found = multisigOutput(record, tails as number[][]);
  return found !== null && equal(found.script, script);
}
