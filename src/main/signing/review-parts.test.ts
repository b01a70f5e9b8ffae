import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amount } from '../../shared/money.ts';
import { reviewFingerprint } from './review-fingerprint.ts';
import { pageOfRows } from './review-rows.ts';
import { signingSheet } from './review-sheet.ts';
import type { Reviewed } from './review-types.ts';

const ASSET = 'a'.repeat(64);
const TXID = 'b'.repeat(64);

describe('the fingerprint of a request', () => {
  const whole = {
    network: 'regtest',
    assetId: ASSET,
    recipients: [
      { address: 'el1b', amount: 20n },
      { address: 'el1a', amount: 1000n },
    ],
    transactions: [{ txid: TXID, fee: 500n }],
  };

  it('can be worked out by hand', () => {
    const text = `["sluice-review",1,"regtest","${ASSET}",[["el1a","1000"],["el1b","20"]],[["${TXID}","500"]]]`;
    const digest = createHash('sha256').update(text).digest('hex').slice(0, 32);
    expect(reviewFingerprint(whole).replaceAll(' ', '')).toBe(digest);
    expect(reviewFingerprint(whole)).toMatch(/^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
  });

  it('does not depend on the order in which a machine holds things', () => {
    const row = fc.record({ address: fc.string(), amount: fc.bigInt(1n, 1n << 50n) });
    const transaction = fc.record({ txid: fc.string(), fee: fc.bigInt(0n, 10_000n) });
    const shuffled = fc.tuple(fc.array(row), fc.array(transaction)).chain(([rows, transactions]) =>
      fc.tuple(
        fc.constant({ ...whole, recipients: rows, transactions }),
        fc
          .tuple(
            fc.shuffledSubarray(rows, { minLength: rows.length }),
            fc.shuffledSubarray(transactions, { minLength: transactions.length }),
          )
          .map(([recipients, others]) => ({ ...whole, recipients, transactions: others })),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(reviewFingerprint(other)).toBe(reviewFingerprint(one));
      }),
    );
  });

  it.each([
    ['an amount', { recipients: [{ address: 'el1b', amount: 21n }, whole.recipients[1] ?? never()] }],
    ['an address', { recipients: [{ address: 'el1c', amount: 20n }, whole.recipients[1] ?? never()] }],
    ['a recipient less', { recipients: whole.recipients.slice(1) }],
    ['a fee', { transactions: [{ txid: TXID, fee: 501n }] }],
    ['a transaction', { transactions: [{ txid: 'c'.repeat(64), fee: 500n }] }],
    ['the asset', { assetId: 'd'.repeat(64) }],
    ['the network', { network: 'liquidv1' }],
  ])('changes with %s', (_what, change) => {
    expect(reviewFingerprint({ ...whole, ...change })).not.toBe(reviewFingerprint(whole));
  });
});

function never(): never {
  throw new Error('not there');
}

const reviewed: Reviewed = {
  review: {
    fingerprint: '0123 4567 89ab cdef 0123 4567 89ab cdef',
    title: 'Pay <script>alert(1)</script> & more',
    asset: { assetId: ASSET, name: 'Alder Notes', ticker: 'ALD', precision: 2 },
    recipients: 3,
    total: amount(123_456n),
    fee: amount(500n),
    change: [{ assetId: 'c'.repeat(64), ticker: 'L-BTC', precision: 8, amount: amount(9000n) }],
    transactions: [{ batch: 1, txid: TXID, recipients: 3, amount: amount(123_456n), fee: amount(500n) }],
    checks: [{ code: 'fee', verdict: 'good', title: 'One fee', evidence: 'At most 0.00000500 L-BTC' }],
    ok: true,
    comparison: null,
  },
  rows: [row(0, 'Ann “quoted” <b>', 100n), row(1, 'Bob \u202eeeht', 120_000n), row(2, 'Carl', 3356n)],
};

function row(position: number, holder: string, value: bigint): Reviewed['rows'][number] {
  const verified = true;
  return {
    position,
    batch: 1,
    vout: position,
    holder,
    gaid: `GA${position}`,
    address: `el1${position}`,
    amount: amount(value),
    verified,
  };
}

describe('the printed sheet', () => {
  const sheet = signingSheet(reviewed);

  it('shows recipients largest first, totals, fee and fingerprint', () => {
    const order = ['Bob', 'Carl', 'Ann'].map((name) => sheet.indexOf(`<td>${name}`));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
    for (const text of [
      '1,200.00 ALD',
      '1,234.56 ALD',
      '0.00000500 L-BTC',
      reviewed.review.fingerprint,
      TXID,
    ])
      expect(sheet.replaceAll('\u2009', ',').replaceAll('\u00a0', ',')).toContain(text);
  });

  it('lets no text from outside become markup or turn the reading direction', () => {
    expect(sheet).not.toContain('<script');
    expect(sheet).not.toContain('<b>');
    expect(sheet).not.toContain('\u202e');
    expect(sheet).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; more');
  });

  it('asks for nothing from a network', () => {
    expect(sheet).toContain("default-src 'none'");
    expect(sheet).not.toMatch(/https?:|src=|href=|url\(/);
  });

  it('says so when the checks failed', () => {
    const failed = { ...reviewed, review: { ...reviewed.review, ok: false } };
    expect(signingSheet(failed)).toContain('must not be signed');
    expect(sheet).not.toContain('must not be signed');
  });
});

describe('rows of a review', () => {
  const holders = (query: Partial<Parameters<typeof pageOfRows>[1]>) =>
    pageOfRows(reviewed.rows, { offset: 0, limit: 10, ...query }).rows.map(({ position }) => position);

  it('come largest first, unless asked otherwise', () => {
    expect(holders({})).toEqual([1, 2, 0]);
    expect(holders({ sort: { by: 'position', direction: 'asc' } })).toEqual([0, 1, 2]);
    expect(holders({ sort: { by: 'holder', direction: 'desc' } })).toEqual([2, 1, 0]);
  });

  it('are found by holder, GAID or address, page by page', () => {
    expect(holders({ search: ' CARL ' })).toEqual([2]);
    expect(holders({ search: 'ga1' })).toEqual([1]);
    expect(holders({ search: 'el10' })).toEqual([0]);
    expect(pageOfRows(reviewed.rows, { offset: 1, limit: 1 })).toMatchObject({
      total: 3,
      rows: [{ position: 2 }],
    });
  });
});
