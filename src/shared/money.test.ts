import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatDecimal,
  formatGrouped,
  fromElements,
  MAX_AMOUNT,
  parseDecimal,
  payable,
  toElements,
} from './money.ts';

describe('money', () => {
  it('reads what Elements prints, exponent form included, without a float', () => {
    expect(fromElements('1e-08')).toBe(1n);
    expect(fromElements('21000000.00000000')).toBe(MAX_AMOUNT);
    expect(fromElements('0.00010000')).toBe(10_000n);
    expect(fromElements(3)).toBe(300_000_000n);
    expect(fromElements('1.5E+2')).toBe(15_000_000_000n);
    expect(() => fromElements(0.1)).toThrow(TypeError);
  });

  it('refuses figures the unit cannot hold and text that is no figure', () => {
    expect(() => parseDecimal('1.005', 2)).toThrow(RangeError);
    expect(parseDecimal('1.0500', 2)).toBe(105n);
    expect(() => parseDecimal('1e-9', 8)).toThrow(RangeError);
    for (const text of ['', ' 1', '+1', '.5', '5.', '1,5', '0x10', 'NaN', '1e9999']) {
      expect(() => parseDecimal(text, 8)).toThrow();
    }
  });

  it('writes with the asset’s places', () => {
    expect(formatDecimal(5n, 2)).toBe('0.05');
    expect(formatDecimal(-1250n, 2)).toBe('-12.50');
    expect(formatDecimal(7n, 0)).toBe('7');
    expect(formatGrouped(2_414_749_925n, 2)).toBe('24,147,499.25');
    expect(formatGrouped(-100_000n, 0)).toBe('-100,000');
    expect(formatGrouped(999n, 8)).toBe('0.00000999');
  });

  it('accepts what can be paid and nothing else', () => {
    expect(payable(1n)).toBe(1n);
    expect(payable(MAX_AMOUNT)).toBe(MAX_AMOUNT);
    expect(() => payable(0n)).toThrow(RangeError);
    expect(() => payable(MAX_AMOUNT + 1n)).toThrow(RangeError);
  });

  it('comes back the same from any written form', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -MAX_AMOUNT, max: MAX_AMOUNT }),
        fc.integer({ min: 0, max: 8 }),
        (value, decimals) => {
          expect(parseDecimal(formatDecimal(value, decimals), decimals)).toBe(value);
          expect(fromElements(toElements(value))).toBe(value);
        },
      ),
    );
  });
});
