import http from 'node:http';
import https from 'node:https';

/** Why no HTTP answer came. */
export type TransportFault =
  'refused' | 'unknown-host' | 'reset' | 'empty' | 'timeout' | 'aborted' | 'too-large' | 'tls' | 'other';

export class TransportError extends Error {
  readonly fault: TransportFault;
  constructor(fault: TransportFault, cause?: unknown) {
    super(`no HTTP answer: ${fault}`, cause === undefined ? undefined : { cause });
    this.name = 'TransportError';
    this.fault = fault;
  }
}

export interface HttpAnswer {
  status: number;
  contentType: string;
  text: string;
}

export interface HttpPost {
  url: URL;
  body: string;
  username: string;
  password: string;
  timeoutMs: number;
  maxBytes: number;
  signal?: AbortSignal | undefined;
}

/**
 * One POST on a connection of its own. Elements closes idle connections after 30 s; a kept one would now and then die
 * under a request, and for a call that changes something nobody could say whether it was carried out.
 */
export function post(request: HttpPost): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    if (request.signal?.aborted) {
      reject(new TransportError('aborted', request.signal.reason));
      return;
    }
    const secure = request.url.protocol === 'https:';
    const body = Buffer.from(request.body);
    const outgoing = (secure ? https : http).request(request.url, {
      method: 'POST',
      agent: false,
      auth: `${request.username}:${request.password}`,
      headers: { 'content-type': 'application/json', 'content-length': body.length, connection: 'close' },
    });

    let answered = false;
    const fail = (fault: TransportFault, cause?: unknown) => {
      finish();
      outgoing.destroy();
      reject(new TransportError(fault, cause));
    };
    const deadline = setTimeout(() => fail('timeout'), request.timeoutMs);
    const onAbort = () => fail('aborted', request.signal?.reason);
    request.signal?.addEventListener('abort', onAbort, { once: true });
    const finish = () => {
      clearTimeout(deadline);
      request.signal?.removeEventListener('abort', onAbort);
    };

    outgoing.on('response', (incoming) => {
      answered = true;
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > request.maxBytes) fail('too-large');
        else chunks.push(chunk);
      });
      incoming.on('error', (error) => fail('reset', error));
      incoming.on('end', () => {
        finish();
        if (!incoming.complete) {
          reject(new TransportError('reset'));
          return;
        }
        resolve({
          status: incoming.statusCode ?? 0,
          contentType: incoming.headers['content-type'] ?? '',
          text: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => fail(classify(error, answered), error));
    outgoing.end(body);
  });
}

function classify(error: NodeJS.ErrnoException, answered: boolean): TransportFault {
  const code = error.code ?? '';
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown-host';
  if (code === 'ETIMEDOUT') return 'timeout';
  // Node's "socket hang up" is what a server that dies before its first byte looks like.
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return !answered && error.message === 'socket hang up' ? 'empty' : 'reset';
  if (code.startsWith('CERT_') || code.startsWith('ERR_TLS') || code.includes('SSL') || code.includes('CERT'))
    return 'tls';
  if (code === 'EPROTO') return 'tls';
  return 'other';
}
