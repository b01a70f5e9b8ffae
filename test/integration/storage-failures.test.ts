import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/**
 * The real thing, where the machine lets us make it: a file system that is full, and one that may not be written.
 * Needs Linux and a user namespace in which a small file system can be mounted.
 */
const enter = (mount: string, ...command: string[]) =>
  ['unshare', ['--map-root-user', '--mount', 'sh', '-c', `${mount} && exec "$@"`, 'sh', ...command]] as const;

const storeUrl = new URL('../../src/main/store/index.ts', import.meta.url).href;
const keychainUrl = new URL('../../src/main/keychain/index.ts', import.meta.url).href;

/** The table of messages says what a person is told; its words are those of the program. */
const documented = readFileSync(new URL('../../docs/messages.md', import.meta.url), 'utf8');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-disk-'));
  chmodSync(folder, 0o700);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function mountable(): boolean {
  if (process.platform !== 'linux') return false;
  const [program, args] = enter('mount -t tmpfs -o size=1m none /mnt', 'true');
  return spawnSync(program, args).status === 0;
}
const possible = mountable();
const title = (text: string) =>
  possible ? text : `${text} (skipped: this machine lets nobody mount a file system)`;

/** Runs a script with `folder` mounted as told, and gives the JSON that it prints. */
function run(mount: string, body: string): unknown {
  const script = `
    import { openStore } from ${JSON.stringify(storeUrl)};
    import { createSecrets } from ${JSON.stringify(keychainUrl)};
    const folder = ${JSON.stringify(folder)};
    const attempt = async (work) => {
      try { await work(); return null; }
      catch (error) { return error.toShape ? error.toShape() : { code: 'NONE', message: String(error.stack) }; }
    };
    const answer = await (async () => { ${body} })();
    process.stdout.write(JSON.stringify(answer));
  `;
  const [program, args] = enter(mount, process.execPath, '--input-type=module', '-e', script);
  const result = spawnSync(program, args, { encoding: 'utf8', timeout: 50_000 });
  if (result.status !== 0) throw new Error(result.stdout + result.stderr);
  return JSON.parse(result.stdout);
}

describe('a full disk', () => {
  it.skipIf(!possible)(
    title('is named; what was committed stays, and work goes on when there is room'),
    () => {
      const answer = run(
        `mount -t tmpfs -o size=1m none "${folder}"`,
        `
      const { rmSync, writeFileSync } = await import('node:fs');
      const store = openStore(folder + '/profile.sqlite');
      const write = (n) => store.tx(() => store.audit({ type: 'x.y', subject: 's', data: { text: 'z'.repeat(n) } }));
      write(10);
      writeFileSync(folder + '/ballast', Buffer.alloc(200_000));
      let kept = 1;
      const failed = await attempt(() => { for (;;) { write(20_000); kept += 1; } });
      const inTransaction = store.db.inTransaction;
      const full = store.auditVerify();
      rmSync(folder + '/ballast');
      write(10);
      const after = store.auditVerify();
      store.close();
      const again = openStore(folder + '/profile.sqlite').auditVerify();
      return { failed, inTransaction, full, after, again, kept };
      `,
      ) as {
        failed: { code: string; message: string; next: string };
        inTransaction: boolean;
        kept: number;
        full: { ok: boolean; entries: number };
        after: { ok: boolean; entries: number };
        again: { ok: boolean; entries: number };
      };
      expect(answer.failed.code).toBe('DISK_FULL');
      expect(answer.failed.message).toContain('is full. This step was not recorded.');
      expect(documented).toContain(answer.failed.next);
      expect(answer.inTransaction).toBe(false);
      expect(answer.full).toMatchObject({ ok: true, entries: answer.kept });
      expect(answer.after).toMatchObject({ ok: true, entries: answer.kept + 1 });
      expect(answer.again).toMatchObject({ ok: true, entries: answer.kept + 1 });
    },
  );

  it.skipIf(!possible)(
    title('is named at the opening, for a backup and for the vault; nothing is left half-written'),
    () => {
      const answer = run(
        `mount -t tmpfs -o size=1m none "${folder}"`,
        `
      const { readdirSync, readFileSync, writeFileSync } = await import('node:fs');
      const env = { SLUICE_SECRETS: 'vault', SLUICE_VAULT_PASSPHRASE: 'long enough' };
      const secrets = createSecrets({ dataDir: folder, env, scryptCost: { N: 1024, r: 8, p: 1 } });
      await secrets.set('p1/amp-token', 'before');
      const store = openStore(folder + '/profile.sqlite');
      store.tx(() => store.audit({ type: 'x.y', subject: 's', data: { text: 'z'.repeat(100_000) } }));
      try { for (let i = 0; ; i += 1) writeFileSync(folder + '/ballast' + i, Buffer.alloc(4096)); } catch {}
      const before = readdirSync(folder).filter((name) => !name.startsWith('ballast'));
      const backup = await attempt(() => store.backup(folder + '/copy.sqlite'));
      const vault = await attempt(() => secrets.set('p1/amp-token', 'after'.repeat(1000)));
      const opening = await attempt(() => openStore(folder + '/second/profile.sqlite'));
      const kept = await secrets.get('p1/amp-token');
      const left = readdirSync(folder).filter((name) => !name.startsWith('ballast'));
      return { backup, vault, opening, kept, before, left };
      `,
      ) as Record<'backup' | 'vault' | 'opening', { code: string; message: string }> & {
        kept: string;
        before: string[];
        left: string[];
      };
      expect([answer.backup.code, answer.vault.code, answer.opening.code]).toEqual(
        Array(3).fill('DISK_FULL'),
      );
      expect(answer.kept).toBe('before');
      expect(answer.left.filter((name) => name !== 'second')).toEqual(answer.before);
    },
  );
});

describe('a disk that may not be written', () => {
  it.skipIf(!possible)(title('is named when a profile is opened and when a secret is kept'), () => {
    const prepare = `
      const env = { SLUICE_SECRETS: 'vault', SLUICE_VAULT_PASSPHRASE: 'long enough' };
      const secrets = createSecrets({ dataDir: folder, env, scryptCost: { N: 1024, r: 8, p: 1 } });
    `;
    run(
      'true',
      `${prepare} await secrets.set('p1/amp-token', 'before'); openStore(folder + '/profile.sqlite').close(); return 1;`,
    );
    const answer = run(
      `mount --bind "${folder}" "${folder}" && mount -o remount,ro,bind "${folder}"`,
      `${prepare}
      return {
        opening: await attempt(() => openStore(folder + '/profile.sqlite')),
        vault: await attempt(() => secrets.set('p1/amp-token', 'after')),
        kept: await secrets.get('p1/amp-token'),
      };`,
    );
    const readOnly = {
      code: 'DATABASE_READ_ONLY',
      message: expect.stringContaining('Sluice may not write to') as string,
      next: expect.stringContaining('not mounted read-only') as string,
    };
    expect(answer).toEqual({ opening: readOnly, vault: readOnly, kept: 'before' });
    expect(documented).toContain((answer as { opening: { next: string } }).opening.next);
  });
});
