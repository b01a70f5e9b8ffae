import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amount } from '../../shared/money.ts';
import type { Coin } from '../elements/types.ts';
import { planBatches, planFunded, selectCoins, type Payee } from './planner.ts';
import { feeFor, MAX_WEIGHT, weightOf, witnessOf } from './size.ts';

const LIMITS = { recipientsPerBatch: 75, lanes: 8, feeRate: '0.1' };

function payees(count: number, each = 10n): Payee[] {
  return Array.from({ length: count }, (_, index) => ({
    holderId: index + 1,
    holderName: `Holder ${index + 1}`,
    gaid: `GA${index + 1}`,
    amount: amount(each),
    allocationRowId: index + 1,
    assignmentId: null,
  }));
}

function coin(value: bigint, index: number): Coin {
  return {
    txid: index.toString(16).padStart(64, '0'),
    vout: 0,
    assetId: '',
    value: amount(value),
    assetBlinder: '',
    amountBlinder: '',
    script: '',
    address: null,
    confirmations: 1,
    spendable: true,
    solvable: true,
  };
}

describe('planning batches', () => {
  it('pays 200 holders in three batches and one block more than 75 in one', () => {
    const three = planBatches(payees(200), LIMITS, 2);
    expect(three.batches.map((batch) => [batch.seq, batch.payees.length, batch.after, batch.lane])).toEqual([
      [1, 75, null, null],
      [2, 75, 1, 0],
      [3, 50, 1, 1],
    ]);
    expect(three.blocks).toBe(3);
    expect(planBatches(payees(75), LIMITS, 2)).toMatchObject({ blocks: 2, lanes: [] });
  });

  it('makes the first batch smaller when its lane coins need the room', () => {
    const plan = planBatches(payees(1_000), LIMITS, 2);
    expect(plan.lanes).toHaveLength(8);
    expect(plan.batches[0]?.payees).toHaveLength(63);
    expect(plan.batches.find((batch) => batch.seq === 10)).toMatchObject({ lane: 0, after: 2 });
  });

  it('knows the weights that were measured on a node', () => {
    // One and 75 recipients with two inputs and two changes: 15,065 and 367,675 units.
    expect(weightOf(2, 3)).toBeGreaterThanOrEqual(15_065);
    expect(weightOf(2, 77)).toBeGreaterThanOrEqual(367_675);
    expect(weightOf(2, 77)).toBeLessThan(367_675 * 1.01);
    // The same of 75 with two of three keys, and 20 recipients with three of five.
    const several = (threshold: number, keys: number) => witnessOf({ threshold, keys, multisig: true });
    expect(weightOf(2, 77, several(2, 3))).toBeGreaterThanOrEqual(368_061);
    expect(weightOf(2, 77, several(2, 3))).toBeLessThan(368_061 * 1.011);
    expect(weightOf(2, 22, several(3, 5))).toBeGreaterThanOrEqual(106_266);
    expect(weightOf(2, 22, several(3, 5))).toBeLessThan(106_266 * 1.011);
    expect(feeFor(367_675, '0.1')).toBe(9_192n);
    expect(feeFor(4, '0.001')).toBe(1n);
  });

  it('keeps every payee once, every lane’s sum, and every batch below the relay limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { minLength: 1, maxLength: 900 }),
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 10 }),
        (amounts, recipientsPerBatch, lanes) => {
          const all = payees(amounts.length).map((payee, index) => ({
            ...payee,
            amount: amount(amounts[index] ?? 1n),
          }));
          const plan = planBatches(all, { recipientsPerBatch, lanes, feeRate: '0.1' }, 2);
          expect(plan.batches.flatMap((batch) => batch.payees)).toEqual(all);
          expect(plan.batches.every((batch) => batch.weight <= MAX_WEIGHT)).toBe(true);
          expect(plan.batches.every((batch) => batch.payees.length <= recipientsPerBatch)).toBe(true);
          expect(plan.lanes.length).toBeLessThanOrEqual(lanes);
          for (const lane of plan.lanes) {
            const own = plan.batches.filter((batch) => batch.lane === lane.lane);
            expect(lane.assetAmount).toBe(own.reduce((sum, batch) => sum + batch.amount, 0n));
            expect(lane.feeAmount).toBeGreaterThan(own.reduce((sum, batch) => sum + batch.fee, 0n));
            // Each batch of a lane follows the one before it, the first one the batch that splits.
            expect(own.map((batch) => batch.after)).toEqual([
              1,
              ...own.slice(0, -1).map((batch) => batch.seq),
            ]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('choosing coins', () => {
  it('takes the largest first and no more than needed', () => {
    const chosen = selectCoins([coin(5n, 1), coin(50n, 2), coin(20n, 3)], 60n);
    expect(chosen?.map((item) => item.value)).toEqual([50n, 20n]);
    expect(selectCoins([coin(5n, 1)], 6n)).toBeNull();
    expect(selectCoins([], 0n)).toEqual([]);
  });

  it('says what is short', () => {
    const rich = { asset: [coin(10_000n, 1)], fee: [coin(1_000_000n, 2)] };
    expect(planFunded(payees(3), LIMITS, rich).short).toBeNull();
    expect(planFunded(payees(3), LIMITS, { ...rich, asset: [coin(29n, 1)] }).short).toBe('asset');
    expect(planFunded(payees(3), LIMITS, { ...rich, fee: [coin(100n, 1)] }).short).toBe('fee');
    const crumbs = Array.from({ length: 400 }, (_, index) => coin(2n, index));
    expect(planFunded(payees(75), LIMITS, { ...rich, asset: crumbs }).short).toBe('weight');
  });
});
