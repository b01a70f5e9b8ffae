import { SluiceError } from '../../../shared/errors.ts';
import { chainAnswerInvalid, chainTimeout, chainUnreachable, givenUp, shownServer } from './errors.ts';
import type { ChainAnswer } from './types.ts';

/** The thread’s own fetch: LWK’s goes through ours, which ends here. */
const nativeFetch = globalThis.fetch;

export interface ChainRequest {
  method: 'GET' | 'POST';
  url: string;
  body: string;
  /** Milliseconds until the last byte has to be there. */
  deadline: number;
  /** Largest answer read, in bytes. */
  maxBytes: number;
  signal?: AbortSignal | undefined;
}

/**
 * One request to a chain server, whatever its status. A read is repeated once when the connection broke, because servers
 * close idle connections without a word. Throws CHAIN_UNREACHABLE, CHAIN_TIMEOUT, CHAIN_ANSWER_INVALID (too long, or it
 * points elsewhere) and CANCELLED.
 *
 * @param onSent told of each time that something is sent
 */
export async function ask(request: ChainRequest, onSent: () => void = () => undefined): Promise<ChainAnswer> {
  try {
    onSent();
    return await askOnce(request);
  } catch (error) {
    if (request.method !== 'GET' || !(error instanceof BrokenOff)) throw explain(error, request);
  }
  try {
    onSent();
    return await askOnce(request);
  } catch (error) {
    throw explain(error, request);
  }
}

/** The connection ended in the middle, or was dead when it was taken up again. */
class BrokenOff extends Error {}

async function askOnce(request: ChainRequest): Promise<ChainAnswer> {
  const timeout = AbortSignal.timeout(request.deadline);
  const signal = request.signal ? AbortSignal.any([timeout, request.signal]) : timeout;
  try {
    const response = await nativeFetch(request.url, {
      method: request.method,
      ...(request.method === 'POST' ? { body: request.body } : {}),
      redirect: 'manual',
      signal,
    });
    if (response.status >= 300 && response.status < 400) {
      void response.body?.cancel();
      throw chainAnswerInvalid(
        `${shownServer(request.url)} points elsewhere (redirect ${response.status}); the desk does not follow.`,
      );
    }
    const body = await readBody(response, request);
    return { status: response.status, type: response.headers.get('content-type') ?? '', body };
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    if (request.signal?.aborted) throw givenUp();
    if (timeout.aborted) {
      throw chainTimeout(
        `${shownServer(request.url)} did not answer within ${Math.ceil(request.deadline / 1000)} seconds.`,
      );
    }
    throw isBroken(error) ? new BrokenOff('broken off', { cause: error }) : error;
  }
}

async function readBody(response: Response, request: ChainRequest): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const pieces: AsyncIterable<Uint8Array> | null = response.body;
  // Leaving the loop ends the connection.
  for await (const piece of pieces ?? []) {
    bytes += piece.length;
    if (bytes > request.maxBytes) {
      throw chainAnswerInvalid(
        `${shownServer(request.url)} gave an answer of more than ${Math.floor(request.maxBytes / 1024)} KiB.`,
      );
    }
    chunks.push(piece);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
}

function isBroken(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET';
}

function explain(error: unknown, request: ChainRequest): SluiceError {
  if (error instanceof SluiceError) return error;
  const where = shownServer(request.url);
  const code = codeOf(error instanceof BrokenOff ? error.cause : error);
  if (error instanceof BrokenOff) {
    return chainUnreachable(`${where} closed the connection before its answer was complete.`, error);
  }
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') {
    return chainUnreachable(`Nothing answers at ${where}.`, error);
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return chainUnreachable(
      `There is no machine of the name ${where}, or the name cannot be looked up.`,
      error,
    );
  }
  if (
    code.startsWith('CERT_') ||
    code.includes('CERT') ||
    code.startsWith('ERR_TLS') ||
    code.includes('SSL')
  ) {
    return chainUnreachable(`The certificate of ${where} is not accepted (${code}).`, error);
  }
  if (code.startsWith('HPE_'))
    return chainAnswerInvalid(`What answers at ${where} does not speak HTTP.`, error);
  return chainUnreachable(`No connection to ${where}${code === '' ? '' : ` (${code})`}.`, error);
}
