import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Amp2Deed } from '../amp2/index.ts';
import type { BulkHolders } from '../world/bulk.ts';
import { FAULT_MODES, FAULT_TARGETS } from './faults.ts';
import type { Fault, FaultMode, FaultTarget } from './faults.ts';
import { readOptions } from './options.ts';
import type { SandboxOptions } from './options.ts';
import type { Truth } from './truth.ts';

/** What the control address can do; the sandbox gives it these hands. */
export interface ControlActions {
  mine(blocks: number): Promise<string[]>;
  reorg(depth: number): Promise<string[]>;
  addFault(fault: Fault): void;
  clearFaults(): void;
  options(): SandboxOptions;
  setOptions(options: Partial<SandboxOptions>): void;
  truth(): Promise<Truth>;
  status(): Promise<unknown>;
  addHolders(wanted: BulkHolders): unknown;
  /** Sends all that the treasury holds to another wallet of the node. */
  moveTreasury(wallet: string): Promise<string | null>;
  /** The simulated Jade as somebody in front of it sees it. */
  jade(): unknown;
  /** What that person does. Throws RangeError for what cannot be done now, or makes no sense. */
  jadeDo(deed: Record<string, unknown>): unknown;
  /** What the issuer of AMP2 assets sees. */
  amp2(): Promise<unknown>;
  /** What that issuer decides. Throws RangeError for what cannot be done. */
  amp2Do(deed: Amp2Deed): Promise<unknown>;
}

/** A request that makes no sense: 400 with the reason. */
class BadRequest extends Error {}

function whole(value: unknown, name: string, least: number, most: number, fallback?: number): number {
  if (value === undefined && fallback !== undefined) return fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw new BadRequest(`“${name}” must be a whole number from ${least} to ${most}.`);
  }
  return value;
}

function textOf(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new BadRequest(`“${name}” must be text.`);
  return value;
}

function readFault(body: Record<string, unknown>): Fault {
  const { target, mode } = body;
  if (!FAULT_TARGETS.includes(target as FaultTarget)) {
    throw new BadRequest(`“target” must be one of ${FAULT_TARGETS.join(', ')}.`);
  }
  if (!FAULT_MODES.includes(mode as FaultMode)) {
    throw new BadRequest(`“mode” must be one of ${FAULT_MODES.join(', ')}.`);
  }
  const method = textOf(body['method'], 'method');
  const path = textOf(body['path'], 'path');
  const message = textOf(body['message'], 'message');
  const status = body['status'] === undefined ? undefined : whole(body['status'], 'status', 200, 599);
  const code = body['code'] === undefined ? undefined : whole(body['code'], 'code', -100_000, 100_000);
  return {
    target: target as FaultTarget,
    mode: mode as FaultMode,
    times: whole(body['times'], 'times', 0, 1_000_000, 1),
    after: whole(body['after'], 'after', 0, 1_000_000, 0),
    ms: whole(body['ms'], 'ms', 0, 3_600_000, 1_000),
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(message === undefined ? {} : { message }),
    ...(status === undefined ? {} : { status }),
    ...(code === undefined ? {} : { code }),
  };
}

function readAmp2Deed(body: Record<string, unknown>): Amp2Deed {
  const text = (name: string): string => {
    const value = textOf(body[name], name);
    if (value === undefined || value === '') throw new BadRequest(`“${name}” is missing.`);
    return value;
  };
  const { action } = body;
  const assetId = text('assetId');
  switch (action) {
    case 'admit':
    case 'remove':
      return { action, assetId, wid: text('wid') };
    case 'lock':
    case 'unlock':
      return { action, assetId };
    case 'cap': {
      const amount = text('amount');
      if (!/^\d{1,16}$/.test(amount)) throw new BadRequest('“amount” is base units as text, digits only.');
      return { action, assetId, amount: BigInt(amount) };
    }
    case 'lock-utxo':
    case 'unlock-utxo':
      return { action, assetId, txid: text('txid'), vout: whole(body['vout'], 'vout', 0, 100_000) };
    default:
      throw new BadRequest('“action” must be admit, remove, lock, unlock, cap, lock-utxo or unlock-utxo.');
  }
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return {};
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new BadRequest('The body is not JSON.');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new BadRequest('The body must be an object.');
  }
  return body as Record<string, unknown>;
}

function sensible<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof RangeError ? new BadRequest(error.message) : error;
  }
}

async function act(actions: ControlActions, call: string, body: Record<string, unknown>): Promise<unknown> {
  switch (call) {
    case 'POST /mine':
      return { blocks: await actions.mine(whole(body['blocks'], 'blocks', 1, 10_000, 1)) };
    case 'POST /reorg':
      return { blocks: await actions.reorg(whole(body['depth'], 'depth', 1, 1_000, 1)) };
    case 'POST /fault':
      actions.addFault(readFault(body));
      return {};
    case 'DELETE /fault':
      actions.clearFaults();
      return {};
    case 'GET /options':
      return actions.options();
    case 'POST /options':
      try {
        actions.setOptions(readOptions(body));
      } catch (error) {
        throw error instanceof SyntaxError ? new BadRequest(error.message) : error;
      }
      return actions.options();
    case 'GET /truth':
      return actions.truth();
    case 'GET /status':
      return actions.status();
    case 'POST /world/treasury': {
      const wallet = textOf(body['wallet'], 'wallet');
      if (wallet === undefined || wallet === '') throw new BadRequest('“wallet” names a wallet of the node.');
      return { txid: await actions.moveTreasury(wallet) };
    }
    case 'POST /world/holders': {
      const { categories } = body;
      if (categories !== undefined && !(Array.isArray(categories) && categories.every(Number.isInteger))) {
        throw new BadRequest('“categories” must be a list of category numbers.');
      }
      return sensible(() =>
        actions.addHolders({
          count: whole(body['count'], 'count', 1, 1_000_000),
          ...(categories === undefined ? {} : { categories: categories as number[] }),
        }),
      );
    }
    case 'GET /jade':
      return actions.jade();
    case 'POST /jade':
      return sensible(() => actions.jadeDo(body));
    case 'GET /amp2':
      return actions.amp2();
    case 'POST /amp2':
      return sensible(() => actions.amp2Do(readAmp2Deed(body)));
    default:
      return undefined;
  }
}

async function answer(
  actions: ControlActions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const write = (status: number, value: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(value)}\n`);
  };
  // No page in a browser has any business here.
  if (request.headers.origin !== undefined) {
    write(403, { error: 'Not for browsers.' });
    return;
  }
  try {
    const body = request.method === 'GET' ? {} : await readBody(request);
    const result = await act(actions, `${request.method} ${pathname}`, body);
    if (result === undefined) write(404, { error: `There is no ${request.method} ${pathname}.` });
    else write(200, result);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    write(error instanceof BadRequest ? 400 : 500, { error: message });
  }
}

export interface ControlServer {
  url: string;
  close(): Promise<void>;
}

export async function startControl(port: number, actions: ControlActions): Promise<ControlServer> {
  const server = createServer((request, response) => {
    answer(actions, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
