import { describe, expect, it } from 'vitest';
import type { CustodySpend } from '../../../../shared/contract/index.ts';
import { spendSteps } from './spend-steps.ts';

const spend = (
  change: Partial<Pick<CustodySpend, 'steps' | 'order' | 'state' | 'walletKind'>>,
): Parameters<typeof spendSteps>[0] => ({
  walletKind: 'amp2',
  state: 'open',
  order: ['server', 'user'],
  steps: [{ step: 'built', at: 1, sentence: 'Built.' }],
  ...change,
});
const names = (of: Parameters<typeof spendSteps>[0]): string[] =>
  spendSteps(of).map(({ name, state }) => `${name} ${state}`);

describe('the steps of a payment', () => {
  it('stand in the order in which signatures come', () => {
    expect(names(spend({}))).toEqual([
      'Built done',
      'Cosigned next',
      'Signed later',
      'Complete later',
      'Broadcast later',
      '1 of 2 later',
      '2 of 2 later',
    ]);
    expect(names(spend({ order: ['user', 'server'] })).slice(1, 3)).toEqual([
      'Signed next',
      'Cosigned later',
    ]);
  });

  it('have no cosigner where there is one key', () => {
    const shown = names(spend({ walletKind: 'single', order: ['user'] }));
    expect(shown).toContain('Signed next');
    expect(shown.join()).not.toContain('Cosigned');
  });

  it('stop before the step that was refused, and have none next once a payment was given up', () => {
    expect(names(spend({ state: 'refused' })).slice(0, 2)).toEqual(['Built done', 'Cosigned next']);
    expect(names(spend({ state: 'cancelled' })).join()).not.toContain('next');
  });
});
