import { describe, expect, it } from 'vitest';
import { amount } from '../../../shared/money.ts';
import type { BatchStep } from '../../../shared/contract/index.ts';
import { cancelEffect } from './cancelling.ts';

const batch = (step: BatchStep) => ({ step, recipients: 75, amount: amount(100n) });

describe('what cancelling does', () => {
  it('drops everything before the first broadcast', () => {
    const { kept, dropped } = cancelEffect([batch('planned'), batch('signed')]);
    expect(kept).toEqual({ batches: 0, recipients: 0, total: 0n });
    expect(dropped).toEqual({ batches: 2, recipients: 150, total: 200n });
  });

  it('keeps what is on its way and says so', () => {
    const { kept, dropped } = cancelEffect([batch('reported'), batch('broadcast'), batch('created')]);
    expect(kept).toEqual({ batches: 2, recipients: 150, total: 200n });
    expect(dropped).toEqual({ batches: 1, recipients: 75, total: 100n });
  });
});
