import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assign, authorizedAsset, confirm, pay } from '../testing/scene.ts';
import type { IssuedAsset } from '../testing/scene.ts';
import type { ScriptFile } from '../testing/script.ts';
import { TruthTeller } from '../control/truth.ts';
import { TestAccount, TestOwner, cosign, openWorld, prepare } from './testkit/index.ts';
import type { Payment, TestCoin, World } from './testkit/index.ts';

/** The story of an issuer, accounts with keys of their own, and a holder whom the sandbox plays. */
let world: World;
let asset: IssuedAsset;
let category: number;
let alice: TestAccount;
let bob: TestAccount;
/** Plays in the sandbox alone. */
let seeded: string;
const users = new Map<string, number>();

const register = async (gaid: string, name: string): Promise<number> => {
  const { id } = await world.scene.amp.must<{ id: number }>('POST', '/registered_users/add', {
    name,
    is_company: false,
    GAID: gaid,
  });
  users.set(gaid, id);
  return id;
};

const join = (gaid: string, how: 'add' | 'remove' = 'add'): Promise<unknown> =>
  world.scene.amp.must('PUT', `/categories/${category}/registered_users/${users.get(gaid)}/${how}`);

/** Assigns, distributes, pays and, unless told otherwise, reports. */
async function distribute(gaid: string, amount: number, report = true) {
  const answer = await assign(world.scene, asset, users.get(gaid) ?? 0, amount);
  if (answer.status !== 200) throw new Error(answer.text);
  const file = await world.scene.amp.must<ScriptFile>(
    'GET',
    `/assets/${asset.asset_uuid}/distributions/create/`,
  );
  const paid = await pay(world.scene, file, 2);
  const body = await paid.body();
  const reported = async (): Promise<void> => {
    const confirmed = await confirm(world.scene, file, body);
    if (confirmed.status !== 200) throw new Error(confirmed.text);
  };
  if (report) await reported();
  return { txid: paid.txid, report: reported };
}

async function fees(account: TestAccount): Promise<TestCoin> {
  const txid = await world.backend.faucet((await account.address()).address, 10_000n);
  const [coin] = await account.received(world, txid);
  if (!coin) throw new Error('no coin for the fee');
  return coin;
}

async function coinsOf(account: TestAccount, txid: string, assetId = asset.asset_id): Promise<TestCoin[]> {
  return (await account.received(world, txid)).filter((coin) => coin.asset === assetId);
}

/** Prepares and asks; the answer's transaction is broadcast when there is one. */
async function transfer(account: TestAccount, coins: TestCoin[], payments: Payment[]) {
  const form = await prepare(world, account, [...coins, await fees(account)], payments);
  const { result, error, tx } = await cosign(world, form);
  if (!result) return { error, txid: '' };
  return { error, txid: await world.backend.client.call<string>('sendrawtransaction', [tx]) };
}

const ownerships = async (): Promise<Record<string, number>> => {
  const rows = await world.scene.amp.must<{ GAID: string | null; amount: number }[]>(
    'GET',
    `/assets/${asset.asset_uuid}/ownerships`,
  );
  return Object.fromEntries(rows.map((row) => [row.GAID ?? 'treasury', row.amount]));
};

const addressFor = async (gaid: string): Promise<string> => {
  const { address } = await world.scene.amp.must<{ address: string }>('GET', `/gaids/${gaid}/address`);
  return address;
};

beforeAll(async () => {
  world = await openWorld();
  asset = await authorizedAsset(world.scene, { transfer_restricted: true });
  const { amp } = world.scene;
  category = (await amp.must<{ id: number }>('POST', '/categories/add', { name: 'Verified' })).id;
  await amp.must('PUT', `/categories/${category}/assets/${asset.asset_uuid}/add`);
  alice = await TestAccount.create(world);
  bob = await TestAccount.create(world);
  seeded = world.scene.sandbox.gaids[0] ?? '';
  await alice.upload(20);
  await bob.upload(20);
  await register(alice.gaid, 'Alice');
  await join(alice.gaid);
});

afterAll(async () => {
  await world.close();
});

describe('the story of an asset that is transfer restricted', () => {
  let held: TestCoin[];

  it('begins with a distribution to an AMP0 account', async () => {
    const { txid } = await distribute(alice.gaid, 1_000);
    held = await coinsOf(alice, txid);
    expect(held.map(({ value }) => value)).toEqual([1_000n]);
    expect(await ownerships()).toEqual({ treasury: 99_000, [alice.gaid]: 1_000 });
  });

  it('goes on only to accounts of registered users who have the category', async () => {
    const to = await addressFor(bob.gaid);
    const payment = { to, asset: asset.asset_id, value: 400n };
    expect((await transfer(alice, held, [payment])).error).toBe(
      `Asset TEST (${asset.asset_id}) is transfer restricted: recipient ${bob.gaid} is not an account of a registered user`,
    );
    await register(bob.gaid, 'Bob');
    expect((await transfer(alice, held, [payment])).error).toBe(
      `Asset TEST (${asset.asset_id}) is transfer restricted: recipient ${bob.gaid} lacks category ${category} “Verified”`,
    );
    await join(bob.gaid);
    const outside = await world.scene.wallet.call<string>('getnewaddress');
    expect((await transfer(alice, held, [{ ...payment, to: outside }])).error).toContain(
      'output 0 does not pay an AMP account',
    );
    const { txid, error } = await transfer(alice, held, [payment]);
    expect(error).toBe('');
    // Nothing is in the books before it is in a block.
    expect(await ownerships()).toEqual({ treasury: 99_000, [alice.gaid]: 1_000 });
    await world.mine(1);
    expect(await ownerships()).toEqual({ treasury: 99_000, [alice.gaid]: 600, [bob.gaid]: 400 });
    held = await coinsOf(alice, txid);
    expect(held.map(({ value }) => value)).toEqual([600n]);
    const balance = await world.scene.amp.must('GET', `/gaids/${bob.gaid}/balance/${asset.asset_uuid}`);
    expect(balance).toMatchObject({ balance: 400 });
    const activities = await world.scene.amp.must<{ type: string; txid: string }[]>(
      'GET',
      `/assets/${asset.asset_uuid}/activities`,
    );
    expect(activities.filter((one) => one.txid === txid)).toEqual([
      expect.objectContaining({
        type: 'transfer',
        description: `Transfer from ${alice.gaid} to ${bob.gaid}`,
        registered_user: users.get(bob.gaid),
        GAID: bob.gaid,
        amount: 400,
      }),
    ]);
  });

  it('needs nobody’s leave to move within the account, even of one who lost the category', async () => {
    await join(alice.gaid, 'remove');
    const own = await alice.address();
    const { error, txid } = await transfer(alice, held, [
      { to: own.address, asset: asset.asset_id, value: 100n },
    ]);
    expect(error).toBe('');
    await join(alice.gaid);
    await world.mine(1);
    held = await coinsOf(alice, txid);
    expect(await ownerships()).toEqual({ treasury: 99_000, [alice.gaid]: 600, [bob.gaid]: 400 });
  });

  it('reaches a holder whom the sandbox plays', async () => {
    await register(seeded, 'Carol');
    await join(seeded);
    const { error, txid } = await transfer(alice, held, [
      { to: await addressFor(seeded), asset: asset.asset_id, value: 250n },
    ]);
    expect(error).toBe('');
    await world.mine(1);
    held = await coinsOf(alice, txid);
    expect(await ownerships()).toEqual({
      treasury: 99_000,
      [alice.gaid]: 350,
      [bob.gaid]: 400,
      [seeded]: 250,
    });
  });

  it('stands still while the asset is locked or its output frozen', async () => {
    const { amp } = world.scene;
    const own = { to: (await alice.address()).address, asset: asset.asset_id, value: 1n };
    await amp.must('PUT', `/assets/${asset.asset_uuid}/lock`);
    expect((await transfer(alice, held, [own])).error).toBe(
      `Asset TEST (${asset.asset_id}) is locked by its issuer`,
    );
    await amp.must('PUT', `/assets/${asset.asset_uuid}/unlock`);
    const [first] = held;
    const frozen = [{ txid: first?.txid, vout: first?.vout }];
    await amp.must('POST', `/assets/${asset.asset_uuid}/utxos/blacklist`, frozen);
    expect((await transfer(alice, held, [own])).error).toBe(
      `Output ${first?.txid}:${first?.vout} of asset TEST (${asset.asset_id}) is frozen by its issuer`,
    );
    await amp.must('POST', `/assets/${asset.asset_uuid}/utxos/whitelist`, frozen);
    // L-BTC has no rules.
    await amp.must('PUT', `/assets/${asset.asset_uuid}/lock`);
    const lbtc = { to: (await bob.address()).address, asset: world.backend.policyAsset, value: 2_000n };
    expect((await transfer(alice, [], [lbtc])).error).toBe('');
    await amp.must('PUT', `/assets/${asset.asset_uuid}/unlock`);
  });

  it('goes back to a treasury address that AMP knows', async () => {
    const treasury = await world.scene.wallet.call<string>('getnewaddress');
    await world.scene.amp.must('POST', `/assets/${asset.asset_uuid}/treasury-addresses/add`, [treasury]);
    const { error, txid } = await transfer(alice, held, [
      { to: treasury, asset: asset.asset_id, value: 50n },
    ]);
    expect(error).toBe('');
    await world.mine(1);
    held = await coinsOf(alice, txid);
    expect(await ownerships()).toEqual({
      treasury: 99_050,
      [alice.gaid]: 300,
      [bob.gaid]: 400,
      [seeded]: 250,
    });
    // It can be distributed again, with the report's inputs known.
    await distribute(bob.gaid, 99_050);
    expect(await ownerships()).toEqual({ [alice.gaid]: 300, [bob.gaid]: 99_450, [seeded]: 250 });
  });

  it('agrees with what is on the chain', async () => {
    const truth = new TruthTeller(
      null,
      1,
      world.backend.client,
      world.amp.context.green,
      world.pool,
      world.backend.ownWallets,
    );
    try {
      const { assets, unreadable } = await truth.tell();
      expect(assets[asset.asset_id]).toMatchObject({
        treasury: '0',
        holders: { [alice.gaid]: '300', [bob.gaid]: '99450', [seeded]: '250' },
      });
      expect(unreadable).toEqual([]);
    } finally {
      truth.close();
    }
  });
});

describe('AMP’s books', () => {
  it('follow units that were sent on before their distribution was reported', async () => {
    const other = await authorizedAsset(world.scene, { transfer_restricted: true, ticker: 'LATE' });
    const before = asset;
    asset = other;
    try {
      const { txid, report } = await distribute(alice.gaid, 1_000, false);
      const { txid: moved, error } = await transfer(alice, await coinsOf(alice, txid), [
        { to: await addressFor(bob.gaid), asset: other.asset_id, value: 300n },
      ]);
      expect(error).toBe('');
      await world.mine(1);
      await ownerships();
      await report();
      expect(await ownerships()).toEqual({ treasury: 99_000, [alice.gaid]: 700, [bob.gaid]: 300 });
      const view = await world.scene.amp.must<{ inputs: unknown[] }>(
        'GET',
        `/assets/${other.asset_uuid}/txs/${moved}`,
      );
      expect(view.inputs).toEqual([
        expect.objectContaining({ vin: 0, prev_txid: txid, GAID: alice.gaid, amount: 1_000 }),
      ]);
    } finally {
      asset = before;
    }
  });

  it('follow a reorganisation, and a payment that takes another’s place', async () => {
    const other = await authorizedAsset(world.scene, { transfer_restricted: true, ticker: 'REORG' });
    const before = asset;
    asset = other;
    try {
      const { txid } = await distribute(alice.gaid, 500);
      const coins = await coinsOf(alice, txid);
      const pair = [...coins, await fees(alice)];
      await world.mine(1);
      const payment = { asset: other.asset_id, to: await addressFor(bob.gaid) };
      const first = await prepare(world, alice, pair, [{ ...payment, value: 100n }]);
      const second = await prepare(world, alice, pair, [{ ...payment, value: 200n }]);
      const signed = [(await cosign(world, first)).tx, (await cosign(world, second)).tx];
      await world.backend.client.call('sendrawtransaction', [signed[0]]);
      await world.mine(1);
      expect(await ownerships()).toMatchObject({ [alice.gaid]: 400, [bob.gaid]: 100 });
      await world.backend.reorg(1);
      expect(await ownerships()).toMatchObject({ [alice.gaid]: 400, [bob.gaid]: 100 });
      await world.mine(1);
      expect(await ownerships()).toMatchObject({ [alice.gaid]: 400, [bob.gaid]: 100 });
      // This time the other one is in the new block.
      await world.backend.reorg(1);
      await ownerships();
      const treasury = await world.scene.wallet.call<string>('getnewaddress');
      await world.backend.client.call('generateblock', [treasury, [signed[1]]]);
      expect(await ownerships()).toMatchObject({ [alice.gaid]: 300, [bob.gaid]: 200 });
    } finally {
      asset = before;
    }
  });

  it('let an asset without restrictions go anywhere, out of their sight', async () => {
    const open = await authorizedAsset(world.scene, { transfer_restricted: false, ticker: 'OPEN' });
    const before = asset;
    asset = open;
    try {
      const { txid } = await distribute(alice.gaid, 500);
      const to = await world.scene.wallet.call<string>('getnewaddress');
      const { error } = await transfer(alice, await coinsOf(alice, txid), [
        { to, asset: open.asset_id, value: 200n },
      ]);
      expect(error).toBe('');
      await world.mine(1);
      expect(await ownerships()).toEqual({ treasury: 99_500, [alice.gaid]: 300 });
    } finally {
      asset = before;
    }
  });
});

describe('addresses for issuers', () => {
  it('come in the order of their upload, and AMP says so when they have run out', async () => {
    const dora = await TestAccount.create(world);
    const id = await register(dora.gaid, 'Dora');
    await join(dora.gaid);
    const path = `/gaids/${dora.gaid}/address`;
    const { amp } = world.scene;
    expect(await amp.must('GET', path)).toEqual({
      address: '',
      error: expect.stringContaining('no unused confidential address') as string,
    });
    expect((await assign(world.scene, asset, id, 1)).status).toBe(400);
    const uploaded = await dora.upload(3);
    for (const { address } of uploaded) {
      expect(await amp.must('GET', path)).toEqual({ address, error: '' });
    }
    expect(await amp.must('GET', path)).toMatchObject({ address: '' });
    const fresh = await authorizedAsset(world.scene, { ticker: 'RUN' });
    expect((await assign(world.scene, fresh, id, 5)).status).toBe(200);
    const create = `/assets/${fresh.asset_uuid}/distributions/create/`;
    const refused = await amp.call('GET', create);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(dora.gaid);
    const [more] = await dora.upload(1);
    const file = await amp.must<ScriptFile>('GET', create);
    expect(Object.keys(file.map_address_amount ?? {})).toEqual([more?.address]);
  });

  it('are a thousand in a row, and the last one is paid and spent', async () => {
    const account = await TestAccount.create(world, new TestOwner());
    await register(account.gaid, 'Eve');
    await join(account.gaid);
    for (let index = 1; index <= 999; index++) await account.address();
    const [last] = await account.upload(1);
    expect(last?.index).toBe(1_000);
    const fresh = await authorizedAsset(world.scene, { ticker: 'FAR' });
    const before = asset;
    asset = fresh;
    try {
      const { txid } = await distribute(account.gaid, 7);
      const coins = await coinsOf(account, txid);
      expect(coins.map(({ at }) => at.index)).toEqual([1_000]);
      const { error } = await transfer(account, coins, [
        { to: (await account.address()).address, asset: fresh.asset_id, value: 7n },
      ]);
      expect(error).toBe('');
    } finally {
      asset = before;
    }
  });
});
