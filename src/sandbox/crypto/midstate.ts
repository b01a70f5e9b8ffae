import type { Bytes } from './bytes.ts';

const K = roundConstants();

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((p) => n % p !== 0)) found.push(n);
  return found;
}

/** First 32 bits of the fractional part of the root, exactly: floor(root(p · 2^(32·degree))) mod 2^32. */
function fraction(prime: number, degree: 2n | 3n): number {
  const target = BigInt(prime) << (32n * degree);
  let low = 0n;
  let high = 1n << 44n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** degree <= target) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn);
}

function roundConstants(): Uint32Array {
  return Uint32Array.from(primes(64), (prime) => fraction(prime, 3n));
}

const INITIAL = Uint32Array.from(primes(8), (prime) => fraction(prime, 2n));

function rotate(x: number, n: number): number {
  return (x >>> n) | (x << (32 - n));
}

/** SHA-256's state after exactly one 64-byte block, without the padding block that a hash would add (FIPS 180-4). */
export function sha256Midstate(block: Bytes): Bytes {
  if (block.length !== 64) throw new RangeError('one block of 64 bytes');
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const w = new Uint32Array(64);
  for (let i = 0; i < 16; i++) w[i] = view.getUint32(i * 4, false);
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15] ?? 0;
    const b = w[i - 2] ?? 0;
    const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    w[i] = (w[i - 16] ?? 0) + s0 + (w[i - 7] ?? 0) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = INITIAL;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[i] ?? 0) + (w[i] ?? 0)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const out = new Uint8Array(32);
  const result = new DataView(out.buffer);
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) {
    result.setUint32(i * 4, (word + (INITIAL[i] ?? 0)) >>> 0, false);
  }
  return out;
}
