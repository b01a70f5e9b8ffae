import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amount } from '../../../shared/money.ts';
import { chooseCoins, chooseExactly, feeOf, type ChoosableCoin, type Terms, type Wanted } from './choose.ts';

const LBTC = 'lbtc';
const ALD = 'alder';
const TERMS: Terms = {
  feeAsset: LBTC,
  feeRate: '0.1',
  script: 'wsh-multi',
  threshold: 2,
  keys: 2,
  walletName: 'Hot',
  unit: 'ALD',
  precision: 2,
};

let made = 0;
function coin(assetId: string, value: bigint, height: number | null = 1): ChoosableCoin {
  made += 1;
  return { txid: String(made).padStart(64, '0'), vout: 0, assetId, value: amount(value), height };
}
const pay = (assetId: string, total: bigint, change: Partial<Wanted> = {}): Wanted => ({
  assetId,
  total,
  everything: false,
  recipients: 1,
  ...change,
});
const values = (coins: readonly ChoosableCoin[]) => coins.map(({ value }) => value);

describe('the choice of coins', () => {
  it('takes the smallest coin that is enough', () => {
    const coins = [coin(ALD, 900n), coin(ALD, 120n), coin(ALD, 90n), coin(LBTC, 5000n)];
    const { coins: taken, changes } = chooseCoins(coins, pay(ALD, 100n), TERMS);
    expect(values(taken)).toEqual([120n, 5000n]);
    expect(changes.map(({ assetId }) => assetId)).toEqual([ALD, LBTC]);
  });

  it('takes the largest ones where none is enough', () => {
    const coins = [coin(ALD, 60n), coin(ALD, 50n), coin(ALD, 10n), coin(LBTC, 5000n)];
    expect(values(chooseCoins(coins, pay(ALD, 100n), TERMS).coins)).toEqual([60n, 50n, 5000n]);
  });

  it('leaves unconfirmed coins alone, and says that they are coming', () => {
    const coins = [coin(ALD, 60n), coin(ALD, 500n, null), coin(LBTC, 5000n)];
    expect(() => chooseCoins(coins, pay(ALD, 100n), TERMS)).toThrowError(
      expect.objectContaining({
        code: 'INSUFFICIENT_ASSET',
        message:
          '“Hot” has 0.60 ALD to spend; 1.00 ALD are to be sent. 5.00 ALD more wait for a confirmation.',
        next: 'Wait for the confirmation, then try again.',
      }),
    );
  });

  it('says how much L-BTC is missing for the fee', () => {
    const fee = feeOf(3, 3, TERMS);
    expect(() => chooseCoins([coin(ALD, 100n), coin(LBTC, 20n)], pay(ALD, 100n), TERMS)).toThrowError(
      expect.objectContaining({
        code: 'INSUFFICIENT_FEE_FUNDS',
        next: expect.stringMatching(/^Send at least 0\.0000\d{4} L-BTC to an address of this wallet/),
      }),
    );
    expect(fee).toBeGreaterThan(20n);
  });

  it('sends all of an asset, and all L-BTC less the fee', () => {
    const coins = [coin(ALD, 60n), coin(ALD, 50n), coin(LBTC, 5000n)];
    const everything = { everything: true };
    expect(chooseCoins(coins, pay(ALD, 0n, everything), TERMS).total).toBe(110n);
    const lbtc = chooseCoins(coins, pay(LBTC, 0n, everything), { ...TERMS, unit: 'L-BTC', precision: 8 });
    expect(lbtc.total + lbtc.fee).toBe(5000n);
    expect(lbtc.changes).toEqual([]);
    expect(values(lbtc.coins)).toEqual([5000n]);
  });

  it('spends exactly the coins that were named', () => {
    const coins = [coin(ALD, 60n), coin(ALD, 50n), coin(LBTC, 5000n), coin(LBTC, 9n)];
    const { coins: taken } = chooseExactly(coins, pay(ALD, 10n), TERMS);
    expect(taken).toHaveLength(4);
  });

  it('refuses more coins than signers can be asked for', () => {
    const coins = [...Array.from({ length: 201 }, () => coin(ALD, 1n)), coin(LBTC, 500_000n)];
    expect(() => chooseCoins(coins, pay(ALD, 0n, { everything: true }), TERMS)).toThrowError(
      expect.objectContaining({ code: 'TRANSACTION_TOO_LARGE' }),
    );
  });

  it('loses nothing and makes nothing, whatever there is', () => {
    const some = fc.array(
      fc.record({ lbtc: fc.boolean(), value: fc.bigInt(1n, 30_000n), confirmed: fc.boolean() }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(some, fc.bigInt(1n, 40_000n), fc.boolean(), fc.boolean(), (raw, total, ofLbtc, all) => {
        const coins = raw.map(({ lbtc, value, confirmed }) =>
          coin(lbtc ? LBTC : ALD, value, confirmed ? 5 : null),
        );
        const assetId = ofLbtc ? LBTC : ALD;
        let choice;
        try {
          choice = chooseCoins(coins, pay(assetId, total, { everything: all }), TERMS);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^INSUFFICIENT_/) });
          return;
        }
        const sum = (of: string) =>
          choice.coins.filter((each) => each.assetId === of).reduce((rest, { value }) => rest + value, 0n);
        const back = (of: string) =>
          choice.changes.filter((each) => each.assetId === of).reduce((rest, { value }) => rest + value, 0n);
        const paid = (of: string) => (of === assetId ? choice.total : 0n);
        expect(sum(ALD)).toBe(back(ALD) + paid(ALD));
        expect(sum(LBTC)).toBe(back(LBTC) + paid(LBTC) + choice.fee);
        expect(choice.total).toBeGreaterThan(0n);
        if (!all) expect(choice.total).toBe(total);
        expect(new Set(choice.coins).size).toBe(choice.coins.length);
        expect(choice.coins.every(({ height }) => height !== null)).toBe(true);
        const outputs = 1 + choice.changes.length;
        expect(choice.fee).toBeGreaterThanOrEqual(feeOf(choice.coins.length, outputs, TERMS));
      }),
    );
  });
});
