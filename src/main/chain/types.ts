import type { ChainSource } from '../liquid/index.ts';

export interface ChainConfig {
  kind: 'esplora' | 'waterfalls' | 'node';
  /** Without slash at the end; empty for the node. */
  url: string;
}

/** Where custody wallets look at the chain, by the desk's setting. */
export interface Chain {
  readonly config: ChainConfig;
  readonly source: ChainSource;
  /** Explorer address of a transaction with what opens our outputs; null where there is none. */
  unblindedUrl(txid: string, blinders: string): string | null;
  /** Own node only: scripts to look out for from `birthday` (ms) on; a wallet tells before its first scan. */
  follow(scripts: readonly string[], birthday: number): Promise<void>;
  /** Own node only: carries the index on to the tip. Number of blocks read. */
  advance(): Promise<number>;
  close(): Promise<void>;
}
