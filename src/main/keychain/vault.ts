import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SluiceError } from '../../shared/errors.ts';
import { ensurePrivateFolder, inWords, withLock, writeFileAtomic } from '../files/index.ts';
import type { SecretStore } from './types.ts';
import { keyOf, newKey, parseVault, seal, unseal, type ScryptCost, type VaultKey } from './vault-file.ts';

const MIN_PASSPHRASE = 8;

export interface Vault extends SecretStore {
  exists(): boolean;
  isUnlocked(): boolean;
  create(passphrase: string): Promise<void>;
  unlock(passphrase: string): Promise<void>;
  lock(): void;
}

/**
 * The passphrase vault: one encrypted file. While it is open only the key is in memory; each call reads the file,
 * decrypts it and forgets what it held. So two processes on one data folder (desk and command line) see each other's
 * changes, and a crash leaves nothing to recover.
 */
export function createVault(path: string, cost: ScryptCost): Vault {
  let key: VaultKey | null = null;

  function lock(): void {
    key?.wipe();
    key = null;
  }

  function readText(): string | null {
    return inWords(path, () => (existsSync(path) ? readFileSync(path, 'utf8') : null));
  }

  function read(): { secrets: Map<string, string>; key: VaultKey } {
    const text = readText();
    if (text === null) throw missing(path);
    const file = parseVault(text);
    // Another vault was put in place of the one that this key opens.
    if (key !== null && key.check !== file.check) lock();
    if (key === null) throw locked();
    return { secrets: unseal(file, key), key };
  }

  function write(secrets: ReadonlyMap<string, string>, withKey: VaultKey): void {
    writeFileAtomic(path, `${JSON.stringify(seal(secrets, withKey), null, 2)}\n`);
  }

  const exclusive = <T>(work: () => T): T => {
    ensurePrivateFolder(dirname(path));
    return withLock(`${path}.lock`, { what: 'the passphrase vault', waitMs: 5000 }, work);
  };

  const change = async (edit: (secrets: Map<string, string>) => void) =>
    exclusive(() => {
      const { secrets, key: withKey } = read();
      edit(secrets);
      write(secrets, withKey);
    });

  return {
    exists: () => readText() !== null,
    isUnlocked: () => key !== null,
    async create(passphrase) {
      if ([...passphrase].length < MIN_PASSPHRASE) {
        throw new SluiceError(
          'INVALID_ARGUMENT',
          `The passphrase has fewer than ${MIN_PASSPHRASE} characters.`,
          {
            next: 'Choose a longer one: several words that nobody would guess together.',
            field: 'passphrase',
          },
        );
      }
      if (readText() !== null) throw alreadyThere(path);
      const made = await newKey(passphrase, cost);
      exclusive(() => {
        if (readText() !== null) throw alreadyThere(path);
        write(new Map(), made);
        lock();
        key = made;
      });
    },
    async unlock(passphrase) {
      const text = readText();
      if (text === null) throw missing(path);
      const file = parseVault(text);
      const opened = await keyOf(file, passphrase);
      unseal(file, opened).clear();
      lock();
      key = opened;
    },
    lock,
    get: async (name) => read().secrets.get(name) ?? null,
    set: (name, secret) => change((secrets) => secrets.set(name, secret)),
    remove: (name) => change((secrets) => secrets.delete(name)),
    removeAll: (prefix) =>
      change((secrets) => {
        for (const name of [...secrets.keys()]) if (name.startsWith(prefix)) secrets.delete(name);
      }),
  };
}

function locked(): SluiceError {
  return new SluiceError('VAULT_LOCKED', 'The passphrase vault is closed.', {
    next: 'Enter its passphrase to open it.',
  });
}

function missing(path: string): SluiceError {
  return new SluiceError('NOT_FOUND', `There is no passphrase vault at ${path}.`, {
    next: 'Make one under Settings, or put the file back if it was moved.',
  });
}

function alreadyThere(path: string): SluiceError {
  return new SluiceError('CONFLICT', `There is already a passphrase vault at ${path}.`, {
    next: 'Open it with its passphrase. A new vault can be made only after the old file is moved away.',
  });
}
