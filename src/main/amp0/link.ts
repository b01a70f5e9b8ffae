import { WebSocket } from 'ws';
import type { SluiceError } from '../../shared/errors.ts';
import { faultOf, networkCode } from '../../shared/exchange.ts';
import { call as callFrame, hello, readFrame, type Frame } from './frames.ts';
import {
  answerInvalid,
  answerTooLong,
  clean,
  closed,
  invalid,
  notGreen,
  refused,
  shown,
  timedOut,
  unreachable,
} from './words.ts';

/** Largest frame that is read. LWK breaks at 10,000 bytes, which an owner of many accounts exceeds. */
const MOST_BYTES = 1_000_000;

export interface LinkTimes {
  /** To open the connection and the session, and for each call. */
  callMs: number;
  /** Between two pings; a connection that answered none of the last one is given up. */
  pingMs: number;
}

/** Green answered a call with an error: the session is still in step. */
export class GreenError extends Error {
  /** For people, cleaned. */
  readonly words: string;

  constructor(words: string) {
    super('Green refused a call');
    this.name = 'GreenError';
    this.words = words;
  }
}

/** A session with Green. Whatever goes wrong in it but a GreenError closes it. */
export interface Link {
  readonly open: boolean;
  readonly where: string;
  /**
   * @param what what is asked, for messages
   * @param secrets strings that must not be shown if Green repeats them
   * @throws GreenError, or SluiceError when the link is lost
   */
  call(
    procedure: string,
    args: readonly unknown[],
    what: string,
    secrets?: readonly string[],
  ): Promise<unknown>;
  onClose(listener: (reason: string) => void): void;
  /** Closes it because of what an answer holds, and answers the error to throw. */
  fail(error: SluiceError): SluiceError;
  close(): void;
}

interface Waiting {
  what: string;
  secrets: readonly string[];
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Opens a WebSocket and a WAMP session on it. Throws COSIGNER_* as the words say; never waits beyond `callMs`. */
export function openLink(url: string, times: LinkTimes): Promise<Link> {
  const where = shown(url);
  let socket: WebSocket;
  try {
    socket = new WebSocket(url, ['wamp.2.json'], { maxPayload: MOST_BYTES, perMessageDeflate: false });
  } catch (cause) {
    throw Object.assign(
      invalid('The address of Green is not one of a WebSocket.', 'Write it like wss://host/v2/ws.'),
      { cause },
    );
  }

  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(reason: string) => void>();
  let state: 'opening' | 'open' | 'closed' = 'opening';
  let last = 0;
  let heard = true;
  let pings: NodeJS.Timeout | undefined;
  const session = Promise.withResolvers<Link>();

  const end = (reason: string, errorFor: (what: string) => SluiceError) => {
    if (state === 'closed') return;
    const wasOpen = state === 'open';
    state = 'closed';
    clearTimeout(opening);
    clearInterval(pings);
    if (!wasOpen) session.reject(errorFor('the start of the session'));
    for (const call of waiting.values()) call.reject(errorFor(call.what));
    waiting.clear();
    socket.terminate();
    for (const listener of listeners) listener(reason);
    listeners.clear();
  };
  const failWith = (error: SluiceError) => end(error.message, () => error);

  const opening = setTimeout(() => failWith(timedOut(where, 'the connection')), times.callMs);

  socket.on('open', () => socket.send(hello()));
  socket.on('unexpected-response', (request, response) => {
    request.destroy();
    failWith(notGreen(where, response.statusCode ?? 0));
  });
  socket.on('error', (error) => failWith(explain(error, where)));
  socket.on('close', (_code, reason) =>
    end(`Green closed the connection.`, (what) => closed(where, what, clean(reason.toString()))),
  );
  socket.on('pong', () => {
    heard = true;
  });
  socket.on('message', (data: Buffer, isBinary) => {
    heard = true;
    const frame = isBinary ? null : readFrame(data.toString('utf8'));
    if (frame === null) failWith(answerInvalid(where, 'a message is not of its protocol'));
    else take(frame);
  });

  const take = (frame: Frame) => {
    if (frame.kind === 'abort' || frame.kind === 'goodbye') {
      const reason = clean(frame.reason);
      if (state === 'opening') failWith(refused('the session', reason, 'Try again later.'));
      else end(`Green ended the session.`, (what) => closed(where, what, reason));
    } else if (state === 'opening') {
      if (frame.kind !== 'welcome') return failWith(answerInvalid(where, 'it does not open the session'));
      state = 'open';
      clearTimeout(opening);
      pings = setInterval(ping, times.pingMs).unref();
      session.resolve(link);
    } else if (frame.kind === 'result' || frame.kind === 'error') {
      // An answer to a call that nobody waits for any more, or to none of ours, is passed over.
      const call = waiting.get(frame.request);
      if (call === undefined) return;
      if (frame.kind === 'result') call.resolve(frame.value);
      else call.reject(new GreenError(clean(frame.words, call.secrets)));
    }
  };

  const ping = () => {
    if (!heard) return failWith(timedOut(where, 'a sign of life'));
    heard = false;
    socket.ping();
  };

  const link: Link = {
    get open() {
      return state === 'open';
    },
    where,
    async call(procedure, args, what, secrets = []) {
      if (state !== 'open') throw closed(where, what, '');
      const request = ++last;
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      waiting.set(request, { what, secrets, resolve, reject });
      const deadline = setTimeout(
        () =>
          end('Green did not answer in time.', (of) =>
            of === what ? timedOut(where, what) : closed(where, of, ''),
          ),
        times.callMs,
      );
      socket.send(callFrame(request, procedure, args));
      try {
        return await promise;
      } finally {
        clearTimeout(deadline);
        waiting.delete(request);
      }
    },
    onClose(listener) {
      if (state === 'closed') listener('The connection to Green is closed.');
      else listeners.add(listener);
    },
    fail(error) {
      failWith(error);
      return error;
    },
    close() {
      end('The desk closed the connection.', (what) => closed(where, what, ''));
    },
  };
  return session.promise;
}

function explain(error: Error & { code?: unknown }, where: string): SluiceError {
  const code = networkCode(error);
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return answerTooLong(where, '1 MB');
  if (code.startsWith('WS_ERR_')) return answerInvalid(where, 'a message is damaged');
  // Thrown by the handshake: no other way to tell it from a broken connection.
  if (/subprotocol|Sec-WebSocket/i.test(error.message)) {
    return answerInvalid(where, 'it does not speak Green’s protocol');
  }
  return unreachable(where, faultOf(code));
}
