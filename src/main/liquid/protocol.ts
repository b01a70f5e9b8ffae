import type { ErrorShape } from '../../shared/errors.ts';
import type { LiquidNetwork, TreasuryKeys } from './types.ts';

/** What opens a commitment, in serialized byte order. */
export interface Opening {
  /** 32 bytes. */
  asset: Uint8Array;
  value: bigint;
  /** 32 bytes; zeros for an explicit coin. */
  assetBlinder: Uint8Array;
  amountBlinder: Uint8Array;
}

/** The 33-byte asset commitment (a generator) and value commitment. */
export interface Commitments {
  asset: Uint8Array;
  value: Uint8Array;
}

/** An explicit issuance in an input: it adds pseudo-inputs to the set that surjection proofs draw from. */
export interface IssuanceTags {
  /** Index of the input within the transaction. */
  input: number;
  txid: Uint8Array;
  vout: number;
  nonce: Uint8Array;
  entropy: Uint8Array;
  hasAmount: boolean;
  hasInflationKeys: boolean;
}

export interface BalanceTask {
  inputs: Opening[];
  issuances: IssuanceTags[];
  /** Outputs to blind; the amount blinder of the last is not used but computed. */
  outputs: { vout: number; opening: Opening; blindingPubkey: Uint8Array }[];
}

/** Inputs and issuances in consensus order, concatenated: what a surjection proof is made over. */
export interface Tags {
  assets: Uint8Array;
  blinders: Uint8Array;
  generators: Uint8Array;
}

export interface BalanceResult {
  tags: Tags;
  lastAmountBlinder: Uint8Array;
  /** Of every input, to be compared with what it spends. */
  inputs: Commitments[];
  /** Asset ids that issuances create, in the order of `issuances`. */
  issued: { asset: Uint8Array; token: Uint8Array }[];
}

export interface ProveTask {
  opening: Opening;
  script: Uint8Array;
  blindingPubkey: Uint8Array;
  /** Three times 32 random bytes: ephemeral key, seed of the explicit range proof, seed of the surjection proof. */
  ephemeralKey: Uint8Array;
  rangeSeed: Uint8Array;
  surjectionSeed: Uint8Array;
  tags: Tags;
}

export interface ProveResult {
  commitments: Commitments;
  ecdhPubkey: Uint8Array;
  rangeproof: Uint8Array;
  surjectionProof: Uint8Array;
  blindValueProof: Uint8Array;
  blindAssetProof: Uint8Array;
}

/** A declared value and asset with the proofs that the commitments are to exactly those. */
export interface DeclaredOutput {
  vout: number;
  asset: Uint8Array;
  value: bigint;
  commitments: Commitments;
  blindValueProof: Uint8Array;
  blindAssetProof: Uint8Array;
}

/** Every kind of work that a worker does: its arguments and its result. */
export interface Tasks {
  /** Loads the libraries and makes one proof, so that the first real one is not slower than the rest. */
  warm: { args: Record<string, never>; result: null };
  balance: { args: BalanceTask; result: BalanceResult };
  prove: { args: ProveTask; result: ProveResult };
  /** Commitments that openings lead to; null for an opening that is no valid one. */
  commit: { args: { openings: Opening[] }; result: (Commitments | null)[] };
  /** The vouts whose declared value or asset is not what is committed to. */
  verifyDeclared: { args: { outputs: DeclaredOutput[] }; result: number[] };
  newMnemonic: { args: { entropy: Uint8Array }; result: string };
  treasuryKeys: { args: { mnemonic: string; network: LiquidNetwork }; result: TreasuryKeys };
  sign: { args: { pset: string; mnemonic: string; network: LiquidNetwork }; result: string };
}

export type TaskKind = keyof Tasks;
export type TaskArgs<K extends TaskKind> = Tasks[K]['args'];
export type TaskResult<K extends TaskKind> = Tasks[K]['result'];

export interface TaskMessage<K extends TaskKind = TaskKind> {
  id: number;
  kind: K;
  args: TaskArgs<K>;
}

/**
 * `refused`: the library said no and goes on. `broken`: its memory can no longer be trusted, the worker must go.
 */
export type Reply =
  | { id: number; ok: true; result: unknown }
  | { id: number; ok: false; outcome: 'refused' | 'broken'; error: ErrorShape };
