import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holder } from '../../../test/support/made-up-pset.ts';
import {
  draft,
  madeUpTreasury,
  originsOf,
  requestFrom,
  spendingFrom,
  type Treasury,
} from '../../../test/support/sign-request.ts';
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

describe('a holder who is paid twice as approved', () => {
  /** Three holders and a fourth row, of the first: at its own address again, or at one more. */
  async function twice(address: 'same' | 'other') {
    const treasury = await madeUpTreasury(liquid, 1, 1);
    const one = await draft(liquid, treasury, 3);
    const [first] = one.allocation;
    const [payment, , , change] = one.pieces;
    if (!first || !payment || !change) throw new Error('not set up');
    const { script, blindingPubkey } = address === 'same' ? payment.output : holder(77);
    if (blindingPubkey === undefined) throw new Error('not set up');
    change.output.value -= 300n;
    // The smaller amount first: matching by order alone would confuse the two.
    one.pieces.unshift({
      role: 'recipient',
      output: { ...payment.output, script, blindingPubkey, value: 300n },
    });
    const text = await liquid.writeAddress(script, blindingPubkey, 'regtest');
    one.allocation.push({ ...first, address: text, amount: 300n });
    return createReview(liquid)(await requestFrom(liquid, treasury, [one]), treasury.known);
  }

  it.each([
    ['same', 'at the same address'],
    ['other', 'at another address'],
  ] as const)('is named for attention, and fit to be signed: %s address', async (address, where) => {
    const { review, rows } = await twice(address);
    expect(review.checks.filter(({ verdict }) => verdict !== 'good')).toEqual([
      {
        code: 'allocation',
        verdict: 'attention',
        title: 'The approved allocation names an address for each payment',
        evidence: `4 payments, each with a confidential address of this network. Holder 0 (row 4) is the same holder as row 1, ${where}.`,
      },
    ]);
    expect(review.ok).toBe(true);
    expect(rows.map(({ vout, amount, verified }) => [vout, amount, verified])).toEqual([
      [1, 1000n, true],
      [2, 1001n, true],
      [3, 1002n, true],
      [0, 300n, true],
    ]);
  });
});

describe('a transaction that spends another’s change', () => {
  let treasury: Treasury;
  let request: SignRequest;
  beforeAll(async () => {
    treasury = await madeUpTreasury(liquid, 1, 1);
    const first = await requestFrom(liquid, treasury, [await draft(liquid, treasury, 1)]);
    const [parent] = first.transactions;
    const vout = 2;
    const change = parent?.outputs[vout];
    if (!parent || !change) throw new Error('not set up');
    const { txid, outputs } = await liquid.factsOf(Buffer.from(parent.pset).toString('base64'));
    const next = await draft(liquid, treasury, 1, 10);
    const { assetId, value, assetBlinder, amountBlinder, script } = change;
    next.inputs[1] = {
      txid,
      vout,
      utxo: {
        asset: outputs[vout]?.assetCommitment ?? '',
        value: outputs[vout]?.valueCommitment ?? '',
        nonce: '00',
        script,
      },
      derivations: originsOf(treasury, 1, 1),
    };
    next.secrets[1] = { assetId, value, assetBlinder, amountBlinder };
    const back = next.pieces.at(-2);
    if (back) back.output.value = value - 500n;
    const second = await requestFrom(liquid, treasury, [next]);
    request = {
      ...first,
      allocation: [...first.allocation, ...second.allocation.map((row) => ({ ...row, batch: 2 }))],
      transactions: [parent, ...second.transactions.map((one) => ({ ...one, batchId: 'batch-2', seq: 2 }))],
    };
  });
  const checkOf = async (given: SignRequest) => {
    const { review } = await createReview(liquid)(given, treasury.known);
    return { review, check: review.checks.find(({ code }) => code === 'transactions') };
  };

  it('is recognised', async () => {
    const { review, check } = await checkOf(request);
    expect(review.checks.filter(({ verdict }) => verdict !== 'good')).toEqual([]);
    expect(check?.evidence).toBe('4 coins, all different; 1 of them made by a transaction of this request.');
  });

  it('has to spend what is there', async () => {
    const other = await requestFrom(liquid, treasury, [await draft(liquid, treasury, 1)]);
    const [, child] = request.transactions;
    const [stranger] = other.transactions;
    if (!child || !stranger) throw new Error('not set up');
    const { txid } = await liquid.factsOf(Buffer.from(stranger.pset).toString('base64'));
    const changed = spendingFrom(child.pset, 1, txid);
    const inputs = child.inputs.map((input, index) => (index === 1 ? { ...input, txid } : input));
    const { check } = await checkOf({
      ...request,
      transactions: [stranger, { ...child, inputs, pset: changed }],
    });
    expect(check).toMatchObject({
      verdict: 'wrong',
      evidence: 'Transaction 2, input 2 is not the output of transaction 1 that it names.',
    });
  });
});
