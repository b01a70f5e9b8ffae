/**
 * One payment to three kinds of custody wallets, looked for in three ways: Esplora, waterfalls and the desk's own node, all
 * on one simulated chain. Each must see the same.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChain } from '../../src/main/chain/index.ts';
import type { Chain, ChainConfig } from '../../src/main/chain/index.ts';
import { createElementsNode } from '../../src/main/elements/index.ts';
import type { ElementsNode, TreasuryWallet } from '../../src/main/elements/index.ts';
import { createLiquid, createWatch } from '../../src/main/liquid/index.ts';
import type { DescriptorPolicy, WalletView, Watch } from '../../src/main/liquid/index.ts';
import { openStore } from '../../src/main/store/index.ts';
import { amount } from '../../src/shared/money.ts';
import { custodyForms } from '../support/custody-forms.ts';
import { prepare } from '../support/pay.ts';
import { testSandbox } from '../support/test-sandbox.ts';
import type { TestSandbox } from '../support/test-sandbox.ts';
import { KeptUpdates, totalOf } from '../support/watched-wallet.ts';

/** Wallet by name, with the place that it is paid at: the account's is behind the gap limit. */
const WALLETS = { single: 0, 'AMP2 with ELIP-151': 3, AMP0: 60 } as const;
type Name = keyof typeof WALLETS;
const NAMES = Object.keys(WALLETS) as Name[];
const KINDS = ['esplora', 'waterfalls', 'node'] as const;

const liquid = createLiquid({ workers: 2 });
const watch: Watch = createWatch({ threads: 1 });
const store = openStore(':memory:');
let sandbox: TestSandbox;
let node: ElementsNode;
let treasury: TreasuryWallet;
let policyAsset: string;
let descriptors: Record<string, string>;
const chains = new Map<ChainConfig['kind'], Chain>();
const kept = new Map<string, KeptUpdates>();

beforeAll(async () => {
  sandbox = await testSandbox();
  const { elements } = sandbox;
  node = createElementsNode(elements);
  treasury = (node as ReturnType<typeof createElementsNode>).wallet(elements.wallet);
  policyAsset = await node.policyAsset();
  descriptors = (await custodyForms(liquid, 'regtest')).forms;
  for (const kind of KINDS) {
    const url = kind === 'node' ? '' : sandbox.esplora.url;
    chains.set(kind, createChain({ config: { kind, url }, network: 'regtest', node, store }));
  }
}, 180_000);
afterAll(async () => {
  await Promise.all([liquid.close(), watch.close(), ...[...chains.values()].map((chain) => chain.close())]);
  store.close();
  await sandbox.close();
});

const policy = (name: Name): DescriptorPolicy => ({
  network: 'regtest',
  descriptor: descriptors[name] ?? '',
});

function chainOf(kind: ChainConfig['kind']): Chain {
  const chain = chains.get(kind);
  if (!chain) throw new Error('no such chain');
  return chain;
}

async function look(kind: ChainConfig['kind'], name: Name): Promise<WalletView> {
  const id = `${kind} ${name}`;
  const updates = kept.get(id) ?? new KeptUpdates();
  kept.set(id, updates);
  const wallet = { id, network: 'regtest' as const, policyAsset, descriptor: descriptors[name] ?? '' };
  const { source } = chainOf(kind);
  const { update } = await watch.scan(wallet, updates.get, source, { toIndex: WALLETS[name] });
  if (update) updates.list.push(update);
  return watch.view(wallet, updates.get);
}

/** A payment of L-BTC to all three, signed by the treasury's node but not sent. */
async function payment(value: bigint): Promise<string> {
  const coins = await treasury.coins({ assetId: policyAsset });
  const [largest] = coins.toSorted((a, b) => Number(b.value - a.value));
  if (!largest) throw new Error('the treasury has no L-BTC');
  const payments = await Promise.all(
    NAMES.map(async (name) => {
      const [place] = await liquid.addresses(policy(name), 0, WALLETS[name], 1);
      return { address: place?.address ?? '', assetId: policyAsset, amount: amount(value) };
    }),
  );
  const { pset } = await prepare(node, treasury, [largest], payments);
  const blinded = await liquid.blind({ pset, inputs: [largest] });
  const { hex } = await node.finalize(await treasury.sign(blinded.pset));
  if (hex === null) throw new Error('not fully signed');
  return hex;
}

describe('a payment to three kinds of wallets', () => {
  it.each(KINDS)(
    'is sent and seen by way of %s, first waiting and then confirmed',
    async (kind) => {
      const chain = chainOf(kind);
      // The desk tells its own node what to look out for; the change chain it finds out about by being asked.
      for (const name of NAMES) {
        const places = await liquid.addresses(policy(name), 0, 0, WALLETS[name] + 20);
        await chain.follow(
          places.map(({ script }) => script),
          0,
        );
      }
      await chain.advance();
      const before = await Promise.all(NAMES.map(async (name) => (await look(kind, name)).coins));
      const txid = await watch.broadcast(chain.source, await payment(5_000n));
      await chain.advance();
      for (const [i, name] of NAMES.entries()) {
        const view = await look(kind, name);
        expect(view.transactions.find((each) => each.txid === txid)).toMatchObject({
          height: null,
          effects: [{ assetId: policyAsset, value: 5_000n }],
        });
        expect(totalOf(view.coins, policyAsset)).toBe(totalOf(before[i] ?? [], policyAsset) + 5_000n);
      }
      await sandbox.mine();
      const { height, hash } = await watch.tip(chain.source);
      expect(height).toBe((await node.chainInfo()).blocks);
      for (const name of NAMES) {
        const view = await look(kind, name);
        expect(view.tip).toEqual({ height, hash });
        expect(view.transactions.find((each) => each.txid === txid)?.height).toBe(height);
      }
    },
    240_000,
  );

  it('is the same to all of them in the end', async () => {
    for (const name of NAMES) {
      const views = [];
      for (const kind of KINDS) views.push(await look(kind, name));
      expect(views[0]?.coins).toHaveLength(KINDS.length);
      expect(views[1]).toEqual(views[0]);
      expect(views[2]).toEqual(views[0]);
    }
  }, 240_000);
});
