/**
 * Custody with 50 wallets on the simulated chain, each paid by the same transactions: how long a restart takes to all balances
 * from disk before any network, and how many requests a look at the chain takes by Esplora, by waterfalls and by the desk's
 * own node. Runs by itself: `node test/bench/custody.ts [wallets] [--short]`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createChain } from '../../src/main/chain/index.ts';
import type { Chain } from '../../src/main/chain/index.ts';
import { createLedger } from '../../src/main/custody/ledger.ts';
import { createProjection } from '../../src/main/custody/projection.ts';
import { createRecords } from '../../src/main/custody/records.ts';
import { createElementsNode } from '../../src/main/elements/index.ts';
import type { ElementsNode } from '../../src/main/elements/index.ts';
import { createLiquid, createWatch } from '../../src/main/liquid/index.ts';
import type { DerivedAddress, Watch, WatchedWallet } from '../../src/main/liquid/index.ts';
import { openStore } from '../../src/main/store/index.ts';
import { amount } from '../../src/shared/money.ts';
import { madeUpWallet } from '../support/custody-store.ts';
import { pay } from '../support/pay.ts';
import { testSandbox } from '../support/test-sandbox.ts';
import { machine, POSITIONAL, say, SHORT, table, timed } from './support/figures.ts';

const WALLETS = Number(POSITIONAL[0] ?? (SHORT ? 3 : 50));
const PAYMENTS = SHORT ? 1 : 2;
const KINDS = ['esplora', 'waterfalls', 'node'] as const;
type Kind = (typeof KINDS)[number];

say(`${machine()}; ${WALLETS} wallets with ${PAYMENTS} payments each`);
const sandbox = await testSandbox();
const liquid = createLiquid();
const folder = mkdtempSync(path.join(tmpdir(), 'custody-bench-'));
const file = path.join(folder, 'desk.sqlite');
let store = openStore(file);

let calls = 0;
const bare = createElementsNode(sandbox.elements);
const treasury = bare.wallet(sandbox.elements.wallet);
const node = new Proxy<ElementsNode>(bare, {
  get(target, name: keyof ElementsNode) {
    const method = target[name] as (...args: unknown[]) => unknown;
    return (...args: unknown[]) => {
      calls += 1;
      return method.apply(target, args);
    };
  },
});
const policyAsset = await bare.policyAsset();

interface Paid {
  wallet: WatchedWallet;
  place: DerivedAddress;
  scripts: string[];
}

async function newWallet(n: number): Promise<Paid> {
  const mnemonic = await liquid.newMnemonic(12);
  const { single, fingerprint, masterBlindingKey } = await liquid.custodyKeys({ mnemonic }, 'regtest');
  const descriptor = await liquid.singleDescriptor({ fingerprint, ...single }, masterBlindingKey, 'regtest');
  const policy = { network: 'regtest' as const, descriptor };
  const chains = await Promise.all(([0, 1] as const).map((chain) => liquid.addresses(policy, chain, 0, 41)));
  const [place] = chains[0] ?? [];
  if (!place) throw new Error('no address');
  const id = `w${n}`;
  createRecords(store).insert(madeUpWallet({ id, name: id, policyId: n.toString(16).padStart(64, '0') }));
  const scripts = chains.flat().map(({ script }) => script);
  return { wallet: { id, network: 'regtest', policyAsset, descriptor }, place, scripts };
}

/** One transaction that pays every wallet. */
async function payAll(wallets: readonly Paid[]): Promise<void> {
  const coins = await treasury.coins({ assetId: policyAsset });
  const [largest] = coins.toSorted((a, b) => Number(b.value - a.value));
  if (!largest) throw new Error('the treasury has no L-BTC');
  const payments = wallets.map(({ place }) => ({
    address: place.address,
    assetId: policyAsset,
    amount: amount(1_000n),
  }));
  await pay(bare, treasury, liquid, [largest], payments);
  await sandbox.mine();
}

const wallets: Paid[] = [];
for (let n = 0; n < WALLETS; n += 1) wallets.push(await newWallet(n));
for (let n = 0; n < PAYMENTS; n += 1) await payAll(wallets);

/** A watch of its own for each way of looking, and what its wallets keep. */
class Look {
  readonly watch: Watch = createWatch();
  readonly kept = new Map<string, Uint8Array[]>();
  readonly chain: Chain;

  readonly kind: Kind;

  constructor(kind: Kind) {
    this.kind = kind;
    const url = kind === 'node' ? '' : sandbox.esplora.url;
    this.chain = createChain({ config: { kind, url }, network: 'regtest', node, store });
  }

  /** All wallets, one after the other. Requests to a server, or calls of the own node. */
  async round(options: { sparing?: boolean } = {}): Promise<{ requests: number; wall: number }> {
    const before = calls;
    const { wall, result } = await timed(async () => {
      for (const { scripts } of wallets) await this.chain.follow(scripts, 0);
      await this.chain.advance();
      const tip = options.sparing ? await this.watch.tip(this.chain.source) : null;
      let requests = tip === null ? 0 : 2;
      for (const { wallet } of wallets) requests += await this.one(wallet, tip?.hash);
      return requests;
    });
    return { requests: this.kind === 'node' ? calls - before : result, wall };
  }

  async one(wallet: WatchedWallet, unlessTip?: string): Promise<number> {
    const kept = this.kept.get(wallet.id) ?? [];
    this.kept.set(wallet.id, kept);
    const found = await this.watch.scan(wallet, () => kept, this.chain.source, { toIndex: 20, unlessTip });
    if (found.update) kept.push(found.update);
    if (found.update && this.kind === 'esplora') {
      store.tx(() => createProjection(store).append(wallet.id, found.update ?? new Uint8Array()));
      if (found.view) store.tx(() => createProjection(store).write(wallet.id, found.view ?? never()));
    }
    return found.requests;
  }
}

function never(): never {
  throw new Error('no view');
}

const looks = KINDS.map((kind) => new Look(kind));
const rows = new Map<string, string[]>();
async function measure(what: string, options: { sparing?: boolean } = {}): Promise<void> {
  const cells: string[] = [];
  let first = NaN;
  for (const look of looks) {
    const { requests, wall } = await look.round(options);
    if (look.kind === 'esplora') first = requests;
    const share = look.kind === 'esplora' ? '' : ` (${(requests / first).toFixed(3)}×)`;
    cells.push(`${requests}${share}`, (wall / 1000).toFixed(1));
  }
  rows.set(what, cells);
}

await measure('first look');
await measure('nothing new, same tip');
await measure('nothing new, same tip, sparing', { sparing: true });
await sandbox.mine();
await measure('a new block without payments');
await payAll(wallets);
await measure('a new block that pays all');

say('\nRequests to a server (esplora, waterfalls) or calls of the own node, for all wallets, and seconds');
table(
  ['', ...KINDS.flatMap((kind) => [kind, 's'])],
  [...rows].map(([name, cells]) => [name, ...cells]),
);

for (const look of looks) await Promise.all([look.watch.close(), look.chain.close()]);
store.close();

const opened = await timed(() => {
  store = openStore(file);
  const ledger = createLedger(store);
  return createRecords(store)
    .list()
    .flatMap(({ id }) => ledger.balances(id)).length;
});
const fresh = createWatch();
const bytes = wallets.map(({ wallet }) =>
  createProjection(store)
    .updates(wallet.id)
    .reduce((sum, each) => sum + each.length, 0),
);
const views = await timed(async () => {
  const all = await Promise.all(
    wallets.map(({ wallet }) => fresh.view(wallet, () => createProjection(store).updates(wallet.id))),
  );
  return all.flatMap(({ coins }) => coins).length;
});
say('\nRestart, before any network');
table(
  ['', 'ms', 'against the first', 'found'],
  [
    ['open the database, all balances', opened.wall.toFixed(0), '', `${opened.result} balances`],
    [
      'LWK’s wallets again from disk',
      views.wall.toFixed(0),
      `${(views.wall / opened.wall).toFixed(1)}×`,
      `${views.result} coins`,
    ],
  ],
);
say(
  `Updates on disk: ${Math.round(bytes.reduce((sum, each) => sum + each, 0) / WALLETS / 1024)} KiB a wallet.`,
);

await Promise.all([fresh.close(), liquid.close()]);
store.close();
await sandbox.close();
rmSync(folder, { recursive: true });
