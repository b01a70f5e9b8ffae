import { join } from 'node:path';
import { SluiceError } from '../../shared/errors.ts';
import { createKeychain } from './keychain.ts';
import { keychainName, loadKeytar, type Keyring } from './keytar.ts';
import type { SecretStore, Secrets, SecretStoreStatus } from './types.ts';
import { createVault } from './vault.ts';
import { DEFAULT_COST, type ScryptCost } from './vault-file.ts';

export interface SecretsOptions {
  dataDir: string;
  /**
   * `SLUICE_SECRETS` = `vault` or `keychain` forces the store. `SLUICE_VAULT_PASSPHRASE` opens the vault, and makes it
   * when there is none: only for scripts, since programs of the same user can read it. Defaults to the environment of
   * this process.
   */
  env?: Record<string, string | undefined>;
  platform?: NodeJS.Platform;
  /** How the keychain module is loaded. */
  loadKeyring?: () => Promise<Keyring>;
  keychainTimeoutMs?: number;
  /** Cost of a new vault's passphrase. */
  scryptCost?: ScryptCost;
}

type Forced = 'vault' | 'keychain' | null;

function forcedStore(value: string | undefined): Forced {
  if (value === undefined || value === '') return null;
  if (value === 'vault' || value === 'keychain') return value;
  throw new SluiceError('INVALID_ARGUMENT', `SLUICE_SECRETS is “${value}”.`, {
    next: 'Set it to vault or keychain, or leave it out.',
    field: 'SLUICE_SECRETS',
  });
}

/**
 * Finds the store of a data folder's secrets: a vault that somebody made is used as long as it is there; otherwise the
 * OS keychain when it works; otherwise none, until the person makes a vault. It never changes stores by itself, and it
 * never keeps a secret in the clear.
 */
export function createSecrets(options: SecretsOptions): Secrets {
  const env = options.env ?? process.env;
  const platform = options.platform ?? process.platform;
  const forced = forcedStore(env['SLUICE_SECRETS']);
  const vault = createVault(join(options.dataDir, 'vault.json'), options.scryptCost ?? DEFAULT_COST);
  const keychain = createKeychain({
    load: options.loadKeyring ?? loadKeytar,
    ...(options.keychainTimeoutMs === undefined ? {} : { timeoutMs: options.keychainTimeoutMs }),
  });
  let prepared: Promise<void> | null = null;

  async function keychainProblem(): Promise<string | null> {
    if (forced === 'vault') return 'SLUICE_SECRETS asks for the passphrase vault.';
    return keychain.problem();
  }

  async function chosen(): Promise<SecretStoreStatus['store']> {
    if (forced !== 'keychain' && vault.exists()) return 'vault';
    return (await keychainProblem()) === null ? 'keychain' : 'none';
  }

  /** Uses the passphrase of the environment, once: after a lock only the person opens the vault again. */
  async function openFromEnvironment(): Promise<void> {
    const passphrase = env['SLUICE_VAULT_PASSPHRASE'];
    if (passphrase === undefined || passphrase === '' || forced === 'keychain' || vault.isUnlocked()) return;
    const store = await chosen();
    if (store === 'keychain') return;
    if (store === 'none') {
      try {
        return await vault.create(passphrase);
      } catch (error) {
        // Two scripts on one empty data folder: the other one was first.
        if (!(error instanceof SluiceError) || error.code !== 'CONFLICT') throw error;
      }
    }
    await vault.unlock(passphrase);
  }

  const prepare = () => (prepared ??= openFromEnvironment());

  async function store(): Promise<SecretStore> {
    await prepare();
    const which = await chosen();
    if (which === 'vault') return vault;
    if (which === 'keychain') return keychain;
    throw new SluiceError(
      'SECRET_STORE_UNAVAILABLE',
      `There is no safe place for secrets on this computer yet. ${(await keychainProblem()) ?? ''}`.trim(),
      { next: 'Make a passphrase vault under Settings, or start the keyring and try again.' },
    );
  }

  async function status(): Promise<SecretStoreStatus> {
    // A passphrase of the environment that does not fit shows as a closed vault here and as an error where it is used.
    await prepare().catch(() => undefined);
    const problem = await keychainProblem();
    const which = await chosen();
    const detail = {
      keychain: keychainName(platform),
      vault: `Passphrase vault in ${options.dataDir}`,
      none: 'Nowhere yet: make a passphrase vault, or start the keyring',
    }[which];
    return {
      store: which,
      detail,
      keychainAvailable: problem === null,
      keychainProblem: problem,
      vaultExists: vault.exists(),
      unlocked: which === 'keychain' || (which === 'vault' && vault.isUnlocked()),
    };
  }

  const afterwards = async (work: () => unknown) => {
    prepared = Promise.resolve();
    await work();
    return status();
  };

  const secrets: Secrets = {
    status,
    createVault: (passphrase) =>
      afterwards(() => {
        if (forced === 'keychain') throw keychainForced();
        return vault.create(passphrase);
      }),
    unlockVault: (passphrase) => afterwards(() => vault.unlock(passphrase)),
    lock: () => afterwards(() => vault.lock()),
    get: async (name) => (await store()).get(checkName(name)),
    set: async (name, secret) => (await store()).set(checkName(name), secret),
    remove: async (name) => (await store()).remove(checkName(name)),
    removeAll: async (prefix) => (await store()).removeAll(checkPrefix(prefix)),
    profileSecrets: (profileId) => ({
      get: (name) => secrets.get(`${profileId}/${name}`),
      set: (name, secret) => secrets.set(`${profileId}/${name}`, secret),
      remove: (name) => secrets.remove(`${profileId}/${name}`),
    }),
  };
  return secrets;
}

function keychainForced(): SluiceError {
  return new SluiceError(
    'NOT_ALLOWED',
    'SLUICE_SECRETS asks for the keychain, so that a vault would not be used.',
    {
      next: 'Start Sluice without SLUICE_SECRETS, then make the vault.',
    },
  );
}

function checkName(name: string): string {
  if (!/^[^/]+\/[^/]+$/.test(name)) throw new Error(`“${name}” is no name of a secret: <profile id>/<what>.`);
  return name;
}

/** A prefix that ends inside an id could take another profile's secrets with it. */
function checkPrefix(prefix: string): string {
  if (!/^[^/]+\/$/.test(prefix)) throw new Error(`“${prefix}” is no prefix of secrets: <profile id>/.`);
  return prefix;
}
