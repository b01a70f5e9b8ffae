import type { Transaction, TxOutput, TransactionSize } from '../crypto/index.ts';

export interface BlockInfo {
  hash: string;
  height: number;
  /** Seconds since the epoch. */
  time: number;
  previous: string | null;
  txids: string[];
  weight: number;
  size: number;
  strippedSize: number;
}

/** Where a transaction is. */
export type Location = { kind: 'block'; hash: string; height: number; index: number } | { kind: 'mempool' };

/** An output that nothing in the active chain or the mempool spends. */
export interface Coin {
  txid: string;
  vout: number;
  output: Pick<TxOutput, 'asset' | 'value' | 'nonce' | 'script'>;
  /** -1 while in the mempool. */
  height: number;
  coinbase: boolean;
}

export interface MempoolEntry extends TransactionSize {
  txid: string;
  wtxid: string;
  /** Base units of the policy asset. */
  fee: bigint;
  /** Seconds since the epoch. */
  time: number;
  /** Chain height when it entered. */
  height: number;
  /** Order of entry. */
  sequence: number;
  parents: Set<string>;
  children: Set<string>;
}

export interface Verdict extends TransactionSize {
  txid: string;
  wtxid: string;
  fee: bigint;
}

/** What a chain tells those who follow it, in the order in which it happens. */
export interface ChainListener {
  added?(txid: string, tx: Transaction): void;
  removed?(txid: string): void;
  connected?(block: BlockInfo): void;
  disconnected?(block: BlockInfo): void;
  /** After the last of a series of connections: the new tip stands. */
  tip?(block: BlockInfo): void;
}
