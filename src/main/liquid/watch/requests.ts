import { SluiceError } from '../../../shared/errors.ts';
import { checkAnswer } from './check-answer.ts';
import { chainBusy, givenUp, shownServer } from './errors.ts';
import { ask } from './http.ts';
import type { OwnRequest, ThreadLimits, ThreadSource } from './messages.ts';
import { OneTip } from './one-tip.ts';
import { wholeHistory } from './pages.ts';
import type { ChainAnswer } from './types.ts';

/** What the requests of one job have come to. */
export interface Conversation {
  /** For LWK: a server of this job's own, which is nowhere. */
  readonly url: string;
  /** Requests that left for a server, or for the desk's own node. */
  readonly requests: number;
  /** The first thing that went wrong, if anything did. */
  readonly fault: SluiceError | null;
  /** Asks for what LWK does not ask. */
  get(path: string): Promise<ChainAnswer>;
  end(): void;
}

interface Talk {
  job: number;
  source: ThreadSource;
  wallet: string;
  limits: ThreadLimits;
  signal: AbortSignal;
  requests: number;
  busy: number;
  tip: OneTip;
  fault: SluiceError | null;
}

/** Puts a question of a job to the main thread, which answers from the desk's own node. */
type AskOwn = (job: number, request: OwnRequest) => Promise<ChainAnswer>;

/** Ends in a name that never resolves (RFC 6761). */
const DOMAIN = '.watch.invalid';

/**
 * Stands between LWK and the network. LWK has no deadlines, reads answers of any length, and knows nobody to blame, so all
 * that it fetches comes through here: it is given an address of its own for each job, by which its requests are told apart.
 */
export class Requests {
  readonly #talks = new Map<string, Talk>();
  readonly #askOwn: AskOwn;
  #next = 1;

  constructor(askOwn: AskOwn) {
    this.#askOwn = askOwn;
  }

  /** In place of the global fetch, whose only caller here is LWK. */
  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const { host, pathname, search } = new URL(request.url);
    const talk = this.#talks.get(host);
    if (talk === undefined) throw new TypeError('this thread asks chain servers only');
    try {
      const path = `${pathname}${search}`;
      const body = request.method === 'POST' ? await request.text() : '';
      const method = request.method === 'POST' ? 'POST' : 'GET';
      return asResponse(request.url, await this.#answer(talk, method, path, body));
    } catch (error) {
      if (error instanceof SluiceError) talk.fault ??= error;
      throw error;
    }
  };

  open(job: number, of: Pick<Talk, 'source' | 'wallet' | 'limits' | 'signal'>): Conversation {
    const host = `job${job}-${this.#next++}${DOMAIN}`;
    const talk: Talk = { job, ...of, requests: 0, busy: 0, tip: new OneTip(), fault: null };
    this.#talks.set(host, talk);
    return {
      url: `http://${host}`,
      get requests() {
        return talk.requests;
      },
      get fault() {
        return talk.fault;
      },
      get: (path) => this.#answer(talk, 'GET', path, ''),
      end: () => this.#talks.delete(host),
    };
  }

  async #answer(talk: Talk, method: 'GET' | 'POST', path: string, body: string): Promise<ChainAnswer> {
    const where = talk.source.kind === 'own' ? 'the desk’s own node' : shownServer(talk.source.url);
    const more = async (next: string): Promise<ChainAnswer> => {
      if (talk.fault) throw talk.fault;
      if (talk.signal.aborted) throw givenUp();
      const answer = await this.#send(talk, method, next, body);
      talk.busy = answer.status === 429 || answer.status === 503 ? talk.busy + 1 : 0;
      if (talk.busy > talk.limits.busy) {
        throw chainBusy(`${where} has too much to do and turned the desk away ${talk.busy} times in a row.`);
      }
      return answer;
    };
    if (method === 'POST') return more(path);
    const checked = async (next: string): Promise<ChainAnswer> => {
      const answer = await more(next);
      checkAnswer(next, answer, where);
      return answer;
    };
    return wholeHistory(path, await talk.tip.answer(path, where, checked), where, more);
  }

  async #send(talk: Talk, method: 'GET' | 'POST', path: string, body: string): Promise<ChainAnswer> {
    const { source, limits, signal } = talk;
    const count = () => {
      talk.requests += 1;
    };
    if (source.kind === 'own') {
      count();
      return this.#askOwn(talk.job, { method, path, body, wallet: talk.wallet });
    }
    const { request: deadline, maxBytes } = limits;
    return ask({ method, url: `${source.url}${path}`, body, deadline, maxBytes, signal }, count);
  }
}

/** LWK reads the address of a response, which a made-up one does not have. */
function asResponse(url: string, { status, type, body }: ChainAnswer): Response {
  const response = new Response(Uint8Array.from(body), { status, headers: { 'content-type': type } });
  return Object.defineProperty(response, 'url', { value: url });
}
