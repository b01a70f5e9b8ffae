/**
 * The closed set of failures that cross the bridge. A code is for programs, `message` says what happened,
 * `next` tells the person what to do. Nothing secret ever goes into any of them.
 */
export const ERROR_CODES = [
  // input
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'CONFLICT',
  'NOT_ALLOWED',
  'CSV_MALFORMED',
  'IMPORT_HAS_ERRORS',
  'CONFIRMATION_MISMATCH',
  // profile and secrets
  'NO_PROFILE',
  'PROFILE_BUSY',
  'SECRET_STORE_UNAVAILABLE',
  'VAULT_LOCKED',
  'VAULT_WRONG_PASSPHRASE',
  'VAULT_DAMAGED',
  'SECRET_MISSING',
  // storage
  'DISK_FULL',
  'DISK_FAILED',
  'DATABASE_READ_ONLY',
  'DATABASE_CORRUPT',
  'DATABASE_FROM_FUTURE',
  'AUDIT_BROKEN',
  // node
  'NODE_UNREACHABLE',
  'NODE_UNAUTHORIZED',
  'NODE_WARMING_UP',
  'NODE_BUSY',
  'NODE_NOT_SYNCED',
  'NODE_TOO_OLD',
  'NODE_WRONG_NETWORK',
  'NODE_TIMEOUT',
  'NODE_ANSWER_INVALID',
  'NODE_REFUSED',
  'WALLET_NOT_LOADED',
  'WALLET_LOCKED',
  'WALLET_UNSUITABLE',
  'INSUFFICIENT_ASSET',
  'INSUFFICIENT_FEE_FUNDS',
  'TRANSACTION_TOO_LARGE',
  'TRANSACTION_REFUSED',
  'INPUTS_SPENT',
  // AMP
  'AMP_UNREACHABLE',
  'AMP_UNAUTHORIZED',
  'AMP_FORBIDDEN',
  'AMP_NOT_FOUND',
  'AMP_REFUSED',
  'AMP_TIMEOUT',
  'AMP_UNAVAILABLE',
  'AMP_ANSWER_INVALID',
  'AMP_NOTHING_TO_DISTRIBUTE',
  'AMP_BOOKS_DIFFER',
  'AMP_LOST_OUTPUTS',
  // liquid
  'LIQUID_UNAVAILABLE',
  'LIQUID_TIMEOUT',
  'PSET_INVALID',
  'PROOF_INVALID',
  'SIGNING_FAILED',
  'SIGNER_UNAVAILABLE',
  // custody: chain access and cosigners
  'CHAIN_UNREACHABLE',
  'CHAIN_TIMEOUT',
  'CHAIN_BUSY',
  'CHAIN_ANSWER_INVALID',
  'CHAIN_REFUSED',
  'COSIGNER_UNREACHABLE',
  'COSIGNER_TIMEOUT',
  'COSIGNER_UNAVAILABLE',
  'COSIGNER_UNAUTHORIZED',
  'COSIGNER_REFUSED',
  'COSIGNER_ANSWER_INVALID',
  'COSIGNER_ALTERED',
  'WALLET_ID_DIFFERS',
  'DESCRIPTOR_INVALID',
  'DESCRIPTOR_FOREIGN',
  // across the air gap
  'PEER_UNKNOWN',
  'BUNDLE_INVALID',
  'BUNDLE_ALTERED',
  'BUNDLE_FOREIGN',
  'BUNDLE_EXPIRED',
  'BUNDLE_REPLAYED',
  'BUNDLE_OUT_OF_ORDER',
  'BUNDLE_TOO_LARGE',
  'REVIEW_FAILED',
  'NETWORK_SEALED',
  // Jade
  'JADE_NOT_FOUND',
  'JADE_NO_PERMISSION',
  'JADE_BUSY',
  'JADE_LOST',
  'JADE_LOCKED',
  'JADE_WRONG_PIN',
  'JADE_UNINITIALISED',
  'JADE_TOO_OLD',
  'JADE_WRONG_NETWORK',
  'JADE_DECLINED',
  'JADE_REFUSED',
  'JADE_ANSWER_INVALID',
  'JADE_TIMEOUT',
  'JADE_ORACLE',
  // engine
  'OPERATION_STATE',
  'CANCELLED',
  'INTERRUPTED',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** What a failed call looks like on the other side of the bridge. */
export interface ErrorShape {
  code: ErrorCode;
  message: string;
  next: string;
  /** Where the fault is, when it is in what the caller sent: a path of the arguments, e.g. `rows.3.amount`. */
  field?: string;
}

export interface SluiceErrorOptions {
  next: string;
  field?: string;
  cause?: unknown;
}

/** The only error class that is meant for a person. Anything else that escapes becomes `INTERNAL`. */
export class SluiceError extends Error {
  readonly code: ErrorCode;
  readonly next: string;
  readonly field: string | undefined;

  constructor(code: ErrorCode, message: string, options: SluiceErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SluiceError';
    this.code = code;
    this.next = options.next;
    this.field = options.field;
  }

  toShape(): ErrorShape {
    return {
      code: this.code,
      message: this.message,
      next: this.next,
      ...(this.field === undefined ? {} : { field: this.field }),
    };
  }
}

/** True for a failure after which the request may or may not have been carried out by the other side. */
const AMBIGUOUS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'NODE_UNREACHABLE',
  'NODE_TIMEOUT',
  'NODE_BUSY',
  'NODE_WARMING_UP',
  'NODE_ANSWER_INVALID',
  'AMP_UNREACHABLE',
  'AMP_TIMEOUT',
  'AMP_UNAVAILABLE',
  'AMP_ANSWER_INVALID',
  'CHAIN_UNREACHABLE',
  'CHAIN_TIMEOUT',
  'CHAIN_BUSY',
  'CHAIN_ANSWER_INVALID',
  'COSIGNER_UNREACHABLE',
  'COSIGNER_TIMEOUT',
  'COSIGNER_UNAVAILABLE',
  'COSIGNER_ANSWER_INVALID',
  // The desk was closed while it waited for the answer.
  'CANCELLED',
]);

/** Whether the outcome of the call that failed with this error is unknown and has to be asked for. */
export function isAmbiguous(error: unknown): boolean {
  return error instanceof SluiceError && AMBIGUOUS.has(error.code);
}

/** Failures that pass by themselves (the other side is away, busy or starting): worth another try later. */
export function isTransient(error: unknown): boolean {
  return isAmbiguous(error) || (error instanceof SluiceError && error.code === 'AMP_UNAUTHORIZED');
}
