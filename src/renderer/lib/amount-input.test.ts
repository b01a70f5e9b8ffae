import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amount, MAX_AMOUNT } from '../../shared/money.ts';
import { readAmount, readBitcoin, signsOf } from './amount-input.ts';
import { formatAmount } from './format.ts';

const english = { decimal: '.', group: ',' };
const german = { decimal: ',', group: '.' };
const french = { decimal: ',', group: '\u202f' };

const value = (text: string, precision: number, signs = english): bigint | string => {
  const reading = readAmount(text, precision, signs);
  return reading.kind === 'amount' ? reading.value : reading.kind === 'empty' ? 'empty' : reading.message;
};

describe('an amount of L-BTC', () => {
  const sats = (text: string, signs = english): bigint | string => {
    const reading = readBitcoin(text, signs);
    return reading.kind === 'amount' ? reading.value : reading.kind === 'empty' ? 'empty' : reading.message;
  };

  it('is read as L-BTC, or as satoshi where that is written behind it', () => {
    expect(sats('0.00005')).toBe(5_000n);
    expect(sats('5000 sat')).toBe(5_000n);
    expect(sats('5,000sats')).toBe(5_000n);
    expect(sats('5.000 Sat', german)).toBe(5_000n);
  });

  it('refuses parts of a satoshi and a unit without a figure', () => {
    expect(sats('0.5 sat')).toContain('whole units only');
    expect(sats('0.000000001')).toContain('8 decimal places');
    expect(sats('sat')).toBe('empty');
  });
});

describe('an amount that a person types', () => {
  it('is read with the grouping and decimal sign of the person', () => {
    expect(value('12,500.00', 2)).toBe(1_250_000n);
    expect(value('12.500,00', 2, german)).toBe(1_250_000n);
    expect(value('12 500,5', 2, french)).toBe(1_250_050n);
    expect(value("1'000'000", 0)).toBe(1_000_000n);
    expect(value('.5', 8)).toBe(50_000_000n);
  });

  it('accepts zeros behind the last place but no figure there', () => {
    expect(value('1.5000', 2)).toBe(150n);
    expect(value('1.505', 2)).toContain('2 decimal places');
    expect(value('1.5', 0)).toContain('whole units only');
  });

  it('refuses a sign in the wrong place instead of guessing', () => {
    expect(value('1,5', 2)).toContain('Write digits');
    expect(value('12.50', 2, german)).toContain('Write digits');
    expect(value('1.2.3', 2)).toContain('Only one');
    expect(value('-5', 2)).toContain('Write digits');
    expect(value('5e3', 2)).toContain('Write digits');
  });

  it('refuses zero and more than the network can carry', () => {
    expect(value('0.00', 2)).toContain('more than zero');
    expect(value('21000000.00000001', 8)).toContain('more than the network');
    expect(value('  ', 2)).toBe('empty');
  });

  it('reads back whatever the desk writes, in any locale and precision', () => {
    const locales = ['en-US', 'de-DE', 'fr-FR', 'de-CH', 'pt-PT', 'ja-JP'];
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: MAX_AMOUNT }),
        fc.integer({ min: 0, max: 8 }),
        fc.constantFrom(...locales),
        (units, precision, locale) => {
          const text = formatAmount(amount(units), precision, locale);
          expect(value(text, precision, signsOf(locale)), `${text} in ${locale}`).toBe(units);
        },
      ),
    );
  });
});
