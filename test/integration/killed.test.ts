import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSecrets } from '../../src/main/keychain/index.ts';
import { createProfiles } from '../../src/main/profiles/index.ts';
import { openStore } from '../../src/main/store/index.ts';

const url = (area: string) =>
  JSON.stringify(new URL(`../../src/main/${area}/index.ts`, import.meta.url).href);
const env = { SLUICE_SECRETS: 'vault', SLUICE_VAULT_PASSPHRASE: 'long enough' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-killed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Runs a program that counts aloud what it has been told is safe, and kills it once it has said `count`. Returns the
 * last number that it could say.
 */
async function killAfter(count: number, body: string): Promise<number> {
  const script = `
    import { writeSync } from 'node:fs';
    const folder = ${JSON.stringify(folder)};
    const env = ${JSON.stringify(env)};
    const say = (n) => writeSync(1, n + '\\n');
    ${body}
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  let said = '';
  for await (const piece of child.stdout) {
    said += String(piece);
    if (Number(said.trim().split('\n').at(-1)) >= count) child.kill('SIGKILL');
  }
  await exit;
  return Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1));
}

describe('a desk that is killed while it writes', () => {
  it('has every commit that returned, whole, and its chain verifies', async () => {
    let before = 0;
    for (const count of [1, 40, 90]) {
      const said = await killAfter(
        before + count,
        `
        const { openStore } = await import(${url('store')});
        const store = openStore(folder + '/profile.sqlite');
        for (let n = ${before} + 1; ; n += 1) {
          store.tx(() => {
            store.db.prepare("INSERT INTO meta VALUES (?, 'x')").run('first ' + n);
            store.audit({ type: 'x.y', subject: String(n), data: { text: 'z'.repeat(n % 5000) } });
            store.db.prepare("INSERT INTO meta VALUES (?, 'x')").run('second ' + n);
          });
          say(n);
        }
        `,
      );
      const store = openStore(join(folder, 'profile.sqlite'));
      const { ok, entries } = store.auditVerify();
      const rows = store.db.prepare('SELECT count(*) FROM meta').pluck().get();
      store.close();
      expect(ok).toBe(true);
      expect(entries).toBeGreaterThanOrEqual(said);
      expect(rows).toBe(BigInt(entries * 2));
      before = entries;
    }
  });

  it('has every secret that was kept, and a vault that opens', async () => {
    const said = await killAfter(
      30,
      `
      const { createSecrets } = await import(${url('keychain')});
      const secrets = createSecrets({ dataDir: folder, env, scryptCost: { N: 1024, r: 8, p: 1 } });
      for (let n = 1; ; n += 1) {
        await secrets.set('p1/n' + n, String(n));
        say(n);
      }
      `,
    );
    const secrets = createSecrets({ dataDir: folder, env });
    for (let n = 1; n <= said; n += 1) expect(await secrets.get(`p1/n${n}`)).toBe(String(n));
    await secrets.set('p1/after', 'the lock is free');
  });

  it('has every profile that was made, with its passwords', async () => {
    const connection = {
      ampUrl: 'http://127.0.0.1:1',
      ampUsername: 'u',
      ampPassword: 'password',
      elementsUrl: 'http://127.0.0.1:2',
      elementsUsername: 'u',
      elementsPassword: 'password',
      elementsWallet: 'w',
    };
    const said = await killAfter(
      8,
      `
      const { createSecrets } = await import(${url('keychain')});
      const { createProfiles } = await import(${url('profiles')});
      const secrets = createSecrets({ dataDir: folder, env, scryptCost: { N: 1024, r: 8, p: 1 } });
      const profiles = createProfiles({ dataDir: folder, secrets });
      for (let n = 1; ; n += 1) {
        const { id } = await profiles.create({ name: 'P' + n, network: 'regtest', connection: ${JSON.stringify(connection)} });
        profiles.openStore(id).close();
        say(n);
      }
      `,
    );
    const profiles = createProfiles({ dataDir: folder, secrets: createSecrets({ dataDir: folder, env }) });
    const list = profiles.list();
    expect(list.length).toBeGreaterThanOrEqual(said);
    for (const { id } of list) expect(await profiles.secrets(id).get('amp-password')).toBe('password');
    for (const { id } of list.slice(0, said)) profiles.openStore(id).close();
    expect(readdirSync(folder).sort()).toEqual(
      expect.arrayContaining([
        'profiles',
        'profiles.json',
        'profiles.json.lock',
        'vault.json',
        'vault.json.lock',
      ]),
    );
  });
});
