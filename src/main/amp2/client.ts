import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { SluiceError } from '../../shared/errors.ts';
import { exchange, ExchangeError, type ExchangeAnswer } from '../../shared/exchange.ts';
import type { Amp2Client, Amp2Deadlines, Amp2Endpoint } from './types.ts';
import {
  declined,
  isHtml,
  isTrouble,
  noAnswer,
  notCosigned,
  notRegistered,
  page,
  shown,
  trouble,
  unreadable,
} from './words.ts';

export interface Amp2ClientOptions {
  endpoint: Amp2Endpoint;
  deadlines?: Amp2Deadlines | undefined;
  /** Waits between two tries, milliseconds; rejects when the signal aborts. */
  sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
  /** Of [0, 1), for the length of a wait. */
  random?: (() => number) | undefined;
}

/** Base64 of a PSET as large as the network relays, and room to spare. */
const MOST_BYTES = 16 * 1024 * 1024;
const TRIES = 4;
const FIRST_WAIT_MS = 500;

/** By the form of the interface: https://…/wallets/… of the server itself, https://…/proxy/… of a venue's proxy. */
const PATHS = {
  direct: { register: 'wallets/register', cosign: 'wallets/sign' },
  proxy: { register: 'proxy/register', cosign: 'proxy/cosign' },
} as const;

/** A name to compare, not to trust: the desk works out the same id by itself. */
const registered = z.object({ wid: z.string().regex(/^[0-9a-zA-Z_-]{1,100}$/) });
const cosigned = z.object({ pset: z.string().regex(/^[0-9A-Za-z+/]+=*$/) });

interface Request {
  method: 'GET' | 'POST';
  path: string;
  json?: unknown;
  what: string;
  timeoutMs: number;
  tries: number;
  signal?: AbortSignal | undefined;
}

export function createAmp2Client(options: Amp2ClientOptions): Amp2Client {
  const { endpoint, deadlines = {}, random = Math.random } = options;
  const sleep =
    options.sleep ?? ((ms: number, signal?: AbortSignal) => pause(ms, undefined, signal ? { signal } : {}));
  const base = baseOf(endpoint.url);
  const where = shown(base);
  const paths = PATHS[endpoint.api];

  const once = async (request: Request): Promise<ExchangeAnswer> => {
    const { method, path, json, what, timeoutMs, signal } = request;
    const url = new URL(path, base);
    try {
      return await exchange({ url, method, json, timeoutMs, maxBytes: MOST_BYTES, signal });
    } catch (error) {
      throw error instanceof ExchangeError ? noAnswer(where, what, error) : error;
    }
  };

  /** Tries again, each time after a longer wait, what failed without an answer or with 5xx; a 4xx is an answer. */
  const send = async (request: Request): Promise<ExchangeAnswer> => {
    for (let attempt = 1; ; attempt++) {
      const outcome = await once(request).then(
        (answer) => (isTrouble(answer) ? trouble(where, answer) : answer),
        (error: unknown) => {
          if (error instanceof SluiceError) return error;
          throw error;
        },
      );
      if (!(outcome instanceof SluiceError)) return outcome;
      const passing = outcome.code !== 'CANCELLED' && outcome.code !== 'COSIGNER_ANSWER_INVALID';
      if (!passing || attempt === request.tries) throw outcome;
      // Half of it at least, and never all clients at once.
      const longest = FIRST_WAIT_MS * 2 ** (attempt - 1);
      try {
        await sleep(longest / 2 + (random() * longest) / 2, request.signal);
      } catch (error) {
        if (!request.signal?.aborted) throw error;
        throw noAnswer(where, request.what, new ExchangeError('interrupted', error));
      }
    }
  };

  const understood = <T extends z.ZodType>(answer: ExchangeAnswer, shape: T, what: string): z.output<T> => {
    const body = shape.safeParse(parsed(answer.text));
    if (!body.success) throw isHtml(answer) ? page(where, answer.status) : unreadable(where, what);
    return body.data;
  };

  return {
    async register(descriptor, signal) {
      const what = 'the registration';
      const answer = await send({
        method: 'POST',
        path: paths.register,
        json: { descriptor },
        what,
        timeoutMs: deadlines.register ?? 30_000,
        tries: TRIES,
        signal,
      });
      if (!isOk(answer)) throw declined(where, answer) ?? notRegistered(answer);
      return understood(answer, registered, what).wid;
    },

    async cosign(pset, signal) {
      const what = 'the cosignature';
      const answer = await send({
        method: 'POST',
        path: paths.cosign,
        json: { pset },
        what,
        timeoutMs: deadlines.cosign ?? 30_000,
        tries: TRIES,
        signal,
      });
      // A proxy may put its refusal under 200.
      if (!isOk(answer) || refuses(answer)) throw declined(where, answer) ?? notCosigned(answer);
      return understood(answer, cosigned, what).pset;
    },

    async ping() {
      // A registration of nothing: whoever is AMP2 refuses it in JSON, under 4xx, and keeps nothing.
      const what = 'the test';
      try {
        const answer = await once({
          method: 'POST',
          path: paths.register,
          json: { descriptor: '' },
          what,
          timeoutMs: deadlines.ping ?? 10_000,
          tries: 1,
        });
        if (isTrouble(answer)) throw trouble(where, answer);
        const failure = isOk(answer) ? null : declined(where, answer);
        if (failure !== null) throw failure;
        const elsewhere = answer.status === 404 || answer.status === 405;
        if (elsewhere || (isOk(answer) && parsed(answer.text) === undefined)) throw unreadable(where, what);
        return { ok: true, message: `AMP2 answers at ${where}.` };
      } catch (error) {
        if (!(error instanceof SluiceError)) throw error;
        return { ok: false, message: `${error.message} ${error.next}` };
      }
    },
  };
}

const isOk = (answer: ExchangeAnswer) => answer.status >= 200 && answer.status < 300;

function refuses(answer: ExchangeAnswer): boolean {
  const body = parsed(answer.text);
  return typeof body === 'object' && body !== null && 'error' in body && !('pset' in body);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Any number of slashes at the end is none: `…//wallets/register` is another path to many servers. */
function baseOf(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new SluiceError('INVALID_ARGUMENT', 'The address of AMP2 is not a URL.', {
      next: 'Write it like https://amp2.example.com.',
      field: 'amp2.url',
    });
  }
  url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/`;
  return url;
}
