/** Why no HTTP answer came. */
export type ExchangeFault =
  'interrupted' | 'timeout' | 'refused' | 'unknown-host' | 'tls' | 'broken' | 'too-large';

export class ExchangeError extends Error {
  readonly fault: ExchangeFault;

  constructor(fault: ExchangeFault, cause?: unknown) {
    super(`no HTTP answer: ${fault}`, cause === undefined ? undefined : { cause });
    this.name = 'ExchangeError';
    this.fault = fault;
  }
}

export interface ExchangeRequest {
  url: URL;
  method: 'GET' | 'POST';
  /** Sent as JSON. */
  json?: unknown;
  timeoutMs: number;
  /** Largest answer that is read. */
  maxBytes: number;
  signal?: AbortSignal | undefined;
  fetch?: typeof globalThis.fetch | undefined;
}

export interface ExchangeAnswer {
  status: number;
  contentType: string;
  /** Body read in full. */
  text: string;
}

/**
 * One request and its whole answer, for servers that speak plain JSON over HTTP. Redirects are not followed: they come
 * back as their status. Whatever keeps the answer from coming is an ExchangeError; the caller has the words for it.
 */
export async function exchange(request: ExchangeRequest): Promise<ExchangeAnswer> {
  const deadline = AbortSignal.timeout(request.timeoutMs);
  const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
  try {
    const response = await (request.fetch ?? globalThis.fetch)(request.url, {
      method: request.method,
      redirect: 'manual',
      signal,
      headers: {
        accept: 'application/json',
        ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.json === undefined ? {} : { body: JSON.stringify(request.json) }),
    });
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      text: await readBody(response, request.maxBytes),
    };
  } catch (error) {
    if (error instanceof ExchangeError) throw error;
    if (request.signal?.aborted) throw new ExchangeError('interrupted', error);
    if (deadline.aborted) throw new ExchangeError('timeout', error);
    throw new ExchangeError(faultOf(networkCode(error)), error);
  }
}

/** What Node's and the browser's types of a body's reader have in common. */
interface Chunks {
  read(): Promise<{ done: boolean; value?: Uint8Array }>;
  cancel(): Promise<void>;
}

async function readBody(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader() as Chunks;
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw new ExchangeError('too-large');
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** The system's code of a failed connection. Reasons are nested, or stand side by side for several addresses of a name. */
export function networkCode(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = (at as { code?: unknown }).code;
    if (typeof code === 'string') return code;
    if (at instanceof AggregateError && at.errors.length > 0) return networkCode(at.errors[0]);
  }
  return '';
}

/** What a system's code means. */
export function faultOf(code: string): ExchangeFault {
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'refused';
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return 'refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown-host';
  if (/CERT|SSL|TLS|EPROTO|ALTNAME|SELF_SIGNED/.test(code)) return 'tls';
  return 'broken';
}
