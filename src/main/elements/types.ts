import type { ErrorShape } from '../../shared/errors.ts';
import type { Amount } from '../../shared/money.ts';

export interface ElementsConnection {
  url: string;
  username: string;
  password: string;
  wallet: string;
}

export interface OutPoint {
  txid: string;
  vout: number;
}

/** An unspent output of a wallet, opened. Hashes and blinders are hex in Elements' display order. */
export interface Coin extends OutPoint {
  assetId: string;
  value: Amount;
  assetBlinder: string;
  amountBlinder: string;
  /** scriptPubKey, hex. */
  script: string;
  /** Unconfidential form. */
  address: string | null;
  confirmations: number;
  spendable: boolean;
  solvable: boolean;
}

/** One output of an assembled transaction, to a confidential address. */
export interface AssembledOutput {
  address: string;
  assetId: string;
  amount: Amount;
  /** Whether it comes back to the wallet itself. */
  own: boolean;
}

export interface WalletTransaction {
  txid: string;
  /** 0 when not in the active chain; negative when conflicted. */
  confirmations: number;
  blockHash: string | null;
  blockHeight: number | null;
  /** Raw transaction, hex. */
  hex: string;
}

export interface WalletInfo {
  name: string;
  descriptors: boolean;
  privateKeys: boolean;
  /** Null when not encrypted, 0 when locked, else the time until which it is unlocked (ms). */
  unlockedUntil: number | null;
  scanning: boolean;
}

export type MempoolVerdict =
  | { allowed: true; vsize: number; fee: Amount }
  | {
      allowed: false;
      /** As the node gives it. */
      reason: string;
      /** The same for a person. CONFLICT when the node has this very transaction already, in its mempool or its chain. */
      refusal: ErrorShape;
    };

/** A coin to spend. */
export interface AssembledInput extends OutPoint {
  /** Address of a coin that the node does not know yet; the PSET then shows nothing of it. */
  unseenAt?: string | undefined;
}

/** The issuer's wallet on the node: the one state of the treasury. It moves no money by itself: it keeps coins apart, makes PSETs of what it is told, and signs. */
export interface TreasuryWallet {
  readonly name: string;
  info(): Promise<WalletInfo>;
  /** Coins with at least `minConfirmations`, locked ones left out (as the node does). */
  coins(options?: { minConfirmations?: number; assetId?: string }): Promise<Coin[]>;
  /** Idempotent: coins already locked stay locked. */
  lock(coins: readonly OutPoint[]): Promise<void>;
  unlock(coins: readonly OutPoint[]): Promise<void>;
  locked(): Promise<OutPoint[]>;
  newAddress(): Promise<string>;
  /**
   * An unblinded PSET of exactly these inputs and outputs in this order, then the fee (base units of L-BTC). The node
   * chooses nothing; what the inputs hold more or less than outputs and fee makes the transaction invalid. Throws
   * INVALID_ARGUMENT before the node sees what it must never see (an amount of 0 kills it), INPUTS_SPENT.
   */
  assemble(request: {
    inputs: readonly AssembledInput[];
    outputs: readonly AssembledOutput[];
    fee: Amount;
  }): Promise<string>;
  /** A fresh confidential address of the wallet's change chain. */
  newChangeAddress(): Promise<string>;
  /** walletprocesspsbt(sign, ALL, no finalize). Throws WALLET_LOCKED, or SIGNING_FAILED when nothing was signed. */
  sign(pset: string): Promise<string>;
  /** Null when the wallet does not know the transaction. */
  transaction(txid: string): Promise<WalletTransaction | null>;
  /**
   * gettransaction's details with the blinders of every recipient, or null when the node does not know them (it knows
   * them only for transactions that this wallet's own send calls made; otherwise it prints zeros). Amounts are positive,
   * addresses unconfidential ('' for a burn), change is left out.
   */
  details(txid: string): Promise<
    | {
        address: string;
        vout: number;
        assetId: string;
        amount: Amount;
        amountBlinder: string;
        assetBlinder: string;
      }[]
    | null
  >;
  /** Transactions that touch the wallet, newest first. `time` in ms. */
  transactions(
    count: number,
    skip: number,
  ): Promise<{ txid: string; confirmations: number; time: number; comment: string | null }[]>;
  /** Public descriptors, or [] for a legacy wallet. */
  descriptors(): Promise<{ desc: string; active: boolean; internal: boolean }[]>;
  /** Hex of the 32-byte SLIP-77 key. */
  masterBlindingKey(): Promise<string>;
  /** What the wallet derives and how, for an address or script of its own; null when it is not its own. */
  addressInfo(address: string): Promise<{
    isMine: boolean;
    isChange: boolean;
    script: string;
    confidential: string | null;
    desc: string | null;
  }>;
}

export interface ElementsNode {
  networkInfo(): Promise<{ version: number; subversion: string; relayFee: string }>;
  chainInfo(): Promise<{
    chain: string;
    blocks: number;
    headers: number;
    bestBlockHash: string;
    verificationProgress: number;
    /** ms. */
    tipTime: number | null;
  }>;
  /** Asset id of L-BTC on this chain. */
  policyAsset(): Promise<string>;
  genesisHash(): Promise<string>;
  loadedWallets(): Promise<string[]>;
  walletDirectory(): Promise<string[]>;
  loadWallet(name: string): Promise<void>;
  /** Hot: descriptor wallet with keys in the node. */
  createHotWallet(name: string): Promise<void>;
  /**
   * Watch-only: blank descriptor wallet, two ranged descriptors (external, internal) and the master blinding key.
   * Carries on with a wallet that an interrupted attempt left behind; CONFLICT when it holds anything else.
   */
  createWatchOnlyWallet(
    name: string,
    keys: {
      external: string;
      internal: string;
      masterBlindingKey: string;
      /** When the first coin may have arrived (ms). Left out for new keys; the node scans the chain from there. */
      birthday?: number | undefined;
    },
  ): Promise<void>;
  wallet(name: string): TreasuryWallet;
  blockHash(height: number): Promise<string>;
  /** confirmations −1 when the block is not in the active chain; null when unknown. `time` in ms. */
  blockHeader(hash: string): Promise<{ height: number; confirmations: number; time: number } | null>;
  /** Null when the node does not find it (a block hash makes it findable without txindex). */
  rawTransaction(txid: string, blockHash?: string): Promise<string | null>;
  inMempool(txid: string): Promise<boolean>;
  /** Txids of the mempool, in no order. */
  mempool(): Promise<string[]>;
  /** Block as serialized, hex; null when unknown. Throws NODE_REFUSED where the node has pruned it. */
  rawBlock(hash: string): Promise<string | null>;
  /** Header as serialized, hex; null when unknown. */
  rawHeader(hash: string): Promise<string | null>;
  /** Null when spent or unknown; counts the mempool. */
  unspent(point: OutPoint): Promise<{ confirmations: number } | null>;
  validateAddress(address: string): Promise<{
    valid: boolean;
    script: string;
    unconfidential: string;
    blindingPubkey: string | null;
  }>;
  /** Unconfidential address of a scriptPubKey (decodescript); null for a script that has none. */
  scriptAddress(script: string): Promise<string | null>;
  finalize(pset: string): Promise<{ complete: boolean; hex: string | null; pset: string | null }>;
  testAccept(hex: string): Promise<MempoolVerdict>;
  /** "Already in the mempool" and "already in block chain" are successes. Returns the txid. */
  broadcast(hex: string): Promise<string>;
}
