import { randomInt } from 'node:crypto';
import { encode } from 'cborg';
import { SluiceError } from '../../shared/errors.ts';
import { answerInvalid, deviceError, lost, released, StaleFlow, timedOut } from './errors.ts';
import { createFramer, type JadeMessage } from './framer.ts';
import type { JadeTransport } from './types.ts';

/** How often the link is checked while the device is at work, ms. */
const BEAT = 10_000;
/** Beats without an answer after which the device counts as gone. */
const MISSED = 6;
/** Largest request that a Jade with its extra memory takes, bytes. */
const MOST_REQUEST = 400 * 1024;

export type Params = Record<string, unknown>;

export interface JadeReply {
  id: string;
  result: unknown;
  seqnum?: number;
  seqlen?: number;
}

/** Sends one command and waits for its reply, as long as the device answers pings. */
export type Command = (method: string, params?: Params) => Promise<JadeReply>;

/** A conversation with one device over one open port. Everything rejects with a SluiceError. */
export interface JadeLink {
  /** Says ping until the device answers: it may be starting, or its buffer full of another program's bytes. */
  greet(tries: number, waitMs: number): Promise<boolean>;
  /** Answered at once even while a prompt is on the screen: `ping` and nonblocking `get_version_info`. */
  ask(method: string, params: Params | undefined, waitMs: number): Promise<unknown>;
  /** One flow of one or several commands; flows follow one another. The link is checked all the while. */
  flow<T>(work: (command: Command) => Promise<T>): Promise<T>;
  /** Sends what gets no reply (`cancel`). */
  tell(method: string): Promise<void>;
  /** Waits for something outside, but no longer than the link lives. */
  during<T>(work: Promise<T>): Promise<T>;
  /** A flow is under way. */
  readonly busy: boolean;
  readonly closed: boolean;
  onClosed(listener: () => void): void;
  close(): Promise<void>;
}

interface Pending {
  id: string;
  method: string;
  /** Part of a flow: what `id:"00"` and an idle device are about. */
  main: boolean;
  resolve(message: JadeMessage): void;
  reject(error: SluiceError): void;
}

export interface LinkOptions {
  /** Told at every beat on which the device says that it waits for its person. */
  onWaiting?: () => void;
}

/** Fields that are undefined stay out: the firmware would get `0xf7`, which it refuses. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([key, field]) => [key, withoutUndefined(field)]),
  );
}

/** A request as the firmware reads it: keys in the order given (it hashes contracts in that order), bytes without tag. */
export function encodeRequest(id: string, method: string, params?: Params): Uint8Array {
  const request = params === undefined ? { id, method } : { id, method, params: withoutUndefined(params) };
  // cborg's types leave no room for the null that it asks for to keep the order of keys.
  return encode(request, { mapSorter: null as never });
}

/** Takes over an open transport. */
export function openLink(transport: JadeTransport, options: LinkOptions = {}): JadeLink {
  const framer = createFramer();
  const pending = new Map<string, Pending>();
  const closedListeners: (() => void)[] = [];
  let counter = randomInt(100_000, 1_000_000);
  let heardGood = false;
  let first = true;
  let end: SluiceError | null = null;
  let failEnd: (error: SluiceError) => void = () => undefined;
  const ended = new Promise<never>((_resolve, reject) => (failEnd = reject));
  ended.catch(() => undefined);
  let flows = 0;
  let turn: Promise<unknown> = Promise.resolve();
  let beat: NodeJS.Timeout | null = null;
  let missed = 0;
  let idleBeats = 0;

  transport.onData((bytes) => {
    for (const message of framer.push(bytes, performance.now())) receive(message);
  });
  transport.onClose((reason) => finish(lost(reason ?? undefined)));

  function receive(message: JadeMessage): void {
    if ('log' in message || typeof message['id'] !== 'string') return;
    if (message['id'] === '00') return unreadable(message);
    const call = pending.get(message['id']);
    // A late reply, to somebody who has gone.
    if (!call) return;
    pending.delete(call.id);
    heardGood = true;
    missed = 0;
    if ('error' in message) call.reject(deviceError(call.method, message['error']));
    else call.resolve(message);
  }

  /** The device could not read what it got. Before it has answered once that was somebody else's bytes. */
  function unreadable(message: JadeMessage): void {
    if (!heardGood) return;
    for (const call of pending.values()) {
      if (!call.main) continue;
      pending.delete(call.id);
      call.reject(deviceError(call.method, message['error']));
      return;
    }
  }

  function finish(error: SluiceError): void {
    if (end !== null) return;
    end = error;
    if (beat !== null) clearInterval(beat);
    failEnd(error);
    for (const call of pending.values()) call.reject(error);
    pending.clear();
    for (const listener of closedListeners) listener();
  }

  async function drop(error: SluiceError): Promise<void> {
    if (end !== null) return;
    finish(error);
    await transport.close().catch(() => undefined);
  }

  function send(
    method: string,
    params: Params | undefined,
    main: boolean,
    waitMs?: number,
  ): Promise<JadeMessage> {
    if (end !== null) return Promise.reject(end);
    counter += 1;
    const id = String(counter);
    const bytes = encodeRequest(id, method, params);
    if (bytes.length > MOST_REQUEST) {
      return Promise.reject(
        new SluiceError('JADE_REFUSED', 'The transaction is too large for a Jade.', {
          next: 'Plan the operation with fewer recipients per batch.',
        }),
      );
    }
    return new Promise<JadeMessage>((resolve, reject) => {
      let timer: NodeJS.Timeout | null = null;
      const settled = (): void => {
        if (timer !== null) clearTimeout(timer);
      };
      const call: Pending = {
        id,
        method,
        main,
        resolve(message) {
          settled();
          resolve(message);
        },
        reject(error) {
          settled();
          reject(error);
        },
      };
      pending.set(id, call);
      if (waitMs !== undefined) {
        timer = setTimeout(() => {
          pending.delete(id);
          reject(timedOut());
        }, waitMs);
      }
      transport.write(bytes).catch((error: unknown) => void drop(lost(error)));
    });
  }

  async function command(method: string, params?: Params): Promise<JadeReply> {
    idleBeats = 0;
    try {
      return readReply(await send(method, params, true));
    } catch (error) {
      // A flow that a former connection left behind is dropped by the first command, which is lost with it.
      const stale = first && error instanceof StaleFlow && end === null;
      first = false;
      if (!stale) throw error;
      return readReply(await send(method, params, true));
    } finally {
      first = false;
    }
  }

  /** Once per beat while a flow is under way: is it there, and is it still at work on what it was asked? */
  function onBeat(): void {
    missed += 1;
    if (missed > MISSED) return void drop(timedOut());
    send('ping', undefined, false, BEAT * MISSED).then(
      ({ result }) => {
        const waiting = [...pending.values()].find((call) => call.main);
        if (!waiting) return;
        if (result !== 0) {
          idleBeats = 0;
          if (result === 1) options.onWaiting?.();
          return;
        }
        idleBeats += 1;
        if (idleBeats < 2) return;
        pending.delete(waiting.id);
        waiting.reject(
          answerInvalid('it is idle, but its reply never came', {
            next: 'A reply was damaged on its way. Use a cable straight to the machine and start once more; nothing was signed.',
          }),
        );
      },
      () => undefined,
    );
  }

  function startBeat(): void {
    flows += 1;
    missed = 0;
    idleBeats = 0;
    beat ??= setInterval(onBeat, BEAT);
  }

  function stopBeat(): void {
    flows -= 1;
    if (flows > 0 || beat === null) return;
    clearInterval(beat);
    beat = null;
  }

  return {
    async greet(tries, waitMs) {
      for (let done = 0; done < tries && end === null; done += 1) {
        try {
          await send('ping', undefined, false, waitMs);
          return true;
        } catch {
          // The next try, or the end of the link, tells more.
        }
      }
      if (end !== null) throw end;
      return false;
    },
    ask: async (method, params, waitMs) => (await send(method, params, false, waitMs))['result'],
    flow(work) {
      const run = async (): Promise<Awaited<ReturnType<typeof work>>> => {
        if (end !== null) throw end;
        startBeat();
        try {
          return await work(command);
        } finally {
          stopBeat();
        }
      };
      const mine = turn.then(run, run);
      turn = mine.catch(() => undefined);
      return mine;
    },
    async tell(method) {
      if (end !== null) throw end;
      counter += 1;
      await transport.write(encodeRequest(String(counter), method));
    },
    during: (work) => Promise.race([work, ended]),
    get busy() {
      return flows > 0;
    },
    get closed() {
      return end !== null;
    },
    onClosed(listener) {
      if (end === null) closedListeners.push(listener);
      else listener();
    },
    close: () => drop(released()),
  };
}

function readReply(message: JadeMessage): JadeReply {
  const { id, result, seqnum, seqlen } = message;
  return {
    id: String(id),
    result,
    ...(typeof seqnum === 'number' ? { seqnum } : {}),
    ...(typeof seqlen === 'number' ? { seqlen } : {}),
  };
}
