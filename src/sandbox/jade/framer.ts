import type { Bytes } from '../crypto/index.ts';
import { EMPTY, concat } from '../crypto/index.ts';
import type { CborValue } from './cbor.ts';
import { Garbage, Incomplete, decodeItem } from './cbor.ts';
import { isMap } from './params.ts';

export interface Request {
  id: string;
  method: string;
  /** Null when there are none. */
  params: { [key: string]: CborValue } | null;
}

/** What a piece of input turned out to be. */
export type Received =
  | { kind: 'request'; request: Request }
  /** Refused as no request: the id to answer under, and how many bytes were thrown away. */
  | { kind: 'refused'; id: string; bytes: number };

const UNKNOWN_ID = '00';
const MOST_ID = 16;
const MOST_METHOD = 32;

/**
 * Cuts the bytes that arrive into requests, as the firmware does. What is not the start of a map, or breaks off, stays
 * and swallows what follows, until nothing has come for a while: then it is refused, and what came after the pause is
 * read as something new.
 */
export class RequestFramer {
  private buffer: Bytes = EMPTY;
  private last = 0;
  private readonly pauseMs: number;
  private readonly most: number;
  private readonly now: () => number;

  constructor(options: { pauseMs: number; most: number; now: () => number }) {
    this.pauseMs = options.pauseMs;
    this.most = options.most;
    this.now = options.now;
  }

  push(piece: Bytes): Received[] {
    const received: Received[] = [];
    const time = this.now();
    if (this.buffer.length > 0 && time - this.last > this.pauseMs) received.push(this.refuse());
    this.last = time;
    this.buffer = concat(this.buffer, piece);
    for (;;) {
      const next = this.next();
      if (!next) break;
      received.push(next);
    }
    if (this.buffer.length > this.most) received.push(this.refuse());
    return received;
  }

  private refuse(): Received {
    const { length } = this.buffer;
    this.buffer = EMPTY;
    return { kind: 'refused', id: UNKNOWN_ID, bytes: length };
  }

  private next(): Received | null {
    if (this.buffer.length === 0 || (this.buffer[0] ?? 0) >> 5 !== 5) return null;
    try {
      const { value, length } = decodeItem(this.buffer);
      this.buffer = this.buffer.slice(length);
      return read(value as { [key: string]: CborValue }, length);
    } catch (error) {
      if (error instanceof Incomplete || error instanceof Garbage) return null;
      throw error;
    }
  }
}

function read(message: { [key: string]: CborValue }, bytes: number): Received {
  const { id, method, params } = message;
  if (!isText(id, MOST_ID)) return { kind: 'refused', id: UNKNOWN_ID, bytes };
  if (!isText(method, MOST_METHOD)) return { kind: 'refused', id, bytes };
  return { kind: 'request', request: { id, method, params: isMap(params) ? params : null } };
}

function isText(value: CborValue, most: number): value is string {
  return typeof value === 'string' && value.length > 0 && Buffer.byteLength(value) <= most;
}
