import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import type { Bytes } from '../crypto/index.ts';
import { WALLY, concat, toHex, wally } from '../crypto/index.ts';
import type { DerivedKey } from './descriptor.ts';
import { HARDENED, withChecksum } from './descriptor.ts';

const SEED_LENGTH = 64;
const ACCOUNT = [84 + HARDENED, 1 + HARDENED, HARDENED];

/** The keys of a wallet that can sign: a BIP 32 seed. */
export class Seed {
  private readonly master: ReturnType<typeof wally.bip32_key_from_seed>;
  readonly bytes: Bytes;
  readonly fingerprint: Bytes;

  constructor(bytes: Bytes) {
    this.bytes = bytes;
    this.master = wally.bip32_key_from_seed(bytes, WALLY.TEST_PRIVATE, 0);
    this.fingerprint = Uint8Array.from(wally.bip32_key_get_fingerprint(this.master));
  }

  /** Public BIP 84 descriptors, external and internal. */
  descriptors(): { external: string; internal: string } {
    const account = wally.bip32_key_from_parent_path(this.master, ACCOUNT, WALLY.KEY_PUBLIC);
    const xpub = wally.bip32_key_to_base58(account, WALLY.KEY_PUBLIC);
    wally.bip32_key_free(account);
    const key = `[${toHex(this.fingerprint)}/84'/1'/0']${xpub}`;
    return { external: withChecksum(`wpkh(${key}/0/*)`), internal: withChecksum(`wpkh(${key}/1/*)`) };
  }

  /** The private key of a derived public key, or null if it is not of this seed. */
  privateKey(key: DerivedKey): Bytes | null {
    if (Buffer.compare(key.fingerprint, this.fingerprint) !== 0) return null;
    const child = wally.bip32_key_from_parent_path(this.master, key.path, WALLY.KEY_PRIVATE);
    const pubkey = wally.bip32_key_get_pub_key(child);
    const privateKey = Uint8Array.from(wally.bip32_key_get_priv_key(child));
    wally.bip32_key_free(child);
    return Buffer.compare(pubkey, key.pubkey) === 0 ? privateKey : null;
  }
}

/** All the keys a wallet ever had, oldest first: encrypting a wallet adds a seed and keeps the old one. */
export class Keyring {
  private readonly seeds: Seed[] = [];

  /** Seeds of 64 bytes, one after the other. */
  constructor(bytes: Bytes) {
    for (let at = 0; at < bytes.length; at += SEED_LENGTH) {
      this.seeds.push(new Seed(bytes.slice(at, at + SEED_LENGTH)));
    }
  }

  get bytes(): Bytes {
    return concat(...this.seeds.map((seed) => seed.bytes));
  }

  /** The private key of a derived public key, or null if no seed has it. */
  privateKey(key: DerivedKey): Bytes | null {
    for (const seed of this.seeds) {
      const found = seed.privateKey(key);
      if (found) return found;
    }
    return null;
  }
}

/** DER signature with low S and low R, hash type appended. */
export function signHash(privateKey: Bytes, hash: Bytes, hashType: number): Bytes {
  const compact = wally.ec_sig_from_bytes(privateKey, hash, WALLY.ECDSA | WALLY.GRIND_R);
  return concat(wally.ec_sig_to_der(compact), Uint8Array.of(hashType));
}

const SALT = 16;
const NONCE = 12;
const TAG = 16;

/** scrypt and AES-256-GCM: salt, nonce, tag, ciphertext. */
export function sealSeed(seed: Bytes, passphrase: string): Bytes {
  const salt = randomBytes(SALT);
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', scryptSync(passphrase, salt, 32), nonce);
  const sealed = Buffer.concat([cipher.update(seed), cipher.final()]);
  return concat(salt, nonce, cipher.getAuthTag(), sealed);
}

/** Null for a wrong passphrase. */
export function openSeed(sealed: Bytes, passphrase: string): Bytes | null {
  const salt = sealed.subarray(0, SALT);
  const nonce = sealed.subarray(SALT, SALT + NONCE);
  const tag = sealed.subarray(SALT + NONCE, SALT + NONCE + TAG);
  const decipher = createDecipheriv('aes-256-gcm', scryptSync(passphrase, salt, 32), nonce);
  decipher.setAuthTag(tag);
  try {
    return Uint8Array.from(
      Buffer.concat([decipher.update(sealed.subarray(SALT + NONCE + TAG)), decipher.final()]),
    );
  } catch {
    return null;
  }
}
