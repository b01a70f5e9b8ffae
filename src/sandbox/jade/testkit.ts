import { readFileSync } from 'node:fs';
import { decodeFirst, encode } from 'cborg';
import type { Bytes } from '../crypto/index.ts';
import { startOracle, type SimulatedOracle } from './oracle.ts';
import { SimulatedJade } from './simulated-jade.ts';
import type { SimulatedJadeOptions } from './types.ts';

/** The wallet of the recorded device. */
export const WORDS =
  'fish inner face ginger orchard permit useful method fence kidney chuckle party favorite sunset draw limb science crane oval letter slot invite sadness banana';

export type Message = Record<string, unknown> & {
  result?: unknown;
  error?: { code: number; message: string; data?: Bytes };
};

/** A host at the cable that says what it is told to. */
export interface Host {
  jade: SimulatedJade;
  oracle: SimulatedOracle;
  send(bytes: Bytes): Promise<void>;
  /** The device's next message. */
  heard(): Promise<Message>;
  /** Messages that nobody has asked for yet. */
  readonly unheard: readonly Message[];
  call(method: string, params?: unknown, id?: unknown): Promise<Message>;
  /** Sends without waiting. */
  tell(method: string, params?: unknown, id?: unknown): Promise<void>;
  /** Carries a request of the device to the oracle and the answer back. */
  carry(reply: Message): Promise<Message>;
  /** Opens the port again. */
  reopen(): Promise<void>;
  /** Why the port closed; null while it is open. */
  readonly closed: Error | null;
}

export function request(method: string, params?: unknown, id: unknown = 'a'): Bytes {
  return encode(params === undefined ? { id, method } : { id, method, params }, { mapSorter: null as never });
}

/** A device with a host; both end with the test (`after`). */
export async function hostOf(
  options: Partial<SimulatedJadeOptions>,
  after: (close: () => Promise<void>) => void,
): Promise<Host> {
  const oracle = await startOracle();
  after(() => oracle.close());
  const jade = new SimulatedJade({ mnemonic: WORDS, oracle, person: { afterwards: 'approve' }, ...options });
  const messages: Message[] = [];
  let listener: (() => void) | null = null;
  let rest: Bytes = new Uint8Array(0);
  let closed: Error | null = null;
  const open = () => {
    const cable = jade.connect();
    closed = null;
    cable.onData((bytes) => {
      rest = Uint8Array.from([...rest, ...bytes]);
      for (;;) {
        try {
          const [message, left] = decodeFirst(rest) as [Message, Bytes];
          messages.push(message);
          rest = left;
        } catch {
          break;
        }
      }
      listener?.();
    });
    cable.onClose((reason) => (closed = reason));
    return cable;
  };
  let cable = open();
  let ids = 0;
  const host: Host = {
    jade,
    oracle,
    send: (bytes) => cable.write(bytes),
    async heard() {
      while (messages.length === 0) await new Promise<void>((resolve) => (listener = resolve));
      return messages.shift() ?? {};
    },
    unheard: messages,
    async call(method, params, id = String((ids += 1))) {
      await cable.write(request(method, params, id));
      return host.heard();
    },
    tell: (method, params, id = String((ids += 1))) => cable.write(request(method, params, id)),
    async carry(reply) {
      const { urls, data } = oracleRequest(reply);
      const answer = await fetch(urls[0] ?? '', { method: 'POST', body: JSON.stringify(data) });
      return host.call('pin', await answer.json());
    },
    async reopen() {
      await cable.close();
      rest = new Uint8Array(0);
      cable = open();
    },
    get closed() {
      return closed;
    },
  };
  return host;
}

export function oracleRequest(reply: Message): { urls: string[]; data: unknown } {
  const { http_request: asked } = reply.result as {
    http_request: { params: { urls: string[]; data: unknown } };
  };
  return asked.params;
}

export interface Recorded {
  step: string;
  dir: '>' | '<';
  bytes: Bytes;
  message: Message;
}

/** Exchanges with real firmware, in order. */
export function recorded(step?: string): Recorded[] {
  return readFileSync('test/recordings/jade/transcript.jsonl', 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { step: string; dir: '>' | '<'; hex: string })
    .filter((line) => step === undefined || line.step === step)
    .map(({ hex, ...line }) => {
      const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
      return { ...line, bytes, message: decodeFirst(bytes)[0] as Message };
    });
}

/** Parameters of the first request of a recorded step, to be changed at will. */
export function recordedParams(step: string): Record<string, unknown> {
  const [first] = recorded(step);
  return structuredClone(first?.message['params'] ?? {}) as Record<string, unknown>;
}
