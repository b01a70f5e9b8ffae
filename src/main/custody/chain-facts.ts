import type { Store } from '../store/types.ts';
import type { CustodyDeps } from './deps.ts';

/** L-BTC and the first block of this chain: asked of the desk's node once, and kept. */
export interface ChainFacts {
  /** As far as it is known yet. */
  known(): { policyAsset: string } | null;
  policyAsset(): Promise<string>;
  genesisHash(): Promise<string>;
}

export function createChainFacts(store: Store, node: CustodyDeps['node']): ChainFacts {
  const find = store.db.prepare<[string], string>('SELECT value FROM custody_setting WHERE key = ?').pluck();
  const memory = new Map<string, string>();
  function stored(key: string): string | null {
    const value = memory.get(key) ?? find.get(key) ?? null;
    if (value !== null) memory.set(key, value);
    return value;
  }
  async function once(key: string, ask: () => Promise<string>): Promise<string> {
    const known = stored(key);
    if (known !== null) return known;
    const value = await ask();
    store.tx(() => {
      store.db
        .prepare('INSERT INTO custody_setting (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING')
        .run(key, value);
    });
    return value;
  }
  return {
    known() {
      const policyAsset = stored('policy-asset');
      return policyAsset === null ? null : { policyAsset };
    },
    policyAsset: () => once('policy-asset', () => node.policyAsset()),
    genesisHash: () => once('genesis-hash', () => node.genesisHash()),
  };
}
