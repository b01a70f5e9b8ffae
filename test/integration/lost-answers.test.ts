import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, type Desk } from '../../src/main/desk/index.ts';
import type { Operation } from '../../src/shared/contract/index.ts';
import { amount } from '../../src/shared/money.ts';
import { callsOf, type Call } from '../support/desk-calls.ts';
import { testSandbox, type TestSandbox } from '../support/test-sandbox.ts';

/** Two batches: one that splits, one that spends its lane. */
const PAYMENTS = [5n, 7n, 11n];

/** Every kind of request that the engine makes while it distributes. */
const CALLS: { target: 'amp' | 'elements'; method?: string; path?: string }[] = [
  { target: 'amp', method: 'POST', path: '/assignments/create' },
  { target: 'amp', method: 'GET', path: '/assignments' },
  { target: 'amp', method: 'GET', path: '/distributions/create' },
  { target: 'amp', method: 'POST', path: '/confirm' },
  { target: 'amp', method: 'GET', path: '/distributions/' },
  ...[
    'listunspent',
    'lockunspent',
    'gettxout',
    'validateaddress',
    'getrawchangeaddress',
    'createpsbt',
    'utxoupdatepsbt',
    'decodescript',
    'getaddressinfo',
    'getwalletinfo',
    'walletprocesspsbt',
    'finalizepsbt',
    'testmempoolaccept',
    'sendrawtransaction',
    'getmempoolentry',
    'gettransaction',
    'getblockheader',
  ].map((method) => ({ target: 'elements' as const, method })),
];

let sandbox: TestSandbox;
let dataDir: string;
let desk: Desk;
let call: Call;
let asset: { assetUuid: string; assetId: string; ticker: string };
let holders: { id: number; gaid: string }[];

beforeAll(async () => {
  Object.assign(process.env, {
    SLUICE_SECRETS: 'vault',
    SLUICE_VAULT_PASSPHRASE: 'correct horse battery staple',
  });
  sandbox = await testSandbox();
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-lost-'));
  desk = await openDesk({ dataDir, host: 'cli', pace: 0.05 });
  call = callsOf(desk);
  const profile = await call('profiles.create', {
    name: 'Lost',
    network: 'regtest',
    connection: sandbox.connection,
  });
  await call('profiles.open', { id: profile.id });
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
});

afterAll(async () => {
  await desk.close();
  await sandbox.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function holdings(): Promise<bigint[]> {
  const { assets } = await sandbox.truth();
  return holders.map(({ gaid }) => BigInt(assets[asset.assetId]?.holders[gaid] ?? '0'));
}

async function distribute(): Promise<Operation> {
  const allocation = await call('allocations.create', { name: 'Lost answers', assetUuid: asset.assetUuid });
  for (const [index, value] of PAYMENTS.entries()) {
    await call('allocations.addRow', {
      id: allocation.id,
      holderId: holders[index]?.id ?? 0,
      amount: amount(value),
    });
  }
  const plan = await call('allocations.plan', { id: allocation.id });
  expect(plan.checks.filter((check) => check.verdict === 'wrong')).toEqual([]);
  const { id } = await call('operations.start', {
    allocationId: allocation.id,
    fingerprint: plan.fingerprint,
    confirm: asset.ticker,
  });
  return { id } as Operation;
}

/** Mines while the operation waits for the chain; an operation that stops for a person is a failure. */
async function finish(id: string): Promise<Operation> {
  for (let round = 0; round < 600; round += 1) {
    const operation = await call('operations.get', { id });
    if (['done', 'cancelled'].includes(operation.state)) return operation;
    if (operation.state === 'attention' && operation.batches.every((batch) => batch.step !== 'confirmed-2')) {
      throw new Error(`Stopped: ${JSON.stringify(operation.problem)}`);
    }
    if (operation.batches.some((batch) => ['broadcast', 'confirmed-1'].includes(batch.step)))
      await sandbox.mine();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Not finished: ${JSON.stringify(await call('operations.get', { id }))}`);
}

async function payWith(fault: object): Promise<void> {
  const before = await holdings();
  const { id } = await distribute();
  await sandbox.control('POST', '/fault', fault);
  const operation = await finish(id);
  await sandbox.control('DELETE', '/fault');
  expect(operation.state).toBe('done');
  expect(new Set(operation.batches.map((batch) => batch.txid)).size).toBe(2);
  const after = await holdings();
  expect(after.map((value, index) => value - (before[index] ?? 0n))).toEqual(PAYMENTS);
  const line = (await call('treasury.overview', {})).lines.find((item) => item.assetUuid === asset.assetUuid);
  expect(line?.reconciliation.verdict).toBe('good');
  expect((await call('operations.pendingAtAmp', { assetUuid: asset.assetUuid })).pending).toEqual([]);
  expect(await call('audit.verify', {})).toMatchObject({ ok: true });
}

describe('an answer that is lost on its way', () => {
  it.each(CALLS)('of $target $method $path: everybody is paid once', async (what) => {
    await payWith({ ...what, mode: 'drop', times: 1 });
  });
});

describe('an answer that arrives broken', () => {
  it.each(CALLS.filter(({ path, method }) => path !== undefined || method === 'sendrawtransaction'))(
    'of $target $method $path: everybody is paid once',
    async (what) => {
      await payWith({ ...what, mode: 'garble', times: 1 });
    },
  );
});

describe('a pending distribution made elsewhere', () => {
  it('is found, adopted and paid; another is cancelled at AMP', async () => {
    const before = await holdings();
    const amp = await ampSession();
    await amp('POST', `assets/${asset.assetUuid}/assignments/create`, {
      assignments: [{ registered_user: holders[0]?.id, amount: 3, ready_for_distribution: true }],
    });
    await amp('GET', `assets/${asset.assetUuid}/distributions/create/`);
    const [pending] = (await call('operations.pendingAtAmp', { assetUuid: asset.assetUuid })).pending;
    expect(pending).toMatchObject({ recipients: 1, operationId: null });
    const adopted = await call('operations.adopt', {
      assetUuid: asset.assetUuid,
      distributionUuid: pending?.distributionUuid ?? '',
      confirm: asset.ticker,
    });
    expect((await finish(adopted.id)).state).toBe('done');
    const after = await holdings();
    expect(after.map((value, index) => value - (before[index] ?? 0n))).toEqual([3n, 0n, 0n]);

    await amp('POST', `assets/${asset.assetUuid}/assignments/create`, {
      assignments: [{ registered_user: holders[0]?.id, amount: 3, ready_for_distribution: true }],
    });
    await amp('GET', `assets/${asset.assetUuid}/distributions/create/`);
    const [other] = (await call('operations.pendingAtAmp', { assetUuid: asset.assetUuid })).pending;
    await call('operations.cancelAtAmp', {
      assetUuid: asset.assetUuid,
      distributionUuid: other?.distributionUuid ?? '',
      confirm: asset.ticker,
    });
    expect((await call('operations.pendingAtAmp', { assetUuid: asset.assetUuid })).pending).toEqual([]);
    const plan = await readyLeft(amp);
    expect(plan).toBe(1);
  });

  it('that the old script has paid already is finished from its transaction', async () => {
    const amp = await ampSession();
    // The assignment of the distribution cancelled above is ready again and is taken by this one.
    const file = (await amp('GET', `assets/${asset.assetUuid}/distributions/create/`)) as {
      distribution_uuid: string;
      map_address_amount: Record<string, number>;
      map_address_asset: Record<string, string>;
    };
    const txid = (await elements('sendmany', [
      '',
      Object.fromEntries(
        Object.entries(file.map_address_amount).map(([address, value]) => [address, value.toFixed(8)]),
      ),
      0,
      '',
      [],
      false,
      1,
      'UNSET',
      file.map_address_asset,
    ])) as string;
    await sandbox.mine(2);
    const adopted = await call('operations.adopt', {
      assetUuid: asset.assetUuid,
      distributionUuid: file.distribution_uuid,
      txid,
      confirm: asset.ticker,
    });
    const done = await finish(adopted.id);
    expect(done).toMatchObject({ state: 'done', batches: [{ txid, step: 'reported' }] });
    const line = (await call('treasury.overview', {})).lines.find(
      (item) => item.assetUuid === asset.assetUuid,
    );
    expect(line?.reconciliation.verdict).toBe('good');
  });
});

type Ask = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** AMP as another client of the issuer sees it. */
async function ampSession(): Promise<Ask> {
  const { url, username, password } = sandbox.amp;
  const ask = async (method: string, path: string, body?: unknown, token?: string): Promise<unknown> => {
    const answer = await fetch(`${url}/${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `token ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  const { token } = (await ask('POST', 'user/obtain_token', { username, password })) as { token: string };
  return (method, path, body) => ask(method, path, body, token);
}

async function readyLeft(amp: Ask): Promise<number> {
  const assignments = (await amp('GET', `assets/${asset.assetUuid}/assignments?distributed=false`)) as {
    ready_for_distribution: boolean;
    distribution_uuid: string | null;
  }[];
  return assignments.filter((item) => item.ready_for_distribution && item.distribution_uuid === null).length;
}

/** The node as the old script's wallet call. */
async function elements(method: string, params: unknown[]): Promise<unknown> {
  const { url, username, password, wallet } = sandbox.elements;
  const answer = await fetch(new URL(`wallet/${wallet}`, url), {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
    body: JSON.stringify({ id: 1, method, params }),
  });
  const { result, error } = (await answer.json()) as { result: unknown; error: unknown };
  if (error !== null && error !== undefined) throw new Error(JSON.stringify(error));
  return result;
}
