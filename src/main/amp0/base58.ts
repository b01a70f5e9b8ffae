import { createHash } from 'node:crypto';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** BIP32: version, depth, parent, child number, chain code, public key. */
const LENGTH = 78;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** The 78 bytes of an extended public key; null for what is none. */
export function extendedKey(text: string): Buffer | null {
  if (text.length < 100 || text.length > 120) return null;
  let number = 0n;
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) return null;
    number = number * 58n + BigInt(digit);
  }
  const bytes = Buffer.from(number.toString(16).padStart((LENGTH + 4) * 2, '0'), 'hex');
  if (bytes.length !== LENGTH + 4) return null;
  const body = bytes.subarray(0, LENGTH);
  return sha256(sha256(body)).subarray(0, 4).equals(bytes.subarray(LENGTH)) ? body : null;
}

/** Hex of four bytes by which BIP32 names a root key. */
export function fingerprint(key: Buffer): string {
  return createHash('ripemd160')
    .update(sha256(key.subarray(LENGTH - 33)))
    .digest('hex')
    .slice(0, 8);
}

/** Whether two extended keys are one. GDK leaves the fingerprint of the parent out, which changes the text alone. */
export function isSameKey(one: string, other: string): boolean {
  const [a, b] = [extendedKey(one), extendedKey(other)];
  return a !== null && b !== null && a.subarray(9).equals(b.subarray(9));
}
