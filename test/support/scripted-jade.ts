import { readFileSync } from 'node:fs';
import { decode, encode } from 'cborg';
import type { JadePort, JadePorts, JadeTransport } from '../../src/main/jade/index.ts';

export interface JadeRequest {
  id: string;
  method: string;
  params?: Record<string, unknown>;
}

/** What a scripted device sends for a request: messages (their `id` is filled in), raw bytes, or nothing. */
export type ScriptedAnswer = (Record<string, unknown> | Uint8Array)[];

export interface ScriptedJade extends JadeTransport {
  /** Every request so far, as a device would decode it. */
  readonly requests: JadeRequest[];
  /** Requests without those that only look whether the device is there. */
  readonly commands: JadeRequest[];
  /** Sends a message or bytes unasked. */
  send(what: Record<string, unknown> | Uint8Array): void;
  /** The cable is pulled. */
  unplug(): void;
  readonly open: boolean;
}

/** `get_version_info` of a Jade Plus with current firmware. */
export const INFO = {
  JADE_VERSION: '1.0.40',
  JADE_CONFIG: 'BLE',
  BOARD_TYPE: 'JADE_V2',
  JADE_FEATURES: 'SB',
  EFUSEMAC: '0123454A2F10',
  BATTERY_STATUS: 5,
  JADE_STATE: 'READY',
  JADE_NETWORKS: 'ALL',
};

/** CBOR as the firmware writes it. */
export function message(fields: Record<string, unknown>): Uint8Array {
  return encode(fields, { mapSorter: null as never });
}

/**
 * A device at the end of a transport in memory. `answer` gives what it sends for a command; pings and nonblocking version
 * requests are answered by themselves unless `answer` answers them (an empty array keeps silent, `null` leaves them).
 */
export function scriptedJade(
  answer: (request: JadeRequest) => ScriptedAnswer | null,
  options: { info?: () => Record<string, unknown>; working?: () => boolean } = {},
): ScriptedJade {
  const data: ((bytes: Uint8Array) => void)[] = [];
  const close: ((reason: Error | null) => void)[] = [];
  const requests: JadeRequest[] = [];
  let open = true;
  const emit = (what: Record<string, unknown> | Uint8Array): void => {
    const bytes = what instanceof Uint8Array ? what : message(what);
    if (open) for (const listener of data) listener(bytes);
  };
  const leave = (reason: Error | null): void => {
    if (!open) return;
    open = false;
    for (const listener of close) listener(reason);
  };
  const byItself = ({ method, params }: JadeRequest): ScriptedAnswer => {
    if (method === 'ping') return [{ result: options.working?.() ? 1 : 0 }];
    if (method === 'get_version_info' && params?.['nonblocking'] === true) {
      return [{ result: options.info?.() ?? INFO }];
    }
    return [];
  };
  return {
    requests,
    get commands() {
      return requests.filter(({ method }) => method !== 'ping' && method !== 'get_version_info');
    },
    get open() {
      return open;
    },
    send: emit,
    unplug: () => leave(Object.assign(new Error('EIO: i/o error, read'), { disconnected: true })),
    write(bytes) {
      if (!open) return Promise.reject(new Error('EIO: i/o error, write'));
      const request = decode(bytes) as JadeRequest;
      requests.push(request);
      const reply = answer(request) ?? byItself(request);
      queueMicrotask(() => {
        for (const part of reply) emit(part instanceof Uint8Array ? part : { id: request.id, ...part });
      });
      return Promise.resolve();
    },
    onData: (listener) => void data.push(listener),
    onClose: (listener) => void close.push(listener),
    close() {
      leave(null);
      return Promise.resolve();
    },
  };
}

/** One scripted device at one port. */
export function portTo(path: string, transport: () => JadeTransport, more: Partial<JadePort> = {}): JadePort {
  return { path, hint: 'serial port', simulated: false, open: () => Promise.resolve(transport()), ...more };
}

export function fixedPorts(...ports: JadePort[]): JadePorts {
  return { candidates: () => Promise.resolve(ports) };
}

export interface Recorded {
  step: string;
  dir: '>' | '<';
  bytes: Uint8Array;
  map: Record<string, unknown>;
}

/** Exchanges with real firmware, in order: `>` from the host, `<` from the device. */
export function recordedJade(step?: string): Recorded[] {
  return readFileSync(new URL('../recordings/jade/transcript.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { step: string; dir: '>' | '<'; hex: string })
    .filter((line) => step === undefined || line.step === step)
    .map(({ step: name, dir, hex }) => {
      const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
      return { step: name, dir, bytes, map: decode(bytes) as Record<string, unknown> };
    });
}

/**
 * A device that answers as recorded, step after step, with the very bytes (only the id is the caller's: it has the same
 * length). A command that is not the recorded one fails the test.
 */
export function recordedDevice(
  steps: readonly string[],
  expectSame: (sent: JadeRequest, recorded: Record<string, unknown>) => void,
  info: () => Record<string, unknown> = () => INFO,
): ScriptedJade {
  const lines = steps.flatMap((step) => recordedJade(step));
  const ids = new Map<string, string>();
  return scriptedJade(
    (request) => {
      if (request.method === 'ping' || request.params?.['nonblocking'] === true) return null;
      const asked = lines.shift();
      if (!asked) throw new Error(`Nothing is recorded after ${request.method}.`);
      ids.set(String(asked.map['id']), request.id);
      expectSame(request, withIds(asked.map, ids));
      const reply = lines.shift();
      return reply ? [withId(reply.bytes, String(asked.map['id']), request.id)] : [];
    },
    { info },
  );
}

/** The recorded request with the ids of this conversation. */
function withIds(map: Record<string, unknown>, ids: ReadonlyMap<string, string>): Record<string, unknown> {
  const params = map['params'] as Record<string, unknown> | undefined;
  const origid = params?.['origid'];
  return {
    ...map,
    id: ids.get(String(map['id'])),
    ...(typeof origid === 'string' ? { params: { ...params, origid: ids.get(origid) } } : {}),
  };
}

function withId(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(from);
  if (at < 0 || from.length !== to.length) throw new Error('The id of the recording could not be exchanged.');
  copy.write(to, at, 'latin1');
  return new Uint8Array(copy);
}
