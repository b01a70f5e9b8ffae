import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import type { Carried } from './types.ts';

/** Deepest nesting of what is written or read. Payloads need five; more would only be there to exhaust the stack. */
const MAX_DEPTH = 32;

/**
 * Deterministic CBOR (RFC 8949, 4.2.1): whole numbers of up to 64 bits, text, bytes, lists, maps with text keys, true,
 * false and null. Throws TypeError for anything else: there are no floats and nothing undefined across the air gap.
 */
export function encodeCanonical(value: Carried): Uint8Array {
  checkCarried(value, 0);
  return encode(value, rfc8949EncodeOptions);
}

/**
 * Reads exactly one deterministically encoded value. Throws when there is more, less, or another way of writing the same:
 * of all bytes that mean a value only one sequence is accepted.
 */
export function decodeCanonical(bytes: Uint8Array): Carried {
  const value: unknown = decode(bytes, {
    strict: true,
    allowIndefinite: false,
    allowUndefined: false,
    allowInfinity: false,
    allowNaN: false,
    allowBigInt: true,
    rejectDuplicateMapKeys: true,
  });
  checkCarried(value, 0);
  // Order of keys, and whatever else a decoder lets pass: what is written again must be what was read.
  if (Buffer.compare(encode(value, rfc8949EncodeOptions), bytes) !== 0) {
    throw new TypeError('This is not deterministic CBOR.');
  }
  return value;
}

function checkCarried(value: unknown, depth: number): asserts value is Carried {
  if (depth > MAX_DEPTH) throw new TypeError('Nested too deeply.');
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return;
    case 'bigint':
      if (BigInt.asIntN(65, value) !== value) throw new TypeError('A number beyond 64 bits.');
      return;
    case 'number':
      if (!Number.isSafeInteger(value)) throw new TypeError('Only whole numbers are carried.');
      return;
    case 'object':
      break;
    default:
      throw new TypeError(`A ${typeof value} is not carried.`);
  }
  if (value === null || value instanceof Uint8Array) return;
  if (Array.isArray(value)) {
    for (const item of value) checkCarried(item, depth + 1);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError('Only plain objects are carried.');
  }
  for (const [key, member] of Object.entries(value)) {
    // Harmless here, but not in the hands of whoever copies the object.
    if (key === '__proto__') throw new TypeError('A prototype is not carried.');
    checkCarried(member, depth + 1);
  }
}
