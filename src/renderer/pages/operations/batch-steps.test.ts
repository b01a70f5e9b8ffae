import { describe, expect, it } from 'vitest';
import { BATCH_STEPS, type BatchStep } from '../../../shared/contract/index.ts';
import { shownSteps, timeSpent } from './batch-steps.ts';

const reached = (step: BatchStep, state: 'running' | 'done' | 'cancelled' = 'running') => ({
  step,
  state,
  steps: BATCH_STEPS.slice(0, BATCH_STEPS.indexOf(step) + 1).map((each, index) => ({
    step: each,
    at: 1000 * index,
  })),
});

describe('the steps of a batch', () => {
  it('count what prepares a batch as one step', () => {
    expect(shownSteps(reached('assigned')).map((step) => step.state)).toEqual([
      'next',
      ...Array.from({ length: 6 }, () => 'later'),
    ]);
    expect(shownSteps(reached('reserved'))[0]).toEqual({ name: 'Prepared', state: 'done', at: 3000 });
  });

  it('show one next step until the last is done', () => {
    for (const step of BATCH_STEPS) {
      const next = shownSteps(reached(step)).filter((each) => each.state === 'next');
      expect(next).toHaveLength(step === 'reported' ? 0 : 1);
    }
  });

  it('promise nothing more of a cancelled batch', () => {
    expect(shownSteps(reached('created', 'cancelled')).every((step) => step.state === 'later')).toBe(true);
  });
});

describe('the time of a batch', () => {
  it('runs until now, or until its last step', () => {
    expect(timeSpent(reached('built'), 60_000)).toBe(60_000);
    expect(timeSpent(reached('reported', 'done'), 60_000)).toBe(9000);
    expect(timeSpent({ steps: [], state: 'waiting' }, 60_000)).toBeNull();
  });
});
