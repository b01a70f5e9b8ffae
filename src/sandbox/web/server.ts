import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WebCall {
  method: string;
  /** As it came, but with doubled slashes made single: a client may join an origin that ends in one. */
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  body: string;
}

export interface WebAnswer {
  status: number;
  /** Content type. */
  type: 'text/plain' | 'application/json' | 'application/octet-stream' | 'text/html';
  body: string | Uint8Array;
}

/** Stands between the network and the handler. Null: the connection was dealt with, there is no answer. */
export type WebIntercept = (
  call: WebCall,
  carryOut: () => Promise<WebAnswer>,
  response: ServerResponse,
) => Promise<WebAnswer | null>;

export interface WebServer {
  /** Origin, without a slash at the end. */
  url: string;
  close(): Promise<void>;
}

const MAX_BODY = 16 * 1024 * 1024;

async function collect(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Serves `handle` on loopback; what it throws is told on standard error and answered with 500. */
export async function serveWeb(options: {
  name: string;
  port: number;
  handle: (call: WebCall) => Promise<WebAnswer>;
  intercept: WebIntercept;
}): Promise<WebServer> {
  const { name, handle, intercept } = options;
  const complain = (error: unknown): void => {
    process.stderr.write(
      `sandbox ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL((request.url ?? '/').replace(/^\/+/, '/'), 'http://127.0.0.1');
    const call: WebCall = {
      method: request.method ?? 'GET',
      path: url.pathname.replace(/\/{2,}/g, '/'),
      query: url.searchParams,
      authorization: request.headers.authorization,
      body: await collect(request),
    };
    const carryOut = async (): Promise<WebAnswer> => {
      try {
        return await handle(call);
      } catch (error) {
        complain(error);
        return { status: 500, type: 'text/plain', body: 'Internal server error' };
      }
    };
    const result = await intercept(call, carryOut, response);
    if (!result) return;
    response
      .writeHead(result.status, {
        'content-type': result.type,
        'content-length': Buffer.byteLength(result.body),
      })
      .end(result.body);
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  // Longer than clients keep connections: one that is closed just as it is used again looks like a failure.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
