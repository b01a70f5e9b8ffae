/** Secrets: the OS keychain, or the passphrase vault where there is none. */
export { createSecrets, type SecretsOptions } from './secrets.ts';
export { openKey, sealKey, type BackedUpKey } from './key-backup.ts';
export { SECRET } from './types.ts';
export type { ProfileSecrets, SecretName, Secrets, SecretStore, SecretStoreStatus } from './types.ts';
