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
    ['opens whatever it is given', { openOutputs: () => Promise.resolve() }],
    ['signs another transaction', { sameTransaction: () => Promise.resolve(false) }],
    ['blinds nothing', { blind: ({ pset }) => Promise.resolve({ pset, outputs: [] }) }],
  ])('finds a library that %s', async (_, broken) => {
    await expect(selfTest({ ...liquid, ...broken })).rejects.toMatchObject({ code: 'LIQUID_UNAVAILABLE' });
  });
});
