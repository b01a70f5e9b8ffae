import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVault } from './vault.ts';
import { DEFAULT_COST, parseVault, type VaultFile } from './vault-file.ts';

const CHEAP = { N: 1024, r: 8, p: 1 };
const PASSPHRASE = 'correct horse battery';

let folder: string;
let path: string;
const read = () => JSON.parse(readFileSync(path, 'utf8')) as VaultFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-vault-'));
  path = join(folder, 'vault.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the passphrase vault', () => {
  it('keeps secrets across a restart, for whoever knows the passphrase', async () => {
    const first = createVault(path, CHEAP);
    await first.create(PASSPHRASE);
    await first.set('p1/amp-password', 'hunter2 ünïcode 🔑');
    await first.set('p1/amp-token', 'token');
    await first.set('p2/amp-token', 'other');
    await first.removeAll('p1/');
    await first.set('p1/amp-token', 'again');
    await first.remove('p2/amp-token');

    const second = createVault(path, CHEAP);
    expect(second.isUnlocked()).toBe(false);
    await second.unlock(PASSPHRASE);
    expect(await second.get('p1/amp-token')).toBe('again');
    expect(await second.get('p1/amp-password')).toBeNull();
    expect(await second.get('p2/amp-token')).toBeNull();
  });

  it('opens with the same words however the keyboard composes their letters', async () => {
    const vault = createVault(path, CHEAP);
    await vault.create('Z\u00fcrich am See');
    await vault.unlock('Zu\u0308rich am See');
    expect(vault.isUnlocked()).toBe(true);
  });

  it('refuses a wrong passphrase, and stays as it was', async () => {
    const vault = createVault(path, CHEAP);
    await vault.create(PASSPHRASE);
    await vault.set('p1/amp-token', 'token');
    const other = createVault(path, CHEAP);
    await expect(other.unlock('correct horse batterx')).rejects.toMatchObject({
      code: 'VAULT_WRONG_PASSPHRASE',
    });
    expect(other.isUnlocked()).toBe(false);
    await expect(vault.unlock('something else')).rejects.toMatchObject({ code: 'VAULT_WRONG_PASSPHRASE' });
    expect(await vault.get('p1/amp-token')).toBe('token');
  });

  it('gives nothing and takes nothing while it is closed', async () => {
    const vault = createVault(path, CHEAP);
    await vault.create(PASSPHRASE);
    vault.lock();
    const before = readFileSync(path, 'utf8');
    const closed = { code: 'VAULT_LOCKED' };
    await expect(vault.get('p1/amp-token')).rejects.toMatchObject(closed);
    await expect(vault.set('p1/amp-token', 'x')).rejects.toMatchObject(closed);
    await expect(vault.remove('p1/amp-token')).rejects.toMatchObject(closed);
    await expect(vault.removeAll('p1/')).rejects.toMatchObject(closed);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('says that there is none', async () => {
    await expect(createVault(path, CHEAP).unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(createVault(path, CHEAP).get('p1/amp-token')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is never made over another one, nor with a short passphrase', async () => {
    const vault = createVault(path, CHEAP);
    await expect(vault.create('1234567')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      field: 'passphrase',
    });
    expect(readdirSync(folder)).toEqual([]);
    await vault.create(PASSPHRASE);
    await expect(createVault(path, CHEAP).create('another one')).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('closes itself when another vault was put in its place', async () => {
    const vault = createVault(path, CHEAP);
    await vault.create(PASSPHRASE);
    await vault.set('p1/amp-token', 'old');
    rmSync(path);
    const other = createVault(path, CHEAP);
    await other.create(PASSPHRASE);
    await expect(vault.get('p1/amp-token')).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
    expect(vault.isUnlocked()).toBe(false);
  });

  it('loses no change when two processes write at once', async () => {
    const [one, two] = [createVault(path, CHEAP), createVault(path, CHEAP)];
    await one.create(PASSPHRASE);
    await two.unlock(PASSPHRASE);
    await Promise.all(
      [one, two].flatMap((vault, v) => [0, 1, 2, 3].map((n) => vault.set(`p${v}/${n}`, `${v}${n}`))),
    );
    for (const v of [0, 1])
      for (const n of [0, 1, 2, 3]) expect(await one.get(`p${v}/${n}`)).toBe(`${v}${n}`);
  });
});

describe('the vault’s file', () => {
  it('shows neither names nor values, belongs to its owner alone, and has the full cost by default', async () => {
    const vault = createVault(path, DEFAULT_COST);
    await vault.create(PASSPHRASE);
    await vault.set('profile-77/amp-password', 'canary-5f2a');
    const text = readFileSync(path, 'utf8');
    for (const secret of ['canary-5f2a', 'profile-77', 'amp-password', PASSPHRASE]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret).toString('base64').slice(0, -4));
    }
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o077).toBe(0);
    expect(read().kdf).toMatchObject({ name: 'scrypt', N: 131_072, r: 8, p: 1 });
  });

  it('never uses a nonce twice', async () => {
    const vault = createVault(path, CHEAP);
    await vault.create(PASSPHRASE);
    const nonces = new Set<string>();
    for (let i = 0; i < 20; i += 1) {
      await vault.set('p1/amp-token', 'same');
      nonces.add(read().nonce);
    }
    expect(nonces.size).toBe(20);
  });

  it('is refused when any of its bytes was changed', async () => {
    const vault = createVault(path, CHEAP);
    await vault.create(PASSPHRASE);
    await vault.set('p1/amp-token', 'token');
    const good = read();
    const bytes = (['secrets', 'tag', 'nonce'] as const).map((field) => ({
      field,
      length: Buffer.from(good[field], 'base64').length,
    }));
    await fc.assert(
      fc.asyncProperty(
        fc
          .constantFrom(...bytes)
          .chain(({ field, length }) =>
            fc.record({ field: fc.constant(field), at: fc.nat(length - 1), bit: fc.nat(7) }),
          ),
        async ({ field, at, bit }) => {
          const changed = Buffer.from(good[field], 'base64');
          changed[at] = (changed[at] ?? 0) ^ (1 << bit);
          writeFileSync(path, JSON.stringify({ ...good, [field]: changed.toString('base64') }));
          await expect(vault.get('p1/amp-token')).rejects.toMatchObject({ code: 'VAULT_DAMAGED' });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is refused in words when its outside makes no sense, without spending memory on it', async () => {
    const vault = createVault(path, CHEAP);
    await vault.create(PASSPHRASE);
    const good = read();
    const bad: [unknown, RegExp][] = [
      ['', /not JSON/],
      [[], /not understood|expected/i],
      [{ ...good, version: 2 }, /version 2/],
      [{ ...good, kdf: { ...good.kdf, N: 2 ** 30 } }, /kdf\.N/],
      [{ ...good, kdf: { ...good.kdf, N: 5000 } }, /power of two/],
      [{ ...good, kdf: { ...good.kdf, salt: 'AAAA' } }, /kdf\.salt/],
      [{ ...good, nonce: '!' }, /nonce/],
      [{ ...good, extra: 1 }, /extra/],
    ];
    for (const [value, words] of bad) {
      const text = value === '' ? '{"format":' : JSON.stringify(value);
      expect(() => parseVault(text)).toThrow(words);
      writeFileSync(path, text);
      await expect(vault.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'VAULT_DAMAGED' });
    }
  });

  it('never meets text that makes it fail without words', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(() => parseVault(text)).toThrow(expect.objectContaining({ code: 'VAULT_DAMAGED' }));
      }),
    );
  });
});
