import { createHash } from 'node:crypto';
import { ripemd160 } from '@noble/hashes/legacy.js';

/** RIPEMD-160 of SHA-256. Electron's own crypto has no RIPEMD-160. */
export function hash160(bytes: Uint8Array): Uint8Array {
  return ripemd160(new Uint8Array(createHash('sha256').update(bytes).digest()));
}
