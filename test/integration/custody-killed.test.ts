import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk } from '../../src/main/desk/index.ts';
import { amount } from '../../src/shared/money.ts';
import type { Orders } from '../support/crash-custody.ts';
import { callsOf, type Call } from '../support/desk-calls.ts';
import { testSandbox, type TestSandbox } from '../support/test-sandbox.ts';

const PROGRAM = fileURLToPath(new URL('../support/crash-custody.ts', import.meta.url));
const ENV = { SLUICE_SECRETS: 'vault', SLUICE_VAULT_PASSPHRASE: 'correct horse battery staple' };
const LONG = 900_000;
const VALUE = 3000n;
/** Between everything that is written down and everything that happens outside. */
const POINTS = [
  'custody:built',
  'custody:signed',
  'cosign:intended',
  'cosign:carried-out',
  'cosign:recorded',
  'custody:final',
  'broadcast:intended',
  'broadcast:carried-out',
  'broadcast:recorded',
] as const;

/** Runs the desk until it has nothing to do or dies. */
async function runDesk(orders: Orders): Promise<{ passed: string[]; killed: boolean }> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(orders)], {
    env: { ...process.env, ...ENV },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  let complaints = '';
  child.stdout.on('data', (data: Buffer) => said.push(data.toString()));
  child.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
  await once(child, 'close');
  const killed = child.signalCode === 'SIGKILL';
  if (!killed && child.exitCode !== 0)
    throw new Error(`The desk ended by itself: ${complaints.slice(-2000)}`);
  const lines = said
    .join('')
    .split('\n')
    .filter((line) => line !== '');
  const passed = lines.flatMap((line) => (JSON.parse(line) as { passed?: string }).passed ?? []);
  return { passed, killed };
}

describe.each(['amp0', 'amp2'] as const)('a desk that is killed while it pays from %s', (kind) => {
  let sandbox: TestSandbox;
  let dataDir: string;
  let profileId = '';
  let walletId: string;
  let address: string;
  let lbtc: string;

  async function withDesk<T>(work: (call: Call) => Promise<T>): Promise<T> {
    const desk = await openDesk({ dataDir, host: 'cli' });
    try {
      const call = callsOf(desk);
      if (profileId !== '') await call('profiles.open', { id: profileId });
      return await work(call);
    } finally {
      await desk.close();
    }
  }

  /** From the treasury, so many coins. */
  async function fund(call: Call, coins: number): Promise<void> {
    const recipients = [];
    for (let coin = 0; coin < coins; coin += 1) {
      const own = await call('custody.newAddress', { id: walletId });
      recipients.push({ address: own.address, amount: amount(20_000n) });
    }
    const plan = await call('treasury.planSend', { assetId: lbtc, recipients });
    await call('treasury.send', {
      assetId: lbtc,
      recipients,
      fingerprint: plan.fingerprint,
      confirm: 'L-BTC',
    });
    for (let tries = 0; tries < 600; tries += 1) {
      await sandbox.mine();
      await call('custody.scan', { id: walletId });
      const { balances } = await call('custody.wallet', { id: walletId });
      if ((balances[0]?.confirmed ?? 0n) > 0n) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('The wallet was not paid.');
  }

  beforeAll(async () => {
    Object.assign(process.env, ENV);
    sandbox = await testSandbox();
    dataDir = mkdtempSync(join(tmpdir(), 'sluice-killed-custody-'));
    await withDesk(async (call) => {
      await call('secrets.createVault', { passphrase: ENV.SLUICE_VAULT_PASSPHRASE });
      ({ id: profileId } = await call('profiles.create', {
        name: 'Acme',
        network: 'regtest',
        connection: sandbox.connection,
      }));
      await call('profiles.open', { id: profileId });
      const { url, cosignUrl, serverPubkey, serverChainCode } = sandbox.green;
      await call('custody.setServices', {
        chain: { kind: 'esplora', url: sandbox.esplora.url },
        amp0: { url, cosignUrl, serverPubkey, serverChainCode },
        amp2: { url: sandbox.amp2.url, api: 'direct', serverKey: sandbox.amp2.serverKey, first: 'server' },
      });
      const { lines } = await call('treasury.overview', {});
      lbtc = lines.find(({ ticker }) => ticker === 'L-BTC')?.assetId ?? '';
      ({ address } = await call('treasury.newAddress', {}));
      const place = { name: 'Payer', purpose: 'hot', key: { kind: 'keychain' } } as const;
      walletId =
        kind === 'amp0'
          ? ((await call('custody.createAmp0', place)).walletId ?? '')
          : (await call('custody.createAmp2', place)).id;
      await fund(call, 4);
    });
  }, LONG);
  afterAll(async () => {
    await sandbox.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it(
    'at any point pays once, and goes on by itself',
    async () => {
      const orders = { dataDir, profileId };
      for (const crashAt of POINTS) {
        const pay = { walletId, assetId: lbtc, address, value: String(VALUE) };
        const { passed, killed } = await runDesk({ ...orders, pay, crashAt });
        expect(killed, `${crashAt} of ${passed.join(', ')}`).toBe(true);
        await sandbox.mine();
      }
      expect((await runDesk(orders)).killed).toBe(false);
      await sandbox.mine(2);
      await withDesk(async (call) => {
        await call('custody.scan', { id: walletId });
        const { rows } = await call('custody.spends', { offset: 0, limit: 100 });
        expect(rows.map(({ state }) => state)).toEqual(POINTS.map(() => 'done'));
        const history = await call('custody.history', { id: walletId, offset: 0, limit: 100 });
        const outgoing = history.rows.filter(({ type }) => type === 'outgoing');
        expect(outgoing.map(({ spendId }) => spendId).sort()).toEqual(rows.map(({ id }) => id).sort());
        expect(await call('audit.verify', {})).toMatchObject({ ok: true });
      });
    },
    LONG,
  );
});
