import { startSandbox } from '../index.ts';
import type { SandboxAccess, SandboxHandle, SandboxStartOptions } from '../index.ts';

/** Plain HTTP clients for tests of the sandbox, as poor in knowledge as a script would be. */

export interface HttpAnswer {
  status: number;
  text: string;
  /** The body as JSON numbers and all; undefined when it is not JSON. */
  json: unknown;
}

export async function http(url: string, init: RequestInit = {}): Promise<HttpAnswer> {
  const response = await fetch(url, init);
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, text, json };
}

export class AmpUser {
  readonly base: string;
  private token = '';

  constructor(access: Pick<SandboxAccess, 'amp'>) {
    this.base = access.amp.url;
  }

  static async login(access: Pick<SandboxAccess, 'amp'>): Promise<AmpUser> {
    const user = new AmpUser(access);
    await user.obtainToken(access.amp.username, access.amp.password);
    return user;
  }

  async obtainToken(username: string, password: string): Promise<HttpAnswer> {
    const answer = await this.call('POST', '/user/obtain_token', { username, password });
    if (answer.status === 200) this.token = (answer.json as { token: string }).token;
    return answer;
  }

  useToken(token: string): void {
    this.token = token;
  }

  call(method: string, path: string, body?: unknown): Promise<HttpAnswer> {
    return http(this.base + path, {
      method,
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        ...(this.token === '' ? {} : { authorization: `token ${this.token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** The body of a call that has to succeed. */
  async must<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json as T;
  }
}

/** RPC as the confirming script sends it: marked 2.0, without an id, numbers as floats. */
export class Wallet {
  private readonly url: string;
  private readonly authorization: string;

  constructor({ elements }: Pick<SandboxAccess, 'elements'>, wallet = elements.wallet) {
    this.url = `${elements.url}wallet/${wallet}`;
    this.authorization = `Basic ${Buffer.from(`${elements.username}:${elements.password}`).toString('base64')}`;
  }

  raw(method: string, ...params: unknown[]): Promise<HttpAnswer> {
    return http(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: this.authorization },
      body: JSON.stringify({ method, params, jsonrpc: '2.0' }),
    });
  }

  async call<T>(method: string, ...params: unknown[]): Promise<T> {
    const answer = await this.raw(method, ...params);
    const body = answer.json as { result: T; error: { code: number; message: string } | null } | undefined;
    if (!body || body.error) throw new Error(`${method}: HTTP ${answer.status} ${answer.text.slice(0, 500)}`);
    return body.result;
  }
}

export class Control {
  private readonly url: string;

  constructor({ control }: Pick<SandboxAccess, 'control'>) {
    this.url = control;
  }

  send(method: string, path: string, body?: unknown): Promise<HttpAnswer> {
    return http(this.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async must<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.send(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json as T;
  }

  mine(blocks: number): Promise<unknown> {
    return this.must('POST', '/mine', { blocks });
  }
}

/**
 * A sandbox for a test. `SANDBOX_ELEMENTS_URL` puts it on a real Elements regtest node instead of the simulated
 * chain, so that the same tests show that both are alike.
 */
export function testSandbox(options: SandboxStartOptions = {}): Promise<SandboxHandle> {
  const elementsUrl = process.env['SANDBOX_ELEMENTS_URL'];
  return startSandbox({ ...(elementsUrl === undefined ? {} : { elementsUrl }), ...options });
}
