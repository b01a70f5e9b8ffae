import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Context } from '../amp/index.ts';
import type { GreenAccess } from '../types.ts';
import { Cosigner } from './cosign/index.ts';
import { answerCosign } from './http.ts';
import type { GreenIntercept } from './faults.ts';
import { serveWamp } from './wamp.ts';

export interface GreenOptions {
  /** AMP's books: Green keeps its accounts there, and asks them for the rules of assets. */
  amp: Context;
  /** 0 or absent: any free port. */
  port?: number;
  intercept: GreenIntercept;
}

export interface GreenServer extends GreenAccess {
  close(): Promise<void>;
}

const SOCKET_PATH = '/v2/ws';
const PROTOCOL = 'wamp.2.json';
const MAX_MESSAGE = 8 * 1024 * 1024;

/** Serves AMP0 accounts on loopback: WAMP over WebSocket and POST /delayed_signature, under one port. */
export async function startGreen({ amp, port, intercept }: GreenOptions): Promise<GreenServer> {
  const { keys } = amp.green.addresses;
  const cosigner = new Cosigner(amp);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    answerCosign(request, response, cosigner, intercept).catch(() => response.destroy());
  });
  const raw = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    raw.add(socket);
    socket.once('close', () => raw.delete(socket));
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (pathname.replace(/\/+$/, '') !== SOCKET_PATH) {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
      return;
    }
    const fault = intercept('connect');
    if (fault?.mode === 'silent') return;
    if (fault?.mode === 'error' || fault?.mode === 'html') {
      socket.end(`HTTP/1.1 ${fault.status ?? 503} Unavailable\r\nconnection: close\r\n\r\n`);
      return;
    }
    if (fault) {
      socket.destroy();
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      // Without the subprotocol the two do not speak the same language.
      if (client.protocol === PROTOCOL) serveWamp(client, amp.green, intercept);
      else client.close(1002, 'wamp.2.json is spoken here');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port ?? 0, '127.0.0.1', resolve);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `ws://${host}${SOCKET_PATH}`,
    cosignUrl: `http://${host}`,
    serverPubkey: keys.pubkey,
    serverChainCode: keys.chainCode,
    close: async () => {
      for (const socket of raw) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
