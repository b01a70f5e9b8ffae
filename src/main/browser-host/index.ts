import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Envelope } from '../../shared/contract/index.ts';
import { SluiceError, type ErrorShape } from '../../shared/errors.ts';
import { dispatch } from '../desk/dispatch.ts';
import type { Desk } from '../desk/types.ts';
import { fileFor, pageHeaders, type Page } from '../hosting/index.ts';
import { MAX_BODY, readJson } from './body.ts';
import { EventSockets } from './event-sockets.ts';
import { Gate, type Refusal } from './gate.ts';
import { refuseMainnet } from './no-mainnet.ts';
import { enterPage, wordsPage } from './words.ts';

export interface BrowserHost {
  /** The address to open, with the token that works once. */
  url: string;
  origin: string;
  close(): Promise<void>;
}

export interface BrowserHostOptions {
  desk: Desk;
  page: Page;
  /** 0 lets the system choose. */
  port: number;
  /** Most bytes of one request. */
  maxBody?: number;
}

/** Serves the desk to one browser of this machine, on 127.0.0.1 only. */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const { desk, page, maxBody = MAX_BODY } = options;
  const handlers = refuseMainnet(desk.handlers);
  const server = createServer();
  const port = await listen(server, options.port);
  const gate = new Gate(port);
  const sockets = new EventSockets(desk);

  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendEnvelope(response, 400, failure(shapeOf(error)));
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = gate.checkCaller(request.headers);
    if (refusal || request.url !== '/api/events') {
      socket.end(`HTTP/1.1 ${refusal?.status ?? 404} Refused\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.accept(request, socket, head);
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', gate.origin);
    const isApi = url.pathname.startsWith('/api/');
    const refusal = isApi ? gate.checkCaller(request.headers) : gate.checkSource(request.headers);
    if (refusal) return refuse(response, refusal, isApi);
    if (isApi) return call(request, response, url.pathname);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return refuse(
        response,
        { status: 405, message: 'Only GET is answered here.', next: 'Open the page.' },
        false,
      );
    }
    return serve(request, response, url);
  }

  async function call(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
    if (pathname !== '/api/call' || request.method !== 'POST') {
      return refuse(
        response,
        { status: 404, message: 'There is nothing here.', next: 'POST to /api/call.' },
        true,
      );
    }
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
      const next = 'Send it with Content-Type: application/json.';
      return refuse(response, { status: 415, message: 'The request is not said to be JSON.', next }, true);
    }
    const body = await readJson(request, maxBody);
    const { name, args } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    const callName = typeof name === 'string' ? name : '';
    sendEnvelope(response, 200, await dispatch(handlers, callName, args, { actor: 'browser' }));
  }

  function serve(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const token = url.searchParams.get('token');
    const refusal = gate.checkSession(request.headers);
    if (token !== null && url.pathname === '/') {
      const setCookie = gate.redeem(token);
      if (setCookie) response.setHeader('Set-Cookie', setCookie);
      else if (refusal) return refuse(response, usedToken, false);
      return sendHtml(response, 200, enterPage());
    }
    if (refusal) return refuse(response, refusal, false);
    const file = fileFor(page, url.pathname);
    if (!file)
      return refuse(
        response,
        { status: 404, message: 'There is nothing here.', next: 'Open the page.' },
        false,
      );
    response.writeHead(200, {
      ...pageHeaders([`'self'`, gate.origin.replace('http:', 'ws:')]),
      'Content-Type': file.type,
      'Content-Length': file.body.length,
    });
    response.end(request.method === 'HEAD' ? undefined : file.body);
  }

  return {
    url: gate.entryUrl,
    origin: gate.origin,
    async close() {
      sockets.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

const usedToken = {
  status: 403,
  message: 'The token in this address is wrong, or it was used before: it works once.',
  next: 'Start Sluice again and open the address that it prints.',
};

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${error.code})`;
      reject(
        new SluiceError('CONFLICT', `Port ${port} ${reason}.`, {
          next: 'Start with another --port, or leave it out to let the system choose.',
          field: 'port',
          cause: error,
        }),
      );
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function refuse(response: ServerResponse, refusal: NonNullable<Refusal>, asJson: boolean): void {
  const { status, message, next } = refusal;
  if (asJson) sendEnvelope(response, status, failure({ code: 'NOT_ALLOWED', message, next }));
  else sendHtml(response, status, wordsPage('Sluice', message, next));
}

function sendHtml(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { ...pageHeaders([]), 'Content-Type': 'text/html; charset=utf-8' });
  response.end(html);
}

function sendEnvelope(response: ServerResponse, status: number, envelope: Envelope): void {
  const headers = { ...pageHeaders([]), 'Content-Type': 'application/json; charset=utf-8' };
  // A request refused half-way leaves unread bytes behind; the connection cannot be used again.
  response.writeHead(status, status === 200 ? headers : { ...headers, Connection: 'close' });
  response.end(JSON.stringify(envelope));
}

function failure(error: ErrorShape): Envelope {
  return { ok: false, error };
}

function shapeOf(error: unknown): ErrorShape {
  if (error instanceof SluiceError) return error.toShape();
  return { code: 'INTERNAL', message: 'The request could not be read.', next: 'Try again.' };
}
