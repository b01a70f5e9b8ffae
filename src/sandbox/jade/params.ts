import type { Bytes } from '../crypto/index.ts';
import type { CborValue } from './cbor.ts';
import { badParameters } from './errors.ts';

export type Params = { [key: string]: CborValue };

export function isMap(value: CborValue): value is Params {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    value.constructor === Object
  );
}

/** Bytes of exactly this length (any, when absent), or null. */
export function bytesOf(value: CborValue, length?: number): Bytes | null {
  if (!(value instanceof Uint8Array)) return null;
  return length === undefined || value.length === length ? value : null;
}

/** An unsigned integer of 32 bits, or null. */
export function smallOf(value: CborValue): number | null {
  return typeof value === 'number' && value >= 0 && value <= 0xffff_ffff ? value : null;
}

const MOST_STEPS = 16;

/** A derivation path of at most 16 steps, or null. */
export function pathOf(value: CborValue): number[] | null {
  if (!Array.isArray(value) || value.length > MOST_STEPS) return null;
  const steps = value.map(smallOf);
  return steps.every((step) => step !== null) ? steps : null;
}

export function needPath(params: Params, name = 'path'): number[] {
  const path = pathOf(params[name]);
  if (!path) throw badParameters('Failed to extract valid path from parameters');
  return path;
}
