import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { esploraDouble } from '../../../../test/support/esplora-double.ts';
import type { EsploraDouble } from '../../../../test/support/esplora-double.ts';
import { ASSET } from '../../../../test/support/made-up-pset.ts';
import { KeptUpdates, totalOf, watchedKit } from '../../../../test/support/watched-wallet.ts';
import type { WatchedKit } from '../../../../test/support/watched-wallet.ts';
import { createLiquid, createWatch } from '../index.ts';
import type { ChainSource, ScanResult, Watch } from '../index.ts';

const WORDS = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';

const liquid = createLiquid({ workers: 1 });
let kit: WatchedKit;
/** A transaction that pays 1,000 to the first address and 50 to the first change address. */
let paid: string;
let server: EsploraDouble;
let watch: Watch;
let kept: KeptUpdates;

beforeAll(async () => {
  kit = await watchedKit(liquid, WORDS);
  paid = await kit.payment([
    { chain: 0, index: 0, value: 1_000n },
    { chain: 1, index: 0, value: 50n },
  ]);
}, 60_000);
afterAll(() => liquid.close());
beforeEach(async () => {
  server = await esploraDouble();
  watch = createWatch({ threads: 1, requestDeadline: 500, busyLimit: 1 });
  kept = new KeptUpdates();
});
afterEach(async () => {
  await watch.close();
  await server.close();
});

const esplora = (): ChainSource => ({ kind: 'esplora', url: server.url });

async function scan(options: Parameters<Watch['scan']>[3] = {}): Promise<ScanResult> {
  const result = await watch.scan(kit.wallet, kept.get, esplora(), options);
  if (result.update) kept.list.push(result.update);
  return result;
}

describe('a wallet', () => {
  it('is empty before the first scan, and knows the tip after it', async () => {
    expect(await watch.view(kit.wallet, kept.get)).toEqual({
      tip: null,
      coins: [],
      transactions: [],
      lastUsed: [-1, -1],
    });
    const { view, requests } = await scan();
    expect(view?.tip).toEqual({ height: 0, hash: server.tip.hash });
    expect(requests).toBe(server.requests.length);
  });

  it('sees a payment, opens its outputs and sees it confirmed', async () => {
    const txid = server.add(paid);
    const { view } = await scan();
    expect(view?.lastUsed).toEqual([0, 0]);
    expect(view?.transactions).toMatchObject([
      {
        txid,
        height: null,
        time: null,
        type: 'incoming',
        fee: 500n,
        effects: [{ assetId: ASSET, value: 1_050n }],
      },
    ]);
    const places = view?.coins.map(({ value, chain, index, height }) => ({ value, chain, index, height }));
    expect(places?.toSorted((a, b) => a.chain - b.chain)).toEqual([
      { value: 1_000n, chain: 0, index: 0, height: null },
      { value: 50n, chain: 1, index: 0, height: null },
    ]);
    // The blinders are those that open the commitments of the very transaction.
    await liquid.openOutputs(paid, view?.coins ?? []);
    const block = server.mine();
    const after = await scan();
    expect(after.view?.transactions).toMatchObject([{ txid, height: 1, time: block.time * 1000 }]);
    expect(after.view?.coins.every(({ height }) => height === 1)).toBe(true);
  });

  it('sees what a block confirmed that came while it was looking', async () => {
    server.add(paid);
    const mineAfter = (count: number) => {
      let histories = 0;
      server.behaviour = ({ url = '' }) => {
        if (url.startsWith('/address/')) histories += 1;
        if (histories < count) return false;
        server.mine();
        server.behaviour = () => false;
        return false;
      };
    };
    await scan();
    const { length } = server.requests;
    await scan();
    const histories = server.requests.slice(length).filter((path) => path.includes('/address/')).length;
    // With the last history, when the one that pays us has been read; what is asked for after them sees the block.
    mineAfter(histories);
    await scan();
    const after = await scan();
    expect(after.view?.transactions).toMatchObject([{ height: 1 }]);
    expect(after.view?.tip).toMatchObject({ height: 1 });
  });

  it('is the same from what is on disk', async () => {
    server.add(paid);
    await scan();
    server.mine();
    const { view } = await scan();
    const fresh = createWatch({ threads: 1 });
    try {
      const again = await fresh.view(kit.wallet, kept.get);
      expect(again).toEqual(view);
    } finally {
      await fresh.close();
    }
  });

  it('says nothing when nothing has changed', async () => {
    await scan();
    expect(await scan()).toMatchObject({ update: null, view: null });
  });

  it('loses a coin that it spends, and gets the change', async () => {
    server.add(paid);
    const coin = (await scan()).view?.coins.find(({ value }) => value === 1_000n);
    if (!coin) throw new Error('no coin');
    const { hex } = await kit.spend(coin, paid, { chain: 1, index: 1, value: 300n });
    const txid = server.add(hex);
    server.mine();
    const { view } = await scan();
    expect(totalOf(view?.coins ?? [])).toBe(350n);
    expect(view?.transactions.find((each) => each.txid === txid)).toMatchObject({
      type: 'outgoing',
      effects: [{ assetId: ASSET, value: -700n }],
    });
  });

  it('has a coin back when the chain drops the transaction that spent it', async () => {
    server.add(paid);
    server.mine();
    const coin = (await scan()).view?.coins.find(({ value }) => value === 1_000n);
    if (!coin) throw new Error('no coin');
    const spent = await kit.spend(coin, paid, { chain: 1, index: 1, value: 300n });
    const txid = server.add(spent.hex);
    server.mine();
    await scan();
    server.rewind(1, [txid]);
    server.mine();
    const { view } = await scan();
    expect(view?.transactions.map((each) => each.txid)).not.toContain(txid);
    expect(totalOf(view?.coins ?? [])).toBe(1_050n);
  });

  it('follows a reorganization that confirms a payment elsewhere', async () => {
    server.add(paid);
    server.mine();
    await scan();
    server.rewind(1);
    server.mine();
    server.mine();
    const { view } = await scan();
    expect(view?.tip?.height).toBe(2);
    expect(totalOf(view?.coins ?? [])).toBe(1_050n);
  });

  it('starts from disk again when what a scan found was not kept', async () => {
    await scan();
    server.add(paid);
    const lost = await watch.scan(kit.wallet, kept.get, esplora(), {});
    expect(totalOf(lost.view?.coins ?? [])).toBe(1_050n);
    expect(totalOf((await watch.view(kit.wallet, kept.get)).coins)).toBe(0n);
    expect(totalOf((await scan()).view?.coins ?? [])).toBe(1_050n);
  });
});
