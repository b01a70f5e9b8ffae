import type {
  WalletKeyKind,
  WalletKind,
  custodyAsset,
  CustodyServices,
} from '../../shared/contract/index.ts';
import type { z } from 'zod';
import type { Chain } from '../chain/types.ts';
import type {
  BlindingKey,
  DerivedAddress,
  DescriptorPolicy,
  LiquidNetwork,
  Seed,
  WatchedCoin,
  WatchedWallet,
} from '../liquid/index.ts';

/** A custody wallet as it lies in the database. */
export interface WalletRecord {
  /** Of this desk. */
  id: string;
  kind: WalletKind;
  name: string;
  /** Id by network and descriptor, hex of 32 bytes: what a signer knows the wallet by. */
  policyId: string;
  wid: string;
  publicDescriptor: string;
  keyKind: WalletKeyKind;
  /** Fingerprint of our own key; null for a wallet that is only watched. */
  fingerprint: string | null;
  peerId: string | null;
  /** AMP0 only. */
  ampId: string | null;
  pointer: number | null;
}

/** What the wallets' side of custody offers to spends. */
export interface WalletsPort {
  readonly network: LiquidNetwork;
  policyAsset(): Promise<string>;
  genesisHash(): Promise<string>;
  services(): Promise<CustodyServices>;
  chain(): Promise<Chain>;
  /** Throws NOT_FOUND. */
  record(id: string): WalletRecord;
  byPolicyId(policyId: string): WalletRecord | null;
  /** Whole descriptor, from the secret store. SECRET_MISSING, VAULT_LOCKED. */
  policy(id: string): Promise<DescriptorPolicy>;
  watched(id: string): Promise<WatchedWallet>;
  updates(id: string): () => readonly Uint8Array[];
  blinding(id: string): Promise<BlindingKey>;
  /** Words and passphrase of a wallet whose key is in the keychain. */
  seed(id: string): Promise<Seed>;
  /** Unspent coins as of the last scan, opened; coins that our own broadcast spends have spent are left out. */
  coins(id: string): WatchedCoin[];
  /** Raw transaction that a coin is from; null when it was never seen. */
  transaction(txid: string): string | null;
  /** The next place for change: on the change chain, or issued by Green for an AMP0 account. */
  changePlace(id: string): Promise<DerivedAddress>;
  /** The wallet of ours that an address belongs to, if it was given out or derived. */
  ownerOf(script: string): WalletRecord | null;
  asset(assetId: string): z.output<typeof custodyAsset>;
  /** Names a transaction, if it has no name yet. Inside `store.tx`. */
  label(walletId: string, type: 'tx' | 'addr' | 'output', ref: string, text: string): void;
  /** Inside `store.tx`: something that a person should hear of. */
  notice(what: {
    walletId: string;
    verdict: 'good' | 'waiting' | 'attention' | 'wrong';
    text: string;
    spendId?: string;
    txid?: string;
  }): void;
  /** Looks at the chain for this wallet soon. */
  scanSoon(id: string): void;
  /** Confirmations of a transaction as of the last scan; null when it has not been seen. */
  confirmations(walletId: string, txid: string): number | null;
}

/** What spends offer to the wallets' side. */
export interface SpendsPort {
  /** Amounts held, by asset id. */
  held(walletId: string): ReadonlyMap<string, bigint>;
  /** Spend that holds a coin. */
  heldBy(txid: string, vout: number): string | null;
  open(walletId: string): number;
  spendOf(txid: string): string | null;
  /** After a scan: confirmations may have come, or a coin that a spend holds is gone. */
  scanned(walletId: string): void;
}
