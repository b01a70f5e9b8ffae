import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amount, formatDecimal, MAX_AMOUNT } from '../../shared/money.ts';
import { findDecimalSign, readAmount, writeAmount } from './amount-text.ts';

const units = (text: string, precision = 2, sign: '.' | ',' | null = null) => {
  const reading = readAmount(text, precision, sign);
  return reading.ok ? reading.amount : reading.problem;
};

describe('reading an amount', () => {
  it.each([
    ['1250.50', 125050n],
    ['1250,5', 125050n],
    ['1,250.50', 125050n],
    ['1.250,50', 125050n],
    ['1 250,50', 125050n],
    ['1\u00a0250,50', 125050n],
    ['1\u202f250.50', 125050n],
    ["1'250.50", 125050n],
    ['1’250’000', 125000000n],
    ['1,250,000', 125000000n],
    ['1.250.000,5', 125000050n],
    ['12,34,567.89', 123456789n],
    ['1 250', 125000n],
    ['0,125', null],
    ['0.5', 50n],
    ['.5', 50n],
    ['1250.000', 125000n],
    ['  7 ', 700n],
    ['+7', 700n],
    ['007', 700n],
  ])('understands %s', (text, expected) => {
    if (expected === null) expect(units(text, 3)).toBe(125n);
    else expect(units(text)).toBe(expected);
  });

  it.each([
    ['', /missing/],
    ['abc', /no amount/],
    ['12 USD', /no amount/],
    ['1,25,50', /no amount/],
    ['1.2.3', /no amount/],
    ['1,250.500,1', /no amount/],
    ['12 34', /no amount/],
    ['5.', /no amount/],
    ['.', /no amount/],
    ['--5', /no amount/],
    ['1e5', /shortened by a spreadsheet/],
    ['1.25E+06', /shortened by a spreadsheet/],
    ['0', /zero/],
    ['0,00', /zero/],
    ['-5', /negative/],
    ['−1,250.50', /negative/],
    ['12.345', /3 decimals; this asset has 2|can be/],
    ['12.3456', /4 decimals; this asset has 2/],
    ['21000000000000.01', /more than the most/],
  ])('says what is wrong with “%s”', (text, message) => {
    expect(units(text)).toMatch(message);
  });

  it('does not guess whether a mark before three digits groups them', () => {
    expect(units('1,250')).toBe(
      '“1,250” can be 1250 or 1.250: “,” may group digits or begin the decimals. Write 1250, or 1.2500.',
    );
    expect(units('1.250')).toMatch(/can be 1250 or 1.250/);
    expect(units('1,250', 2, '.')).toBe(125000n);
    expect(units('1,250', 2, ',')).toBe(125n);
    expect(units('1.250', 2, ',')).toBe(125000n);
  });

  it('takes the advice that it gives', () => {
    expect(units('1250', 2)).toBe(125000n);
    expect(units('1.2500', 2)).toBe(125n);
  });

  it('knows that what has no decimals can only be grouped', () => {
    expect(units('1,250', 0)).toBe(1250n);
    expect(units('1.5', 0)).toMatch(/counted in whole units/);
  });

  it('learns the decimal sign from figures that leave no doubt', () => {
    expect(findDecimalSign(['12', '1,250'])).toBeNull();
    expect(findDecimalSign(['1,250', '7.5'])).toBe('.');
    expect(findDecimalSign(['1.250', '1.250.000'])).toBe(',');
    expect(findDecimalSign(['-3,5'])).toBe(',');
    expect(findDecimalSign(['3,5', '3.5'])).toBeNull();
  });

  it('accepts the largest amount and nothing above', () => {
    for (let precision = 0; precision <= 8; precision += 1) {
      expect(units(formatDecimal(MAX_AMOUNT, precision), precision)).toBe(MAX_AMOUNT);
      expect(units(formatDecimal(MAX_AMOUNT + 1n, precision), precision)).toMatch(/more than the most/);
    }
  });

  it('never throws and never yields what cannot be paid', () => {
    const figure = fc.string({ unit: fc.constantFrom(..."0123456789.,' -+eE\u00a0’x"), maxLength: 14 });
    fc.assert(
      fc.property(
        fc.oneof(figure, fc.string()),
        fc.integer({ min: 0, max: 8 }),
        fc.constantFrom('.' as const, ',' as const, null),
        (text, precision, sign) => {
          const reading = readAmount(text, precision, sign);
          if (reading.ok) expect(reading.amount > 0n && reading.amount <= MAX_AMOUNT).toBe(true);
          else expect(reading.problem).not.toBe('');
        },
      ),
      { numRuns: 3000 },
    );
  });

  const payableUnits = fc.bigInt({ min: 1n, max: MAX_AMOUNT });
  it('reads back what it writes, whatever the file’s decimal sign', () => {
    fc.assert(
      fc.property(
        payableUnits,
        fc.integer({ min: 0, max: 8 }),
        fc.constantFrom('.' as const, ',' as const, null),
        (value, precision, sign) => {
          expect(units(writeAmount(value, precision), precision, sign)).toBe(value);
        },
      ),
    );
  });

  it('reads every way of grouping as the same amount', () => {
    fc.assert(
      fc.property(payableUnits, fc.constantFrom(' ', "'", '’', '\u00a0', ',', '.'), (value, group) => {
        const [whole = '', fraction = ''] = formatDecimal(value, 2).split('.');
        const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
        const mark = group === '.' ? ',' : '.';
        expect(units(`${grouped}${mark}${fraction}`)).toBe(amount(value));
      }),
    );
  });
});
