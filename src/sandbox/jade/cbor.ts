import { encode } from 'cborg';
import type { Bytes } from '../crypto/index.ts';
import { Reader } from '../crypto/index.ts';

/** More bytes are needed before anything can be said. */
export class Incomplete extends Error {}

/** Bytes that no message of this protocol has. */
export class Garbage extends Error {}

/** A number that is no CBOR integer: the firmware does not take it for one. */
export class Inexact {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export type CborValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Bytes
  | Inexact
  | CborValue[]
  | { [key: string]: CborValue };

const MOST_DEPTH = 16;

/**
 * Reads the first item of definite length; integers above 2^53 become bigint, maps keep their order. Throws Incomplete,
 * or Garbage for tags, indefinite lengths and maps with keys that are no text. The device's own reader: not the library
 * that the desk reads with.
 */
export function decodeItem(bytes: Bytes): { value: CborValue; length: number } {
  const reader = new Reader(bytes);
  const value = read(reader, 0);
  return { value, length: reader.offset };
}

function read(reader: Reader, depth: number): CborValue {
  if (depth > MOST_DEPTH) throw new Garbage('too deep');
  const first = take(reader, 1)[0] ?? 0;
  const major = first >> 5;
  const short = first & 31;
  if (major === 7) return simple(reader, short);
  const size = argument(reader, short);
  const small = size <= BigInt(Number.MAX_SAFE_INTEGER);
  switch (major) {
    case 0:
      return small ? Number(size) : size;
    case 1:
      return small ? -1 - Number(size) : -1n - size;
    case 2:
      return take(reader, Number(size));
    case 3:
      return new TextDecoder().decode(take(reader, Number(size)));
    case 4:
      return list(reader, Number(size), depth);
    case 5:
      return map(reader, Number(size), depth);
    default:
      throw new Garbage('a tag');
  }
}

function take(reader: Reader, length: number): Bytes {
  if (length > reader.rest) throw new Incomplete();
  return reader.take(length);
}

function argument(reader: Reader, short: number): bigint {
  if (short < 24) return BigInt(short);
  if (short > 27) throw new Garbage('indefinite length');
  let value = 0n;
  for (const byte of take(reader, 1 << (short - 24))) value = value * 256n + BigInt(byte);
  return value;
}

function simple(reader: Reader, short: number): CborValue {
  if (short === 20 || short === 21) return short === 21;
  if (short === 22) return null;
  if (short === 23) return undefined;
  if (short < 25 || short > 27) throw new Garbage('a simple value');
  const bytes = take(reader, 1 << (short - 24));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (short === 25) return new Inexact(Number.NaN);
  return new Inexact(short === 26 ? view.getFloat32(0) : view.getFloat64(0));
}

function list(reader: Reader, size: number, depth: number): CborValue[] {
  const out: CborValue[] = [];
  for (let left = size; left > 0; left--) out.push(read(reader, depth + 1));
  return out;
}

function map(reader: Reader, size: number, depth: number): { [key: string]: CborValue } {
  const out: [string, CborValue][] = [];
  for (let left = size; left > 0; left--) {
    const key = read(reader, depth + 1);
    if (typeof key !== 'string') throw new Garbage('a key that is no text');
    out.push([key, read(reader, depth + 1)]);
  }
  return Object.fromEntries(out);
}

/** Keys stay in the given order, as the firmware writes them. */
export function encodeItem(value: unknown): Bytes {
  return encode(value, { mapSorter: null as never });
}
