import { describe, expect, it } from 'vitest';
import { amount } from '../../shared/money.ts';
import { counted, formatAmount, formatDifference, grouped4, shortId } from './format.ts';

describe('amounts on screen', () => {
  it('show exactly the decimals of the asset, grouped', () => {
    expect(formatAmount(amount(1_250_000n), 2, 'en-US')).toBe('12,500.00');
    expect(formatAmount(amount(1_250_000n), 2, 'de-DE')).toBe('12.500,00');
    expect(formatAmount(amount(7n), 8, 'en-US')).toBe('0.00000007');
    expect(formatAmount(amount(1_000n), 0, 'en-US')).toBe('1,000');
  });

  it('keep every digit of the largest figures', () => {
    expect(formatAmount(amount(2_099_999_999_999_999n), 8, 'en-US')).toBe('20,999,999.99999999');
  });

  it('write the sign of a difference', () => {
    expect(formatDifference(amount(150n), 2, 'en-US')).toBe('+1.50');
    expect(formatDifference(amount(-150n), 2, 'en-US')).toBe('\u22121.50');
    expect(formatDifference(amount(0n), 2, 'en-US')).toBe('0.00');
  });
});

describe('identifiers on screen', () => {
  it('show first and last six and leave short ones whole', () => {
    expect(shortId('GA2HsrczzwaFzdJiw5NJM8P4iWKQh1')).toBe('GA2Hsr…iWKQh1');
    expect(shortId('abcdefghijklmno')).toBe('abcdefghijklmno');
  });

  it('come in groups of four to be compared', () => {
    expect(grouped4('lq1qqf8er2')).toBe('lq1q qf8e r2');
    expect(grouped4('abcd')).toBe('abcd');
  });
});

it('counts in words', () => {
  expect(counted(1, 'batch', 'batches')).toBe('1 batch');
  expect(counted(3, 'batch', 'batches')).toBe('3 batches');
});
