import { describe, expect, it } from 'vitest';
import { custodyKeysPayload } from './payloads.ts';

const account = (number: number) => ({ path: `87'/1'/${number}'`, xpub: `tpub${number}` });

describe('the keys that a signer offers for custody', () => {
  it('have as many accounts of AMP2 as it tells, the first of them at least', () => {
    const told = { amp2: [account(0), account(1)], amp0: null };
    expect(custodyKeysPayload.parse(told)).toEqual(told);
    expect(custodyKeysPayload.safeParse({ amp2: [], amp0: null }).success).toBe(false);
  });

  it('have one where the signer knew of one only', () => {
    expect(custodyKeysPayload.parse({ amp2: account(0), amp0: null })).toEqual({
      amp2: [account(0)],
      amp0: null,
    });
  });
});
