import type { ChainSource } from '../liquid/index.ts';

export interface ChainConfig {
  kind: 'esplora' | 'waterfalls' | 'node';
  /** Without slash at the end; empty for the node. */
  url: string;
}

/** Blocks that are still to be read for a wallet that has a past. */
export interface ChainProgress {
  done: number;
  total: number;
}

/** Where custody wallets look at the chain, by the desk's setting. */
export interface Chain {
  readonly config: ChainConfig;
  readonly source: ChainSource;
  /** Explorer address of a transaction with what opens our outputs; null where there is none. */
  unblindedUrl(txid: string, blinders: string): string | null;
  /** Own node only: scripts to look out for from `birthday` (ms) on; a wallet tells before its first scan. */
  follow(scripts: readonly string[], birthday: number): Promise<void>;
  /** Own node only: carries the index on to the tip, all scripts included. Number of blocks read. */
  advance(): Promise<number>;
  /** Own node only, and only while it reads: how far it is. */
  progress(): ChainProgress | null;
  close(): Promise<void>;
}
