import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spawnSandbox } from './index.ts';
import type { SandboxHandle } from './index.ts';
import { AmpUser, Control, Wallet, testSandbox } from './testing/clients.ts';

const elementsUrl = process.env['SANDBOX_ELEMENTS_URL'];
const chain = elementsUrl === undefined ? {} : { elementsUrl };
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Everything that a restart must not change. */
async function impression(sandbox: SandboxHandle): Promise<unknown> {
  const amp = await AmpUser.login(sandbox);
  const assets = await amp.must<{ asset_uuid: string; asset_id: string }[]>('GET', '/assets');
  const books = [];
  for (const { asset_uuid } of assets) {
    books.push(await amp.must('GET', `/assets/${asset_uuid}/assignments`));
    books.push(await amp.must('GET', `/assets/${asset_uuid}/balance`));
    books.push(await amp.must('GET', `/assets/${asset_uuid}/distributions`));
  }
  const { assets: truth } = await new Control(sandbox).must<{ assets: Record<string, unknown> }>(
    'GET',
    '/truth',
  );
  return {
    assets,
    books,
    users: await amp.must('GET', '/registered_users'),
    categories: await amp.must('GET', '/categories'),
    truth: assets.map(({ asset_id }) => truth[asset_id]),
    balance: await new Wallet(sandbox).call('getbalance'),
  };
}

describe('the world', () => {
  it('is an issuer with a past, and survives a restart', async () => {
    const stateDir = join(directory, 'state');
    const first = await testSandbox({ stateDir, seed: 7 });
    expect(first.elements.wallet).toBe('treasury');
    expect(first.gaids.length).toBeGreaterThanOrEqual(600);
    const amp = await AmpUser.login(first);
    const assets = await amp.must<
      { asset_uuid: string; ticker: string; precision: number; is_authorized: boolean }[]
    >('GET', '/assets');
    expect(assets.map((one) => one.precision)).toEqual([0, 2, 8]);
    expect(assets.every((one) => one.is_authorized)).toBe(true);
    const users = await amp.must<{ GAID: string | null; is_company: boolean }[]>('GET', '/registered_users');
    expect(users).toHaveLength(40);
    expect(users.some((one) => one.GAID === null) && users.some((one) => one.is_company)).toBe(true);
    const uuid = assets[0]?.asset_uuid;
    const open = await amp.must<{ ready_for_distribution: boolean }[]>(
      'GET',
      `/assets/${uuid}/assignments?distributed=false`,
    );
    expect(open).toMatchObject([{ ready_for_distribution: false }]);
    const before = await impression(first);
    await first.close();
    await first.close();

    const second = await testSandbox({ stateDir, seed: 99 });
    expect(await impression(second)).toEqual(before);
    expect(second.amp.password).toBe(first.amp.password);
    expect(second.gaids).toEqual(first.gaids);
    await second.close();
  });

  it('is derived from the seed', async () => {
    const [one, same, other] = [
      await testSandbox({ seed: 3, world: 'empty' }),
      await testSandbox({ seed: 3, world: 'empty' }),
      await testSandbox({ seed: 4, world: 'empty' }),
    ];
    try {
      expect(same.gaids).toEqual(one.gaids);
      expect(other.gaids).not.toEqual(one.gaids);
    } finally {
      for (const sandbox of [one, same, other]) await sandbox.close();
    }
  });
});

describe('the sandbox as a process', () => {
  it('ends with its parent and keeps what was done, killed or not', async () => {
    const stateDir = join(directory, 'spawned');
    const first = await spawnSandbox({ stateDir, world: 'empty', ...chain });
    const amp = await AmpUser.login(first);
    const { id } = await amp.must<{ id: number }>('POST', '/registered_users/add', {
      name: 'Before the kill',
    });
    const { pid } = await new Control(first).must<{ pid: number }>('GET', '/status');
    process.kill(pid, 'SIGKILL');
    await first.close();

    const second = await spawnSandbox({ stateDir, world: 'empty', ...chain });
    const again = await AmpUser.login(second);
    expect(await again.must('GET', `/registered_users/${id}`)).toMatchObject({ name: 'Before the kill' });
    const { pid: secondPid } = await new Control(second).must<{ pid: number }>('GET', '/status');
    await second.close();
    expect(() => process.kill(secondPid, 0)).toThrow();
  });

  it('begins again when it was killed while it made its world', async () => {
    const stateDir = join(directory, 'unfinished');
    const first = await testSandbox({ stateDir, world: 'empty' });
    await first.close();
    const { default: Database } = await import('better-sqlite3');
    const db = new Database(join(stateDir, 'amp.sqlite'));
    db.prepare(`UPDATE meta SET value = 'begun' WHERE key = 'world'`).run();
    db.close();
    const second = await testSandbox({ stateDir, world: 'empty' });
    expect(await (await AmpUser.login(second)).must('GET', '/registered_users')).toEqual([]);
    await second.close();
  });

  it('lets one process at a time have a state directory', async () => {
    const stateDir = join(directory, 'shared');
    const first = await testSandbox({ stateDir, world: 'empty' });
    await expect(spawnSandbox({ stateDir, world: 'empty', ...chain })).rejects.toThrow(
      'Another sandbox is using',
    );
    await first.close();
  });

  it('says what is wrong with its command line', async () => {
    const main = new URL('./main.ts', import.meta.url).pathname;
    expect(existsSync(main)).toBe(true);
    const run = promisify(execFile);
    for (const args of [['--amp-port', 'seventy'], ['--world', 'flat'], ['--unheard-of']]) {
      await expect(run(process.execPath, [main, ...args])).rejects.toMatchObject({ code: 1 });
    }
    const { stdout } = await run(process.execPath, [main, '--help']);
    expect(stdout).toContain('--elements-url');
  });
});
