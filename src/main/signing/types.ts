import type { TreasurySigner } from '../../shared/contract/index.ts';

/** What is about to be signed, in words a signer can show or check. */
export interface SigningRequest {
  operationId: string;
  batchId: string;
  /** Blinded PSET, base64. */
  pset: string;
}

/** Signed, or waiting for somebody: then `seconds` until it is worth looking again unless something arrives before. */
export type SigningAnswer =
  { state: 'signed'; pset: string } | { state: 'waiting'; sentence: string; seconds?: number };

/**
 * Somebody who can sign for the treasury. `sign` returns the same PSET with signatures added; it never broadcasts and
 * never changes the transaction (the engine checks that). Where people or machines elsewhere have to sign it answers
 * `waiting`; what they sign is kept, and the engine is woken to ask again.
 */
export interface Signer {
  readonly kind: TreasurySigner;
  /** Throws SIGNER_UNAVAILABLE, WALLET_LOCKED, SECRET_MISSING … when it could not sign now. */
  check(): Promise<void>;
  sign(request: SigningRequest): Promise<SigningAnswer>;
  /** Who signs, in a sentence; “The signer is ready.” unless told. */
  readonly sentence?: string;
  /**
   * Signatures come from elsewhere and every trip is dear: batches are built before the coins they spend are confirmed,
   * so that one request carries them all.
   */
  readonly elsewhere?: boolean;
  /** A Jade may have to confirm every recipient by hand. */
  readonly byHand?: boolean;
  /** How many sign each input, of how many; one of one unless told. Weighs in the transaction. */
  readonly policy?: { threshold: number; keys: number; multisig: boolean };
}
