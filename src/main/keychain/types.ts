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
} as const;
export type SecretName = (typeof SECRET)[keyof typeof SECRET];

/** The secrets of one profile. */
export interface ProfileSecrets {
  get(name: SecretName): Promise<string | null>;
  set(name: SecretName, secret: string): Promise<void>;
  remove(name: SecretName): Promise<void>;
}
