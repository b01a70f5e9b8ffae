import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk } from '../../src/main/desk/index.ts';
import type { TreasurySigner } from '../../src/shared/contract/index.ts';
import { amount } from '../../src/shared/money.ts';
import type { Orders } from '../support/crash-desk.ts';
import { callsOf, type Call } from '../support/desk-calls.ts';
import { testSandbox, type TestSandbox } from '../support/test-sandbox.ts';

const PROGRAM = fileURLToPath(new URL('../support/crash-desk.ts', import.meta.url));
/** Two batches: one that splits, one that spends its lane. */
const PAYMENTS = [5n, 7n, 11n];
const PER_BATCH = 2;
const ENV = {
  ...process.env,
  SLUICE_SECRETS: 'vault',
  SLUICE_VAULT_PASSPHRASE: 'correct horse battery staple',
};

interface Outcome {
  passed: string[];
  killed: boolean;
  stuck: unknown;
  audit: boolean;
}

/** Runs the desk until nothing is under way or it dies; a block is mined whenever it waits. */
async function runDesk(sandbox: TestSandbox, orders: Orders): Promise<Outcome> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(orders)], {
    env: ENV,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
  const outcome: Outcome = { passed: [], killed: false, stuck: null, audit: false };
  let mining: Promise<void> | null = null;
  let done = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const told = JSON.parse(line) as Record<string, unknown>;
    if (typeof told['passed'] === 'string') outcome.passed.push(told['passed']);
    if (told['stuck'] !== undefined) outcome.stuck = told['stuck'];
    if (
      Array.isArray(told['waiting']) &&
      told['waiting'].some((step) => /^(broadcast|confirmed-1)$/.test(String(step)))
    ) {
      mining ??= sandbox.mine().finally(() => (mining = null));
    }
    if (told['done'] === true) {
      done = true;
      outcome.audit = told['audit'] === true;
    }
  }
  await mining;
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  outcome.killed = child.signalCode === 'SIGKILL';
  if (!done && !outcome.killed) throw new Error(`The desk ended by itself: ${complaints.slice(-2000)}`);
  return outcome;
}

describe.each<TreasurySigner>(['node', 'keychain'])('a desk that is killed, signing by %s', (signer) => {
  let sandbox: TestSandbox;
  let dataDir: string;
  let profileId: string;
  let asset: { assetUuid: string; assetId: string; ticker: string };
  let holders: { id: number; gaid: string }[];

  async function withDesk<T>(work: (call: Call) => Promise<T>): Promise<T> {
    const desk = await openDesk({ dataDir, host: 'cli' });
    try {
      const call = callsOf(desk);
      if (profileId) await call('profiles.open', { id: profileId });
      return await work(call);
    } finally {
      await desk.close();
    }
  }

  beforeAll(async () => {
    Object.assign(process.env, {
      SLUICE_SECRETS: ENV.SLUICE_SECRETS,
      SLUICE_VAULT_PASSPHRASE: ENV.SLUICE_VAULT_PASSPHRASE,
    });
    sandbox = await testSandbox();
    dataDir = mkdtempSync(join(tmpdir(), 'sluice-crash-'));
    profileId = '';
    await withDesk(async (call) => {
      const profile = await call('profiles.create', {
        name: 'Crash',
        network: 'regtest',
        connection: sandbox.connection,
      });
      profileId = profile.id;
      await call('profiles.open', { id: profile.id });
      if (signer === 'keychain') {
        const wallet = `watch-${Date.now()}`;
        await call('treasury.setUp', { wallet, mode: 'watch-only' });
        await sandbox.control('POST', '/world/treasury', { wallet });
        await sandbox.mine(3);
      }
    });
    await withDesk(async (call) => {
      await call('sync.run', {});
      await call('settings.set', { recipientsPerBatch: PER_BATCH });
      const { assets } = await call('assets.list', {});
      const chosen = assets.find((candidate) => candidate.isAuthorized && candidate.ticker !== null);
      if (!chosen) throw new Error('The sandbox has no authorized asset.');
      asset = { assetUuid: chosen.assetUuid, assetId: chosen.assetId, ticker: chosen.ticker ?? '' };
      const { rows } = await call('holders.list', { gaid: 'with', offset: 0, limit: 100 });
      holders = rows
        .filter((holder) =>
          chosen.requirements.every((need) => holder.categories.some(({ id }) => id === need)),
        )
        .slice(0, PAYMENTS.length)
        .map((holder) => ({ id: holder.id, gaid: holder.gaid ?? '' }));
    });
  }, 120_000);

  afterAll(async () => {
    await sandbox.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function allocate(): Promise<string> {
    return withDesk(async (call) => {
      const allocation = await call('allocations.create', {
        name: `Run ${Date.now()}`,
        assetUuid: asset.assetUuid,
      });
      for (const [index, value] of PAYMENTS.entries()) {
        await call('allocations.addRow', {
          id: allocation.id,
          holderId: holders[index]?.id ?? 0,
          amount: amount(value),
        });
      }
      return allocation.id;
    });
  }

  async function holdings(): Promise<bigint[]> {
    const { assets } = await sandbox.truth();
    return holders.map(({ gaid }) => BigInt(assets[asset.assetId]?.holders[gaid] ?? '0'));
  }

  /** Starts a distribution that dies at the point, lets a fresh process finish it, and looks at everything. */
  async function crashAndRecover(crashAt?: Orders['crashAt']): Promise<Outcome> {
    const allocationId = await allocate();
    const before = await holdings();
    const first = await runDesk(sandbox, {
      dataDir,
      profileId,
      start: { allocationId, confirm: asset.ticker },
      ...(crashAt === undefined ? {} : { crashAt }),
    });
    const last = first.killed ? await runDesk(sandbox, { dataDir, profileId }) : first;
    expect(last.stuck, `${crashAt?.name ?? ''}: ${JSON.stringify(last.stuck)}`).toBeNull();
    expect(last.audit).toBe(true);
    await withDesk(async (call) => {
      const { rows } = await call('operations.list', { offset: 0, limit: 1 });
      const operation = rows[0];
      expect(operation?.allocationId).toBe(allocationId);
      expect(operation?.state).toBe('done');
      expect(new Set(operation?.batches.map((batch) => batch.txid)).size).toBe(2);
      const line = (await call('treasury.overview', {})).lines.find(
        (item) => item.assetUuid === asset.assetUuid,
      );
      expect(
        line?.reconciliation,
        JSON.stringify(line?.reconciliation.explanations.map((item) => item.text)),
      ).toMatchObject({
        verdict: 'good',
      });
      expect((await call('operations.pendingAtAmp', { assetUuid: asset.assetUuid })).pending).toEqual([]);
    });
    const after = await holdings();
    expect(after.map((value, index) => value - (before[index] ?? 0n))).toEqual(PAYMENTS);
    return first;
  }

  it('at any named point pays everybody exactly once after the restart', { timeout: 1_800_000 }, async () => {
    const rehearsal = await crashAndRecover();
    const points = [...new Set(rehearsal.passed)];
    expect(points).toEqual(
      expect.arrayContaining([
        'operation:started',
        'assignment:intended',
        'assignment:carried-out',
        'assignment:recorded',
        'distribution:carried-out',
        'step:reserved',
        'step:built',
        'step:signed',
        'broadcast:intended',
        'broadcast:carried-out',
        'step:confirmed-2',
        'report:carried-out',
        'step:reported',
        'operation:done',
      ]),
    );
    for (const name of points) {
      const outcome = await crashAndRecover({ name, nth: 1 });
      expect(outcome.killed, name).toBe(true);
    }
  });
});
