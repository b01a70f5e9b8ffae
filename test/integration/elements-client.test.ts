import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createElementsNode,
  testNode,
  type Coin,
  type ElementsClient,
  type TreasuryWallet,
} from '../../src/main/elements/index.ts';
import { createLiquid } from '../../src/main/liquid/index.ts';
import { startSandbox, type SandboxHandle } from '../../src/sandbox/index.ts';
import { isAmbiguous, SluiceError } from '../../src/shared/errors.ts';
import { amount } from '../../src/shared/money.ts';
import { pay, pick, prepare } from '../support/pay.ts';

/**
 * The client against the sandbox; with ELEMENTS_URL (regtest, credentials included) against a real node below it.
 */
const elementsUrl = process.env['ELEMENTS_URL'];

const liquid = createLiquid({ workers: 2 });
let sandbox: SandboxHandle;
let node: ElementsClient;

beforeAll(async () => {
  sandbox = await startSandbox(elementsUrl === undefined ? {} : { elementsUrl });
  node = createElementsNode(sandbox.elements);
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
const treasury = () => node.wallet(sandbox.elements.wallet);

async function failure(work: Promise<unknown>): Promise<SluiceError> {
  const error = await work.then(
    (value) => new Error(`did not fail but gave ${String(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof SluiceError)) throw error;
  return error;
}

/** An asset that the treasury holds, other than L-BTC and reissuance tokens. */
async function someAsset(): Promise<string> {
  const lbtc = await node.policyAsset();
  const coins = (await treasury().coins()).filter((coin) => coin.assetId !== lbtc && coin.value > 1000n);
  const assetId = coins[0]?.assetId;
  if (assetId === undefined) throw new Error('the treasury holds no asset');
  return assetId;
}

/** Pays an asset's coin to the treasury in the node but for `rest` units, and finds exactly these as change. */
async function paysAllBut(
  wallet: TreasuryWallet,
  inputs: readonly Coin[],
  rest: bigint,
  sign?: (pset: string) => Promise<string>,
): Promise<void> {
  const [coin] = inputs;
  if (!coin) throw new Error('no coin to pay with');
  const address = await treasury().newAddress();
  const { script } = await node.validateAddress(address);
  const payment = { address, assetId: coin.assetId, amount: amount(coin.value - rest) };
  const paid = await pay(node, wallet, liquid, inputs, [payment], sign);
  await mine();
  expect((await wallet.transaction(paid.txid))?.confirmations).toBe(1);
  const received = (await treasury().coins()).filter(
    (one) => one.txid === paid.txid && one.script === script,
  );
  expect(received.map((one) => one.value)).toEqual([coin.value - rest]);
  const change = (await wallet.coins({ assetId: coin.assetId })).filter(
    (one) => one.txid === paid.txid && one.script !== script,
  );
  expect(change.map((one) => one.value)).toEqual(rest === 0n ? [] : [rest]);
}

describe('a treasury whose keys are in the node', () => {
  it('passes the connection test', async () => {
    const steps = await testNode(sandbox.elements, 'sandbox');
    expect(steps.map((step) => step.verdict)).toEqual(Array<string>(7).fill('good'));
  });

  it('pays, and finds the payment in mempool, block and wallet', async () => {
    const wallet = treasury();
    const [assetId, lbtc] = [await someAsset(), await node.policyAsset()];
    const inputs = pick(await wallet.coins(), assetId, lbtc);
    await wallet.lock(inputs);
    await wallet.lock(inputs);
    expect(
      (await wallet.coins()).some((coin) =>
        inputs.some((one) => one.txid === coin.txid && one.vout === coin.vout),
      ),
    ).toBe(false);

    const addresses = [await wallet.newAddress(), await wallet.newAddress()];
    const checked = await Promise.all(addresses.map((address) => node.validateAddress(address)));
    expect(checked.every((one) => one.valid && one.blindingPubkey !== null)).toBe(true);
    const paid = await pay(
      node,
      wallet,
      liquid,
      inputs,
      addresses.map((address, index) => ({ address, assetId, amount: amount(BigInt(index + 1)) })),
    );

    expect(await node.inMempool(paid.txid)).toBe(true);
    expect(await node.broadcast(paid.hex)).toBe(paid.txid);
    expect(await node.testAccept(paid.hex)).toMatchObject({
      allowed: false,
      reason: 'txn-already-in-mempool',
      refusal: { code: 'CONFLICT' },
    });
    expect((await wallet.transaction(paid.txid))?.confirmations).toBe(0);

    await mine(2);
    const found = await wallet.transaction(paid.txid);
    expect(found?.confirmations).toBe(2);
    expect(await node.inMempool(paid.txid)).toBe(false);
    expect(await node.broadcast(paid.hex)).toBe(paid.txid);
    expect(await node.rawTransaction(paid.txid, found?.blockHash ?? undefined)).toBe(paid.hex);
    expect(await node.blockHeader(found?.blockHash ?? '')).toMatchObject({
      confirmations: 2,
      height: found?.blockHeight,
    });
    expect(await node.blockHash(found?.blockHeight ?? -1)).toBe(found?.blockHash);
    expect(await node.unspent(inputs[0] ?? { txid: '', vout: 0 })).toBeNull();
    expect((await wallet.transactions(3, 0)).map((one) => one.txid)).toContain(paid.txid);

    const scripts = new Map(checked.map((one, index) => [one.script, BigInt(index + 1)]));
    const received = (await wallet.coins()).filter(
      (coin) => coin.txid === paid.txid && scripts.has(coin.script),
    );
    expect(received).toHaveLength(2);
    for (const coin of received) {
      const ours = paid.outputs.find((output) => output.vout === coin.vout);
      expect(coin.value).toBe(scripts.get(coin.script));
      expect([coin.assetBlinder, coin.amountBlinder]).toEqual([ours?.assetBlinder, ours?.amountBlinder]);
      expect(await node.scriptAddress(coin.script)).toBe(coin.address);
    }
    await wallet.unlock(inputs);
  });

  it('is told what is wrong before anything is paid', async () => {
    const wallet = treasury();
    const [assetId, lbtc] = [await someAsset(), await node.policyAsset()];
    const coins = await wallet.coins();
    const [asset, fee] = pick(coins, assetId, lbtc);
    if (!asset || !fee) throw new Error('unreachable');
    const address = await wallet.newAddress();
    const assemble = (inputs: readonly Coin[], units: bigint, to = address) =>
      failure(
        wallet.assemble({
          inputs,
          outputs: [{ address: to, assetId, amount: amount(units), own: false }],
          fee: amount(500n),
        }),
      );
    expect((await assemble([{ ...asset, txid: '11'.repeat(32) }, fee], 1n)).code).toBe('INPUTS_SPENT');
    expect((await assemble([asset, fee, asset], 1n)).code).toBe('INVALID_ARGUMENT');
    // The node would not survive this one.
    expect((await assemble([asset, fee], 0n)).code).toBe('INVALID_ARGUMENT');
    expect((await assemble([asset, fee], 1n, `${address.slice(0, -3)}qqq`)).code).toBe('INVALID_ARGUMENT');
    const twice = { address, assetId, amount: amount(1n) };
    expect((await failure(prepare(node, wallet, [asset, fee], [twice, twice]))).code).toBe(
      'INVALID_ARGUMENT',
    );
    expect((await node.chainInfo()).blocks).toBeGreaterThan(0);
  });

  it('is told that a coin was spent meanwhile, in words', async () => {
    const wallet = treasury();
    const [assetId, lbtc] = [await someAsset(), await node.policyAsset()];
    const inputs = pick(await wallet.coins(), assetId, lbtc);
    const payment = { address: await wallet.newAddress(), assetId, amount: amount(3n) };
    const signed = async () => {
      const { pset } = await prepare(node, wallet, inputs, [payment]);
      const { hex } = await node.finalize(await wallet.sign((await liquid.blind({ pset, inputs })).pset));
      return hex ?? '';
    };
    const [first, second] = [await signed(), await signed()];
    expect((await node.testAccept(second)).allowed).toBe(true);
    await node.broadcast(first);
    await mine();
    const verdict = await node.testAccept(second);
    expect(verdict).toMatchObject({ allowed: false, refusal: { code: 'INPUTS_SPENT' } });
    expect((await failure(prepare(node, wallet, inputs, [payment]))).code).toBe('INPUTS_SPENT');
  });

  it.each([
    ['one unit', 1n],
    ['nothing', 0n],
  ])('pays a coin of an asset and leaves %s as change', async (_name, rest) => {
    const hot = treasury();
    const [assetId, lbtc] = [await someAsset(), await node.policyAsset()];
    const address = await hot.newAddress();
    await pay(node, hot, liquid, pick(await hot.coins(), assetId, lbtc), [
      { address, assetId, amount: amount(40n) },
    ]);
    await mine();
    const { script } = await node.validateAddress(address);
    const coins = await hot.coins();
    const [, fees] = pick(coins, assetId, lbtc);
    const coin = coins.find((one) => one.script === script);
    if (!coin || !fees) throw new Error('the payment did not arrive');
    await paysAllBut(hot, [coin, fees], rest);
  });

  it('does not sign what is not blinded, nor for another wallet', async () => {
    const wallet = treasury();
    const [assetId, lbtc] = [await someAsset(), await node.policyAsset()];
    const inputs = pick(await wallet.coins(), assetId, lbtc);
    const address = await wallet.newAddress();
    const { pset } = await prepare(node, wallet, inputs, [{ address, assetId, amount: amount(1n) }]);
    expect((await failure(wallet.sign(pset))).code).toBe('PSET_INVALID');
    const blinded = await liquid.blind({ pset, inputs });
    const other = `other ${Date.now()}`;
    await node.createHotWallet(other);
    expect((await failure(node.wallet(other).sign(blinded.pset))).code).toBe('SIGNING_FAILED');
    expect((await node.finalize(blinded.pset)).complete).toBe(false);
  });

  it('knows nothing of what is not there', async () => {
    const nothing = 'ff'.repeat(32);
    expect(await treasury().transaction(nothing)).toBeNull();
    expect(await node.rawTransaction(nothing)).toBeNull();
    expect(await node.blockHeader(nothing)).toBeNull();
    expect(await node.inMempool(nothing)).toBe(false);
    expect((await failure(node.wallet('nobody').info())).code).toBe('WALLET_NOT_LOADED');
    expect((await failure(node.loadWallet('nobody'))).code).toBe('WALLET_NOT_LOADED');
    expect((await failure(node.createHotWallet(sandbox.elements.wallet))).code).toBe('CONFLICT');
    expect((await failure(node.broadcast('00'))).code).toBe('TRANSACTION_REFUSED');
    expect((await node.validateAddress('lq1qqqqqqqqqqqqqqqqqqqqqqq')).valid).toBe(false);
  });
});

describe('a treasury whose keys are elsewhere', () => {
  it('is watched by the node and signed outside, down to no change of the asset', async () => {
    const mnemonic = await liquid.newMnemonic(12);
    const keys = await liquid.treasuryKeys(mnemonic, 'regtest');
    const name = `watch only/${Date.now()}`;
    await node.createWatchOnlyWallet(name, keys);
    await node.createWatchOnlyWallet(name, keys);
    const watching = node.wallet(name);
    expect(await watching.info()).toMatchObject({ name, privateKeys: false, descriptors: true });
    expect(await watching.masterBlindingKey()).toBe(keys.masterBlindingKey);
    const steps = await testNode({ ...sandbox.elements, wallet: name }, 'sandbox', keys);
    expect(steps.map((step) => step.verdict)).toEqual(Array<string>(7).fill('good'));

    const [assetId, lbtc] = [await someAsset(), await node.policyAsset()];
    const hot = treasury();
    const inputs = pick(await hot.coins(), assetId, lbtc);
    const address = await watching.newAddress();
    await pay(node, hot, liquid, inputs, [
      { address, assetId, amount: amount(500n) },
      { address: await watching.newAddress(), assetId: lbtc, amount: amount(100_000n) },
    ]);
    await mine();
    const coins = await watching.coins();
    expect(coins.map((coin) => coin.value).toSorted((a, b) => Number(a - b))).toEqual([500n, 100_000n]);
    expect(await watching.addressInfo(address)).toMatchObject({ isMine: true, isChange: false });

    const back = await hot.newAddress();
    const payBack = (sign?: (pset: string) => Promise<string>) =>
      pay(node, watching, liquid, coins, [{ address: back, assetId, amount: amount(123n) }], sign);
    expect((await failure(payBack())).code).toBe('SIGNING_FAILED');
    const outside = (pset: string) => liquid.signWithMnemonic(pset, mnemonic, 'regtest');
    const paid = await payBack(outside);
    await mine();
    expect((await watching.transaction(paid.txid))?.confirmations).toBe(1);
    const change = await watching.coins({ assetId });
    expect(change.map((coin) => coin.value)).toEqual([377n]);
    expect((await watching.addressInfo(change[0]?.address ?? '')).isChange).toBe(true);

    await paysAllBut(watching, pick(await watching.coins(), assetId, lbtc), 1n, outside);
    await paysAllBut(watching, pick(await watching.coins(), assetId, lbtc), 0n, outside);
    expect(await watching.coins({ assetId })).toEqual([]);
  });
});

describe('a node in trouble', () => {
  it.each([
    ['elementsWarmup', 'NODE_WARMING_UP'],
    ['elementsDown', 'NODE_UNREACHABLE'],
  ])('%s', async (option, code) => {
    await control('/options', { [option]: true });
    try {
      expect((await failure(node.chainInfo())).code).toBe(code);
    } finally {
      await control('/options', { [option]: false });
    }
    expect((await node.chainInfo()).blocks).toBeGreaterThan(0);
  });

  it.each(['drop', 'garble'] as const)(
    'an answer lost to %s leaves the outcome unknown, and is not asked for twice',
    async (mode) => {
      await control('/fault', { target: 'elements', method: 'getnewaddress', mode });
      const error = await failure(treasury().newAddress());
      expect(isAmbiguous(error)).toBe(true);
      expect(await treasury().newAddress()).toMatch(/^el1/);
    },
  );

  it('a read survives one lost answer', async () => {
    await control('/fault', { target: 'elements', method: 'getblockchaininfo', mode: 'drop' });
    expect((await node.chainInfo()).chain).not.toBe('');
  });

  it('a wrong password', async () => {
    const stranger = createElementsNode({ ...sandbox.elements, password: 'wrong' });
    expect((await failure(stranger.chainInfo())).code).toBe('NODE_UNAUTHORIZED');
  });

  it.skipIf(elementsUrl !== undefined)('a locked wallet', async () => {
    const wallet = treasury();
    const [assetId, lbtc] = [await someAsset(), await node.policyAsset()];
    const inputs = pick(await wallet.coins(), assetId, lbtc);
    await control('/options', { walletLocked: true });
    try {
      expect((await wallet.info()).unlockedUntil).toBe(0);
      const address = await wallet.newAddress();
      const attempt = pay(node, wallet, liquid, inputs, [{ address, assetId, amount: amount(1n) }]);
      expect((await failure(attempt)).code).toBe('WALLET_LOCKED');
    } finally {
      await control('/options', { walletLocked: false });
    }
  });
});
