import { SluiceError } from '../../shared/errors.ts';
import { aftermath, shownBase, type AmpAnswer } from './errors.ts';

export type Fetch = typeof globalThis.fetch;

export interface Exchange {
  base: URL;
  method: string;
  url: URL;
  /** For messages: "GET assets/…/summary". */
  what: string;
  headers: Record<string, string>;
  body?: string | undefined;
  /** Whether the request changes something at AMP. */
  change: boolean;
  timeoutMs: number;
  maxBytes: number;
  signal?: AbortSignal | undefined;
}

/** The connection broke after it stood: a read may be repeated, a change may have happened. */
export class BrokenConnection extends SluiceError {}

/**
 * One request and its whole answer. Redirects are not followed here. Failures are SluiceErrors; a connection that broke
 * off is a BrokenConnection.
 */
export async function exchange(fetchImpl: Fetch, request: Exchange): Promise<AmpAnswer> {
  const deadline = AbortSignal.timeout(request.timeoutMs);
  const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
  try {
    const response = await fetchImpl(request.url, {
      method: request.method,
      headers: request.headers,
      redirect: 'manual',
      signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      text: await readBody(response, request),
      retryAfter: response.headers.get('retry-after'),
      ...(response.headers.has('location') ? { location: response.headers.get('location') } : {}),
    };
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    throw explainFailure(error, request, deadline);
  }
}

async function readBody(response: Response, request: Exchange): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > request.maxBytes) {
      throw new SluiceError(
        'AMP_ANSWER_INVALID',
        `AMP’s answer to ${request.what} is larger than the desk reads.`,
        {
          next: 'Check AMP’s address; if it is right, this is a fault of the desk.',
        },
      );
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function explainFailure(error: unknown, request: Exchange, deadline: AbortSignal): SluiceError {
  const where = shownBase(request.base);
  if (request.signal?.aborted) {
    return new SluiceError('CANCELLED', `The request to AMP (${request.what}) was interrupted.`, {
      next: 'Nothing, if it was meant. AMP may still carry it out.',
    });
  }
  if (deadline.aborted) {
    return new SluiceError('AMP_TIMEOUT', `AMP at ${where} did not answer in time (${request.what}).`, {
      next: aftermath(request.change),
    });
  }
  const code = causeCode(error);
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') {
    return new SluiceError(
      'AMP_UNREACHABLE',
      `Nothing answers at ${where}: AMP is down or the address is wrong.`,
      {
        next: 'Check the address and this machine’s network; the desk tries again by itself.',
      },
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new SluiceError('AMP_UNREACHABLE', `The host name in ${where} cannot be found.`, {
      next: 'Check the address and this machine’s network; the desk tries again by itself.',
    });
  }
  if (/CERT|SSL|TLS|EPROTO|ALTNAME|SELF_SIGNED/.test(code)) {
    return new SluiceError(
      'AMP_UNREACHABLE',
      `No secure connection to ${where}: its certificate is not accepted.`,
      {
        next: 'Check this machine’s clock and that no program breaks open secure connections. Do not go on without it.',
      },
    );
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return new SluiceError('AMP_UNREACHABLE', `${where} does not answer at all.`, {
      next: 'Check the address and this machine’s network; the desk tries again by itself.',
    });
  }
  return new BrokenConnection('AMP_UNREACHABLE', `The connection to AMP broke off (${request.what}).`, {
    next: aftermath(request.change),
  });
}

/** fetch hides the reason in nested causes; an AggregateError stands for several addresses of one name. */
function causeCode(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = (at as NodeJS.ErrnoException).code;
    if (typeof code === 'string') return code;
    if (at instanceof AggregateError && at.errors.length > 0) return causeCode(at.errors[0]);
  }
  return '';
}
