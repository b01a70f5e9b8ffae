import type { Api } from '../amp/index.ts';
import { writeJson } from '../amp/index.ts';

/** The issuer at work: calls of AMP's API with the issuer's token, in process, all rules applying. */
export class Issuer {
  private readonly api: Api;
  private readonly credentials: { username: string; password: string };
  private token: string | null = null;

  constructor(api: Api, credentials: { username: string; password: string }) {
    this.api = api;
    this.credentials = credentials;
  }

  /** The answer's body. Throws for anything but a 2xx. */
  async call<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
    this.token ??= (
      await this.send<{ token: string }>('POST', '/user/obtain_token', this.credentials, undefined)
    ).token;
    return this.send<T>(method, path, body, `token ${this.token}`);
  }

  private async send<T>(
    method: string,
    path: string,
    body: unknown,
    authorization: string | undefined,
  ): Promise<T> {
    const answer = await this.api.handle({
      method,
      path,
      query: new URLSearchParams(),
      authorization,
      contentType: 'application/json',
      body: body === undefined ? '' : writeJson(body),
    });
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${writeJson(answer.json)}`);
    return answer.json as T;
  }
}
