/** A failure as Elements answers it: a numeric code and a text, under HTTP 500 (404 for an unknown method). */
export class RpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
  }
}
