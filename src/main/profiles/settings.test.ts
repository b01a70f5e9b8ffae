import { describe, expect, it } from 'vitest';
import { amount } from '../../shared/money.ts';
import { openStore } from '../store/index.ts';
import { getSettings, setSettings } from './settings.ts';

describe('settings of a profile', () => {
  it('begin with values that work on a real network', () => {
    expect(getSettings(openStore(':memory:'))).toEqual({
      recipientsPerBatch: 75,
      feeRate: '0.1',
      lanes: 8,
      feeCeiling: 100_000n,
      lowFeeFunds: 50_000n,
    });
  });

  it('change one by one, and the audit trail says from what to what', () => {
    const store = openStore(':memory:');
    const after = setSettings(store, { lanes: 3, feeCeiling: amount(9_007_199_254_740_993n) }, 'person');
    expect(after).toEqual({
      ...getSettings(openStore(':memory:')),
      lanes: 3,
      feeCeiling: 9_007_199_254_740_993n,
    });
    expect(getSettings(store)).toEqual(after);
    expect(store.auditList({ offset: 0, limit: 5 }).rows).toMatchObject([
      {
        type: 'settings.changed',
        actor: 'person',
        data: { from: { lanes: 8, feeCeiling: '100000' }, to: { lanes: 3, feeCeiling: '9007199254740993' } },
      },
    ]);
  });

  it('write nothing when nothing changes', () => {
    const store = openStore(':memory:');
    setSettings(store, { lanes: 8 }, 'person');
    setSettings(store, {}, 'person');
    expect(store.auditVerify().entries).toBe(0);
  });

  it('are refused whole when one of them is out of bounds', () => {
    const store = openStore(':memory:');
    expect(() => setSettings(store, { lanes: 2, recipientsPerBatch: 81 }, 'person')).toThrow();
    expect(getSettings(store).lanes).toBe(8);
    expect(store.auditVerify().entries).toBe(0);
  });
});
