/** The codes of an answer by the proxy; the direct form tells the message alone. */
export type RefusalCode =
  | 'invalid_descriptor'
  | 'forbidden'
  | 'invalid_pset'
  | 'invalid_utxo'
  | 'wallet_not_found'
  | 'restriction_violation'
  | 'asset_locked'
  | 'unauthorized'
  | 'not_found';

const STATUS: Readonly<Record<RefusalCode, number>> = {
  invalid_descriptor: 400,
  forbidden: 403,
  invalid_pset: 400,
  invalid_utxo: 400,
  wallet_not_found: 404,
  restriction_violation: 403,
  asset_locked: 403,
  unauthorized: 401,
  not_found: 404,
};

/** What the server refuses, in the words that the client gets. */
export class Amp2Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = 'Amp2Refusal';
    this.code = code;
  }

  get status(): number {
    return STATUS[this.code];
  }
}
