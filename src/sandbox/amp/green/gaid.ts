import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Bytes } from '../../crypto/index.ts';
import { derive } from './keys.ts';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const LENGTH = 20;

function base58(bytes: Uint8Array): string {
  let number = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  while (number > 0n) {
    text = (ALPHABET[Number(number % 58n)] ?? '') + text;
    number /= 58n;
  }
  return text;
}

function fromBase58(text: string): Uint8Array | null {
  let number = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return null;
    number = number * 58n + BigInt(digit);
  }
  const hex = number.toString(16);
  if (hex.length > LENGTH * 2) return null;
  return new Uint8Array(Buffer.from(hex.padStart(LENGTH * 2, '0'), 'hex'));
}

/**
 * Account ids of the simulated Green. An id carries the number of its account and a check that only this world's seed
 * can make, so that millions of them exist without being stored: `GA` and the base58 of 16 bytes of check and 4 bytes
 * of masked number.
 */
export class GaidBook {
  private readonly key: Bytes;

  constructor(root: Bytes) {
    this.key = derive(root, 'gaid');
  }

  /** The id of account `number`, 0 … 2^32 - 1. */
  of(number: number): string {
    const bytes = Buffer.alloc(LENGTH);
    this.check(number).copy(bytes);
    bytes.writeUInt32BE((number ^ this.mask(bytes.subarray(0, 16))) >>> 0, 16);
    return `GA${base58(bytes)}`;
  }

  /** The account's number, or null when this Green has no such account. */
  numberOf(gaid: string): number | null {
    if (!/^GA[1-9A-HJ-NP-Za-km-z]{20,30}$/.test(gaid)) return null;
    const bytes = fromBase58(gaid.slice(2));
    if (!bytes) return null;
    const check = Buffer.from(bytes.subarray(0, 16));
    const number = (Buffer.from(bytes).readUInt32BE(16) ^ this.mask(check)) >>> 0;
    // Compared as text as well: leading ones would otherwise be a second way to write the same id.
    return timingSafeEqual(check, this.check(number)) && this.of(number) === gaid ? number : null;
  }

  private check(number: number): Buffer {
    return createHmac('sha256', this.key).update(`check ${number}`).digest().subarray(0, 16);
  }

  private mask(check: Uint8Array): number {
    return createHmac('sha256', this.key).update('mask').update(check).digest().readUInt32BE(0);
  }
}
