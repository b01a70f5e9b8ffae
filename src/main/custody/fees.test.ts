import { describe, expect, it } from 'vitest';
import { feeFunds, spendCost } from './fees.ts';

const cost = spendCost({ feeRate: '0.1' });
const funds = (confirmed: bigint, change: Partial<Parameters<typeof feeFunds>[0]> = {}) =>
  feeFunds({
    watchOnly: false,
    holdsOthers: true,
    lbtc: { confirmed, pending: 0n, held: 0n },
    cost,
    from: () => 'the treasury or from “Fees”',
    ...change,
  });

describe('L-BTC for fees', () => {
  it('costs an ordinary spend by the fee rate, never less than a whole unit', () => {
    expect(cost).toBe(400n);
    expect(spendCost({ feeRate: '0.001' })).toBe(4n);
    expect(spendCost({ feeRate: '1' })).toBe(4000n);
  });

  it('is short below what three spends cost, and says where more comes from', () => {
    expect(funds(cost * 3n)).toMatchObject({ verdict: 'good' });
    expect(funds(cost * 3n - 1n)).toMatchObject({
      verdict: 'attention',
      sentence:
        '0.00001199 L-BTC for fees; a spend costs about 0.00000400. Send more here from the treasury or from “Fees”.',
    });
    expect(funds(0n).sentence).toContain('No L-BTC for fees');
  });

  it('waits while enough is on its way or held by a payment', () => {
    expect(funds(0n, { lbtc: { confirmed: 0n, pending: cost * 3n, held: 0n } })).toEqual({
      verdict: 'waiting',
      sentence: 'No L-BTC free for fees now; 0.00001200 is not confirmed yet or held by payments under way.',
    });
    const held = (confirmed: bigint) => funds(0n, { lbtc: { confirmed, pending: 0n, held: cost * 2n } });
    expect(held(cost * 3n).sentence).toMatch(/^0\.00000400 L-BTC free for fees now; 0\.00000800 is /);
    expect(held(cost * 3n - 1n).verdict).toBe('attention');
  });

  it('counts no coin twice that is held for a payment the network has already', () => {
    expect(funds(0n, { lbtc: { confirmed: 0n, pending: cost * 3n, held: cost * 5n } }).sentence).toMatch(
      /^No L-BTC free for fees now; 0\.00001200 is /,
    );
  });

  it('asks nothing for a wallet that holds nothing yet, or that nobody here spends from', () => {
    expect(funds(0n, { holdsOthers: false }).verdict).toBe('waiting');
    expect(funds(0n, { watchOnly: true }).verdict).toBe('good');
  });
});
