import type { TreasurySigner } from '../../shared/contract/index.ts';

/** What is about to be signed, in words a signer can show or check. */
export interface SigningRequest {
  operationId: string;
  batchId: string;
  /** Blinded PSET, base64. */
  pset: string;
}

/**
 * Somebody who can sign for the treasury. `sign` returns the same PSET with signatures added; it never broadcasts and
 * never changes the transaction (the engine checks that). An interactive signer (issue: offline signing) returns
 * `waiting` and delivers later.
 */
export interface Signer {
  readonly kind: TreasurySigner;
  /** Throws SIGNER_UNAVAILABLE, WALLET_LOCKED, SECRET_MISSING … when it could not sign now. */
  check(): Promise<void>;
  sign(
    request: SigningRequest,
  ): Promise<{ state: 'signed'; pset: string } | { state: 'waiting'; sentence: string }>;
}
