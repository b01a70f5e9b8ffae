import type { Bytes } from '../crypto/index.ts';
import { WALLY, concat, wally } from '../crypto/index.ts';
import { badParameters } from './errors.ts';
import { isMainnet } from './networks.ts';
import { pathOf } from './params.ts';
import type { CborValue } from './cbor.ts';
import type { JadeNetworkName } from './types.ts';

const MAIN_PRIVATE = 0x0488ade4;

/** SLIP-77: the public key that blinds what is paid to a script. libwally takes the key as second half of 64 bytes. */
export function blindingPubkeyOf(master: Bytes, script: Bytes): Bytes {
  const wide = concat(new Uint8Array(32), master);
  return Uint8Array.from(wally.asset_blinding_key_to_ec_public_key(wide, script));
}

/** Keys of one BIP 39 mnemonic: BIP 32 and SLIP-77. */
export class JadeWallet {
  readonly mnemonic: string;
  /** Four bytes. */
  readonly fingerprint: Bytes;
  /** 32 bytes. */
  readonly masterBlindingKey: Bytes;
  private readonly seed: Bytes;

  constructor(mnemonic: string) {
    this.mnemonic = mnemonic;
    this.seed = Uint8Array.from(wally.bip39_mnemonic_to_seed512(mnemonic, ''));
    this.masterBlindingKey = Uint8Array.from(wally.asset_blinding_key_from_seed(this.seed)).slice(32);
    this.fingerprint = this.derive([], WALLY.TEST_PRIVATE, (key) =>
      Uint8Array.from(wally.bip32_key_get_fingerprint(key)),
    );
  }

  xpub(network: JadeNetworkName, path: readonly number[]): string {
    return this.derive(path, isMainnet(network) ? MAIN_PRIVATE : WALLY.TEST_PRIVATE, (key) =>
      wally.bip32_key_to_base58(key, WALLY.KEY_PUBLIC),
    );
  }

  /** Throws DeviceError for what is no path. */
  keyAt(path: readonly number[]): { privateKey: Bytes; publicKey: Bytes } {
    const steps = pathOf(path as CborValue);
    if (!steps) throw badParameters('Failed to extract valid path from parameters');
    return this.derive(steps, WALLY.TEST_PRIVATE, (key) => ({
      privateKey: Uint8Array.from(wally.bip32_key_get_priv_key(key)),
      publicKey: Uint8Array.from(wally.bip32_key_get_pub_key(key)),
    }));
  }

  private derive<T>(path: readonly number[], version: number, use: (key: ExtendedKey) => T): T {
    const root = wally.bip32_key_from_seed(this.seed, version, 0);
    if (path.length === 0) return freed(root, use);
    return freed(root, (parent) =>
      freed(wally.bip32_key_from_parent_path(parent, [...path], WALLY.KEY_PRIVATE), use),
    );
  }
}

type ExtendedKey = ReturnType<typeof wally.bip32_key_from_seed>;

function freed<T>(key: ExtendedKey, use: (key: ExtendedKey) => T): T {
  try {
    return use(key);
  } finally {
    wally.bip32_key_free(key);
  }
}

/** Whether this text is an extended public key. */
export function isXpub(xpub: string): boolean {
  try {
    const key = wally.bip32_key_from_base58(xpub);
    const isPublic = wally.bip32_key_to_base58(key, WALLY.KEY_PUBLIC) === xpub;
    wally.bip32_key_free(key);
    return isPublic;
  } catch {
    return false;
  }
}

/** The public key at these unhardened steps below an extended public key. */
export function pubkeyBelow(xpub: string, path: readonly number[]): Bytes {
  return freed(wally.bip32_key_from_base58(xpub), (parent) => {
    if (path.length === 0) return Uint8Array.from(wally.bip32_key_get_pub_key(parent));
    return freed(wally.bip32_key_from_parent_path(parent, [...path], WALLY.KEY_PUBLIC), (key) =>
      Uint8Array.from(wally.bip32_key_get_pub_key(key)),
    );
  });
}
