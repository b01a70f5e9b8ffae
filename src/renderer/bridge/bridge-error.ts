import type { ErrorCode, ErrorShape } from '../../shared/errors.ts';

/** `HOST_LOST`: the page cannot reach the desk at all. `HOST_ANSWER`: what came back is not what the contract says. */
export type BridgeCode = ErrorCode | 'HOST_LOST' | 'HOST_ANSWER';

export class BridgeError extends Error {
  readonly code: BridgeCode;
  readonly next: string;
  readonly field: string | undefined;
  readonly call: string;

  constructor(call: string, code: BridgeCode, message: string, next: string, field?: string) {
    super(message);
    this.name = 'BridgeError';
    this.call = call;
    this.code = code;
    this.next = next;
    this.field = field;
  }

  static from(call: string, shape: ErrorShape): BridgeError {
    return new BridgeError(call, shape.code, shape.message, shape.next, shape.field);
  }

  /** What somebody who is asked for help wants to see. */
  details(): string {
    const field = this.field === undefined ? '' : `\nfield: ${this.field}`;
    return `call: ${this.call}\ncode: ${this.code}${field}\nmessage: ${this.message}\nnext: ${this.next}`;
  }
}

/** Whatever was thrown, as something that can be shown. */
export function asBridgeError(call: string, error: unknown): BridgeError {
  if (error instanceof BridgeError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new BridgeError(call, 'HOST_ANSWER', message, 'Try again. If it stays, restart the desk.');
}
