import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Keyring } from './keytar.ts';
import { SERVICE } from './keychain.ts';
import { createSecrets, type SecretsOptions } from './secrets.ts';

const CHEAP = { N: 1024, r: 8, p: 1 };
const PASSPHRASE = 'correct horse battery';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-secrets-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** A keyring that works, in memory. */
function memoryKeyring(): Keyring & { entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    getPassword: async (service, account) => entries.get(`${service}|${account}`) ?? null,
    setPassword: async (service, account, password) => void entries.set(`${service}|${account}`, password),
    deletePassword: async (service, account) => entries.delete(`${service}|${account}`),
    findCredentials: async (service) =>
      [...entries]
        .filter(([key]) => key.startsWith(`${service}|`))
        .map(([key, password]) => ({ account: key.slice(service.length + 1), password })),
  };
}

const broken = (message: string) => async (): Promise<Keyring> => {
  throw new Error(message);
};
const NO_DBUS = broken('Cannot autolaunch D-Bus without X11 $DISPLAY');

function secretsWith(options: Partial<SecretsOptions> = {}) {
  return createSecrets({
    dataDir,
    env: {},
    platform: 'linux',
    scryptCost: CHEAP,
    loadKeyring: NO_DBUS,
    ...options,
  });
}

describe('with a working keychain', () => {
  it('keeps secrets there, and leaves no trace of the probe', async () => {
    const ring = memoryKeyring();
    const secrets = secretsWith({ loadKeyring: async () => ring });
    expect(await secrets.status()).toEqual({
      store: 'keychain',
      detail: expect.stringContaining('Secret Service') as string,
      keychainAvailable: true,
      keychainProblem: null,
      vaultExists: false,
      unlocked: true,
    });
    const own = secrets.profileSecrets('p1');
    await own.set('amp-password', 'one');
    await secrets.profileSecrets('p2').set('amp-password', 'two');
    expect(await own.get('amp-password')).toBe('one');
    expect([...ring.entries.keys()]).toEqual([`${SERVICE}|p1/amp-password`, `${SERVICE}|p2/amp-password`]);
    await secrets.removeAll('p1/');
    expect(await own.get('amp-password')).toBeNull();
    expect(await secrets.profileSecrets('p2').get('amp-password')).toBe('two');
    expect(existsSync(join(dataDir, 'vault.json'))).toBe(false);
  });

  it('still uses a vault that somebody made, so that no secret disappears', async () => {
    const before = secretsWith();
    await before.createVault(PASSPHRASE);
    await before.set('p1/amp-token', 'in the vault');
    const after = secretsWith({ loadKeyring: async () => memoryKeyring() });
    expect(await after.status()).toMatchObject({ store: 'vault', keychainAvailable: true, unlocked: false });
    await after.unlockVault(PASSPHRASE);
    expect(await after.get('p1/amp-token')).toBe('in the vault');
  });

  it('reports a secret that the keychain did not keep whole', async () => {
    const ring = memoryKeyring();
    const keep = ring.setPassword;
    ring.setPassword = (service, account, password) => keep(service, account, password.slice(0, 40));
    const secrets = secretsWith({ loadKeyring: async () => ring });
    await expect(secrets.set('p1/amp-token', 'x'.repeat(41))).rejects.toMatchObject({
      code: 'SECRET_STORE_UNAVAILABLE',
    });
  });
});

describe('without a keychain', () => {
  const reasons: [string, RegExp][] = [
    [
      'libsecret-1.so.0: cannot open shared object file: No such file or directory',
      /libsecret is not installed/,
    ],
    ["Cannot find package 'keytar' imported from /app/main.js", /keytar\) is not installed/],
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', /No Secret Service answers/],
    ['Object does not exist at path “/org/freedesktop/secrets/collection/login”', /no default collection/],
    ['Cannot create an item in a locked collection', /locked/],
    ['Something new', /does not work: Something new/],
  ];
  it.each(reasons)('says why: %s', async (message, words) => {
    const status = await secretsWith({ loadKeyring: broken(message) }).status();
    expect(status).toMatchObject({ store: 'none', keychainAvailable: false, unlocked: false });
    expect(status.keychainProblem).toMatch(words);
  });

  it('refuses to keep a secret until there is a vault; nothing is written', async () => {
    const secrets = secretsWith();
    await expect(secrets.set('p1/amp-password', 'canary')).rejects.toMatchObject({
      code: 'SECRET_STORE_UNAVAILABLE',
      next: expect.stringContaining('passphrase vault') as string,
    });
    expect(existsSync(join(dataDir, 'vault.json'))).toBe(false);
    expect(await secrets.createVault(PASSPHRASE)).toMatchObject({
      store: 'vault',
      vaultExists: true,
      unlocked: true,
    });
    await secrets.set('p1/amp-password', 'canary');
    expect(await secrets.get('p1/amp-password')).toBe('canary');
    expect(await secrets.lock()).toMatchObject({ store: 'vault', unlocked: false });
    await expect(secrets.get('p1/amp-password')).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
  });

  it('does not wait for a keyring that never answers, and asks it only once at a time', async () => {
    let asked = 0;
    const ring = memoryKeyring();
    ring.setPassword = () => {
      asked += 1;
      return new Promise(() => undefined);
    };
    const secrets = secretsWith({ loadKeyring: async () => ring, keychainTimeoutMs: 20 });
    for (let i = 0; i < 3; i += 1) {
      expect((await secrets.status()).keychainProblem).toContain('may be locked');
    }
    expect(asked).toBe(1);
  });
});

describe('the environment', () => {
  const script = { SLUICE_SECRETS: 'vault', SLUICE_VAULT_PASSPHRASE: PASSPHRASE };
  const forbidden = async (): Promise<Keyring> => {
    throw new Error('The keychain must not be touched.');
  };

  it('forces the vault, makes it and opens it for scripts, and never asks the keychain', async () => {
    const first = secretsWith({ env: script, loadKeyring: forbidden });
    await first.set('p1/amp-token', 'token');
    const second = secretsWith({ env: script, loadKeyring: forbidden });
    expect(await second.status()).toMatchObject({
      store: 'vault',
      unlocked: true,
      keychainProblem: 'SLUICE_SECRETS asks for the passphrase vault.',
    });
    expect(await second.get('p1/amp-token')).toBe('token');
  });

  it('does not open the vault again after a person has closed it', async () => {
    const secrets = secretsWith({ env: script });
    await secrets.set('p1/amp-token', 'token');
    expect(await secrets.lock()).toMatchObject({ unlocked: false });
    await expect(secrets.get('p1/amp-token')).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
    await secrets.unlockVault(PASSPHRASE);
    expect(await secrets.get('p1/amp-token')).toBe('token');
  });

  it('says that its passphrase is wrong where a secret is needed, and lets a person open the vault', async () => {
    await secretsWith().createVault(PASSPHRASE);
    const secrets = secretsWith({ env: { SLUICE_VAULT_PASSPHRASE: 'something else' } });
    expect(await secrets.status()).toMatchObject({ store: 'vault', unlocked: false });
    await expect(secrets.get('p1/amp-token')).rejects.toMatchObject({ code: 'VAULT_WRONG_PASSPHRASE' });
    await secrets.unlockVault(PASSPHRASE);
    expect(await secrets.get('p1/amp-token')).toBeNull();
  });

  it('makes no vault where the keychain works', async () => {
    const secrets = secretsWith({
      env: { SLUICE_VAULT_PASSPHRASE: PASSPHRASE },
      loadKeyring: async () => memoryKeyring(),
    });
    await secrets.set('p1/amp-token', 'token');
    expect(await secrets.status()).toMatchObject({ store: 'keychain', vaultExists: false });
  });

  it('forces the keychain: without one there is no store, whatever vault lies there', async () => {
    await secretsWith().createVault(PASSPHRASE);
    const secrets = secretsWith({ env: { SLUICE_SECRETS: 'keychain' } });
    expect(await secrets.status()).toMatchObject({ store: 'none', vaultExists: true });
    await expect(secrets.createVault(PASSPHRASE)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('is refused in words when it names a store that there is not', () => {
    expect(() => secretsWith({ env: { SLUICE_SECRETS: 'plain' } })).toThrow('SLUICE_SECRETS is “plain”.');
  });
});

it('takes names and prefixes of one profile only', async () => {
  const secrets = secretsWith();
  await secrets.createVault(PASSPHRASE);
  await expect(secrets.set('loose', 'x')).rejects.toThrow('no name of a secret');
  for (const prefix of ['', 'p1', '/', 'p1/amp']) {
    await expect(secrets.removeAll(prefix)).rejects.toThrow('no prefix of secrets');
  }
});
