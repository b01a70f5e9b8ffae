import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GaidBook } from './gaid.ts';
import { rootKey } from './keys.ts';

const book = new GaidBook(rootKey(1));

describe('GAIDs of the simulated Green', () => {
  it('look like real ones and lead back to their account', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (number) => {
        const gaid = book.of(number);
        expect(gaid).toMatch(/^GA[1-9A-HJ-NP-Za-km-z]{24,28}$/);
        expect(book.numberOf(gaid)).toBe(number);
      }),
    );
  });

  it('are valid in their own world only', () => {
    expect(new GaidBook(rootKey(2)).numberOf(book.of(7))).toBeNull();
    expect(new GaidBook(rootKey(1)).numberOf(book.of(7))).toBe(7);
  });

  it('are refused with any character changed, and for any other text', () => {
    const gaid = book.of(42);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: gaid.length - 1 }),
        fc.string({ minLength: 1, maxLength: 1 }),
        (at, character) => {
          const changed = gaid.slice(0, at) + character + gaid.slice(at + 1);
          expect(book.numberOf(changed)).toBe(changed === gaid ? 42 : null);
        },
      ),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(book.numberOf(text)).toBeNull();
      }),
    );
    expect(book.numberOf(`GA1${gaid.slice(2)}`)).toBeNull();
  });
});
