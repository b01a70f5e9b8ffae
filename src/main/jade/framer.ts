import { decodeFirst } from 'cborg';

/** Bytes that may wait for the rest of a message. The firmware's longest reply has 3 KiB. */
const MOST = 64 * 1024;
/** Silence that ends a run of bytes that make no sense, ms. */
const SILENCE = 300;
/** A message that stops for so long in its middle lost its rest, ms. */
const STALE = 3000;
/** Maps of the protocol have at most 22 entries; more is noise that looks like the head of a map. */
const MOST_ENTRIES = 64;

const STRICT = {
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  rejectDuplicateMapKeys: true,
};

export type JadeMessage = Record<string, unknown>;

export interface Framer {
  /** The messages that are complete with these bytes, which came at `now` (ms of any steady clock). */
  push(bytes: Uint8Array, now: number): JadeMessage[];
  /** How often what came was no message, since the start. */
  readonly faults: number;
}

/**
 * Cuts what a Jade sends into messages. Each direction is a bare row of CBOR maps: no length, no delimiter, no checksum.
 * What cannot be a message (boot texts, noise, bytes of another program) is dropped up to the next silence; whoever
 * waits for an answer then asks again.
 */
export function createFramer(): Framer {
  let buffer: Uint8Array = new Uint8Array(0);
  let lastAt = -Infinity;
  let discarding = false;
  let faults = 0;

  function broken(): void {
    faults += 1;
    buffer = new Uint8Array(0);
    discarding = true;
  }

  return {
    get faults() {
      return faults;
    },
    push(bytes, now) {
      const silence = now - lastAt;
      lastAt = now;
      if (bytes.length === 0) return [];
      if (discarding && silence < SILENCE) return [];
      discarding = false;
      const waited = buffer.length > 0 && silence >= STALE;
      let read = take(concat(buffer, bytes));
      if (waited && (read.broken || read.messages.length === 0)) {
        // The rest of the old message never came; what came now may be one of its own.
        const fresh = take(bytes);
        if (!fresh.broken && fresh.messages.length > 0) {
          faults += 1;
          read = fresh;
        }
      }
      buffer = read.rest;
      if (read.broken || buffer.length > MOST) broken();
      return read.messages;
    },
  };
}

/** Whole messages from the start of `bytes`, and what is left. */
function take(bytes: Uint8Array): { messages: JadeMessage[]; rest: Uint8Array; broken: boolean } {
  const messages: JadeMessage[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    if (!isMapHead(rest)) return { messages, rest, broken: true };
    try {
      const [message, after] = decodeFirst(rest, STRICT) as [JadeMessage, Uint8Array];
      messages.push(message);
      rest = after;
    } catch (error) {
      return { messages, rest, broken: !isIncomplete(error) };
    }
  }
  return { messages, rest, broken: false };
}

/** A definite-length map that is not too long for this protocol. */
function isMapHead(bytes: Uint8Array): boolean {
  const head = bytes[0] ?? 0;
  if (head >= 0xa0 && head <= 0xb7) return true;
  return head === 0xb8 && (bytes[1] ?? 0) <= MOST_ENTRIES;
}

/** The two ways in which cborg says that the message goes on. */
function isIncomplete(error: unknown): boolean {
  return error instanceof Error && /not enough (data for|entries)/.test(error.message);
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
