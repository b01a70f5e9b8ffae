/**
 * The face of the simulated Liquid node. Others use its JSON-RPC over HTTP, as they would a real node's, and this for
 * what a real node has no call for: time, faults and the truth behind the blinding.
 */

/** An unspent output of the active chain and mempool, opened with a key of the caller. */
export interface OpenedOutput {
  txid: string;
  vout: number;
  /** scriptPubKey, hex. */
  script: string;
  /** Asset id, hex in display order. */
  asset: string;
  /** Base units. */
  value: bigint;
  /** Hex in display order, as RPC prints them; zeros for an explicit output. */
  assetBlinder: string;
  amountBlinder: string;
  /** 0 while in the mempool. */
  confirmations: number;
  /** False for an output that was explicit on the chain. */
  confidential: boolean;
}

/** Keys that open outputs. An output is tried with the key of its own script first, then with each SLIP-77 key. */
export interface TruthKeys {
  /** scriptPubKey (hex) → blinding private key (hex, 32 bytes). */
  scripts?: ReadonlyMap<string, string>;
  /** SLIP-77 master blinding keys (hex, 32 bytes). Only outputs whose nonce-derived proof rewinds are opened. */
  masterKeys?: readonly string[];
  /** Restricts the answer (and the work) to these scripts. */
  only?: ReadonlySet<string>;
}

export interface Truth {
  opened: OpenedOutput[];
  /** Unspent confidential outputs that none of the keys opens (of those asked for). */
  closed: { txid: string; vout: number; script: string }[];
}

export type FaultMode =
  /** Carry the call out, then close the connection without an answer. */
  | 'drop'
  /** Carry the call out, answer after `delayMs`. */
  | 'delay'
  /** Carry the call out twice, one after the other, and give the second answer. */
  | 'duplicate'
  /** Carry the call out and answer with JSON that ends in the middle. */
  | 'garble'
  /** Do not carry the call out; answer `error`, or with HTTP `status` and `body`. */
  | 'error'
  /** Do not carry the call out; close the connection. */
  | 'refuse';

export interface NodeFault {
  /** RPC method, or `*` for any. */
  method: string;
  mode: FaultMode;
  /** How many calls it hits; default 1. `Infinity` until cleared. */
  times?: number;
  /** Lets this many matching calls pass first. */
  after?: number;
  delayMs?: number;
  error?: { code: number; message: string };
  status?: number;
  body?: string;
}

export interface BlockSummary {
  hash: string;
  height: number;
  /** Seconds since the epoch. */
  time: number;
  txids: string[];
}

export interface SandboxChain {
  tip(): BlockSummary;
  /** Takes what the mempool holds into `blocks` blocks (the first takes as much as fits); returns their hashes. */
  mine(blocks?: number): string[];
  /**
   * Disconnects `depth` blocks; their transactions return to the mempool. A competing branch of `depth` + 1 blocks
   * without them becomes the active one. Returns the hashes of the new branch.
   */
  reorg(depth: number): string[];
  /** Called after each newly active tip, reorganisations included. Returns the way to stop listening. */
  onBlock(listener: (block: BlockSummary) => void): () => void;
  /** Called after a transaction entered the mempool. */
  onTransaction(listener: (txid: string) => void): () => void;
  /** The asset that pays fees: L-BTC of this chain, hex in display order. */
  readonly policyAsset: string;
  readonly genesisHash: string;
}

export interface SandboxNodeOptions {
  /** SQLite file that holds chain, mempool and wallets; in memory when absent. */
  stateFile?: string;
  /** 0 or absent: any free port. */
  port?: number;
  /** Default `user`. */
  username?: string;
  /** Default: random. Ignored when the state file already holds one and none is given. */
  password?: string;
  /** A block each so many seconds; 0 or absent: on demand only. */
  blockSeconds?: number;
  /** Changes the genesis block (and so its hash), nothing else. */
  seed?: number;
  /** Milliseconds since the epoch; for block times. Default Date.now. */
  clock?: () => number;
}

export interface SandboxNode {
  /** `http://127.0.0.1:PORT/`, without credentials and wallet path. */
  readonly url: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly chain: SandboxChain;
  /** Pays `sats` of L-BTC to any address of this chain from a bottomless purse; returns the txid (in the mempool). */
  faucet(address: string, sats: bigint): Promise<string>;
  setFault(fault: NodeFault): void;
  clearFaults(): void;
  /** Opens the unspent outputs that the given keys open. */
  truth(keys: TruthKeys): Promise<Truth>;
  /**
   * Carries out one RPC in process, without HTTP and without faults: for seeding a world. Amounts in and out are as in
   * JSON (numbers in answers are text of eight decimals). Throws RpcError.
   */
  call(
    method: string,
    params?: readonly unknown[] | Record<string, unknown>,
    wallet?: string,
  ): Promise<unknown>;
  close(): Promise<void>;
}

/** What `createSandboxNode` of this folder's index is: starts, or opens again, a chain and its node. */
export type CreateSandboxNode = (options?: SandboxNodeOptions) => Promise<SandboxNode>;
