import type { ElementsNode } from '../elements/index.ts';
import type { LiquidNetwork } from '../liquid/index.ts';
import type { Store } from '../store/index.ts';
import { unblindedUrl } from './explorer.ts';
import { Follower } from './follower.ts';
import { NodeMempool } from './node-mempool.ts';
import { OwnEsplora } from './own-esplora.ts';
import { ScriptIndex } from './script-index.ts';
import type { Chain, ChainConfig } from './types.ts';

export interface ChainOptions {
  config: ChainConfig;
  network: LiquidNetwork;
  /** The desk's own node; asked nothing unless it is what the wallets look at. */
  node: ElementsNode;
  /** Where the index of the own node is kept. */
  store: Store;
  /** Milliseconds that a question waits for a look back through the chain before it ends with CHAIN_BUSY. */
  patience?: number | undefined;
}

/** Opens nothing by itself: servers are asked by who watches wallets, the own node with the first question. */
export function createChain(options: ChainOptions): Chain {
  const { config, network } = options;
  const url = config.url.replace(/\/+$/, '');
  const link = (txid: string, blinders: string): string | null =>
    unblindedUrl({ ...config, url }, network, txid, blinders);
  if (config.kind !== 'node') {
    return {
      config,
      source: { kind: config.kind, url },
      unblindedUrl: link,
      // A server follows everything.
      follow: () => Promise.resolve(),
      advance: () => Promise.resolve(0),
      progress: () => null,
      close: () => Promise.resolve(),
    };
  }
  const { node, store } = options;
  const index = new ScriptIndex(store);
  const mempool = new NodeMempool(node, index);
  const follower = new Follower(node, index, mempool);
  const esplora = new OwnEsplora({
    node,
    index,
    follower,
    mempool,
    patience: options.patience,
  });
  return {
    config,
    source: { kind: 'own', answer: esplora.answer },
    unblindedUrl: link,
    follow: (scripts, birthday) => follower.follow(scripts, birthday),
    advance: () => esplora.advance(),
    progress: () => follower.progress,
    close: () => follower.close(),
  };
}
