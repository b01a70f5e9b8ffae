import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FORMS, GAIT, custodyForms } from '../../../../test/support/custody-forms.ts';
import type { CustodyForms } from '../../../../test/support/custody-forms.ts';
import { esploraDouble } from '../../../../test/support/esplora-double.ts';
import type { EsploraDouble } from '../../../../test/support/esplora-double.ts';
import { ASSET } from '../../../../test/support/made-up-pset.ts';
import { KeptUpdates, kitOf, totalOf } from '../../../../test/support/watched-wallet.ts';
import type { WatchedKit } from '../../../../test/support/watched-wallet.ts';
import { fromHex, toHex } from '../bytes.ts';
import { GREEN_ROOTS } from '../green-roots.ts';
import { createLiquid, createWatch } from '../index.ts';
import type { BlindedOutput, ScanResult, Watch } from '../index.ts';
import { wally } from '../wally.ts';

const liquid = createLiquid({ workers: 2 });
const watch: Watch = createWatch({ threads: 1 });
let forms: CustodyForms;
let green: WatchedKit;
let single: WatchedKit;
let server: EsploraDouble;
let kept: KeptUpdates;

beforeAll(async () => {
  forms = await custodyForms(liquid, 'regtest');
  single = kitOf(liquid, forms.forms.single);
  const { keys } = forms;
  // The first account: LWK takes its one chain for the one of change.
  const descriptor = await liquid.amp0Descriptor({
    network: 'regtest',
    server: GREEN_ROOTS.regtest,
    gaitPath: GAIT,
    pointer: 1,
    user: { fingerprint: keys.fingerprint, xpub: keys.amp0.accounts[0]?.xpub ?? '' },
    masterBlindingKey: keys.masterBlindingKey,
  });
  green = kitOf(liquid, descriptor);
}, 120_000);
afterAll(() => Promise.all([liquid.close(), watch.close()]));
beforeEach(async () => {
  server = await esploraDouble();
  kept = new KeptUpdates();
});
afterEach(() => server.close());

async function scan(of: WatchedKit, options: Parameters<Watch['scan']>[3] = {}): Promise<ScanResult> {
  const result = await watch.scan(of.wallet, kept.get, { kind: 'esplora', url: server.url }, options);
  if (result.update) kept.list.push(result.update);
  return result;
}

describe('a wallet', () => {
  it.each(FORMS)('of the form “%s” sees what it is paid', async (form) => {
    const kit = kitOf(liquid, forms.forms[form], undefined, form);
    server.add(await kit.payment([{ chain: 0, index: 3, value: 700n }]));
    const { view } = await scan(kit, { toIndex: 5 });
    expect(view?.coins).toMatchObject([{ assetId: ASSET, value: 700n, chain: 0, index: 3 }]);
    const [address] = await liquid.addresses(kit.policy, 0, 3, 1);
    expect(view?.coins[0]?.script).toBe(address?.script);
  });

  it('sees every payment to an address that was used often', async () => {
    const hexes = await Promise.all(
      Array.from({ length: 27 }, () => single.payment([{ chain: 0, index: 1, value: 10n }])),
    );
    for (const hex of hexes) {
      server.add(hex);
      server.mine();
    }
    const { view } = await scan(single);
    expect(view?.transactions).toHaveLength(27);
    expect(totalOf(view?.coins ?? [])).toBe(270n);
  });
});

describe('an address that was not looked at yet', () => {
  it('is found in a transaction that was known before it', async () => {
    server.add(
      await single.payment([
        { chain: 0, index: 0, value: 100n },
        { chain: 0, index: 70, value: 23n },
      ]),
    );
    server.mine();
    expect(totalOf((await scan(single, { toIndex: 0 })).view?.coins ?? [])).toBe(100n);
    const { view } = await scan(single, { toIndex: 70 });
    expect(totalOf(view?.coins ?? [])).toBe(123n);
    expect(view?.lastUsed).toEqual([70, -1]);
    const again = createWatch({ threads: 1 });
    expect(await again.view(single.wallet, kept.get)).toEqual(view);
    await again.close();
  });
});

describe('an AMP0 account', () => {
  it('is never looked at by a gap limit', async () => {
    await expect(scan(green)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(server.requests).toEqual([]);
  });

  it('sees a payment behind 1,000 unused addresses', async () => {
    server.add(await green.payment([{ chain: 0, index: 1_000, value: 42n }]));
    server.mine();
    const { view } = await scan(green, { toIndex: 1_000 });
    expect(view?.coins).toMatchObject([{ value: 42n, chain: 0, index: 1_000 }]);
    expect(view?.lastUsed).toEqual([1_000, -1]);
  }, 120_000);
});

describe('updates put together', () => {
  async function history(): Promise<void> {
    server.add(await single.payment([{ chain: 0, index: 0, value: 1_000n }]));
    const first = (await scan(single)).view?.coins[0];
    if (!first) throw new Error('no coin');
    const hex = (await watch.view(single.wallet, kept.get)).transactions[0]?.hex ?? '';
    const spent = await single.spend(first, hex, { chain: 1, index: 0, value: 400n });
    const dropped = server.add(spent.hex);
    server.mine();
    await scan(single);
    server.rewind(1, [dropped]);
    for (let n = 0; n < 6; n += 1) {
      server.mine();
      await scan(single);
    }
  }

  it('are the same wallet, and the next look goes on from there', async () => {
    await history();
    expect(kept.list.length).toBeGreaterThanOrEqual(8);
    const before = await watch.view(single.wallet, kept.get);
    const one = await watch.compact(single.wallet, kept.get);
    if (!one) throw new Error('not put together');
    expect(one.length).toBeLessThan(kept.list.reduce((sum, each) => sum + each.length, 0));
    kept.list = [one];
    expect(await watch.view(single.wallet, kept.get)).toEqual(before);
    server.add(await single.payment([{ chain: 0, index: 1, value: 5n }]));
    server.mine();
    const { view } = await scan(single);
    expect(totalOf(view?.coins ?? [])).toBe(1_005n);
    expect(await watch.view(single.wallet, kept.get)).toEqual(view);
  });

  it('are left as they are when they are few', async () => {
    await scan(single);
    expect(await watch.compact(single.wallet, kept.get)).toBeNull();
  });
});

describe('a look that can be spared', () => {
  it('asks nothing while the tip is the same and nothing is unconfirmed', async () => {
    await scan(single);
    const source = { kind: 'esplora', url: server.url } as const;
    const { hash } = await watch.tip(source);
    const before = server.requests.length;
    expect(await scan(single, { unlessTip: hash })).toEqual({ update: null, view: null, requests: 0 });
    expect(server.requests).toHaveLength(before);
    server.add(await single.payment([{ chain: 0, index: 0, value: 9n }]));
    server.mine();
    const next = await watch.tip(source);
    expect(next.height).toBe(1);
    expect((await scan(single, { unlessTip: next.hash })).view?.coins).toHaveLength(1);
  });

  it('is not spared while a payment is unconfirmed', async () => {
    server.add(await single.payment([{ chain: 0, index: 0, value: 9n }]));
    await scan(single);
    const result = await scan(single, { unlessTip: server.tip.hash });
    expect(result.requests).toBeGreaterThan(0);
  });
});

describe('LWK’s second opinion', () => {
  /** As Green is told: the shared secret of each blinded output, nothing for the explicit ones. */
  function noncesOf(outputs: readonly BlindedOutput[], count: number): string[] {
    return Array.from({ length: count }, (_, vout) => {
      const output = outputs.find((each) => each.vout === vout);
      if (!output) return '';
      const nonce = wally.ecdh_nonce_hash(fromHex(output.blindingPubkey), fromHex(output.ephemeralKey));
      return toHex(nonce);
    });
  }

  async function payment(kit: WatchedKit): Promise<{ pset: string; outputs: BlindedOutput[] }> {
    const hex = await kit.payment([{ chain: 0, index: 0, value: 1_000n }]);
    server.add(hex);
    const { view } = await scan(kit, { toIndex: 0 });
    const [coin] = view?.coins ?? [];
    if (!coin) throw new Error('no coin');
    return kit.spend(coin, hex, { chain: 0, index: 1, value: 300n });
  }

  it.each([
    ['a wallet', () => single, false],
    ['an AMP0 account, with the nonces', () => green, true],
  ] as const)('says what a payment of %s does', async (_what, kit, withNonces) => {
    const { pset, outputs } = await payment(kit());
    const nonces = withNonces ? noncesOf(outputs, 3) : undefined;
    const opinion = await watch.examine(kit().wallet, kept.get, pset, nonces);
    expect(opinion.fee).toBe(500n);
    expect(opinion.effects.find(({ assetId }) => assetId === ASSET)?.value).toBe(-700n);
  });

  it('refuses nonces that do not open what they should', async () => {
    const { pset, outputs } = await payment(green);
    const wrong = noncesOf(outputs, 3).map((nonce) =>
      nonce === '' ? '' : createHash('sha256').update(nonce).digest('hex'),
    );
    await expect(watch.examine(green.wallet, kept.get, pset, wrong)).rejects.toMatchObject({
      code: 'PSET_INVALID',
    });
    await expect(watch.examine(green.wallet, kept.get, pset, wrong.slice(1))).rejects.toMatchObject({
      code: 'PSET_INVALID',
    });
    await expect(watch.examine(green.wallet, kept.get, 'nonsense')).rejects.toMatchObject({
      code: 'PSET_INVALID',
    });
  });
});

describe('sending', () => {
  it('gives the txid, and takes what the network has already for sent', async () => {
    const source = { kind: 'esplora', url: server.url } as const;
    const hex = await single.payment([{ chain: 0, index: 0, value: 9n }]);
    const { txid } = await liquid.decodeTransaction(hex);
    expect(await watch.broadcast(source, hex)).toBe(txid);
    for (const words of [
      'txn-already-in-mempool',
      'Transaction already in block chain',
      'bad-txns-inputs-missingorspent',
    ]) {
      server.refusal = words;
      expect(await watch.broadcast(source, hex)).toBe(txid);
    }
    server.refusal = 'min relay fee not met, 1 < 40';
    await expect(watch.broadcast(source, hex)).rejects.toMatchObject({
      code: 'CHAIN_REFUSED',
      message: 'The network does not take the transaction: min relay fee not met, 1 < 40.',
    });
  });

  it('does not take another txid for an answer', async () => {
    const hex = await single.payment([{ chain: 0, index: 0, value: 9n }]);
    server.behaviour = (_request, response) => {
      response.end('11'.repeat(32));
      return true;
    };
    await expect(watch.broadcast({ kind: 'esplora', url: server.url }, hex)).rejects.toMatchObject({
      code: 'CHAIN_ANSWER_INVALID',
    });
  });
});
