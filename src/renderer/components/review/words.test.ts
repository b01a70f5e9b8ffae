import { describe, expect, it } from 'vitest';
import type { ReviewCheck } from '../../../shared/contract/index.ts';
import { amount } from '../../../shared/money.ts';
import { checksSentence, fingerprintGroups, signWords, worstFirst } from './words.ts';

const check = (code: string, verdict: ReviewCheck['verdict']): ReviewCheck => ({
  code,
  verdict,
  title: code,
  evidence: '',
});
const asset = { assetId: 'a'.repeat(64), name: 'ACME Notes', ticker: 'ACME', precision: 2 };

describe('the words of a review', () => {
  it('say what signing does', () => {
    const paid = { asset, total: amount(1_250_000n), recipients: 75 };
    expect(signWords(paid)).toBe('Sign payment of 12,500.00 ACME to 75 holders');
    expect(signWords({ ...paid, recipients: 1, asset: { ...asset, ticker: null } })).toBe(
      'Sign payment of 12,500.00 ACME Notes to 1 holder',
    );
  });

  it('show a fingerprint in groups of four, however it came', () => {
    const groups = ['0F3A', '9C21', '77B0', 'D4E5', '8812', '6AFC', '1E90', 'B3C7'];
    expect(fingerprintGroups('0f3a 9c21 77b0 d4e5 8812 6afc 1e90 b3c7')).toEqual(groups);
    expect(fingerprintGroups('0F3A9C2177B0D4E588126AFC1E90B3C7')).toEqual(groups);
  });

  it('put what stops it first, and keep the order of the checks otherwise', () => {
    const checks = [check('a', 'good'), check('b', 'wrong'), check('c', 'attention'), check('d', 'wrong')];
    expect(worstFirst(checks).map(({ code }) => code)).toEqual(['b', 'd', 'c', 'a']);
    expect(checks[0]?.code).toBe('a');
  });

  it('sum the checks up', () => {
    const good = [check('a', 'good'), check('b', 'good')];
    expect(checksSentence(good)).toBe('2 checks passed: nothing was taken on trust.');
    expect(checksSentence([...good, check('c', 'attention')])).toBe('2 checks passed, 1 wants a look.');
    expect(checksSentence([...good, check('c', 'wrong')])).toBe(
      '1 check stops it: nothing will be signed. 2 checks passed.',
    );
  });
});
