import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentedMessage } from '../../../../test/support/message-table.ts';
import { amount } from '../../../shared/money.ts';
import { feeFor, weightOf } from '../size.ts';
import { compose } from './compose.ts';

const ASSET = 'a'.repeat(64);
const LBTC = 'b'.repeat(64);
const asset = (value: bigint) => ({ assetId: ASSET, amount: amount(value) });
const lbtc = (value: bigint) => ({ assetId: LBTC, amount: amount(value) });

describe('composing a transaction', () => {
  it('returns every surplus and pays the rate for the size', () => {
    const { changes, fee } = compose([asset(100n), lbtc(10_000n)], [asset(95n)], '0.1', LBTC);
    expect(fee).toBe(feeFor(weightOf(2, 3), '0.1'));
    expect(changes).toEqual([asset(5n), lbtc(10_000n - fee)]);
  });

  it('makes no change of an asset that is paid out to the last unit', () => {
    const { changes } = compose([asset(7n), lbtc(10_000n)], [asset(7n)], '0.1', LBTC);
    expect(changes.map((change) => change.assetId)).toEqual([LBTC]);
  });

  it('leaves crumbs of L-BTC to the fee', () => {
    const least = feeFor(weightOf(2, 2), '0.1');
    const { changes, fee } = compose([asset(7n), lbtc(least + 20n)], [asset(5n)], '0.1', LBTC);
    expect(changes).toEqual([asset(2n)]);
    expect(fee).toBe(least + 20n);
  });

  it.each([
    ['too little of the asset', [asset(4n), lbtc(10_000n)]],
    ['too little L-BTC for the fee', [asset(5n), lbtc(10n)]],
    ['too little L-BTC for the fee', [asset(5n)]],
  ])('says when there is %s', (situation, coins) => {
    const { code, message, next } = documentedMessage(situation) ?? {};
    expect(() => compose(coins, [asset(5n)], '0.1', LBTC)).toThrow(
      expect.objectContaining({ code, message, next }),
    );
  });

  it('always balances to the unit and never pays below the rate', () => {
    const units = fc.bigInt({ min: 1n, max: 10n ** 12n });
    fc.assert(
      fc.property(
        fc.array(units, { minLength: 1, maxLength: 5 }),
        fc.array(units, { minLength: 1, maxLength: 30 }),
        units,
        (held, paid, funds) => {
          const coins = [...held.map(asset), lbtc(funds)];
          const payments = paid.map(asset);
          let made;
          try {
            made = compose(coins, payments, '0.1', LBTC);
          } catch {
            return;
          }
          const sum = (items: { assetId: string; amount: bigint }[], id: string): bigint =>
            items.reduce((total, item) => total + (item.assetId === id ? item.amount : 0n), 0n);
          const out = [...payments, ...made.changes];
          expect(sum(out, ASSET)).toBe(sum(coins, ASSET));
          expect(sum(out, LBTC) + made.fee).toBe(funds);
          expect(made.fee).toBeGreaterThanOrEqual(feeFor(weightOf(coins.length, out.length), '0.1'));
          expect(made.changes.every((change) => change.amount > 0n)).toBe(true);
        },
      ),
    );
  });
});
