import type { Amount } from '../../shared/money.ts';

/** What opens a commitment. Hex in Elements' display order (as RPC prints asset, amountblinder and assetblinder). */
export interface OutputSecrets {
  assetId: string;
  value: Amount;
  assetBlinder: string;
  amountBlinder: string;
}

export interface InputSecrets extends OutputSecrets {
  txid: string;
  vout: number;
}

export interface BlindedOutput extends OutputSecrets {
  vout: number;
  /** scriptPubKey, hex. */
  script: string;
  /** Hex of 33 bytes. */
  blindingPubkey: string;
}

export interface BlindRequest {
  /** Base64, unblinded, inputs with their utxos. */
  pset: string;
  /** Secrets of every input of the PSET (any order). */
  inputs: readonly InputSecrets[];
}

export interface BlindResult {
  pset: string;
  /** Every output that was blinded, by vout. */
  outputs: BlindedOutput[];
}

export interface PsetOutput {
  vout: number;
  /** Hex; empty for the fee. */
  script: string;
  assetId: string;
  value: Amount;
  /** Hex, or null for an output that stays explicit (fee, burn). */
  blindingPubkey: string | null;
  blinded: boolean;
}

export interface PsetSummary {
  inputs: { txid: string; vout: number; issuance: boolean }[];
  outputs: PsetOutput[];
  /** Txid of the unsigned transaction: final for segwit inputs. */
  txid: string;
}

export interface DecodedOutput {
  vout: number;
  script: string;
  isFee: boolean;
  /** Explicit asset id (display order), else null. */
  assetId: string | null;
  value: Amount | null;
  /** Hex of 33 bytes, or null when explicit. */
  assetCommitment: string | null;
  valueCommitment: string | null;
  hasProofs: boolean;
}

export interface DecodedTransaction {
  txid: string;
  version: number;
  locktime: number;
  inputs: { txid: string; vout: number; sequence: number; issuance: boolean }[];
  outputs: DecodedOutput[];
  weight: number;
  vsize: number;
}

/** Keys of a single-signature treasury (BIP84 wpkh, SLIP-77). Public parts only. */
export interface TreasuryKeys {
  fingerprint: string;
  /** Plain ranged descriptors with origin and checksum, as importdescriptors wants them: external and internal. */
  external: string;
  internal: string;
  /** Hex of 32 bytes. */
  masterBlindingKey: string;
  /** The same wallet as a CT descriptor. */
  ctDescriptor: string;
}

export type LiquidNetwork = 'liquidv1' | 'liquidtestnet' | 'regtest';

/**
 * Everything that touches lwk_wasm and wallycore. Heavy calls run in worker threads with deadlines; a worker that
 * panics or is late is thrown away and its task fails with LIQUID_TIMEOUT or LIQUID_UNAVAILABLE.
 */
export interface Liquid {
  /** Proves that the pinned wasm builds work on this machine: blinds, opens and signs a known transaction. */
  selfTest(): Promise<void>;
  /** One proof per task over all workers. `onProgress` is told of outputs done. */
  blind(request: BlindRequest, onProgress?: (done: number, total: number) => void): Promise<BlindResult>;
  inspectPset(pset: string): Promise<PsetSummary>;
  decodeTransaction(hex: string): Promise<DecodedTransaction>;
  /**
   * Opens outputs of a raw transaction with the blinders we hold: value and asset commitments must be exactly those.
   * Throws PROOF_INVALID naming the output otherwise.
   */
  openOutputs(
    hex: string,
    outputs: readonly (OutputSecrets & { vout: number; script: string })[],
  ): Promise<void>;
  /** Whether two encodings (PSET or PSET, PSET or raw transaction) carry the same unsigned transaction. */
  sameTransaction(
    a: { pset: string } | { hex: string },
    b: { pset: string } | { hex: string },
  ): Promise<boolean>;
  /** Twelve or twenty-four new words. */
  newMnemonic(words: 12 | 24): Promise<string>;
  /** Throws INVALID_ARGUMENT for words that are no mnemonic. */
  treasuryKeys(mnemonic: string, network: LiquidNetwork): Promise<TreasuryKeys>;
  /** Signs every input that the key can sign (SIGHASH_ALL). Throws SIGNING_FAILED when none is its own. */
  signWithMnemonic(pset: string, mnemonic: string, network: LiquidNetwork): Promise<string>;
  close(): Promise<void>;
}
