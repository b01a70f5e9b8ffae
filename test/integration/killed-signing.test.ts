import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk } from '../../src/main/desk/index.ts';
import { createLiquid } from '../../src/main/liquid/index.ts';
import { amount } from '../../src/shared/money.ts';
import type { Orders } from '../support/crash-desk.ts';
import { callsOf, type Call } from '../support/desk-calls.ts';
import { pairedSigner, type PairedSigner } from '../support/paired-signer.ts';
import { SEEDS } from '../support/treasury-pset.ts';
import { testSandbox, type TestSandbox } from '../support/test-sandbox.ts';

const PROGRAM = fileURLToPath(new URL('../support/crash-desk.ts', import.meta.url));
const ENV = { SLUICE_SECRETS: 'vault', SLUICE_VAULT_PASSPHRASE: 'correct horse battery staple' };
/** Two batches: one that splits, one that spends its lane. */
const PAYMENTS = [5n, 7n, 11n];
const WALLET = 'two-of-two';

let sandbox: TestSandbox;
let dataDir: string;
let profileId = '';
let signer: PairedSigner;
const liquid = createLiquid();

interface Outcome {
  killed: boolean;
  bundle: string;
  audit: boolean;
  stuck: unknown;
}

/**
 * Runs the desk in a process of its own until it is done, dies by its orders, or `enough` says that it is to be killed.
 * A block is mined whenever it waits for one.
 */
async function runDesk(
  orders: Omit<Orders, 'dataDir' | 'profileId'>,
  enough: (line: Record<string, unknown>) => boolean = () => false,
): Promise<Outcome> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify({ dataDir, profileId, ...orders })], {
    env: { ...process.env, ...ENV },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
  const outcome: Outcome = { killed: false, bundle: '', audit: false, stuck: null };
  let mining: Promise<void> | null = null;
  let done = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const told = JSON.parse(line) as Record<string, unknown>;
    if (typeof told['bundle'] === 'string') outcome.bundle = told['bundle'];
    if (told['stuck'] !== undefined) outcome.stuck = told['stuck'];
    if (told['done'] === true) [done, outcome.audit] = [true, told['audit'] === true];
    if (enough(told)) child.kill('SIGKILL');
    else if (
      Array.isArray(told['waiting']) &&
      told['waiting'].some((step) => /^(broadcast|confirmed-1)$/.test(String(step)))
    )
      mining ??= sandbox.mine().finally(() => (mining = null));
  }
  await mining;
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  outcome.killed = child.signalCode === 'SIGKILL';
  if (!done && !outcome.killed) throw new Error(`The desk ended by itself: ${complaints.slice(-2000)}`);
  return outcome;
}

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
  Object.assign(process.env, ENV);
  sandbox = await testSandbox();
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-killed-signing-'));
  await withDesk(async (call) => {
    const { connection } = sandbox;
    profileId = (await call('profiles.create', { name: 'Office', network: 'regtest', connection })).id;
    await call('profiles.open', { id: profileId });
    signer = await pairedSigner(call, liquid, 'Vault room', SEEDS.zoo);
    await call('arrangement.create', {
      wallet: WALLET,
      name: WALLET,
      threshold: 2,
      cosigners: [
        { kind: 'keychain', name: 'Office' },
        { kind: 'signer', name: 'Vault room', peerId: signer.peerId },
      ],
    });
  });
  await sandbox.control('POST', '/world/treasury', { wallet: WALLET });
  await sandbox.mine(3);
}, 120_000);

afterAll(async () => {
  signer.close();
  await liquid.close();
  await sandbox.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('a desk that is killed while others sign', () => {
  it('loses no signature and pays once, wherever it dies', { timeout: 400_000 }, async () => {
    const start = await withDesk(async (call) => {
      await call('sync.run', {});
      await call('settings.set', { recipientsPerBatch: 2 });
      await signer.receive((await call('arrangement.send', { peerId: signer.peerId })).content);
      const { assets } = await call('assets.list', {});
      const asset = assets.find((candidate) => candidate.isAuthorized && candidate.ticker !== null);
      if (!asset) throw new Error('The sandbox has no authorized asset.');
      const { rows } = await call('holders.list', { gaid: 'with', offset: 0, limit: 100 });
      const holders = rows
        .filter(({ categories }) =>
          asset.requirements.every((need) => categories.some(({ id }) => id === need)),
        )
        .slice(0, PAYMENTS.length);
      const allocation = await call('allocations.create', { name: 'May', assetUuid: asset.assetUuid });
      for (const [index, value] of PAYMENTS.entries()) {
        const holderId = holders[index]?.id ?? 0;
        await call('allocations.addRow', { id: allocation.id, holderId, amount: amount(value) });
      }
      return { allocationId: allocation.id, confirm: asset.ticker ?? '' };
    });
    const crashAt = (name: string, nth = 1) => ({ crashAt: { name, nth } });

    // After its own first signature, and while it waits for the other's.
    expect(await runDesk({ start, ...crashAt('signature:kept') })).toMatchObject({ killed: true });
    const built = (line: Record<string, unknown>) =>
      Array.isArray(line['waiting']) && line['waiting'].every((step) => step === 'built');
    expect(await runDesk({}, built)).toMatchObject({ killed: true, stuck: null });
    const operationId = await withDesk(
      async (call) => (await call('operations.list', { offset: 0, limit: 1 })).rows[0]?.id ?? '',
    );

    // Between the record of a request and its bundle, and right after the bundle.
    const request = { operationId, peerId: signer.peerId };
    for (const point of ['request:written', 'request:sent']) {
      expect(await runDesk({ request, ...crashAt(point) })).toMatchObject({ killed: true });
    }
    const asked = await runDesk({ request }, ({ ready }) => ready === true);
    await signer.receive(asked.bundle);
    const receive = await signer.sign();

    // When the signatures have just been kept: the bundle is taken in, and the rest happens by itself.
    expect(await runDesk({ receive, ...crashAt('signature:kept') })).toMatchObject({ killed: true });
    expect(await runDesk({})).toMatchObject({ killed: false, stuck: null, audit: true });
    await withDesk(async (call) => {
      const operation = await call('operations.get', { id: operationId });
      expect(operation.batches.map(({ state }) => state)).toEqual(['done', 'done']);
      const { lines } = await call('treasury.overview', {});
      const line = lines.find(({ assetUuid }) => assetUuid === operation.assetUuid);
      expect(line?.reconciliation.verdict).toBe('good');
    });
  });
});
