import { createHash } from 'node:crypto';

const U64 = (1n << 64n) - 1n;
const rotl = (value: bigint, by: bigint) => ((value << by) | (value >> (64n - by))) & U64;

/** Numbers of [0, 1) that sender and reader of a fountain derive alike: Xoshiro256** seeded by a SHA-256 (BCR-2024-001). */
export function xoshiro(seed: Uint8Array): () => number {
  const digest = createHash('sha256').update(seed).digest();
  let a = digest.readBigUInt64BE(0);
  let b = digest.readBigUInt64BE(8);
  let c = digest.readBigUInt64BE(16);
  let d = digest.readBigUInt64BE(24);
  return () => {
    const result = (rotl((b * 5n) & U64, 7n) * 9n) & U64;
    const shifted = (b << 17n) & U64;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotl(d, 45n);
    return Number(result) / 2 ** 64;
  };
}

/**
 * Draws an index with the probability that its weight has: the alias method, in the order of steps that the
 * specification's own code takes, for every reader has to come to the same index.
 */
export function sampler(weights: readonly number[]): (next: () => number) => number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const scaled = weights.map((weight) => (weight * weights.length) / sum);
  const probabilities = new Array<number>(weights.length).fill(0);
  const aliases = new Array<number>(weights.length).fill(0);
  const small: number[] = [];
  const large: number[] = [];
  for (let index = weights.length - 1; index >= 0; index -= 1) {
    (at(scaled, index) < 1 ? small : large).push(index);
  }
  for (;;) {
    const less = small.at(-1);
    const more = large.at(-1);
    if (less === undefined || more === undefined) break;
    small.pop();
    large.pop();
    probabilities[less] = at(scaled, less);
    aliases[less] = more;
    scaled[more] = at(scaled, more) + at(scaled, less) - 1;
    (at(scaled, more) < 1 ? small : large).push(more);
  }
  for (const index of [...large, ...small]) probabilities[index] = 1;
  return (next) => {
    const first = next();
    const second = next();
    const index = Math.floor(weights.length * first);
    return second < at(probabilities, index) ? index : at(aliases, index);
  };
}

/** A number of a list that is known to be long enough. */
function at(list: readonly number[], index: number): number {
  const value = list[index];
  if (value === undefined) throw new RangeError(`There is no number ${index} in a list of ${list.length}.`);
  return value;
}
