import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { draft, madeUpTreasury, requestFrom, type Treasury } from '../../../test/support/sign-request.ts';
import { createLiquid } from '../liquid/index.ts';
import { createReview } from './review.ts';
import type { SignRequest } from './payloads.ts';

const liquid = createLiquid();
afterAll(() => liquid.close());

describe.each([
  ['a single key', 1, 1],
  ['two of three', 2, 3],
])('an honest request of %s', (_what, threshold, of) => {
  let treasury: Treasury;
  let request: SignRequest;
  beforeAll(async () => {
    treasury = await madeUpTreasury(liquid, threshold, of);
    request = await requestFrom(liquid, treasury, [
      await draft(liquid, treasury, 3),
      await draft(liquid, treasury, 2, 10),
    ]);
  });

  it('passes every check, and opens every amount', async () => {
    const { review, rows } = await createReview(liquid)(request, treasury.known);
    expect(review.checks.filter(({ verdict }) => verdict !== 'good')).toEqual([]);
    expect(review).toMatchObject({
      ok: true,
      recipients: 5,
      total: 1000n + 1001n + 1002n + 1010n + 1011n,
      fee: 1000n,
      comparison: null,
    });
    expect(review.change.map(({ ticker, amount }) => [ticker, amount])).toEqual([
      ['ALD', 1400n],
      ['L-BTC', 17000n],
    ]);
    expect(rows.every(({ verified }) => verified)).toBe(true);
    expect(review.fingerprint).toMatch(/^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
  });
});
