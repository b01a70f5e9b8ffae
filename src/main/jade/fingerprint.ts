import { createHash } from 'node:crypto';
import { answerInvalid } from './errors.ts';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** Version, depth, parent, child number, chain code and key (BIP32), without the checksum. */
const LENGTH = 78;

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** The public key (33 bytes) of an extended public key. Throws JADE_ANSWER_INVALID for what is none. */
export function pubkeyOf(xpub: string): Uint8Array {
  let number = 0n;
  for (const letter of xpub) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) throw answerInvalid('the key is no extended public key');
    number = number * 58n + BigInt(digit);
  }
  const hex = number.toString(16).padStart((LENGTH + 4) * 2, '0');
  const bytes = Buffer.from(hex, 'hex');
  const body = bytes.subarray(0, LENGTH);
  const check = sha256(sha256(body)).subarray(0, 4);
  if (bytes.length !== LENGTH + 4 || !check.equals(bytes.subarray(LENGTH))) {
    throw answerInvalid('the key is no extended public key');
  }
  return new Uint8Array(body.subarray(LENGTH - 33));
}

/** BIP32: the first four bytes of RIPEMD-160 of SHA-256 of the key, hex. Of a root key it names the wallet. */
export function fingerprintOf(xpub: string): string {
  return createHash('ripemd160')
    .update(sha256(pubkeyOf(xpub)))
    .digest('hex')
    .slice(0, 8);
}
