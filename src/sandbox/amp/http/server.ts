import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authenticate, requireAsset } from '../api/accounts.ts';
import { ROUTES } from '../api/routes.ts';
import type { Context } from '../context.ts';
import { NodeAway } from '../node/client.ts';
import { AmpError, NO_SUCH_PAGE, forbidden, invalid, methodNotAllowed } from './answers.ts';
import type { Answer } from './answers.ts';
import { readJson, writeJson } from './json.ts';
import { Router } from './router.ts';
import type { Role } from './router.ts';

export interface ApiCall {
  method: string;
  /** Below `/api`. */
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  contentType: string;
  body: string;
}

/** What stands between the network and the handlers: faults that a test asked for. */
export type Intercept = (
  call: ApiCall,
  carryOut: () => Promise<Answer>,
  response: ServerResponse,
) => Promise<Answer | null>;

/** The API without its network: dispatch, roles, one change at a time. */
export class Api {
  private readonly context: Context;
  private readonly router = new Router(ROUTES);
  private tail: Promise<unknown> = Promise.resolve();

  constructor(context: Context) {
    this.context = context;
  }

  /** Never rejects: what goes wrong is an answer as well. */
  async handle(call: ApiCall): Promise<Answer> {
    try {
      return await this.dispatch(call);
    } catch (error) {
      if (error instanceof AmpError) return error.answer;
      if (error instanceof NodeAway) return page(502, 'Bad Gateway');
      process.stderr.write(
        `sandbox AMP: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      return page(500, 'Server Error (500)');
    }
  }

  private async dispatch(call: ApiCall): Promise<Answer> {
    const match = this.router.match(call.method, call.path);
    if (match.kind === 'none') return NO_SUCH_PAGE;
    if (match.kind === 'add-slash') {
      return { status: 301, headers: { location: `/api${call.path}/` } };
    }
    const account =
      match.kind === 'found' && match.route.role === 'anyone'
        ? null
        : authenticate(this.context, call.authorization);
    if (match.kind === 'wrong-method') throw methodNotAllowed(call.method);
    const { route, params } = match;
    if (account) {
      requireRole(route.role, account.role);
      if (route.role === 'manager-asset') requireAsset(this.context.db, account, params['asset'] ?? '');
    }
    const request = { params, query: call.query, body: parseBody(call), account };
    const carryOut = async (): Promise<Answer> => route.handler(this.context, request);
    return route.mutates ? this.inTurn(carryOut) : carryOut();
  }

  private inTurn(work: () => Promise<Answer>): Promise<Answer> {
    const result = this.tail.then(work);
    this.tail = result.catch(() => undefined);
    return result;
  }
}

function requireRole(needed: Role, role: 'issuer' | 'manager'): void {
  if (needed === 'issuer' && role !== 'issuer') throw forbidden();
}

function parseBody(call: ApiCall): unknown {
  if (call.body === '') return undefined;
  if (call.contentType.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(call.body));
  }
  try {
    return readJson(call.body);
  } catch (error) {
    throw invalid('detail', `JSON parse error - ${error instanceof Error ? error.message : 'not JSON'}`);
  }
}

function page(status: number, title: string): Answer {
  return {
    status,
    html: `<!doctype html>\n<html lang="en">\n<head>\n  <title>${title}</title>\n</head>\n<body>\n  <h1>${title}</h1><p></p>\n</body>\n</html>\n`,
  };
}

const MAX_BODY = 32 * 1024 * 1024;

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY) request.destroy(new Error('body too large'));
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}

function send(response: ServerResponse, answer: Answer): void {
  const headers: Record<string, string> = { ...answer.headers };
  let body = '';
  if (answer.html !== undefined) {
    headers['content-type'] = 'text/html; charset=utf-8';
    body = answer.html;
  } else if (answer.raw !== undefined) {
    headers['content-type'] = 'application/json';
    body = answer.raw;
  } else if ('json' in answer) {
    headers['content-type'] = 'application/json';
    body = writeJson(answer.json);
  }
  if (answer.status !== 204) headers['content-length'] = Buffer.byteLength(body).toString();
  response.writeHead(answer.status, headers).end(body);
}

/** Serves the API below `/api` on loopback. `intercept` may answer instead, or break the connection (null). */
export async function serve(
  api: Api,
  port: number,
  intercept: Intercept,
): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    answer(api, intercept, request, response).catch((error: unknown) => {
      process.stderr.write(`sandbox AMP: ${error instanceof Error ? error.message : String(error)}\n`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

async function answer(
  api: Api,
  intercept: Intercept,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const body = await readBody(request);
  if (!url.pathname.startsWith('/api/')) {
    send(response, NO_SUCH_PAGE);
    return;
  }
  const call: ApiCall = {
    method: request.method ?? 'GET',
    path: url.pathname.slice('/api'.length),
    query: url.searchParams,
    authorization: request.headers.authorization,
    contentType: request.headers['content-type'] ?? '',
    body,
  };
  const result = await intercept(call, () => api.handle(call), response);
  if (result) send(response, result);
}
