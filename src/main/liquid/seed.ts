import { SluiceError } from '../../shared/errors.ts';
import { noMnemonic } from './errors.ts';
import { NETWORKS } from './networks.ts';
import { HARDENED, writePath } from './path.ts';
import type { TaskArgs } from './protocol.ts';
import type { AccountKeys, LiquidNetwork, Seed } from './types.ts';
import { refusable, wally } from './wally.ts';

/** An extended key in the library's memory. */
export type HdKey = ReturnType<typeof wally.bip32_key_from_seed>;

const PRIVATE = 0;
const PUBLIC = 1;
/** Far above what a person types, far below what the library's stack of 64 KB holds. */
const LONGEST_PASSPHRASE = 1_000;

/** Words as BIP39 wants them, whatever space was typed around and between them. */
export function plainWords(mnemonic: string): string {
  return mnemonic.trim().normalize('NFKD').split(/\s+/).join(' ');
}

/** Runs `use` with a key and frees it, which also wipes it. */
export function withKey<T>(key: HdKey, use: (key: HdKey) => T): T {
  try {
    return use(key);
  } finally {
    wally.bip32_key_free(key);
  }
}

/** The child of a private key along a path; freed by the caller. */
export function childOf(parent: HdKey, path: readonly number[]): HdKey {
  return wally.bip32_key_from_parent_path(parent, [...path], PRIVATE);
}

/**
 * Runs `use` with the root key of a seed (BIP39 with its passphrase in NFKD, BIP32) and its 64 bytes, and wipes both.
 * Throws INVALID_ARGUMENT, which repeats neither words nor passphrase.
 */
export function withRoot<T>(
  { mnemonic, passphrase = '' }: Seed,
  network: LiquidNetwork,
  use: (root: HdKey, seed: Uint8Array) => T,
): T {
  const words = plainWords(mnemonic);
  // Longer than any mnemonic: not for the library's small stack.
  const valid =
    words.length < 400 && refusable(() => (wally.bip39_mnemonic_validate(null, words), true)) === true;
  if (!valid) throw noMnemonic();
  const salt = passphrase.normalize('NFKD');
  if (salt.length > LONGEST_PASSPHRASE) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `The passphrase is longer than ${LONGEST_PASSPHRASE} characters.`,
      {
        next: 'Type the passphrase that belongs to the words; it is a few words at most.',
        field: 'passphrase',
      },
    );
  }
  const seed = wally.bip39_mnemonic_to_seed512(words, salt);
  try {
    return withKey(wally.bip32_key_from_seed(seed, NETWORKS[network].privateVersion, 0), (root) =>
      use(root, seed),
    );
  } finally {
    seed.fill(0);
  }
}

export function fingerprintOf(key: HdKey): string {
  return wally.bip32_key_get_fingerprint(key).toString('hex');
}

/** BIP84 account 0 and the P2WSH branch of BIP48 account 0, SLIP-77 of the same seed. */
export function accountKeys({ seed, network }: TaskArgs<'accountKeys'>): AccountKeys {
  const coin = NETWORKS[network].coinType + HARDENED;
  return withRoot(seed, network, (root, bytes) => {
    const account = (path: readonly number[]): { path: string; xpub: string } =>
      withKey(childOf(root, path), (key) => ({
        path: writePath(path),
        xpub: wally.bip32_key_to_base58(key, PUBLIC),
      }));
    return {
      fingerprint: fingerprintOf(root),
      single: account([84 + HARDENED, coin, HARDENED]),
      multi: account([48 + HARDENED, coin, HARDENED, 2 + HARDENED]),
      masterBlindingKey: wally.asset_blinding_key_from_seed(bytes).subarray(32).toString('hex'),
    };
  });
}

/** Words for fresh entropy of 16 or 32 bytes. */
export function newMnemonic({ entropy }: TaskArgs<'newMnemonic'>): string {
  return wally.bip39_mnemonic_from_bytes(null, entropy);
}
