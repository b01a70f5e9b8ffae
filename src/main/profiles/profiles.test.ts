import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leaksInFolder } from '../../../test/support/canary.ts';
import { createSecrets, SECRET, type Secrets } from '../keychain/index.ts';
import type { Store } from '../store/index.ts';
import { createProfiles } from './profiles.ts';
import type { Profiles } from './types.ts';

let dataDir: string;
let secrets: Secrets;
let profiles: Profiles;
const open: Store[] = [];

const connection = {
  ampUrl: 'https://amp.example.com/api/',
  ampUsername: 'issuer',
  ampPassword: 'canary-amp-password',
  elementsUrl: 'http://10.0.0.5:7041',
  elementsUsername: 'rpc',
  elementsPassword: 'canary-elements-password',
  elementsWallet: 'treasury',
};

function startSecrets(): Secrets {
  return createSecrets({
    dataDir,
    env: { SLUICE_SECRETS: 'vault', SLUICE_VAULT_PASSPHRASE: 'canary-passphrase' },
    scryptCost: { N: 1024, r: 8, p: 1 },
  });
}

function openStore(id: string, from = profiles): Store {
  const store = from.openStore(id);
  open.push(store);
  return store;
}

const again = () => createProfiles({ dataDir, secrets: startSecrets() });
const profileFolder = (id: string) => join(dataDir, 'profiles', id);

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-profiles-'));
  secrets = startSecrets();
  profiles = createProfiles({ dataDir, secrets, clock: () => 1_700_000_000_000 });
});
afterEach(() => {
  for (const store of open.splice(0)) store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('making a profile', () => {
  it('keeps its addresses in the list and its passwords in the store for secrets only', async () => {
    const made = await profiles.create({ name: '  Acme   Treasury ', network: 'liquidv1', connection });
    expect(made).toEqual({
      id: made.id,
      name: 'Acme Treasury',
      network: 'liquidv1',
      role: 'desk',
      ampUrl: 'https://amp.example.com/api',
      ampUsername: 'issuer',
      elementsUrl: 'http://10.0.0.5:7041',
      elementsUsername: 'rpc',
      elementsWallet: 'treasury',
      signer: 'node',
      createdAt: 1_700_000_000_000,
      lastOpenedAt: null,
    });
    expect(again().list()).toEqual([made]);
    const own = profiles.secrets(made.id);
    expect(await own.get(SECRET.ampPassword)).toBe('canary-amp-password');
    expect(await own.get(SECRET.elementsPassword)).toBe('canary-elements-password');

    openStore(made.id);
    const canaries = ['canary-amp-password', 'canary-elements-password', 'canary-passphrase'];
    expect(
      leaksInFolder(
        dataDir,
        canaries.map((secret) => ({ label: secret, secret })),
      ),
    ).toEqual([]);
    if (process.platform !== 'win32') expect(statSync(join(dataDir, 'profiles.json')).mode & 0o077).toBe(0);
  });

  it('needs nothing but a name for the sandbox, and stores no connection of it', async () => {
    const made = await profiles.create({ name: 'Sandbox', network: 'sandbox', sandbox: { seed: 7 } });
    expect(made).toMatchObject({ ampUrl: '', elementsUrl: '', elementsWallet: '', signer: 'node' });
    expect(made).not.toHaveProperty('sandbox');
    expect(profiles.sandbox(made.id)).toEqual({ blockSeconds: 10, seed: 7 });
    expect(profiles.sandboxFolder(made.id)).toBe(join(profileFolder(made.id), 'sandbox'));
    expect(existsSync(join(dataDir, 'vault.json'))).toBe(false);
  });

  it.each(['sandbox', 'liquidv1'] as const)(
    'needs a name and a network for a signer (%s)',
    async (network) => {
      const made = await profiles.create({ name: 'Vault room', network, role: 'signer' });
      expect(made).toMatchObject({ role: 'signer', network, ampUrl: '', elementsUrl: '' });
      expect(() => profiles.sandbox(made.id)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
      await expect(profiles.update({ id: made.id, connection })).rejects.toMatchObject({
        field: 'connection',
      });
    },
  );

  it('refuses a name that looks like one that is taken', async () => {
    await profiles.create({ name: 'Acme', network: 'sandbox' });
    for (const name of ['Acme', 'ACME', ' acme ', 'Ａｃｍｅ']) {
      await expect(profiles.create({ name, network: 'sandbox' })).rejects.toMatchObject({
        code: 'CONFLICT',
        field: 'name',
      });
    }
    expect(profiles.find('aCMe')?.name).toBe('Acme');
    expect(profiles.find('nobody')).toBeNull();
  });

  const wrong: [string, Parameters<Profiles['create']>[0], string][] = [
    ['no connection', { name: 'x', network: 'liquidv1' }, 'connection'],
    ['a connection for the sandbox', { name: 'x', network: 'sandbox', connection }, 'connection'],
    [
      'sandbox options elsewhere',
      { name: 'x', network: 'regtest', connection, sandbox: { seed: 1 } },
      'sandbox',
    ],
    [
      'a connection for a signer',
      { name: 'x', network: 'regtest', role: 'signer', connection },
      'connection',
    ],
    ['a sandbox for a signer', { name: 'x', network: 'sandbox', role: 'signer', sandbox: {} }, 'sandbox'],
    ['an invisible name', { name: 'x\u200b\u202e', network: 'sandbox' }, 'name'],
    [
      'a password in an address',
      {
        name: 'x',
        network: 'regtest',
        connection: { ...connection, elementsUrl: 'http://u:p@localhost:7041' },
      },
      'connection.elementsUrl',
    ],
    [
      'AMP without TLS on a real network',
      {
        name: 'x',
        network: 'liquidtestnet',
        connection: { ...connection, ampUrl: 'http://amp.example.com' },
      },
      'connection.ampUrl',
    ],
    [
      'a query in an address',
      {
        name: 'x',
        network: 'regtest',
        connection: { ...connection, ampUrl: 'https://amp.example.com/?a=1' },
      },
      'connection.ampUrl',
    ],
  ];
  it.each(wrong)('refuses %s and names the field; nothing is kept', async (_, args, field) => {
    await expect(profiles.create(args)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field });
    expect(profiles.list()).toEqual([]);
    expect(existsSync(join(dataDir, 'vault.json'))).toBe(false);
  });

  it('lists no profile whose passwords could not be kept', async () => {
    await secrets.createVault('some other passphrase');
    await secrets.lock();
    await expect(profiles.create({ name: 'Acme', network: 'regtest', connection })).rejects.toMatchObject({
      code: 'VAULT_LOCKED',
    });
    expect(profiles.list()).toEqual([]);
  });
});

describe('changing a profile', () => {
  it('keeps what is not given, and passwords that are left empty', async () => {
    const { id } = await profiles.create({ name: 'Acme', network: 'regtest', connection });
    await profiles.secrets(id).set(SECRET.ampToken, 'token');
    const after = await profiles.update({
      id,
      name: 'Acme Ltd',
      connection: { elementsWallet: 'cold', ampPassword: '', elementsPassword: '' },
    });
    expect(after).toMatchObject({
      name: 'Acme Ltd',
      elementsWallet: 'cold',
      ampUrl: 'https://amp.example.com/api',
    });
    expect(again().get(id)).toEqual(after);
    expect(await profiles.secrets(id).get(SECRET.ampPassword)).toBe('canary-amp-password');
    expect(await profiles.secrets(id).get(SECRET.ampToken)).toBe('token');
  });

  it('forgets the token of another account or password', async () => {
    const { id } = await profiles.create({ name: 'Acme', network: 'regtest', connection });
    for (const change of [{ ampUsername: 'other' }, { ampPassword: 'new password' }]) {
      await profiles.secrets(id).set(SECRET.ampToken, 'token');
      await profiles.update({ id, connection: change });
      expect(await profiles.secrets(id).get(SECRET.ampToken)).toBeNull();
    }
    expect(await profiles.secrets(id).get(SECRET.ampPassword)).toBe('new password');
  });

  it('does not send a stored password to another machine unasked', async () => {
    const { id } = await profiles.create({ name: 'Acme', network: 'regtest', connection });
    const moves: [Parameters<Profiles['update']>[0]['connection'], string][] = [
      [{ ampUrl: 'https://amp.example.org/api' }, 'connection.ampPassword'],
      [{ elementsUrl: 'http://10.0.0.6:7041' }, 'connection.elementsPassword'],
    ];
    for (const [change, field] of moves) {
      await expect(profiles.update({ id, connection: change })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        field,
      });
    }
    expect(profiles.get(id)).toMatchObject({ ampUrl: 'https://amp.example.com/api' });
    const moved = { ampUrl: 'https://amp.example.org/api', ampPassword: 'typed again' };
    expect(await profiles.update({ id, connection: moved })).toMatchObject({ ampUrl: moved.ampUrl });
  });

  it('lets a password follow from one port of this machine to another', async () => {
    const local = { ...connection, ampUrl: 'http://127.0.0.1:4000', elementsUrl: 'http://localhost:5000' };
    const { id } = await profiles.create({ name: 'Acme', network: 'regtest', connection: local });
    const moved = { ampUrl: 'http://127.0.0.1:4001', elementsUrl: 'http://[::1]:5001' };
    expect(await profiles.update({ id, connection: moved })).toMatchObject(moved);
  });

  it('puts another wallet and another signer in charge of the treasury', async () => {
    const { id } = await profiles.create({ name: 'Acme', network: 'sandbox' });
    profiles.setTreasury(id, { wallet: 'watch-only', signer: 'keychain' });
    expect(again().get(id)).toMatchObject({ name: 'Acme', elementsWallet: 'watch-only', signer: 'keychain' });
  });

  it('refuses a taken name, an unknown id, and a connection for the sandbox', async () => {
    await profiles.create({ name: 'Taken', network: 'sandbox' });
    const { id } = await profiles.create({ name: 'Acme', network: 'sandbox' });
    await expect(profiles.update({ id, name: 'taken' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(profiles.update({ id: 'nobody', name: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(profiles.update({ id, connection })).rejects.toMatchObject({ field: 'connection' });
    expect((await profiles.update({ id, name: 'ACME' })).name).toBe('ACME');
  });
});

describe('the database of a profile', () => {
  it('is made at the first opening, which the list and the audit trail remember', async () => {
    const { id } = await profiles.create({ name: 'Acme', network: 'regtest', connection });
    const store = openStore(id);
    expect(profiles.get(id).lastOpenedAt).toBe(1_700_000_000_000);
    expect(store.auditList({ offset: 0, limit: 10 }).rows).toMatchObject([
      { type: 'profile.created', subject: `profile:${id}`, data: { name: 'Acme', network: 'regtest' } },
    ]);
    store.close();
    expect(openStore(id).auditList({ offset: 0, limit: 10 }).total).toBe(1);
  });

  it('is open in one desk only', async () => {
    const { id } = await profiles.create({ name: 'Acme', network: 'sandbox' });
    openStore(id);
    expect(() => again().openStore(id)).toThrow('has profile “Acme” open.');
  });

  it('is not replaced by an empty one when it is gone', async () => {
    const { id } = await profiles.create({ name: 'Acme', network: 'sandbox' });
    openStore(id).close();
    rmSync(join(profileFolder(id), 'profile.sqlite'));
    expect(() => profiles.openStore(id)).toThrow(expect.objectContaining({ code: 'DATABASE_CORRUPT' }));
    expect(existsSync(join(profileFolder(id), 'profile.sqlite'))).toBe(false);
  });

  it('is refused in the place of another’s', async () => {
    const one = await profiles.create({ name: 'One', network: 'sandbox' });
    const two = await profiles.create({ name: 'Two', network: 'sandbox' });
    openStore(one.id).close();
    openStore(two.id).close();
    renameSync(join(profileFolder(one.id), 'profile.sqlite'), join(profileFolder(two.id), 'profile.sqlite'));
    expect(() => profiles.openStore(two.id)).toThrow(`belongs to another profile (${one.id})`);
  });

  it('is backed up into a folder beside it, and the audit trail says so', async () => {
    const { id } = await profiles.create({ name: 'Acme', network: 'sandbox' });
    const store = openStore(id);
    const head = store.auditHead();
    const backup = await profiles.backup(id, store, 'person');
    expect(backup).toEqual({
      path: join(profileFolder(id), 'backups', '2023-11-14T22-13-20-000Z.sqlite'),
      bytes: statSync(backup.path).size,
      auditHead: head,
    });
    expect(store.auditList({ offset: 0, limit: 1 }).rows[0]).toMatchObject({
      type: 'backup.created',
      actor: 'person',
      data: { auditHead: head },
    });
  });
});

describe('deleting a profile', () => {
  it('of a signer takes its keys with it, and waits for a locked store', async () => {
    const { id } = await profiles.create({ name: 'Vault room', network: 'sandbox', role: 'signer' });
    await profiles.secrets(id).set(SECRET.signerSeed, 'canary words');
    await secrets.lock();
    await expect(profiles.remove({ id, confirm: 'Vault room' })).rejects.toMatchObject({
      code: 'VAULT_LOCKED',
    });
    await secrets.unlockVault('canary-passphrase');
    await profiles.remove({ id, confirm: 'Vault room' });
    expect(await profiles.secrets(id).get(SECRET.signerSeed)).toBeNull();
  });

  it('takes its database, its backups and its secrets, and nobody else’s', async () => {
    const doomed = await profiles.create({ name: 'Doomed', network: 'regtest', connection });
    const other = await profiles.create({ name: 'Other', network: 'regtest', connection });
    const store = openStore(doomed.id);
    await profiles.backup(doomed.id, store, 'person');
    store.close();
    await profiles.remove({ id: doomed.id, confirm: 'Doomed' });
    expect(profiles.list().map(({ name }) => name)).toEqual(['Other']);
    expect(existsSync(profileFolder(doomed.id))).toBe(false);
    expect(await secrets.get(`${doomed.id}/amp-password`)).toBeNull();
    expect(await secrets.get(`${other.id}/amp-password`)).toBe('canary-amp-password');
  });

  it('needs its name, exactly', async () => {
    const { id } = await profiles.create({ name: 'Doomed', network: 'sandbox' });
    for (const confirm of ['', 'doomed', 'yes']) {
      await expect(profiles.remove({ id, confirm })).rejects.toMatchObject({ code: 'CONFIRMATION_MISMATCH' });
    }
    expect(profiles.list()).toHaveLength(1);
  });

  it('is refused while it is open somewhere', async () => {
    const { id } = await profiles.create({ name: 'Doomed', network: 'regtest', connection });
    openStore(id);
    await expect(again().remove({ id, confirm: 'Doomed' })).rejects.toMatchObject({ code: 'PROFILE_BUSY' });
    expect(await profiles.secrets(id).get(SECRET.ampPassword)).toBe('canary-amp-password');
  });

  it('is finished at the next start when it was cut short', async () => {
    const { id } = await profiles.create({ name: 'Doomed', network: 'sandbox' });
    openStore(id).close();
    const path = join(dataDir, 'profiles.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"createdAt"', '"removing": true, "createdAt"'));
    expect(profiles.list()).toEqual([]);
    expect(existsSync(profileFolder(id))).toBe(true);
    again();
    expect(readdirSync(join(dataDir, 'profiles'))).toEqual([]);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ profiles: [] });
  });
});

describe('the list of profiles', () => {
  it('is refused in words when it cannot be read, and never overwritten', async () => {
    await profiles.create({ name: 'Acme', network: 'sandbox' });
    const path = join(dataDir, 'profiles.json');
    const good = readFileSync(path, 'utf8');
    const bad: [string, string][] = [
      [good.slice(0, -20), 'DATABASE_CORRUPT'],
      [good.replace('"sandbox"', '"moonnet"'), 'DATABASE_CORRUPT'],
      [good.replace('"version": 1', '"version": 2'), 'DATABASE_FROM_FUTURE'],
    ];
    for (const [text, code] of bad) {
      writeFileSync(path, text);
      expect(() => again()).toThrow(expect.objectContaining({ code }));
      await expect(profiles.create({ name: 'x', network: 'sandbox' })).rejects.toMatchObject({ code });
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
  });

  it('takes changes of two processes', async () => {
    const other = again();
    await Promise.all(
      [0, 1, 2, 3, 4, 5].map((n) => (n % 2 ? profiles : other).create({ name: `P${n}`, network: 'sandbox' })),
    );
    expect(profiles.list()).toHaveLength(6);
    expect(other.list()).toEqual(profiles.list());
  });
});
