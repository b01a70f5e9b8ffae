import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  method: string;
  /** Path with query. */
  path: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** What the server does with a request: an answer, or one of the ways in which a connection goes wrong. */
export type Reply =
  | { status?: number; headers?: Record<string, string>; body?: string; json?: unknown }
  /** Hangs up without a byte. */
  | 'hang-up'
  /** Never answers. */
  | 'silence'
  /** Promises more than it sends, then hangs up. */
  | 'cut-off';

export interface ScriptedServer {
  url: string;
  seen: SeenRequest[];
  close(): Promise<void>;
}

/** A real HTTP server on loopback that answers as the test says. */
export async function scriptedServer(
  answer: (request: SeenRequest, index: number) => Reply | Promise<Reply>,
): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const server = http.createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request: SeenRequest = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      seen.push(request);
      void Promise.resolve(answer(request, seen.length - 1)).then((reply) => deliver(reply, outgoing));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function deliver(reply: Reply, outgoing: http.ServerResponse): void {
  if (reply === 'silence') return;
  if (reply === 'hang-up') {
    outgoing.socket?.destroy();
    return;
  }
  if (reply === 'cut-off') {
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    outgoing.write('{"result":[1,2,', () => outgoing.socket?.destroy());
    return;
  }
  const body = reply.json === undefined ? (reply.body ?? '') : JSON.stringify(reply.json);
  outgoing.writeHead(reply.status ?? 200, {
    ...(body === '' ? {} : { 'content-type': 'application/json' }),
    ...reply.headers,
  });
  outgoing.end(body);
}

/** An address on loopback where nothing listens. */
export async function deadAddress(): Promise<string> {
  const server = await scriptedServer(() => ({}));
  await server.close();
  return server.url;
}
