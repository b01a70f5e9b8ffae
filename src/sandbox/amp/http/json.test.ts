import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDecimal } from '../../../shared/money.ts';
import type { Decimal } from './json.ts';
import { pythonFloat, readJson, writeJson } from './json.ts';

describe('JSON of the simulated AMP', () => {
  it('writes amounts as Python prints floats', () => {
    const cases: [bigint, string][] = [
      [1n, '1e-08'],
      [15n, '1.5e-07'],
      [1_000n, '1e-05'],
      [10_000n, '0.0001'],
      [12_345n, '0.00012345'],
      [100_000_000n, '1.0'],
      [150_000_000n, '1.5'],
      [2_100_000_000_000_000n, '21000000.0'],
      [-1n, '-1e-08'],
      [0n, '0.0'],
    ];
    for (const [sats, text] of cases) expect(pythonFloat(sats).text).toBe(text);
  });

  it('loses nothing of an amount, whichever way it was written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2_100_000_000_000_000n }), (sats) => {
        expect(parseDecimal(pythonFloat(sats).text, 8)).toBe(sats);
        const read = readJson(writeJson({ amount: pythonFloat(sats), units: sats })) as {
          amount: Decimal;
          units: bigint;
        };
        expect(parseDecimal(read.amount.text, 8)).toBe(sats);
        expect(read.units).toBe(sats);
      }),
    );
  });

  it('writes what JSON.stringify writes for everything else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const whole = JSON.stringify(value);
        expect(JSON.parse(writeJson(value))).toEqual(JSON.parse(whole));
      }),
    );
  });
});
