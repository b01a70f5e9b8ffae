import { SluiceError } from '../../shared/errors.ts';
import { handlesKeys } from './methods.ts';
import { OTHERWISE, RULES, type Rule } from './rpc-rules.ts';

/**
 * What the node itself said. It travels as the `cause` of the SluiceError that a person reads, and so may end in a log:
 * where a method handles keys, the node's text can repeat them, and they are cut out here.
 */
export class RpcError extends Error {
  readonly rpcCode: number;
  readonly rpcMessage: string;
  readonly method: string;
  constructor(method: string, rpcCode: number, rpcMessage: string) {
    const text = handlesKeys(method) ? rpcMessage.replace(KEY_MATERIAL, '…') : rpcMessage;
    super(`${method}: ${rpcCode} ${text}`);
    this.name = 'RpcError';
    this.method = method;
    this.rpcCode = rpcCode;
    this.rpcMessage = text;
  }
}

const KEY_MATERIAL = /[0-9a-f]{32,}|[xt](?:pub|prv)\w+/gi;

/** The node's own answer behind an error, when it was the node that refused. */
export function rpcErrorOf(error: unknown): RpcError | null {
  if (error instanceof RpcError) return error;
  return error instanceof SluiceError && error.cause instanceof RpcError ? error.cause : null;
}

/** Turns what the node said into what a person reads. Its own words are kept, shortened, and never next to key material. */
export function explainRpcError(error: RpcError): SluiceError {
  const fits = (rule: Rule) =>
    rule.codes.includes(error.rpcCode) &&
    (rule.match?.test(error.rpcMessage) ?? true) &&
    (rule.methods?.test(error.method) ?? true);
  const rule = RULES.find(fits) ?? OTHERWISE;
  const said = nodeWords(error);
  return new SluiceError(
    rule.code,
    rule.message.replace('$', () => said),
    { next: rule.next, cause: error },
  );
}

/** One line of at most 200 characters. */
function nodeWords(error: RpcError): string {
  const line = error.rpcMessage.split('\n', 1)[0]?.trim() ?? '';
  return (line.length > 200 ? `${line.slice(0, 200)}…` : line) || `error ${error.rpcCode}`;
}
