import { z } from 'zod';
import { SluiceError } from '../../shared/errors.ts';
import { createLimit } from '../../shared/limit.ts';
import { parseLossless, stringifyLossless } from '../../shared/lossless.ts';
import {
  explainPage,
  explainStatus,
  hiddenError,
  isHtml,
  isTokenRefusal,
  redact,
  unreadable,
  type AmpAnswer,
} from './errors.ts';
import { createSession, type AmpLogin, type Session, type TokenStore } from './session.ts';
import { BrokenConnection, exchange, type Fetch } from './transport.ts';

export interface AmpClientOptions {
  /** AMP's address, ending in `/api`. */
  url: string;
  credentials: () => Promise<AmpLogin>;
  tokenStore: TokenStore;
  fetch?: Fetch | undefined;
  /** Ends every call under way and to come with CANCELLED. */
  signal?: AbortSignal | undefined;
  /** Milliseconds; reads 60,000 and changes 120,000 unless said. */
  timeouts?: { read?: number; change?: number } | undefined;
  /** Largest answer read, in bytes. */
  maxBytes?: number | undefined;
}

type Query = Record<string, string | number | undefined>;

/** How the areas of the client speak to AMP. Paths are relative and already encoded (see `path`). */
export interface AmpHttp {
  readonly base: URL;
  /** A question: repeated once when the connection broke, redirects within the host followed. */
  read<T extends z.ZodType>(path: string, shape: T, query?: Query): Promise<z.output<T>>;
  /** A question that needs no login. */
  ask<T extends z.ZodType>(path: string, shape: T): Promise<z.output<T>>;
  /**
   * A request that changes something, sent exactly once; only a refusal of the token, which AMP gives before it looks at
   * the request, is followed by one more try. Some of AMP's changes are GETs.
   */
  change<T extends z.ZodType>(method: Change, path: string, shape: T, body?: unknown): Promise<z.output<T>>;
  /** A change whose answer may be empty although it should be an object: then null. */
  changeMaybe<T extends z.ZodType>(
    method: Change,
    path: string,
    shape: T,
    body?: unknown,
  ): Promise<z.output<T> | null>;
  /** A change whose answer says nothing; an error hidden in a 200 still counts. */
  changeQuietly(method: Change, path: string, body?: unknown): Promise<void>;
  readonly session: Session;
}

/** `GET!` is a GET that changes something at AMP. */
export type Change = 'POST' | 'PUT' | 'DELETE' | 'GET!';

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_REDIRECTS = 3;
/** AMP documents no rate limit; a browser asks six things at once. */
const MOST_AT_ONCE = 6;
const tokenAnswer = z.object({ token: z.string().min(1) });

/** Joins path segments, each value encoded. */
export function path(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return strings.reduce((whole, part, index) => {
    const value = values[index];
    return whole + part + (value === undefined ? '' : encodeURIComponent(value));
  }, '');
}

/** The address of a path. Throws INVALID_ARGUMENT when an empty id, `.` or `..` would make it another one. */
function target(relative: string, base: URL): URL {
  // The one slash at the end that is meant.
  const segments = relative.replace(/\/create\/$/, '/create').split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw new SluiceError('INVALID_ARGUMENT', 'An id in a request to AMP is empty.', {
      next: 'Reload and try again.',
    });
  }
  return new URL(relative, base);
}

export function ampBase(url: string): URL {
  let base: URL;
  try {
    base = new URL(url);
  } catch {
    throw new SluiceError('INVALID_ARGUMENT', 'The address of AMP is not a URL.', {
      next: 'Write it like https://amp.blockstream.com/api.',
      field: 'ampUrl',
    });
  }
  if (base.protocol !== 'https:' && base.protocol !== 'http:') {
    throw new SluiceError('INVALID_ARGUMENT', 'The address of AMP must begin with https://.', {
      next: 'Write it like https://amp.blockstream.com/api.',
      field: 'ampUrl',
    });
  }
  base.username = '';
  base.password = '';
  base.search = '';
  base.hash = '';
  base.pathname = `${base.pathname.replace(/\/+$/, '')}/`;
  return base;
}

export function createHttp(options: AmpClientOptions): AmpHttp {
  const base = ampBase(options.url);
  const fetchImpl = options.fetch ?? globalThis.fetch;
  const limit = createLimit(MOST_AT_ONCE);
  const limits = {
    read: options.timeouts?.read ?? 60_000,
    change: options.timeouts?.change ?? 120_000,
    bytes: options.maxBytes ?? MAX_BYTES,
  };

  const send = (
    method: string,
    url: URL,
    what: string,
    time: 'read' | 'change',
    token: string | null,
    body?: unknown,
  ) =>
    limit(() =>
      exchange(fetchImpl, {
        base,
        method,
        url,
        what,
        headers: {
          accept: 'application/json',
          ...(token === null ? {} : { authorization: `token ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : stringifyLossless(body),
        change: time === 'change',
        timeoutMs: limits[time],
        maxBytes: limits.bytes,
        signal: options.signal,
      }),
    );

  const obtain = async (login: AmpLogin): Promise<string> => {
    const secrets = [login.password];
    const url = new URL('user/obtain_token', base);
    const body = { username: login.username, password: login.password };
    // Obtaining a token twice does no harm, so a broken connection may be tried again like a read.
    const attempt = () => send('POST', url, 'the login', 'read', null, body);
    const answer = await attempt().catch((error: unknown) => {
      if (error instanceof BrokenConnection) return attempt();
      throw error;
    });
    if ((answer.status === 400 || answer.status === 401 || answer.status === 403) && !isHtml(answer)) {
      throw new SluiceError(
        'AMP_UNAUTHORIZED',
        `AMP does not accept the user name or password of “${login.username}”.`,
        {
          next: 'Correct them in the profile’s connection, or ask Blockstream’s AMP support to reset them.',
        },
      );
    }
    const parsed = tokenAnswer.safeParse(jsonOf(answer, 'the login', base, secrets, false));
    if (!parsed.success) throw unreadable('the login', false);
    return parsed.data.token;
  };
  const session = createSession(options.credentials, options.tokenStore, obtain);

  /** Sends with the token; renews it once when AMP refuses it. */
  const authorised = async (attempt: (token: string) => Promise<AmpAnswer>): Promise<AmpAnswer> => {
    const token = await session.token();
    const answer = await attempt(token);
    if (!isTokenRefusal(answer)) return answer;
    const again = await attempt(await session.renew(token));
    if (!isTokenRefusal(again)) return again;
    throw new SluiceError('AMP_UNAUTHORIZED', 'AMP does not accept this account’s login any more.', {
      next: 'Enter the password again in the profile’s connection; if the account is locked, ask Blockstream’s AMP support.',
    });
  };

  const get = async (url: URL, what: string, token: string | null): Promise<AmpAnswer> => {
    let at = url;
    for (let hops = 0; ; hops++) {
      const attempt = () => send('GET', at, what, 'read', token);
      const answer = await attempt().catch((error: unknown) => {
        if (error instanceof BrokenConnection) return attempt();
        throw error;
      });
      const next = sameHostRedirect(answer, at);
      if (next === null || hops >= MAX_REDIRECTS) return answer;
      at = next;
    }
  };

  const changeAnswer = (method: Change, relative: string, body: unknown): Promise<AmpAnswer> => {
    const verb = method === 'GET!' ? 'GET' : method;
    const url = target(relative, base);
    return authorised((token) => send(verb, url, `${verb} ${relative}`, 'change', token, body));
  };

  const json = (answer: AmpAnswer, what: string, change: boolean): unknown =>
    jsonOf(answer, what, base, session.secrets(), change);
  const understand = <T extends z.ZodType>(
    shape: T,
    answer: AmpAnswer,
    what: string,
    change: boolean,
  ): z.output<T> => fit(shape, json(answer, what, change), what, session.secrets());

  return {
    base,
    session,
    async read(relative, shape, query = {}) {
      const url = target(relative, base);
      for (const [name, value] of Object.entries(query)) {
        if (value !== undefined) url.searchParams.set(name, String(value));
      }
      const answer = await authorised((token) => get(url, `GET ${relative}`, token));
      return understand(shape, answer, `GET ${relative}`, false);
    },
    async ask(relative, shape) {
      return understand(
        shape,
        await get(target(relative, base), `GET ${relative}`, null),
        `GET ${relative}`,
        false,
      );
    },
    async change(method, relative, shape, body) {
      const answer = await changeAnswer(method, relative, body);
      return understand(shape, answer, relative, true);
    },
    async changeMaybe(method, relative, shape, body) {
      const answer = await changeAnswer(method, relative, body);
      if (isOk(answer) && answer.text.trim() === '') return null;
      return understand(shape, answer, relative, true);
    },
    async changeQuietly(method, relative, body) {
      const answer = await changeAnswer(method, relative, body);
      if (isOk(answer) && answer.text.trim() === '') return;
      refuseHidden(json(answer, relative, true), session.secrets());
    },
  };
}

function isOk(answer: AmpAnswer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

function sameHostRedirect(answer: AmpAnswer, from: URL): URL | null {
  if (answer.status < 300 || answer.status >= 400 || !answer.location) return null;
  let next: URL;
  try {
    next = new URL(answer.location, from);
  } catch {
    return null;
  }
  return next.origin === from.origin ? next : null;
}

/** The JSON of a 2xx answer; everything else throws. */
function jsonOf(
  answer: AmpAnswer,
  what: string,
  base: URL,
  secrets: readonly string[],
  change: boolean,
): unknown {
  if (!isOk(answer)) throw explainStatus(answer, base, secrets, change);
  if (isHtml(answer)) throw explainPage(answer, base, change);
  try {
    return parseLossless(answer.text);
  } catch {
    throw unreadable(what, change);
  }
}

function refuseHidden(body: unknown, secrets: readonly string[]): void {
  const hidden = hiddenError(body);
  if (hidden === null) return;
  throw new SluiceError('AMP_REFUSED', `AMP refused: ${redact(hidden, secrets)}`, {
    next: 'Correct what AMP names and try again.',
  });
}

function fit<T extends z.ZodType>(
  shape: T,
  body: unknown,
  what: string,
  secrets: readonly string[],
): z.output<T> {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  refuseHidden(body, secrets);
  const issue = parsed.error.issues[0];
  const place = issue && issue.path.length > 0 ? ` (${issue.path.map(String).join('.')})` : '';
  throw new SluiceError('AMP_ANSWER_INVALID', `AMP’s answer to ${what} lacks what the desk needs${place}.`, {
    next: 'Reload. If it stays, AMP’s interface may have changed: keep this message and look for an update of the desk.',
  });
}
