import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256 } from '../crypto/index.ts';
import { dispatch } from './dispatch.ts';
import type { Faults } from './faults.ts';
import { parseJson, printJson } from './json.ts';
import type { NodeCore } from './methods/registry.ts';
import { RpcError } from './rpc-error.ts';
import type { NodeFault } from './types.ts';

/** Thrown by a request that kills the node. */
export class NodeDied extends Error {}

/** The connection is closed without a word. */
class Dropped extends Error {}

interface Reply {
  status: number;
  body: string;
}

const MAX_BODY = 32 * 1024 * 1024;
/** The node waits this long before it tells a wrong password apart from a right one. */
const WRONG_PASSWORD_DELAY = 250;

function envelope(result: unknown, error: { code: number; message: string } | null, id: unknown): string {
  return `${printJson({ result: error ? null : (result ?? null), error, id: id ?? null })}\n`;
}

function statusOf(code: number): number {
  if (code === -32601) return 404;
  return code === -32600 ? 400 : 500;
}

/** The JSON-RPC server of the node, on loopback. */
export class RpcServer {
  private readonly core: NodeCore;
  private readonly faults: Faults;
  private readonly credentials: Buffer;
  private readonly onDeath: () => void;
  private server: Server;

  constructor(
    core: NodeCore,
    faults: Faults,
    login: { username: string; password: string },
    onDeath: () => void,
  ) {
    this.core = core;
    this.faults = faults;
    this.credentials = Buffer.from(`${login.username}:${login.password}`);
    this.onDeath = onDeath;
    this.server = this.make();
  }

  private make(): Server {
    const server = createServer((request, response) => {
      void this.handle(request, response);
    });
    server.keepAliveTimeout = 30_000;
    return server;
  }

  /** Returns the port. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', () => {
        this.server.removeListener('error', reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** Ends every connection, answered or not. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = this.make();
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  private allowed(request: IncomingMessage): boolean {
    const header = request.headers.authorization ?? '';
    if (!header.startsWith('Basic ')) return false;
    const given = Buffer.from(header.slice(6), 'base64');
    return timingSafeEqual(sha256(given), sha256(this.credentials));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readBody(request);
      if (!this.allowed(request)) {
        if (request.headers.authorization !== undefined) await sleep(WRONG_PASSWORD_DELAY);
        response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="jsonrpc"', 'Content-Length': 0 });
        response.end();
        return;
      }
      const reply = await this.reply(request, body);
      response.writeHead(reply.status, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(reply.body),
      });
      response.end(reply.body);
    } catch (error) {
      request.socket.destroy();
      if (error instanceof NodeDied) this.onDeath();
      else if (!(error instanceof Dropped)) throw error;
    }
  }

  private async reply(request: IncomingMessage, body: string): Promise<Reply> {
    if (request.method !== 'POST') {
      return { status: 405, body: 'JSONRPC server handles only POST requests' };
    }
    let wallet: string | undefined;
    let parsed: unknown;
    try {
      wallet = walletOf(request.url ?? '/');
      parsed = parseJson(body);
    } catch {
      return { status: 500, body: envelope(null, { code: -32700, message: 'Parse error' }, null) };
    }
    if (Array.isArray(parsed)) {
      const answers: string[] = [];
      for (const one of parsed as unknown[]) answers.push((await this.one(one, wallet)).body.trimEnd());
      return { status: 200, body: `[${answers.join(',')}]\n` };
    }
    return this.one(parsed, wallet);
  }

  private async one(call: unknown, wallet: string | undefined): Promise<Reply> {
    if (call === null || typeof call !== 'object') {
      return failure(new RpcError(-32600, 'Invalid Request object'), null);
    }
    const { method, params, id } = call as { method?: unknown; params?: unknown; id?: unknown };
    if (typeof method !== 'string') return failure(new RpcError(-32600, 'Missing method'), id);
    const fault = this.faults.take(method);
    if (fault?.mode === 'refuse') throw new Dropped();
    if (fault?.mode === 'error') return faultReply(fault, id);
    let reply = await this.carryOut(method, params, id, wallet);
    if (fault?.mode === 'duplicate') reply = await this.carryOut(method, params, id, wallet);
    if (fault?.mode === 'delay') await sleep(fault.delayMs ?? 1000);
    if (fault?.mode === 'drop') throw new Dropped();
    if (fault?.mode === 'garble')
      return { ...reply, body: reply.body.slice(0, Math.ceil(reply.body.length / 2)) };
    return reply;
  }

  private async carryOut(
    method: string,
    params: unknown,
    id: unknown,
    wallet: string | undefined,
  ): Promise<Reply> {
    try {
      return { status: 200, body: envelope(await dispatch(this.core, method, params, wallet), null, id) };
    } catch (error) {
      if (error instanceof NodeDied) throw error;
      if (error instanceof RpcError) return failure(error, id);
      // What the node calls a miscellaneous error: a fault of its own, told to whoever asked.
      return failure(new RpcError(-1, error instanceof Error ? error.message : String(error)), id);
    }
  }
}

function failure(error: RpcError, id: unknown): Reply {
  const { code, message } = error;
  return { status: statusOf(code), body: envelope(null, { code, message }, id) };
}

function faultReply(fault: NodeFault, id: unknown): Reply {
  if (fault.body !== undefined) return { status: fault.status ?? 500, body: fault.body };
  const error = fault.error ?? { code: -1, message: 'A fault that was asked for' };
  return { status: fault.status ?? statusOf(error.code), body: envelope(null, error, id) };
}

/** The name in /wallet/<name>, or undefined. */
function walletOf(url: string): string | undefined {
  const path = url.split('?')[0] ?? '/';
  return path.startsWith('/wallet/') ? decodeURIComponent(path.slice('/wallet/'.length)) : undefined;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_BODY) throw new Dropped();
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
