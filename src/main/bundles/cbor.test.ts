import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCanonical, encodeCanonical } from './cbor.ts';
import type { Carried } from './types.ts';

const { carried } = fc.letrec<{ carried: Carried }>((tie) => ({
  carried: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger(),
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n - 1n }),
    fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed()),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)),
    fc.array(tie('carried'), { maxLength: 5 }),
    fc.dictionary(
      fc.string({ maxLength: 30 }).filter((key) => key.isWellFormed() && key !== '__proto__'),
      tie('carried'),
      { maxKeys: 5, noNullPrototype: true },
    ),
  ),
}));

/** What comes back: a bigint that fits a number is one. */
function carriedBack(value: Carried): unknown {
  if (typeof value === 'bigint') {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((item: Carried) => carriedBack(item));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, carriedBack(member)]));
}

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('what is carried', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(carried, (value) => {
        expect(decodeCanonical(encodeCanonical(value))).toEqual(carriedBack(value));
      }),
    );
  });

  it('has its keys sorted by their encodings', () => {
    expect(Buffer.from(encodeCanonical({ bb: 1, a: 2, b: 3, ä: 4 })).toString('hex')).toBe(
      'a4 6161 02 6162 03 626262 01 62c3a4 04'.replaceAll(' ', ''),
    );
  });
});

describe('bytes that mean something', () => {
  it.each([
    ['in a longer form', '18 17'],
    ['in a form for 64 bits', '1b 0000000000000005'],
    ['with a length that is too long', '59 0001 00'],
    ['with keys in another order', 'a2 6162 01 6161 02'],
    ['with a key twice', 'a2 6161 01 6161 02'],
    ['with a key that is a number', 'a1 01 02'],
    ['with a key that is a prototype', 'a1 69 5f5f70726f746f5f5f a0'],
    ['of no fixed length', '9f 01 ff'],
    ['as text in pieces', '7f 6161 6162 ff'],
    ['with a tag', 'c0 6161'],
    ['as a large number in bytes', 'c2 41 05'],
    ['as a fraction', 'f9 3800'],
    ['as a whole number in a float', 'f9 3c00'],
    ['as a double', 'fb 3ff0000000000000'],
    ['undefined', 'f7'],
    ['not a number', 'f9 7e00'],
    ['as an unassigned simple value', 'f0'],
    ['as text that is no UTF-8', '61 ff'],
    ['followed by more', '01 01'],
    ['cut off', '82 01'],
    ['and are none', ''],
    ['too deep', `${'81'.repeat(33)}01`],
    ['far too deep', `${'81'.repeat(200_000)}01`],
    ['with a length beyond everything', '5b ffffffffffffffff'],
    ['with more items than there are bytes', '9b 00ffffffffffffff'],
  ])('%s are refused', (_what, bytes) => {
    expect(() => decodeCanonical(hex(bytes))).toThrow();
  });

  it('mean it in one way only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        let value: Carried;
        try {
          value = decodeCanonical(bytes);
        } catch {
          return;
        }
        expect(Buffer.from(encodeCanonical(value))).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 2000 },
    );
  });
});
