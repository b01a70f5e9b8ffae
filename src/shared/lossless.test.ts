import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonNumber, parseLossless, stringifyLossless } from './lossless.ts';
import { fromElements, toElements } from './money.ts';

describe('JSON without loss', () => {
  it('keeps fractions, exponents and large integers as they were written', () => {
    expect(parseLossless('[1.00000000, 1e-08, 0.1, 9007199254740993, 21000000.00000001]')).toEqual([
      '1.00000000',
      '1e-08',
      '0.1',
      '9007199254740993',
      '21000000.00000001',
    ]);
  });

  it('gives safe integers as numbers', () => {
    expect(parseLossless('[0, -1, 2100000000000000, 9007199254740991]')).toEqual([
      0, -1, 2_100_000_000_000_000, 9_007_199_254_740_991,
    ]);
  });

  it('reads every amount that Elements can print, to the unit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (units) => {
        const read = parseLossless(`{"amount": ${toElements(units)}}`) as { amount: string };
        expect(fromElements(read.amount)).toBe(units);
      }),
    );
  });

  it('agrees with JSON.parse on everything but numbers', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const withoutFractions = JSON.parse(JSON.stringify(value), (_key, item: unknown) =>
          typeof item === 'number' && (!Number.isSafeInteger(item) || item === 0) ? null : item,
        ) as unknown;
        expect(parseLossless(JSON.stringify(withoutFractions))).toEqual(withoutFractions);
      }),
    );
  });

  it('calls a nesting bomb and half a document unreadable', () => {
    expect(() => parseLossless('['.repeat(200_000))).toThrow(SyntaxError);
    expect(() => parseLossless('{"a":')).toThrow(SyntaxError);
    expect(() => parseLossless('')).toThrow(SyntaxError);
    expect(() => parseLossless('<html>')).toThrow(SyntaxError);
  });

  it('does not let a document reach a prototype', () => {
    parseLossless('{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('writes bigints and exact decimals as JSON numbers', () => {
    expect(stringifyLossless({ a: 2_100_000_000_000_000n, b: jsonNumber('0.00010000') })).toBe(
      '{"a":2100000000000000,"b":0.00010000}',
    );
    expect(() => jsonNumber('1; DROP')).toThrow(SyntaxError);
    expect(() => jsonNumber('01')).toThrow(SyntaxError);
  });
});
