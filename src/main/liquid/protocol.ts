import type { ErrorShape } from '../../shared/errors.ts';
import type {
  AccountKeys,
  AntiExfilClaim,
  BlindingKey,
  CustodyKeys,
  DerivedAddress,
  DescriptorFacts,
  Liquid,
  LiquidNetwork,
  PolicyDescriptors,
  Seed,
  TreasuryKeys,
  TreasuryPolicy,
  WalletPolicy,
} from './types.ts';

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

/** What somebody says a blinded output is, and what the PSET has of it; null for what it lacks. */
export interface OpeningClaim {
  opening: Opening;
  script: Uint8Array;
  blindingPubkey: Uint8Array;
  ephemeralKey: Uint8Array;
  found: {
    asset: Uint8Array;
    value: bigint;
    commitments: Commitments;
    ecdhPubkey: Uint8Array | null;
    rangeproof: Uint8Array | null;
    blindValueProof: Uint8Array | null;
    blindAssetProof: Uint8Array | null;
  };
}

/** A blinded output with the wallet's key that may open it. */
export interface Unblinding {
  blinding: BlindingKey;
  script: Uint8Array;
  commitments: Commitments;
  ecdhPubkey: Uint8Array;
  rangeproof: Uint8Array;
}

/** A signature that a seed may be able to give. */
export interface SignableHash {
  input: number;
  /** Hex; the seed's key must be this one. */
  pubkey: string;
  fingerprint: string;
  path: number[];
  hash: Uint8Array;
  /** HASH160 that the coin is paid to, or null for a multisig (whose keys have been looked at). */
  keyHash: Uint8Array | null;
}

export interface SignatureClaim {
  pubkey: Uint8Array;
  /** HASH160 that the key must have, or null. */
  keyHash: Uint8Array | null;
  hash: Uint8Array;
  signature: Uint8Array;
}

/** Every kind of work that a worker does: its arguments and its result. */
export interface Tasks {
  /** Loads the libraries and makes one proof, so that the first real one is not slower than the rest. */
  warm: { args: Record<string, never>; result: null };
  balance: { args: BalanceTask; result: BalanceResult };
  prove: { args: ProveTask; result: ProveResult };
  /** Proofs that commitments are to exactly these openings. */
  proveInputs: {
    args: { openings: Opening[] };
    result: { blindValueProof: Uint8Array; blindAssetProof: Uint8Array }[];
  };
  /** Commitments that openings lead to; null for an opening that is no valid one. */
  commit: { args: { openings: Opening[] }; result: (Commitments | null)[] };
  /** The vouts whose declared value or asset is not what is committed to. */
  verifyDeclared: { args: { outputs: DeclaredOutput[] }; result: number[] };
  newMnemonic: { args: { entropy: Uint8Array }; result: string };
  treasuryKeys: { args: { mnemonic: string; network: LiquidNetwork }; result: TreasuryKeys };
  accountKeys: { args: { seed: Seed; network: LiquidNetwork }; result: AccountKeys };
  descriptors: { args: { policy: TreasuryPolicy }; result: PolicyDescriptors };
  addresses: {
    args: { policy: WalletPolicy; chain: 0 | 1; from: number; count: number };
    result: DerivedAddress[];
  };
  /** Our own reading and LWK's. */
  readDescriptor: { args: { descriptor: string; network: LiquidNetwork }; result: DescriptorFacts };
  custodyKeys: { args: { seed: Seed; network: LiquidNetwork }; result: CustodyKeys };
  singleDescriptor: {
    args: {
      key: Parameters<Liquid['singleDescriptor']>[0];
      masterBlindingKey: string;
      network: LiquidNetwork;
    };
    result: string;
  };
  amp2Descriptor: { args: Parameters<Liquid['amp2Descriptor']>[0]; result: string };
  amp2Elip153: {
    args: { seed: Seed; network: LiquidNetwork; account: number; server: string };
    result: string;
  };
  amp0Descriptor: { args: Parameters<Liquid['amp0Descriptor']>[0]; result: string };
  signAmp0Challenge: { args: { seed: Seed; network: LiquidNetwork; challenge: string }; result: string };
  amp0Root: {
    args: { masterXpub: string; network: LiquidNetwork };
    result: Awaited<ReturnType<Liquid['amp0Root']>>;
  };
  readAddress: {
    args: { address: string; network: LiquidNetwork };
    result: { script: string; blindingPubkey: string | null } | null;
  };
  writeAddress: { args: { script: string; blindingPubkey: string; network: LiquidNetwork }; result: string };
  /** What is wrong with each claim, in words that go behind “Output 3”; null for a true one. */
  verifyClaims: { args: { claims: OpeningClaim[] }; result: (string | null)[] };
  /** What opens each output to its claim, 32 bytes; null for a false claim. */
  nonces: { args: { claims: OpeningClaim[] }; result: (Uint8Array | null)[] };
  /** Null for what does not open, or opens to something else than it commits to. */
  unblind: { args: { outputs: Unblinding[] }; result: (Opening | null)[] };
  /** Signatures (DER, no sighash byte) of those hashes that are this seed's. Throws SIGNING_FAILED for a false claim. */
  signHashes: {
    args: { seed: Seed; network: LiquidNetwork; hashes: SignableHash[] };
    result: { input: number; pubkey: string; signature: Uint8Array }[];
  };
  /** Whether each DER signature (without sighash byte) is by that key over that hash. */
  verifySignatures: {
    args: { claims: SignatureClaim[] };
    result: boolean[];
  };
  /** The host's side of anti-exfil signing: the commitment to an entropy, and whether a signature kept to it. */
  antiExfilCommit: { args: { entropy: Uint8Array }; result: Uint8Array };
  antiExfilVerify: { args: AntiExfilClaim; result: boolean };
  /** LWK's own signature, for the self-test's second opinion. */
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
