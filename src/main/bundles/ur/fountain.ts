import { crc32 } from 'node:zlib';
import { sampler, xoshiro } from './random.ts';

/** One frame of a fountain: the XOR of some fragments of the message; which, follows from its number. */
export interface Part {
  /** From 1. The first `count` parts are the fragments themselves, all later ones are mixtures. */
  number: number;
  count: number;
  messageBytes: number;
  checksum: number;
  data: Uint8Array;
}

const samplers = new Map<number, ReturnType<typeof sampler>>();
/** Lists of weights are as long as the fountain has fragments; a few are kept. */
const SAMPLERS_KEPT = 8;

function degreeSampler(count: number): ReturnType<typeof sampler> {
  const before = samplers.get(count);
  if (before) return before;
  const made = sampler(Array.from({ length: count }, (_, index) => 1 / (index + 1)));
  if (samplers.size >= SAMPLERS_KEPT) samplers.clear();
  samplers.set(count, made);
  return made;
}

/** Fragments (from 0) that the part with this number is made of. */
export function fragmentsOf(number: number, count: number, checksum: number): number[] {
  if (number <= count) return [number - 1];
  const seed = Buffer.alloc(8);
  seed.writeUInt32BE(number, 0);
  seed.writeUInt32BE(checksum, 4);
  const next = xoshiro(seed);
  const degree = degreeSampler(count)(next) + 1;
  const left = Array.from({ length: count }, (_, index) => index);
  const chosen: number[] = [];
  while (chosen.length < degree) {
    chosen.push(...left.splice(Math.floor(next() * left.length), 1));
  }
  return chosen;
}

/** Into how many fragments of at most `most` bytes a message is cut, and how long each is: as even as can be. */
export function cut(messageBytes: number, most: number): { count: number; fragmentBytes: number } {
  const count = Math.max(1, Math.ceil(messageBytes / most));
  const fragmentBytes = Math.ceil(messageBytes / count);
  return { count: Math.max(1, Math.ceil(messageBytes / fragmentBytes)), fragmentBytes };
}

function xorInto(target: Uint8Array, other: Uint8Array): void {
  // One length by construction; indexes within it.
  for (let index = 0; index < target.length; index += 1) target[index]! ^= other[index]!;
}

/** Parts of a message, by number from 1 without an end. */
export function fountain(message: Uint8Array, most: number): { count: number; part(number: number): Part } {
  const { count, fragmentBytes } = cut(message.length, most);
  const checksum = crc32(message);
  const fragments = Array.from({ length: count }, (_, index) => {
    const fragment = new Uint8Array(fragmentBytes);
    fragment.set(message.subarray(index * fragmentBytes, (index + 1) * fragmentBytes));
    return fragment;
  });
  return {
    count,
    part(number) {
      const data = new Uint8Array(fragmentBytes);
      for (const index of fragmentsOf(number, count, checksum)) {
        const fragment = fragments[index];
        if (fragment) xorInto(data, fragment);
      }
      return { number, count, messageBytes: message.length, checksum, data };
    },
  };
}

interface Equation {
  /** Bit i is set when fragment i is in the sum. */
  mask: Uint32Array;
  data: Uint8Array;
}

const lowest = (mask: Uint32Array): number => {
  for (let word = 0; word < mask.length; word += 1) {
    const bits = mask[word] ?? 0;
    if (bits !== 0) return word * 32 + (31 - Math.clz32(bits & -bits));
  }
  return -1;
};

function ones(mask: Uint32Array): number {
  let count = 0;
  for (let bits of mask) for (; bits !== 0; bits &= bits - 1) count += 1;
  return count;
}

/**
 * Puts a message together from parts. It solves the equations that the parts are, so that any `count` independent ones
 * do, whichever were missed; each part that says anything new brings it exactly one step nearer.
 */
export function assembly(first: Part) {
  const { count, messageBytes, checksum } = first;
  const fragmentBytes = first.data.length;
  /** By the lowest fragment in each. */
  const equations = new Map<number, Equation>();

  function reduce(equation: Equation, by: Equation): void {
    for (let word = 0; word < equation.mask.length; word += 1) equation.mask[word]! ^= by.mask[word]!;
    xorInto(equation.data, by.data);
  }

  function insert(equation: Equation): void {
    let rest = equation;
    for (;;) {
      const index = lowest(rest.mask);
      if (index < 0) return;
      const there = equations.get(index);
      if (!there) {
        equations.set(index, rest);
        return;
      }
      // The shorter sum stays: single fragments keep everything short.
      if (ones(rest.mask) < ones(there.mask)) {
        equations.set(index, rest);
        reduce(there, rest);
        rest = there;
      } else {
        reduce(rest, there);
      }
    }
  }

  return {
    count,
    /** Independent parts so far; the message is there when it equals `count`. */
    have: () => equations.size,
    /** Whether a part is of this message. */
    fits: (part: Part) =>
      part.count === count &&
      part.messageBytes === messageBytes &&
      part.checksum === checksum &&
      part.data.length === fragmentBytes,
    add(part: Part): void {
      const mask = new Uint32Array(Math.ceil(count / 32));
      for (const index of fragmentsOf(part.number, count, checksum)) mask[index >>> 5]! |= 1 << (index & 31);
      insert({ mask, data: Uint8Array.from(part.data) });
    },
    /** The message, once every fragment follows; null when what came together is not what the checksum says. */
    message(): Uint8Array | null {
      const all = new Uint8Array(count * fragmentBytes);
      // From the last fragment back: everything that an equation has besides its lowest one is solved by then.
      for (let index = count - 1; index >= 0; index -= 1) {
        const equation = equations.get(index);
        if (!equation) return null;
        for (let other = index + 1; other < count; other += 1) {
          if (((equation.mask[other >>> 5] ?? 0) >>> (other & 31)) & 1) {
            xorInto(equation.data, all.subarray(other * fragmentBytes, (other + 1) * fragmentBytes));
            equation.mask[other >>> 5]! ^= 1 << (other & 31);
          }
        }
        all.set(equation.data, index * fragmentBytes);
      }
      const message = all.subarray(0, messageBytes);
      return crc32(message) === checksum ? message : null;
    },
  };
}
export type Assembly = ReturnType<typeof assembly>;
