import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, type Desk } from '../../src/main/desk/index.ts';
import { createLiquid } from '../../src/main/liquid/index.ts';
import type { Operation } from '../../src/shared/contract/index.ts';
import { amount } from '../../src/shared/money.ts';
import { callsOf, type Call } from '../support/desk-calls.ts';
import { pairedSigner, type PairedSigner } from '../support/paired-signer.ts';
import { SEEDS } from '../support/treasury-pset.ts';
import { testSandbox, type TestSandbox } from '../support/test-sandbox.ts';

/** Three batches: one that splits, two lanes. */
const PAYMENTS = [5n, 7n, 11n, 13n, 17n];

let sandbox: TestSandbox;
let dataDir: string;
let desk: Desk;
let call: Call;
let profileId: string;
let asset: { assetUuid: string; assetId: string; ticker: string };
let holders: { id: number; gaid: string }[];
let vault: PairedSigner;
let annex: PairedSigner;
const liquid = createLiquid();

async function open(): Promise<void> {
  desk = await openDesk({ dataDir, host: 'cli', pace: 0.05 });
  call = callsOf(desk);
  await call('profiles.open', { id: profileId });
}

beforeAll(async () => {
  Object.assign(process.env, {
    SLUICE_SECRETS: 'vault',
    SLUICE_VAULT_PASSPHRASE: 'correct horse battery staple',
  });
  sandbox = await testSandbox();
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-signers-'));
  desk = await openDesk({ dataDir, host: 'cli', pace: 0.05 });
  call = callsOf(desk);
  const profile = await call('profiles.create', {
    name: 'Front office',
    network: 'regtest',
    connection: sandbox.connection,
  });
  profileId = profile.id;
  await call('profiles.open', { id: profileId });
  await call('settings.set', { recipientsPerBatch: 2 });
  const { assets } = await call('assets.list', {});
  const chosen = assets.find((candidate) => candidate.isAuthorized && candidate.ticker !== null);
  if (!chosen) throw new Error('The sandbox has no authorized asset.');
  asset = { assetUuid: chosen.assetUuid, assetId: chosen.assetId, ticker: chosen.ticker ?? '' };
  const { rows } = await call('holders.list', { gaid: 'with', offset: 0, limit: 100 });
  holders = rows
    .filter((holder) => chosen.requirements.every((need) => holder.categories.some(({ id }) => id === need)))
    .slice(0, PAYMENTS.length)
    .map((holder) => ({ id: holder.id, gaid: holder.gaid ?? '' }));
  vault = await pairedSigner(call, liquid, 'Vault room', SEEDS.legal);
  annex = await pairedSigner(call, liquid, 'Annex', SEEDS.zoo);
}, 120_000);

afterAll(async () => {
  await desk.close();
  vault.close();
  annex.close();
  await liquid.close();
  await sandbox.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function holdings(): Promise<bigint[]> {
  const { assets } = await sandbox.truth();
  return holders.map(({ gaid }) => BigInt(assets[asset.assetId]?.holders[gaid] ?? '0'));
}

/** Asks the node past the desk. The wallet `treasury`, with which the world began, keeps something for fees. */
async function rpc(wallet: string, method: string, params: unknown[]): Promise<unknown> {
  const { url, username, password } = sandbox.elements;
  const answer = await fetch(new URL(`/wallet/${wallet}`, url), {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
    body: JSON.stringify({ id: 1, method, params }),
  });
  const text = await answer.text();
  expect(answer.status, text).toBe(200);
  return (JSON.parse(text) as { result: unknown }).result;
}

async function start(): Promise<string> {
  const allocation = await call('allocations.create', {
    name: `May ${Date.now()}`,
    assetUuid: asset.assetUuid,
  });
  for (const [index, value] of PAYMENTS.entries()) {
    await call('allocations.addRow', {
      id: allocation.id,
      holderId: holders[index]?.id ?? 0,
      amount: amount(value),
    });
  }
  const plan = await call('allocations.plan', { id: allocation.id });
  expect(plan.checks.filter((check) => check.verdict === 'wrong')).toEqual([]);
  const { fingerprint } = plan;
  return (await call('operations.start', { allocationId: allocation.id, fingerprint, confirm: asset.ticker }))
    .id;
}

const paused = () => new Promise((resolve) => setTimeout(resolve, 50));

/** Mines until the operation stands still for signatures, is over, or stops for a person. */
async function settle(id: string): Promise<Operation> {
  for (let round = 0; round < 1200; round += 1) {
    const operation = await call('operations.get', { id });
    if (['attention', 'done', 'cancelled'].includes(operation.state)) return operation;
    const { batches } = await call('signing.round', { operationId: id });
    if (
      operation.batches.every(({ step }) => step === 'built') &&
      batches.length === operation.batches.length &&
      operation.batches.every(({ sentence }) => sentence.startsWith('Waiting for'))
    )
      return operation;
    if (operation.batches.some(({ step }) => step === 'broadcast' || step === 'confirmed-1'))
      await sandbox.mine();
    await paused();
  }
  throw new Error(`It does not settle: ${JSON.stringify(await call('operations.get', { id }))}`);
}

async function ask(signer: PairedSigner, operationId: string): Promise<string> {
  const request = await call('signing.request', { operationId, peerId: signer.peerId });
  await signer.receive(request.content);
  const review = await call('signing.review', { operationId });
  const { rows } = await signer.service.requests({ offset: 0, limit: 1 }, { actor: 'test' });
  const theirs = await signer.service.request({ id: rows[0]?.id ?? '' }, { actor: 'test' });
  expect(theirs.review.fingerprint).toBe(review.fingerprint);
  expect(review.checks.filter(({ verdict }) => verdict === 'wrong')).toEqual([]);
  return signer.sign();
}

async function expectPaid(id: string, before: readonly bigint[]): Promise<void> {
  const operation = await call('operations.get', { id });
  expect(operation.state).toBe('done');
  const after = await holdings();
  expect(after.map((value, index) => value - (before[index] ?? 0n))).toEqual(PAYMENTS);
  const line = (await call('treasury.overview', {})).lines.find((item) => item.assetUuid === asset.assetUuid);
  expect(line?.reconciliation.verdict).toBe('good');
  expect(await call('audit.verify', {})).toMatchObject({ ok: true });
}

/** One trip to each of these carries every batch; then everything is paid. */
async function signWith(id: string, signers: readonly PairedSigner[]): Promise<void> {
  for (const signer of signers) await call('bundles.receive', { content: await ask(signer, id) });
  const operation = await settle(id);
  expect(operation.problem).toBeNull();
  expect(operation.state).toBe('done');
}

async function arrange(
  name: string,
  threshold: number,
  cosigners: Parameters<typeof arrangeWith>[2],
): Promise<void> {
  // A real node keeps the wallets of earlier runs.
  const wallet = `${name}-${Date.now()}`;
  await arrangeWith(name, threshold, cosigners, wallet);
  await paused();
  await sandbox.control('POST', '/world/treasury', { wallet });
  await sandbox.mine(3);
  await desk.close();
  await open();
  await call('sync.run', {});
}

async function arrangeWith(
  name: string,
  threshold: number,
  cosigners: ({ kind: 'keychain'; name: string } | { kind: 'signer'; name: string; peerId: string })[],
  wallet: string,
): Promise<void> {
  const made = await call('arrangement.create', { wallet, name, threshold, cosigners });
  expect(made.cosigners).toHaveLength(cosigners.length);
}

describe('a treasury of the desk’s key and two signers, two of three', () => {
  beforeAll(async () => {
    await arrange('two-of-three', 2, [
      { kind: 'keychain', name: 'Front office' },
      { kind: 'signer', name: 'Vault room', peerId: vault.peerId },
      { kind: 'signer', name: 'Annex', peerId: annex.peerId },
    ]);
    for (const signer of [vault, annex]) {
      const bundle = await call('arrangement.send', { peerId: signer.peerId });
      await signer.receive(bundle.content);
    }
  }, 120_000);

  it('is the same treasury at desk and signers, down to an address', async () => {
    const { arrangement } = await call('arrangement.get', {});
    const { treasuries } = await vault.service.status({}, { actor: 'test' });
    expect(treasuries.map(({ id, fingerprint }) => ({ id, fingerprint }))).toEqual([
      { id: arrangement?.id, fingerprint: arrangement?.fingerprint },
    ]);
    const fresh = await call('arrangement.address', {});
    const { found } = await vault.service.findAddress({ address: fresh.address }, { actor: 'test' });
    expect(found).toMatchObject(fresh);
  });

  it.each([
    ['the first signer', () => [vault]],
    ['the second signer', () => [annex]],
  ])('pays with the desk’s signature and that of %s', { timeout: 240_000 }, async (_who, signers) => {
    const before = await holdings();
    const id = await start();
    await settle(id);
    const { batches, canAsk } = await call('signing.round', { operationId: id });
    expect(canAsk.map(({ name }) => name).sort()).toEqual(['Annex', 'Vault room']);
    expect(batches[0]?.signatures.map(({ at }) => at !== null)).toEqual([true, false, false]);
    await signWith(id, signers());
    await expectPaid(id, before);
  });

  it('pays plainly as well, checked and signed as a distribution is', { timeout: 240_000 }, async () => {
    await rpc('', 'createwallet', ['shop']);
    const address = (await rpc('shop', 'getnewaddress', [])) as string;
    const lbtc = (await call('treasury.overview', {})).lines.find(({ kind }) => kind === 'lbtc');
    const wanted = {
      assetId: lbtc?.assetId ?? '',
      recipients: [{ address, amount: amount(12_345n), label: 'Shop' }],
    };
    const { fingerprint } = await call('treasury.planSend', wanted);
    const { id } = await call('treasury.send', { ...wanted, fingerprint, confirm: 'L-BTC' });
    await settle(id);
    await signWith(id, [vault]);
    expect(await rpc('shop', 'getbalance', ['*', 1, false, true, 'bitcoin'])).toBe(0.00012345);
    expect(await call('audit.verify', {})).toMatchObject({ ok: true });
  });

  it(
    'carries the same bundle again, goes on after a restart, and takes signatures from a bare PSET',
    { timeout: 240_000 },
    async () => {
      const before = await holdings();
      const id = await start();
      await settle(id);
      const first = await call('signing.request', { operationId: id, peerId: vault.peerId });
      await desk.close();
      await open();
      await settle(id);
      const { canAsk } = await call('signing.round', { operationId: id });
      expect(canAsk.map(({ name, askedAt }) => [name, typeof askedAt]).sort()).toEqual([
        ['Annex', 'undefined'],
        ['Vault room', 'number'],
      ]);
      const again = await call('signing.request', { operationId: id, peerId: vault.peerId });
      expect(again).toEqual(first);

      const { batches } = await call('signing.round', { operationId: id });
      for (const [index, { batchId }] of batches.entries()) {
        const out = await call('signing.exportPset', { batchId, format: 'base64' });
        const pset = Buffer.from(out.content, 'base64').toString();
        const signed = await liquid.signWithSeed(pset, { mnemonic: SEEDS.zoo }, 'regtest');
        const forms = [Buffer.from(signed, 'base64'), Buffer.from(signed)];
        const content = (forms[index % 2] ?? Buffer.alloc(0)).toString('base64');
        expect(await call('signing.importPset', { operationId: id, content })).toMatchObject({ added: 1 });
      }
      await settle(id);
      await expectPaid(id, before);
      // What the signer says now finds everything signed.
      await vault.receive(first.content);
      const late = await call('bundles.receive', { content: await vault.sign() });
      expect(late.sentence).toContain('had its signatures already');
    },
  );

  it(
    'tells a refusal, asks again, and refuses what arrives after a cancellation',
    { timeout: 240_000 },
    async () => {
      const before = await holdings();
      const id = await start();
      await settle(id);
      const request = await call('signing.request', { operationId: id, peerId: annex.peerId });
      await annex.receive(request.content);
      await call('bundles.receive', { content: await annex.refuse('Not on a Friday.') });
      let operation = await settle(id);
      for (let round = 0; round < 100 && operation.state !== 'attention'; round += 1) {
        await paused();
        operation = await call('operations.get', { id });
      }
      expect(operation.problem).toMatchObject({ code: 'SIGNING_FAILED' });
      expect(operation.problem?.message).toBe('“Annex” refused to sign: Not on a Friday.');

      const second = await call('signing.request', { operationId: id, peerId: annex.peerId });
      expect(second.bundleId).not.toBe(request.bundleId);
      await annex.receive(second.content);
      const answer = await annex.sign();
      await call('operations.cancel', { id, confirm: asset.ticker });
      for (let round = 0; round < 200; round += 1) {
        if ((await call('operations.get', { id })).state === 'cancelled') break;
        await paused();
      }
      await expect(call('bundles.receive', { content: answer })).rejects.toMatchObject({
        code: 'OPERATION_STATE',
        message: expect.stringContaining('was cancelled while the request was out') as string,
      });
      expect(await holdings()).toEqual(before);
    },
  );
});

describe('a treasury of one signer’s key', () => {
  it('is of its BIP84 key, watched by the node', { timeout: 240_000 }, async () => {
    await arrange('signer-alone', 1, [{ kind: 'signer', name: 'Vault room', peerId: vault.peerId }]);
    expect(await call('treasury.wallet', {})).toMatchObject({ mode: 'watch-only', signer: 'signer' });
    await vault.receive((await call('arrangement.send', { peerId: vault.peerId })).content);
    expect((await call('arrangement.get', {})).arrangement?.cosigners).toMatchObject([{ path: "84'/1'/0'" }]);
  });

  it(
    'looks through the chain for what the key held before when it is told to',
    {
      timeout: 240_000,
    },
    async () => {
      const { address } = await call('arrangement.address', {});
      await rpc('treasury', 'sendtoaddress', [address, '0.00020000']);
      await sandbox.mine(2);
      const cosigners = [{ kind: 'signer' as const, name: 'Vault room', peerId: vault.peerId }];
      /** Seconds since 1970 from which the node looked; from “now” it goes back two hours, and so finds what is new. */
      const since = async (wallet: string, birthday: { birthday?: number }): Promise<number[]> => {
        await call('arrangement.create', { wallet, name: 'restored', threshold: 1, cosigners, ...birthday });
        await desk.close();
        await open();
        const { descriptors } = (await rpc(wallet, 'listdescriptors', [])) as {
          descriptors: { timestamp: number }[];
        };
        return descriptors.map(({ timestamp }) => timestamp);
      };
      const [now = 0] = await since(`new-${Date.now()}`, {});
      expect(now).toBeGreaterThan(1_500_000_000);
      // The earliest that a node knows is one second after 1970.
      expect((await since(`restored-${Date.now()}`, { birthday: 0 })).every((at) => at <= 1)).toBe(true);
      expect((await call('health.get', {})).fees.confirmed).toBe(20_000n);
    },
  );

  it('does not look for coins of several keys, whose blinding key is new', async () => {
    const cosigners = [vault, annex].map(({ peerId }, index) => ({
      kind: 'signer' as const,
      name: `Signer ${index}`,
      peerId,
    }));
    const args = { wallet: `both-${Date.now()}`, name: 'both', threshold: 2, cosigners, birthday: 0 };
    await expect(call('arrangement.create', args)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('Several keys get a new blinding key') as string,
    });
  });
});
