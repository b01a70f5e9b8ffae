import type { z } from 'zod';
import type { secretStoreStatus } from '../../shared/contract/index.ts';

/**
 * Where secrets live: the OS keychain or the passphrase vault. Names are `<profile id>/<what>`. There is no plaintext
 * fallback: without a store every call throws SECRET_STORE_UNAVAILABLE, with a closed vault VAULT_LOCKED.
 */
export interface SecretStore {
  get(name: string): Promise<string | null>;
  set(name: string, secret: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Every secret whose name begins with the prefix. */
  removeAll(prefix: string): Promise<void>;
}

export const SECRET = {
  ampPassword: 'amp-password',
  ampToken: 'amp-token',
  elementsPassword: 'elements-password',
  treasuryMnemonic: 'treasury-mnemonic',
  /** SLIP-77 key of a treasury that was made of several keys or of somebody else's. */
  treasuryBlindingKey: 'treasury-blinding-key',
  /** Ed25519 and X25519 private keys by which others know this profile. */
  identity: 'identity',
  /** A signer's words and BIP39 passphrase, JSON. */
  signerSeed: 'signer-seed',
} as const;
/**
 * Secrets of one custody wallet, by its id: its words and passphrase (JSON), its whole descriptor with the blinding key,
 * and the watch-only credentials of an AMP0 account (JSON).
 */
export type CustodySecretName = `custody-${'seed' | 'descriptor' | 'watch-only'}:${string}`;
export type SecretName = (typeof SECRET)[keyof typeof SECRET] | CustodySecretName;

/** The secrets of one profile. */
export interface ProfileSecrets {
  get(name: SecretName): Promise<string | null>;
  set(name: SecretName, secret: string): Promise<void>;
  remove(name: SecretName): Promise<void>;
}

export type SecretStoreStatus = z.output<typeof secretStoreStatus>;

/** The secrets of one data folder, in whichever store holds them. */
export interface Secrets extends SecretStore {
  status(): Promise<SecretStoreStatus>;
  /** Makes the passphrase vault (8 characters at least) and leaves it open. CONFLICT when there is one. */
  createVault(passphrase: string): Promise<SecretStoreStatus>;
  /** Opens the vault; VAULT_WRONG_PASSPHRASE when it does not fit, NOT_FOUND when there is none. */
  unlockVault(passphrase: string): Promise<SecretStoreStatus>;
  /** Closes the vault and wipes its key. The OS keychain has a lock of its own. */
  lock(): Promise<SecretStoreStatus>;
  profileSecrets(profileId: string): ProfileSecrets;
}
