import { afterAll, describe, expect, it } from 'vitest';
import { createLiquid } from './liquid.ts';
import { selfTest } from './self-test.ts';
import type { Liquid } from './types.ts';

const liquid = createLiquid({ workers: 1 });
afterAll(() => liquid.close());

describe('selfTest', () => {
  it('passes with the pinned libraries', async () => {
    await expect(liquid.selfTest()).resolves.toBeUndefined();
  });

  it.each<[string, Partial<Liquid>]>([
    [
      'derives other keys',
      {
        treasuryKeys: async () => ({
          ...(await liquid.treasuryKeys(`${'abandon '.repeat(11)}about`, 'regtest')),
          fingerprint: '00000000',
        }),
      },
    ],
    [
      'makes signatures that are none',
      {
        signaturesOf: async (pset) =>
          (await liquid.signaturesOf(pset)).map((signature) => ({ ...signature, valid: false })),
      },
    ],
    [
      'believes nothing',
      {
        verifyOutputs: (_, outputs) =>
          Promise.resolve(outputs.map(({ vout }) => ({ vout, fault: 'is not' }))),
      },
    ],
    ['opens nothing of its own', { unblindOwn: (_, vouts) => Promise.resolve(vouts.map(() => null)) }],
    ['opens whatever it is given', { openOutputs: () => Promise.resolve() }],
    ['signs another transaction', { sameTransaction: () => Promise.resolve(false) }],
    ['blinds nothing', { blind: ({ pset }) => Promise.resolve({ pset, outputs: [] }) }],
  ])('finds a library that %s', async (_, broken) => {
    const sign = (pset: string, mnemonic: string): Promise<string> =>
      liquid.signWithSeed(pset, { mnemonic }, 'regtest');
    await expect(selfTest(liquid, sign)).resolves.toBeUndefined();
    await expect(selfTest({ ...liquid, ...broken }, sign)).rejects.toMatchObject({
      code: 'LIQUID_UNAVAILABLE',
    });
  });

  it('finds that LWK signs otherwise', async () => {
    const nothing = (pset: string): Promise<string> => Promise.resolve(pset);
    await expect(selfTest(liquid, nothing)).rejects.toThrow(/LWK signs otherwise/);
  });
});
