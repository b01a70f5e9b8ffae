/** Why the chain does not take a transaction: Elements' reason word, its debug text, and the RPC code it maps to. */
export class Rejection extends Error {
  readonly reason: string;
  readonly detail: string;
  /** -25 for missing inputs, -26 for everything else that the rules refuse. */
  readonly code: number;

  constructor(reason: string, detail = '') {
    super(detail === '' ? reason : `${reason}, ${detail}`);
    this.name = 'Rejection';
    this.reason = reason;
    this.detail = detail;
    this.code = reason === 'bad-txns-inputs-missingorspent' ? -25 : -26;
  }
}
