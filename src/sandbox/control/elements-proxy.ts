import { Agent, createServer, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJson, writeJson } from '../amp/index.ts';
import type { NodeAddress } from '../amp/index.ts';
import { OVERSIZE } from './faults.ts';
import type { Fault, Faults } from './faults.ts';
import type { SandboxOptions } from './options.ts';

interface Upstream {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface ElementsProxy {
  port: number;
  close(): Promise<void>;
}

const WARMING_UP = { code: -28, message: 'Loading block index…' };
const LOCKED = {
  code: -13,
  message: 'Error: Please enter the wallet passphrase with walletpassphrase first.',
};

/** Calls that need private keys, and so an unlocked wallet. */
const NEEDS_KEYS: ReadonlySet<string> = new Set([
  'sendmany',
  'sendtoaddress',
  'send',
  'destroyamount',
  'issueasset',
  'reissueasset',
  'signmessage',
  'signrawtransactionwithwallet',
  'dumpprivkey',
  'dumpwallet',
]);

/** Opens a wallet that `walletLocked` locked. */
export const SANDBOX_PASSPHRASE = 'sandbox';

/**
 * Stands between the desk and the node, simulated or real, and breaks answers as the faults and options ask. AMP has
 * its own way to the node: a fault here is the desk's alone, as in life.
 */
export async function startElementsProxy(
  node: NodeAddress,
  port: number,
  faults: Faults,
  options: () => SandboxOptions,
  unlock: () => void,
): Promise<ElementsProxy> {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await collect(request);
    const settings = options();
    if (settings.elementsDown) {
      response.destroy();
      return;
    }
    const forward = () => pass(node.url, agent, request, body);
    if (!settings.elementsWarmup && !settings.walletLocked && !faults.any('elements')) {
      reply(response, await forward());
      return;
    }
    const call = read(body);
    if (settings.elementsWarmup) {
      reply(response, failure(call.id, WARMING_UP));
      return;
    }
    const fault = faults.take('elements', call.method, request.url ?? '/');
    if (fault) {
      await spoil(fault, call, forward, response);
      return;
    }
    if (settings.walletLocked) {
      const locked = await whileLocked(call, forward, unlock);
      reply(response, locked);
      return;
    }
    reply(response, await forward());
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}

interface Call {
  id: unknown;
  method: string;
  params: unknown;
}

/** Method and id of the request; of the first one in a batch. */
function read(body: Buffer): Call {
  try {
    const parsed = readJson(body.toString('utf8'));
    const call = (Array.isArray(parsed) ? parsed[0] : parsed) as Partial<Call> | null;
    return { id: call?.id ?? null, method: call?.method ?? '', params: call?.params };
  } catch {
    return { id: null, method: '', params: [] };
  }
}

function failure(id: unknown, error: { code: number; message: string }, status = 500): Upstream {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(`${writeJson({ result: null, error, id })}\n`),
  };
}

async function spoil(
  fault: Fault,
  call: Call,
  forward: () => Promise<Upstream>,
  response: ServerResponse,
): Promise<void> {
  switch (fault.mode) {
    case 'refuse':
      response.destroy();
      return;
    case 'error':
      reply(
        response,
        failure(
          call.id,
          { code: fault.code ?? -1, message: fault.message ?? 'Internal error' },
          fault.status,
        ),
      );
      return;
    case 'html':
      reply(response, {
        status: fault.status ?? 502,
        headers: { 'content-type': 'text/html' },
        body: Buffer.from('<html><body><h1>Bad Gateway</h1></body></html>\n'),
      });
      return;
    case 'drop':
      await forward();
      response.destroy();
      return;
    case 'delay': {
      const answer = await forward();
      await sleep(fault.ms);
      reply(response, answer);
      return;
    }
    case 'duplicate':
      await forward();
      reply(response, await forward());
      return;
    case 'silent':
      return;
    case 'oversize': {
      await forward();
      const result = 'x'.repeat(OVERSIZE);
      reply(response, {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(writeJson({ result, error: null, id: call.id })),
      });
      return;
    }
    // What only a cosigner can do passes.
    case 'badsig':
    case 'otherkey':
    case 'alter':
    case 'wrongwid':
      reply(response, await forward());
      return;
    case 'garble': {
      const answer = await forward();
      reply(response, { ...answer, body: answer.body.subarray(0, Math.ceil(answer.body.length / 2)) });
    }
  }
}

async function whileLocked(
  call: Call,
  forward: () => Promise<Upstream>,
  unlock: () => void,
): Promise<Upstream> {
  const params = Array.isArray(call.params) ? (call.params as unknown[]) : [];
  if (call.method === 'walletpassphrase') {
    if (params[0] !== SANDBOX_PASSPHRASE) {
      return failure(call.id, {
        code: -14,
        message: 'Error: The wallet passphrase entered was incorrect.',
      });
    }
    unlock();
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(`${writeJson({ result: null, error: null, id: call.id })}\n`),
    };
  }
  const signs = call.method === 'walletprocesspsbt' && params[1] !== false;
  if (signs || NEEDS_KEYS.has(call.method)) return failure(call.id, LOCKED);
  const answer = await forward();
  if (call.method !== 'getwalletinfo' || answer.status !== 200) return answer;
  const parsed = readJson(answer.body.toString('utf8')) as { result: Record<string, unknown> };
  if (parsed.result['private_keys_enabled'] === true) parsed.result['unlocked_until'] = 0n;
  return { ...answer, body: Buffer.from(`${writeJson(parsed)}\n`) };
}

async function collect(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function pass(base: string, agent: Agent, request: IncomingMessage, body: Buffer): Promise<Upstream> {
  return new Promise((resolve, reject) => {
    const { authorization, 'content-type': type } = request.headers;
    const upstream = httpRequest(
      new URL(request.url ?? '/', base),
      {
        method: request.method,
        agent,
        headers: {
          ...(authorization === undefined ? {} : { authorization }),
          ...(type === undefined ? {} : { 'content-type': type }),
          'content-length': body.length,
        },
      },
      (response) => {
        collect(response).then(
          (answer) =>
            resolve({ status: response.statusCode ?? 502, headers: response.headers, body: answer }),
          reject,
        );
      },
    );
    upstream.on('error', reject);
    upstream.end(body);
  });
}

function reply(response: ServerResponse, answer: Upstream): void {
  const headers: Record<string, string | number> = { 'content-length': answer.body.length };
  for (const name of ['content-type', 'www-authenticate'] as const) {
    const value = answer.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  response.writeHead(answer.status, headers).end(answer.body);
}
