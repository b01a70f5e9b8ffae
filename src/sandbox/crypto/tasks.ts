import type { Bytes } from './bytes.ts';

/** Work for the proof threads. Everything crosses by structured clone. */
export type Task =
  | { kind: 'range'; proof: Bytes; commitment: Bytes; generator: Bytes; script: Bytes }
  | { kind: 'surjection'; proof: Bytes; generator: Bytes; tags: Bytes[] }
  | ({ kind: 'blind' } & BlindTask)
  | ({ kind: 'issue' } & IssueTask)
  | ({ kind: 'open' } & OpenTask)
  | ({ kind: 'reveal' } & RevealTask);

/** One output to blind. Asset, blinders and keys in internal byte order. */
export interface BlindTask {
  value: bigint;
  asset: Bytes;
  assetBlinder: Bytes;
  amountBlinder: Bytes;
  /** Confidential key of the recipient, 33 bytes. */
  blindingPubkey: Bytes;
  ephemeral: Bytes;
  script: Bytes;
  seed: Bytes;
  /** Assets, blinders and generators of every input and issuance, concatenated in consensus order. */
  tags: { assets: Bytes; blinders: Bytes; generators: Bytes };
}

export interface BlindedFields {
  asset: Bytes;
  value: Bytes;
  nonce: Bytes;
  rangeproof: Bytes;
  surjectionProof: Bytes;
  /** Proofs for a signer that value and asset are the declared ones. */
  valueProof: Bytes;
  assetProof: Bytes;
}

/** The rangeproof of an issued amount that is blinded while its asset is not. */
export interface IssueTask {
  value: bigint;
  asset: Bytes;
  amountBlinder: Bytes;
  /** What the proof can be opened with. */
  nonce: Bytes;
  commitment: Bytes;
  generator: Bytes;
}

export interface OpenTask {
  asset: Bytes;
  value: Bytes;
  nonce: Bytes;
  rangeproof: Bytes;
  script: Bytes;
  blindingKey: Bytes;
}

/** As OpenTask, with the secret that sender and recipient share (hashed, 32 bytes) in place of the recipient's key. */
export interface RevealTask {
  asset: Bytes;
  value: Bytes;
  rangeproof: Bytes;
  script: Bytes;
  sharedNonce: Bytes;
}

/** What an output's blinding key reveals. Asset and blinders in internal byte order. */
export interface Opened {
  asset: Bytes;
  value: bigint;
  assetBlinder: Bytes;
  amountBlinder: Bytes;
}

export interface TaskResults {
  range: boolean;
  surjection: boolean;
  blind: BlindedFields;
  /** Null when the key does not open it. */
  open: Opened | null;
  /** Null when the secret does not open it. */
  reveal: Opened | null;
  issue: Bytes;
}
