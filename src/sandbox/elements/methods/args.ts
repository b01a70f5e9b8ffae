import type { Bytes } from '../../crypto/index.ts';
import { fromDisplay } from '../../crypto/index.ts';
import { MAX_MONEY } from '../../chain/index.ts';
import type { Address } from '../address.ts';
import { decodeAddress } from '../address.ts';
import { NumberText } from '../json.ts';
import { RpcError } from '../rpc-error.ts';

const FIXED = /^(-)?(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;
const INT64_MAX = 9_223_372_036_854_775_807n;

/** Base units of an amount as Elements reads it: number or string, at most eight decimals, not negative. */
export function amountOf(value: unknown, limited = false): bigint {
  let text: string;
  if (value instanceof NumberText) text = value.text;
  else if (typeof value === 'number' || typeof value === 'string') text = String(value);
  else throw new RpcError(-3, 'Amount is not a number or string');
  const match = FIXED.exec(text);
  if (!match) throw new RpcError(-3, 'Invalid amount');
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const shift = 8 - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  if (shift > 30 || shift < -30) throw new RpcError(-3, 'Invalid amount');
  let sats: bigint;
  if (shift >= 0) sats = digits * 10n ** BigInt(shift);
  else {
    const scale = 10n ** BigInt(-shift);
    if (digits % scale !== 0n) throw new RpcError(-3, 'Invalid amount');
    sats = digits / scale;
  }
  // The node keeps ten billion whole units of headroom for its parser and calls more than that no amount at all.
  if (sats > INT64_MAX / 10n) throw new RpcError(-3, 'Invalid amount');
  if (sign !== undefined && sats > 0n) throw new RpcError(-3, 'Amount out of range');
  if (limited && sats > MAX_MONEY) throw new RpcError(-3, 'Amount out of range');
  return sats;
}

export function addressOf(value: unknown): Address {
  const address = decodeAddress(stringOf(value));
  if (!address) throw new RpcError(-5, `Invalid Bitcoin address: ${String(value)}`);
  return address;
}

export function stringOf(value: unknown): string {
  if (typeof value !== 'string') throw new RpcError(-1, 'JSON value is not a string as expected');
  return value;
}

export function boolOf(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new RpcError(-1, 'JSON value is not a boolean as expected');
  return value;
}

export function intOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new RpcError(-1, 'JSON value is not an integer as expected');
  }
  return value;
}

export function objectOf(value: unknown): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof NumberText) {
    throw new RpcError(-1, 'JSON value is not an object as expected');
  }
  return value as Record<string, unknown>;
}

export function arrayOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new RpcError(-1, 'JSON value is not an array as expected');
  return value as unknown[];
}

export function hash256(value: unknown, name: string): string {
  const text = stringOf(value);
  if (text.length !== 64) {
    throw new RpcError(-8, `${name} must be of length 64 (not ${text.length}, for '${text}')`);
  }
  if (!/^[0-9a-fA-F]+$/.test(text)) {
    throw new RpcError(-8, `${name} must be hexadecimal string (not '${text}')`);
  }
  return text.toLowerCase();
}

export function hash256Bytes(value: unknown, name: string): Bytes {
  return fromDisplay(hash256(value, name));
}

/** An asset by its id, or `bitcoin` for L-BTC; null for anything else. */
export function assetOf(text: string, policyAsset: string): string | null {
  if (text === 'bitcoin') return policyAsset;
  return /^[0-9a-fA-F]{64}$/.test(text) && !/^0+$/.test(text) ? text.toLowerCase() : null;
}

/** Base units per thousand virtual bytes of a rate in sat/vB, as text or number. */
export function feeRateOf(value: unknown): bigint {
  let text: string;
  if (value instanceof NumberText) text = value.text;
  else if (typeof value === 'number' || typeof value === 'string') text = String(value);
  else throw new RpcError(-3, 'Amount is not a number or string');
  const match = /^(\d+)(?:\.(\d{1,3}))?$/.exec(text);
  if (!match) throw new RpcError(-3, 'Invalid amount');
  return BigInt(match[1] ?? '0') * 1000n + BigInt((match[2] ?? '').padEnd(3, '0'));
}

/** Arguments by position; missing ones are null. */
export class Args {
  private readonly values: readonly unknown[];

  constructor(values: readonly unknown[]) {
    this.values = values;
  }

  at(position: number): unknown {
    return this.values[position] ?? null;
  }

  private or<T>(position: number, read: (value: unknown) => T, fallback: T): T {
    const value = this.at(position);
    return value === null ? fallback : read(value);
  }

  string(position: number, fallback = ''): string {
    return this.or(position, stringOf, fallback);
  }

  bool(position: number, fallback: boolean): boolean {
    return this.or(position, boolOf, fallback);
  }

  int(position: number, fallback: number): number {
    return this.or(position, intOf, fallback);
  }

  object(position: number): Record<string, unknown> {
    return this.or(position, objectOf, {});
  }

  array(position: number): unknown[] {
    return this.or(position, arrayOf, []);
  }

  /** Must be there. */
  required(position: number, help: string): unknown {
    const value = this.at(position);
    if (value === null) throw new RpcError(-1, help);
    return value;
  }
}
