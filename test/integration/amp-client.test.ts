import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createAmpClient,
  testAmp,
  type AmpAsset,
  type AmpClient,
  type AmpConfirmPayload,
} from '../../src/main/amp/index.ts';
import { createElementsNode, type ElementsClient } from '../../src/main/elements/index.ts';
import { createLiquid } from '../../src/main/liquid/index.ts';
import { startSandbox, type SandboxHandle } from '../../src/sandbox/index.ts';
import { isAmbiguous, SluiceError } from '../../src/shared/errors.ts';
import { amount, toElements, type Amount } from '../../src/shared/money.ts';
import { pay, pick, type Paid } from '../support/pay.ts';

/** The client against the sandbox's AMP; with ELEMENTS_URL (regtest, credentials included) on top of a real node. */
const elementsUrl = process.env['ELEMENTS_URL'];

const liquid = createLiquid({ workers: 2 });
let sandbox: SandboxHandle;
let amp: AmpClient;
let node: ElementsClient;
let token: string | null = null;
let nextGaid = 0;

beforeAll(async () => {
  sandbox = await startSandbox(elementsUrl === undefined ? {} : { elementsUrl });
  node = createElementsNode(sandbox.elements);
  amp = createAmpClient({
    url: sandbox.amp.url,
    credentials: () => Promise.resolve(sandbox.amp),
    tokenStore: {
      load: () => Promise.resolve(token),
      save: (fresh) => {
        token = fresh;
        return Promise.resolve();
      },
      clear: () => {
        token = null;
        return Promise.resolve();
      },
    },
  });
});
afterAll(async () => {
  await sandbox?.close();
  await liquid.close();
});

const control = async (path: string, body: unknown) => {
  const answer = await fetch(new URL(path, sandbox.control), { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
};
const mine = (blocks = 1) => control('/mine', { blocks });

async function failure(work: Promise<unknown>): Promise<SluiceError> {
  const error = await work.then(
    (value) => new Error(`did not fail but gave ${String(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof SluiceError)) throw error;
  expect(`${error.message} ${error.next}`).not.toContain(sandbox.amp.password);
  return error;
}

/** An asset that can be distributed, and nothing of it under way. */
async function anAsset(): Promise<AmpAsset> {
  for (const asset of await amp.assets.list()) {
    const open = await amp.assignments.list(asset.assetUuid, { distributed: false });
    if (
      asset.isAuthorized &&
      !asset.isLocked &&
      open.every((one) => one.distributionUuid === null && !one.ready)
    )
      return asset;
  }
  throw new Error('the sandbox has no asset that is free');
}

/** A new holder who may hold the asset. */
async function holder(asset: AmpAsset): Promise<number> {
  const gaid = sandbox.gaids[nextGaid++];
  const user = await amp.registeredUsers.add({ name: `Holder ${nextGaid}`, isCompany: false, gaid });
  for (const category of asset.requirements) await amp.categories.addUser(category, user.id);
  return user.id;
}

/** Two holders with ready assignments, and AMP's file for them. */
async function prepared(first: bigint, second: bigint) {
  const asset = await anAsset();
  const holders = [await holder(asset), await holder(asset)];
  for (const [index, units] of [first, second].entries()) {
    const registeredUser = holders[index] ?? 0;
    await amp.assignments.create(asset.assetUuid, { registeredUser, amount: amount(units), ready: true });
  }
  const file = await amp.distributions.create(asset.assetUuid);
  if (!file) throw new Error('nothing to distribute');
  return { asset, holders, file };
}

async function paid(
  asset: AmpAsset,
  payments: readonly { address: string; assetId: string; amount: Amount }[],
): Promise<Paid> {
  const wallet = node.wallet(sandbox.elements.wallet);
  const inputs = pick(await wallet.coins(), asset.assetId, await node.policyAsset());
  const done = await pay(node, wallet, liquid, inputs, payments);
  await mine(2);
  return done;
}

async function report(asset: AmpAsset, done: Paid, scripts: ReadonlySet<string>): Promise<AmpConfirmPayload> {
  const entries = await Promise.all(
    done.outputs
      .filter((output) => output.assetId === asset.assetId)
      .map(async (output) => ({ output, address: await node.scriptAddress(output.script) })),
  );
  const blinders = (output: Paid['outputs'][number]) => ({
    vout: output.vout,
    asset: output.assetId,
    amountblinder: output.amountBlinder,
    assetblinder: output.assetBlinder,
  });
  return {
    tx_data: {
      txid: done.txid,
      details: entries
        .filter(({ output }) => scripts.has(output.script))
        .map(({ output, address }) => ({
          address,
          category: 'send',
          amount: `-${toElements(output.value)}`,
          fee: toElements(done.fee),
          ...blinders(output),
        })),
    },
    change_data: entries
      .filter(({ output }) => !scripts.has(output.script))
      .map(({ output, address }) => ({
        txid: done.txid,
        address,
        scriptPubKey: output.script,
        amount: toElements(output.value),
        confirmations: 2,
        spendable: true,
        ...blinders(output),
      })),
  };
}

async function scriptsOf(addresses: readonly string[]): Promise<Set<string>> {
  return new Set(
    await Promise.all(addresses.map(async (address) => (await node.validateAddress(address)).script)),
  );
}

describe('a distribution through the client', () => {
  it('goes from assignment to AMP’s books', async () => {
    const { asset, holders, file } = await prepared(30n, 12n);
    expect(file).toMatchObject({
      assetUuid: asset.assetUuid,
      assetId: asset.assetId,
      minSupportedClientScriptVersion: 2,
    });
    expect(file.payments.map((one) => one.amount).toSorted((a, b) => Number(a - b))).toEqual([12n, 30n]);
    expect(await amp.distributions.create(asset.assetUuid)).toBeNull();
    const pending = await amp.assignments.list(asset.assetUuid, { distributed: false });
    expect(pending.filter((one) => one.distributionUuid === file.distributionUuid)).toHaveLength(2);
    expect(await amp.distributions.get(asset.assetUuid, file.distributionUuid)).toBeNull();

    const done = await paid(asset, file.payments);
    const payload = await report(asset, done, await scriptsOf(file.payments.map((one) => one.address)));

    const wrong = structuredClone(payload);
    for (const detail of wrong.tx_data.details) detail['amountblinder'] = '11'.repeat(32);
    const refusal = await failure(amp.distributions.confirm(asset.assetUuid, file.distributionUuid, wrong));
    expect(refusal.code).toBe('AMP_REFUSED');
    expect(isAmbiguous(refusal)).toBe(false);

    await amp.distributions.confirm(asset.assetUuid, file.distributionUuid, payload);
    const distribution = await amp.distributions.get(asset.assetUuid, file.distributionUuid);
    expect(distribution?.transactions.map((tx) => tx.txid)).toEqual([done.txid]);
    expect((await amp.distributions.list(asset.assetUuid)).map((one) => one.distributionUuid)).toContain(
      file.distributionUuid,
    );
    const owned = await amp.assets.ownerships(asset.assetUuid);
    expect(holders.map((id) => owned.find((one) => one.owner === id)?.amount)).toEqual([30n, 12n]);
    const balance = await amp.assets.balance(asset.assetUuid);
    expect(balance.lostOutputs).toEqual([]);
    expect(
      (await amp.registeredUsers.summary(holders[0] ?? 0)).find((one) => one.assetUuid === asset.assetUuid),
    ).toMatchObject({
      distributed: 30n,
      balance: 30n,
    });
    const activity = await amp.assets.activities(asset.assetUuid, { start: 1, count: 2, order: 'desc' });
    expect(activity.map((one) => one.txid)).toEqual([done.txid, done.txid]);
  });

  it('can be cancelled before it is paid', async () => {
    const { asset, file } = await prepared(5n, 6n);
    await amp.distributions.cancel(asset.assetUuid, file.distributionUuid);
    const open = (await amp.assignments.list(asset.assetUuid, { distributed: false })).filter(
      (one) => one.ready,
    );
    expect(open.map((one) => one.distributionUuid)).toEqual([null, null]);
    for (const one of open) {
      expect((await amp.assignments.lock(asset.assetUuid, one.id)).ready).toBe(false);
      expect((await amp.assignments.unlock(asset.assetUuid, one.id)).ready).toBe(true);
      await amp.assignments.remove(asset.assetUuid, one.id);
    }
    expect(await amp.distributions.create(asset.assetUuid)).toBeNull();
  });

  it('is reported although the answer was lost: the outcome is unknown, and asking tells it', async () => {
    const { asset, file } = await prepared(8n, 9n);
    const done = await paid(asset, file.payments);
    const payload = await report(asset, done, await scriptsOf(file.payments.map((one) => one.address)));
    await control('/fault', { target: 'amp', method: 'POST', path: '*/confirm', mode: 'drop' });
    const lost = await failure(amp.distributions.confirm(asset.assetUuid, file.distributionUuid, payload));
    expect(isAmbiguous(lost)).toBe(true);
    const found = await amp.distributions.get(asset.assetUuid, file.distributionUuid);
    expect(found?.transactions[0]?.txid).toBe(done.txid);
  });
});

describe('registers', () => {
  it('holders, GAIDs and categories', async () => {
    const user = await amp.registeredUsers.add({ name: 'Ada', isCompany: true });
    const [first, second] = [sandbox.gaids[nextGaid++] ?? '', sandbox.gaids[nextGaid++] ?? ''];
    expect(await amp.gaids.validate(first)).toEqual({ valid: true, error: null });
    expect((await amp.gaids.validate('GAnonsense')).valid).toBe(false);
    await amp.registeredUsers.addGaid(user.id, first);
    await amp.registeredUsers.addGaid(user.id, second);
    await amp.registeredUsers.setDefaultGaid(user.id, second);
    expect((await amp.registeredUsers.gaids(user.id)).toSorted()).toEqual([first, second].toSorted());
    expect(await amp.registeredUsers.get(user.id)).toMatchObject({
      name: 'Ada',
      gaid: second,
      isCompany: true,
    });
    expect(await amp.gaids.registeredUser(first)).toBe(user.id);
    expect(await amp.gaids.newAddress(second)).toMatch(/^el1/);
    expect((await amp.registeredUsers.rename(user.id, 'Eve')).name).toBe('Eve');
    expect((await failure(amp.registeredUsers.add({ name: 'x', isCompany: false, gaid: first }))).code).toBe(
      'AMP_REFUSED',
    );

    const category = await amp.categories.add({ name: `Test ${Date.now()}`, description: 'x' });
    expect((await amp.categories.addUser(category.id, user.id)).registeredUsers).toEqual([user.id]);
    expect((await amp.registeredUsers.get(user.id)).categories).toEqual([category.id]);
    expect((await amp.categories.removeUser(category.id, user.id)).registeredUsers).toEqual([]);
    expect(
      (await amp.categories.edit(category.id, { name: category.name, description: 'y' })).description,
    ).toBe('y');
    await amp.categories.remove(category.id);
    await amp.registeredUsers.remove(user.id);
    expect((await failure(amp.categories.get(category.id))).code).toBe('AMP_NOT_FOUND');
  });

  it('an asset: issued, authorised, locked, noted', async () => {
    const wallet = node.wallet(sandbox.elements.wallet);
    const issued = await amp.assets.issue({
      name: 'Client test asset',
      amount: amount(1_000_000n),
      destinationAddress: await wallet.newAddress(),
      domain: 'client.example',
      ticker: 'CLI',
      pubkey: `02${'11'.repeat(32)}`,
      precision: 2,
      isConfidential: true,
      transferRestricted: true,
    });
    await mine(3);
    expect((await wallet.coins({ assetId: issued.assetId })).map((coin) => coin.value)).toEqual([1_000_000n]);
    expect((await amp.assets.registerAuthorized(issued.assetUuid)).isAuthorized).toBe(true);
    expect((await amp.assets.lock(issued.assetUuid)).isLocked).toBe(true);
    expect((await amp.assets.unlock(issued.assetUuid)).isLocked).toBe(false);
    await amp.assets.setMemo(issued.assetUuid, 'for “tests”');
    expect(await amp.assets.memo(issued.assetUuid)).toBe('for “tests”');
    const own = await wallet.newAddress();
    await amp.assets.addTreasuryAddresses(issued.assetUuid, [own]);
    expect(await amp.assets.treasuryAddresses(issued.assetUuid)).toContain(own);
    expect((await failure(amp.assets.addTreasuryAddresses(issued.assetUuid, [own]))).code).toBe(
      'AMP_REFUSED',
    );
    expect(await amp.assets.summary(issued.assetUuid)).toMatchObject({
      issued: 1_000_000n,
      distributed: 0n,
      burned: 0n,
    });
    expect((await amp.assets.utxos(issued.assetUuid)).map((one) => one.amount)).toContain(1_000_000n);
    expect(await amp.assets.burnRequest(issued.assetUuid, amount(10n))).toMatchObject({
      assetId: issued.assetId,
      amount: 10n,
    });
    await amp.assets.remove(issued.assetUuid);
    expect((await amp.assets.list()).map((one) => one.assetUuid)).not.toContain(issued.assetUuid);
  });

  it('a manager, who is recognised by the connection test', async () => {
    const login = { username: `manager${Date.now()}@sluice.example`, password: 'a long password' };
    const manager = await amp.managers.create(login);
    expect(manager.locked).toBe(true);
    await amp.managers.unlock(manager.id);
    const asset = (await amp.assets.list())[0]?.assetUuid ?? '';
    await amp.managers.addAsset(manager.id, asset);
    expect(await amp.managers.get(manager.id)).toMatchObject({ locked: false, assets: [asset] });
    const steps = await testAmp({ url: sandbox.amp.url, ...login }, 'sandbox');
    expect(steps.map((step) => step.verdict)).toEqual(['good', 'good', 'attention']);
    const issuer = await testAmp(sandbox.amp, 'sandbox');
    expect(issuer.map((step) => step.verdict)).toEqual(['good', 'good', 'good']);
  });
});

describe('trouble', () => {
  it('a dead token is replaced without anybody noticing, also under a change', async () => {
    token = 'f'.repeat(40);
    const fresh = createAmpClient({
      url: sandbox.amp.url,
      credentials: () => Promise.resolve(sandbox.amp),
      tokenStore: {
        load: () => Promise.resolve('f'.repeat(40)),
        save: (value) => {
          token = value;
          return Promise.resolve();
        },
        clear: () => Promise.resolve(),
      },
    });
    const user = await fresh.registeredUsers.add({ name: 'After expiry', isCompany: false });
    expect(token).not.toBe('f'.repeat(40));
    expect((await fresh.registeredUsers.list()).filter((one) => one.name === 'After expiry')).toHaveLength(1);
    await fresh.registeredUsers.remove(user.id);
  });

  it('a wrong password', async () => {
    const steps = await testAmp({ ...sandbox.amp, password: 'wrong' }, 'sandbox');
    expect(steps.map((step) => step.verdict)).toEqual(['good', 'wrong']);
  });

  it('AMP down, and up again', async () => {
    await control('/options', { ampDown: true });
    try {
      expect((await failure(amp.assets.list())).code).toBe('AMP_UNREACHABLE');
    } finally {
      await control('/options', { ampDown: false });
    }
    expect((await amp.assets.list()).length).toBeGreaterThan(0);
  });

  it.each([
    ['html', 'AMP_UNAVAILABLE'],
    ['garble', 'AMP_ANSWER_INVALID'],
    ['drop', 'AMP_UNREACHABLE'],
  ] as const)('an answer spoilt by %s leaves a change unknown', async (mode, code) => {
    await control('/fault', { target: 'amp', path: '/registered_users/add', mode });
    const name = `Spoilt ${mode}`;
    const error = await failure(amp.registeredUsers.add({ name, isCompany: false }));
    expect(error.code).toBe(code);
    expect(isAmbiguous(error)).toBe(true);
    // Asking shows what became of it: once, or not at all, but never twice.
    const found = (await amp.registeredUsers.list()).filter((one) => one.name === name);
    expect(found).toHaveLength(mode === 'html' ? 0 : 1);
  });

  it('a read survives one lost answer', async () => {
    await control('/fault', { target: 'amp', path: '/categories', mode: 'drop' });
    expect((await amp.categories.list()).length).toBeGreaterThan(0);
  });
});
