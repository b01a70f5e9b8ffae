import type { CustodyDeps } from '../../src/main/custody/index.ts';
import type { ScanResult, WatchedWallet, WalletView } from '../../src/main/liquid/index.ts';
import type { SluiceError } from '../../src/shared/errors.ts';
import { amount } from '../../src/shared/money.ts';
import { custodyStore } from './custody-store.ts';

export const LBTC = '6f'.repeat(32);
export const EURO = 'e0'.repeat(32);

/** A world of custody wallets that answers what a test tells it to, and counts what it is asked. */
export interface CustodyDoubles {
  deps: CustodyDeps;
  store: ReturnType<typeof custodyStore>;
  /** What was asked of anything outside the database, in order. */
  asked: string[];
  told: string[];
  secrets: Map<string, string>;
  /** Fails every look at the chain with this; null: it works. */
  outage: SluiceError | null;
  tip: { height: number; hash: string };
  /** What the next scans of a wallet find. */
  view: (wallet: WatchedWallet) => WalletView;
  now: number;
}

export function custodyDoubles(change: Partial<CustodyDeps> = {}): CustodyDoubles {
  const store = custodyStore();
  const asked: string[] = [];
  const told: string[] = [];
  const secrets = new Map<string, string>();
  const refuse = (what: string) => (): never => {
    throw new Error(`${what} is not part of this test`);
  };
  const stub = <T extends object>(what: string, some: Partial<T>): T =>
    new Proxy(some as T, {
      get: (target, key) =>
        key in target ? (target[key as keyof T] as unknown) : refuse(`${what}.${String(key)}`),
    });
  const doubles: CustodyDoubles = {
    store,
    asked,
    told,
    secrets,
    outage: null,
    tip: { height: 100, hash: '64'.padStart(64, '0') },
    view: () => ({ tip: doubles.tip, coins: [], transactions: [], lastUsed: [-1, -1] }),
    now: 1_000,
    deps: {
      store: stub<CustodyDeps['store']>('store', store),
      secrets: {
        get: (name) => Promise.resolve(secrets.get(name) ?? null),
        set: (name, secret) => Promise.resolve(void secrets.set(name, secret)),
        remove: (name) => Promise.resolve(void secrets.delete(name)),
      },
      liquid: stub<CustodyDeps['liquid']>('liquid', { addresses: () => Promise.resolve([]) }),
      watch: stub<CustodyDeps['watch']>('watch', {
        tip() {
          asked.push('tip');
          return doubles.outage ? Promise.reject(doubles.outage) : Promise.resolve(doubles.tip);
        },
        scan(wallet): Promise<ScanResult> {
          asked.push(`scan ${wallet.id}`);
          if (doubles.outage) return Promise.reject(doubles.outage);
          return Promise.resolve({ update: Buffer.from('update'), view: doubles.view(wallet), requests: 3 });
        },
        compact: () => Promise.resolve(null),
      }),
      network: 'regtest',
      node: {
        policyAsset() {
          asked.push('node');
          return Promise.resolve(LBTC);
        },
        genesisHash() {
          asked.push('node');
          return Promise.resolve('00'.repeat(32));
        },
      },
      bundles: { post: stub<CustodyDeps['bundles']['post']>('post', { peers: () => [] }) },
      jades: stub('jades', {}),
      openChain: (config) => ({
        config,
        source: { kind: 'esplora', url: config.url },
        unblindedUrl: () => null,
        follow: () => Promise.resolve(),
        advance: () => Promise.resolve(0),
        progress: () => null,
        close: () => Promise.resolve(),
      }),
      amp0Client: () => stub('amp0', {}),
      amp2Client: () => stub('amp2', {}),
      simulated: null,
      assetOf: (assetId) => (assetId === EURO ? { name: 'Grove Euro', ticker: 'EURG', precision: 2 } : null),
      settings: () => ({
        recipientsPerBatch: 75,
        feeRate: '0.1',
        lanes: 8,
        feeCeiling: amount(100_000n),
        lowFeeFunds: amount(50_000n),
      }),
      offeredKeys: refuse('offeredKeys'),
      writeCsv: (headers, rows) => [headers, ...rows].map((row) => row.join(',')).join('\n'),
      clock: () => doubles.now,
      emit: (name) => void told.push(name),
      checkpoint: () => undefined,
      pace: 0.001,
      ...change,
    },
  };
  return doubles;
}
