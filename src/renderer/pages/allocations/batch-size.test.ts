import { describe, expect, it } from 'vitest';
import { byHand } from './batch-size.tsx';

const check = (code: string) => ({ code, verdict: 'good' as const, message: '', next: '' });

describe('smaller batches', () => {
  it('are offered where somebody confirms every recipient by hand, and nowhere else', () => {
    expect(byHand({ checks: [check('signer'), check('by-hand')] })).toBe(true);
    expect(byHand({ checks: [check('signer')] })).toBe(false);
  });
});
