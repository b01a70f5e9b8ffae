import type { LiquidNetwork, OutputSecrets } from '../types.ts';

/** A wallet as LWK watches it. */
export interface WatchedWallet {
  /** Of this desk; names the wallet in the worker's memory. */
  id: string;
  network: LiquidNetwork;
  /** L-BTC of this chain. */
  policyAsset: string;
  /** Whole, with the blinding key. */
  descriptor: string;
}

/** An unspent coin with what opens it. */
export interface WatchedCoin extends OutputSecrets {
  txid: string;
  vout: number;
  /** scriptPubKey, hex. */
  script: string;
  chain: 0 | 1;
  index: number;
  /** Null while unconfirmed. */
  height: number | null;
}

export interface WatchedTransaction {
  txid: string;
  /**
   * Raw, without what nobody here needs: witnesses of inputs and proofs of outputs that are not ours (nine tenths of a
   * distribution of 75). The txid is the same.
   */
  hex: string;
  height: number | null;
  /** ms; null while unconfirmed. */
  time: number | null;
  type: 'incoming' | 'outgoing' | 'internal' | 'issuance' | 'reissuance' | 'burn' | 'other';
  fee: bigint;
  /** Net effect by asset id. */
  effects: { assetId: string; value: bigint }[];
  /** Own outputs, opened, spent ones included. */
  outputs: Omit<WatchedCoin, 'height'>[];
}

/** Everything that a wallet knows. */
export interface WalletView {
  tip: { height: number; hash: string } | null;
  coins: WatchedCoin[];
  transactions: WatchedTransaction[];
  /** Highest index with a transaction, by chain; −1 for none. */
  lastUsed: [number, number];
}

/** What LWK makes of a PSET of ours: a second opinion, before any key sees it. */
export interface SecondOpinion {
  fee: bigint;
  /** Net effect on the wallet by asset id, the fee included. */
  effects: { assetId: string; value: bigint }[];
}

/** Answers a request in place of the network (the desk's own node as an Esplora). */
export interface ChainAnswer {
  status: number;
  type: string;
  body: Uint8Array;
}

/** Where the chain is looked at. `own`: every request is answered by `answer` and none leaves the machine. */
export type ChainSource =
  | { kind: 'esplora' | 'waterfalls'; url: string }
  | {
      kind: 'own';
      /** `wallet`: whom the question is for, where it is for one. */
      answer: (request: {
        method: string;
        path: string;
        body: string;
        wallet?: string | undefined;
      }) => Promise<ChainAnswer>;
    };

export interface ScanResult {
  /** Null when nothing changed at all. To be kept, in order; `view` is what the wallet knows with it. */
  update: Uint8Array | null;
  view: WalletView | null;
  /** Requests that it took. */
  requests: number;
}

/**
 * LWK's wallets in worker threads of their own, with the network. Every call has a deadline; a worker that panics or is late
 * is thrown away and the call fails with CHAIN_TIMEOUT, CHAIN_UNREACHABLE, CHAIN_BUSY (429, 503), CHAIN_ANSWER_INVALID or
 * LIQUID_UNAVAILABLE; the next call starts a fresh one from what is on disk.
 */
export interface Watch {
  /** From what is on disk, without any network. `updates` are those of earlier scans, oldest first. */
  view(wallet: WatchedWallet, updates: () => readonly Uint8Array[]): Promise<WalletView>;
  /**
   * Looks at the chain. `toIndex`: up to this index at least on each chain, however many unused addresses are in a row
   * (AMP0, which has no gap limit; the default scan is never used for it).
   */
  scan(
    wallet: WatchedWallet,
    updates: () => readonly Uint8Array[],
    source: ChainSource,
    options: {
      toIndex?: number | undefined;
      signal?: AbortSignal | undefined;
      /**
       * Hash of the tip as just asked for. A wallet that knows this tip and waits for no confirmation is not looked at:
       * no request. What is still unconfirmed and new is then seen with the next block.
       */
      unlessTip?: string | undefined;
    },
  ): Promise<ScanResult>;
  /** One update that stands for all of these, when there are enough of them to be worth it; null otherwise. */
  compact(wallet: WatchedWallet, updates: () => readonly Uint8Array[]): Promise<Uint8Array | null>;
  /** LWK's own reading of a PSET; with `nonces` (AMP0) each output is opened by LWK as well. Throws PSET_INVALID. */
  examine(
    wallet: WatchedWallet,
    updates: () => readonly Uint8Array[],
    pset: string,
    nonces?: readonly string[],
  ): Promise<SecondOpinion>;
  /** Returns the txid. Throws CHAIN_REFUSED with the node's words. “Already known” is a success. */
  broadcast(source: ChainSource, hex: string): Promise<string>;
  /** Height and hash of the tip. */
  tip(source: ChainSource): Promise<{ height: number; hash: string }>;
  /** Forgets a wallet in memory. */
  forget(id: string): Promise<void>;
  close(): Promise<void>;
}
