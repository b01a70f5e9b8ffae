import dgram from 'node:dgram';
import dns, { lookup, promises as names } from 'node:dns';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealNetwork, type Seal } from './index.ts';

let server: http.Server;
let port: number;
let seal: Seal | null = null;
let targets: string[];

beforeEach(async () => {
  targets = [];
  server = http.createServer((_request, response) => response.end('open'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as net.AddressInfo);
});
afterEach(async () => {
  seal?.lift();
  seal = null;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const putOn = () => (seal = sealNetwork((target) => targets.push(target)));
const failure = (emitter: NodeJS.EventEmitter) => once(emitter, 'error').then(([error]) => error as unknown);
const SEALED = { code: 'NETWORK_SEALED' };

const ways: Record<string, () => Promise<unknown>> = {
  'a TCP connection': () => failure(net.connect(port, '127.0.0.1')),
  'a TCP connection by options': () => failure(new net.Socket().connect({ host: '127.0.0.1', port })),
  'a local socket': () => failure(net.connect('/tmp/no-such-socket')),
  'a TLS connection': () => failure(tls.connect(port, '127.0.0.1')),
  'an HTTP request': () => failure(http.get(`http://127.0.0.1:${port}/`)),
  'an HTTPS request': () => failure(https.get(`https://127.0.0.1:${port}/`)),
  fetch: () => fetch(`http://127.0.0.1:${port}/`).catch((error: unknown) => error),
  'a name lookup': () => new Promise((resolve) => lookup('example.com', resolve)),
  'a promised name lookup': () => names.lookup('example.com').catch((error: unknown) => error),
  'a name query': () => new dns.promises.Resolver().resolve4('example.com').catch((error: unknown) => error),
  'a datagram': async () => {
    const socket = dgram.createSocket('udp4');
    try {
      socket.send('x', port, '127.0.0.1');
      return null;
    } catch (error) {
      return error;
    } finally {
      socket.close();
    }
  },
  'a WebSocket': async () => {
    try {
      return new WebSocket(`ws://127.0.0.1:${port}/`);
    } catch (error) {
      return error;
    }
  },
};

describe('the network seal', () => {
  it.each(Object.entries(ways))('stops %s, and counts it', async (_what, attempt) => {
    putOn();
    expect(await attempt()).toMatchObject(SEALED);
    expect(seal?.stopped()).toBe(1);
    expect(targets).toHaveLength(1);
  });

  it('names where it was to go', async () => {
    putOn();
    await failure(net.connect(port, '127.0.0.1'));
    await failure(http.get(`http://127.0.0.1:${port}/`));
    await fetch('https://amp.example.com/api').catch(() => undefined);
    expect(targets).toEqual([`127.0.0.1:${port}`, `127.0.0.1:${port}`, 'amp.example.com']);
  });

  it('lets connections come in from outside', async () => {
    // Another process is outside; here a connection that was there before the seal stands for it.
    const socket = net.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    putOn();
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('open');
    socket.destroy();
    expect(seal?.stopped()).toBe(0);
  });

  it('is gone once it is lifted', async () => {
    const sealed = putOn();
    sealed.lift();
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('open');
    await expect(names.lookup('localhost')).resolves.toBeDefined();
    expect(sealed.stopped()).toBe(0);
  });
});
