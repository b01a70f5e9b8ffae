import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, type Desk } from '../../src/main/desk/index.ts';
import { createElementsNode, type ElementsNode } from '../../src/main/elements/index.ts';
import type { Args, Operation } from '../../src/shared/contract/index.ts';
import { amount } from '../../src/shared/money.ts';
import { callsOf, type Call } from '../support/desk-calls.ts';
import { testSandbox, type TestSandbox } from '../support/test-sandbox.ts';

/** Where the payments go: a wallet of the node that is not the treasury's. */
const SHOP = 'shop';

let sandbox: TestSandbox;
let dataDir: string;
let desk: Desk;
let call: Call;
let node: ElementsNode;
let lbtc: string;

function open(): Promise<Desk> {
  return openDesk({ dataDir, host: 'cli', pace: 0.05 });
}

beforeAll(async () => {
  Object.assign(process.env, {
    SLUICE_SECRETS: 'vault',
    SLUICE_VAULT_PASSPHRASE: 'correct horse battery staple',
  });
  sandbox = await testSandbox();
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-plain-'));
  desk = await open();
  call = callsOf(desk);
  const { id } = await call('profiles.create', {
    name: 'Issuer',
    network: 'regtest',
    connection: sandbox.connection,
  });
  await call('profiles.open', { id });
  node = createElementsNode(sandbox.elements);
  lbtc = await node.policyAsset();
  await node.createHotWallet(SHOP);
});

afterAll(async () => {
  await desk.close();
  await sandbox.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const shopAddress = () => node.wallet(SHOP).newAddress();

async function pay(request: Args<'treasury.planSend'>, confirm = 'L-BTC'): Promise<Operation> {
  const { fingerprint, ok, checks } = await call('treasury.planSend', request);
  expect(checks.filter(({ verdict }) => verdict === 'wrong')).toEqual([]);
  expect(ok).toBe(true);
  return call('treasury.send', { ...request, fingerprint, confirm });
}

async function mineUntilDone(id: string): Promise<Operation> {
  for (let round = 0; round < 100; round += 1) {
    const operation = await call('operations.wait', { id, seconds: 1 });
    if (operation.state === 'attention') throw new Error(operation.sentence);
    if (operation.state === 'done' || operation.state === 'cancelled') return operation;
    if (operation.batches.some(({ step }) => step === 'broadcast' || step === 'confirmed-1'))
      await sandbox.mine();
  }
  throw new Error('the payment never ended');
}

describe('a plain payment of the treasury', () => {
  it('pays L-BTC out of L-BTC, tells AMP nothing, and lets go of its coins', async () => {
    const started = await pay({
      assetId: lbtc,
      recipients: [
        { address: await shopAddress(), amount: amount(30_000n), label: 'Shop' },
        { address: await shopAddress(), amount: amount(12_345n) },
      ],
    });
    expect(started).toMatchObject({ kind: 'send', assetUuid: null, recipients: 2, total: 42_345n });
    const done = await mineUntilDone(started.id);
    expect(done).toMatchObject({ state: 'done', sentence: 'Paid and confirmed twice.' });
    expect(done.batches[0]?.steps.map(({ step }) => step)).toEqual([
      'created',
      'reserved',
      'built',
      'signed',
      'broadcast',
      'confirmed-1',
      'confirmed-2',
    ]);
    const coins = await node.wallet(SHOP).coins();
    expect(coins.map(({ value }) => value).sort()).toEqual([12_345n, 30_000n]);
    const { rows } = await call('treasury.coins', { offset: 0, limit: 1000 });
    expect(rows.filter(({ reservedBy }) => reservedBy !== null)).toEqual([]);
  });

  it('is taken back before it is sent, and not after', async () => {
    await sandbox.control('POST', '/fault', {
      target: 'elements',
      method: 'testmempoolaccept',
      mode: 'error',
      code: -4,
      times: 0,
    });
    const { id } = await pay({
      assetId: lbtc,
      recipients: [{ address: await shopAddress(), amount: amount(1_000n) }],
    });
    await expect
      .poll(async () => (await call('operations.get', { id })).batches[0]?.step, { timeout: 60_000 })
      .toBe('built');
    await expect(call('operations.cancel', { id, confirm: 'yes' })).rejects.toMatchObject({
      code: 'CONFIRMATION_MISMATCH',
    });
    await call('operations.cancel', { id, confirm: 'L-BTC' });
    await sandbox.control('DELETE', '/fault');
    expect(await mineUntilDone(id)).toMatchObject({ state: 'cancelled' });

    const sent = await pay({
      assetId: lbtc,
      recipients: [{ address: await shopAddress(), amount: amount(1_000n) }],
    });
    await mineUntilDone(sent.id);
    await expect(call('operations.cancel', { id: sent.id, confirm: 'L-BTC' })).rejects.toMatchObject({
      code: 'OPERATION_STATE',
    });
  });

  it('goes on after the desk was closed in the middle', async () => {
    const { id } = await pay({
      assetId: lbtc,
      recipients: [{ address: await shopAddress(), amount: amount(2_222n) }],
    });
    await desk.close();
    desk = await open();
    call = callsOf(desk);
    const { profiles } = await call('profiles.list', {});
    await call('profiles.open', { id: profiles[0]?.id ?? '' });
    await mineUntilDone(id);
    const received = await node.wallet(SHOP).coins();
    expect(received.filter(({ value }) => value === 2_222n)).toHaveLength(1);
  });

  it('is refused for what AMP governs and for its reissuance tokens', async () => {
    const { assets } = await call('assets.list', {});
    const governed = assets.find(({ reissuanceTokenId }) => reissuanceTokenId !== null);
    for (const assetId of [governed?.assetId, governed?.reissuanceTokenId]) {
      const request = {
        assetId: assetId ?? '',
        recipients: [{ address: await shopAddress(), amount: amount(1n) }],
      };
      const { ok, checks, fingerprint, ticker } = await call('treasury.planSend', request);
      expect(ok).toBe(false);
      expect(checks.find(({ code }) => code === 'governed')?.verdict).toBe('wrong');
      await expect(
        call('treasury.send', { ...request, fingerprint, confirm: ticker ?? request.assetId.slice(0, 6) }),
      ).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    }
  });

  it.each([
    ['no address', async () => 'el1qq-not-an-address', 'address'],
    [
      'an address that everybody can read',
      async () => (await node.validateAddress(await shopAddress())).unconfidential,
      'confidential',
    ],
  ])('is refused for %s', async (_what, address, code) => {
    const { ok, checks } = await call('treasury.planSend', {
      assetId: lbtc,
      recipients: [{ address: await address(), amount: amount(500n) }],
    });
    expect(ok).toBe(false);
    expect(checks.find((check) => check.code === code)?.verdict).toBe('wrong');
  });

  it('is refused when the treasury does not hold as much, and when it has changed since it was shown', async () => {
    const address = await shopAddress();
    const most = (await call('treasury.overview', {})).lines.find(({ kind }) => kind === 'lbtc')?.node
      .confirmed;
    const all = await call('treasury.planSend', {
      assetId: lbtc,
      recipients: [{ address, amount: amount(most ?? 0n) }],
    });
    expect(all.checks.filter(({ verdict }) => verdict === 'wrong').map(({ code }) => code)).toEqual([
      'treasury',
      'fees',
    ]);
    const shown = await call('treasury.planSend', {
      assetId: lbtc,
      recipients: [{ address, amount: amount(700n) }],
    });
    await expect(
      call('treasury.send', {
        assetId: lbtc,
        recipients: [{ address, amount: amount(7_000n) }],
        fingerprint: shown.fingerprint,
        confirm: 'L-BTC',
      }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});
