import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEEDS, treasuryDistribution, treasuryOf } from '../../../test/support/treasury-pset.ts';
import type { TreasuryPset } from '../../../test/support/treasury-pset.ts';
import { wildly } from '../../../test/support/wild-pset.ts';
import { createLiquid } from './liquid.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

let made: TreasuryPset;
let signed: string;
beforeAll(async () => {
  const seeds = [SEEDS.abandon, SEEDS.legal, SEEDS.zoo].map((mnemonic) => ({ mnemonic }));
  made = await treasuryDistribution(liquid, await treasuryOf(liquid, 2, seeds), 1);
  signed = await liquid.signWithSeed(made.pset, { mnemonic: SEEDS.zoo }, 'regtest');
});

describe('whatever a PSET says', () => {
  it('is answered with a verdict, or refused as damaged or not to be signed; never otherwise', async () => {
    const { masterBlindingKey } = made.policy;
    const reads: ((pset: string) => Promise<unknown>)[] = [
      (pset) => liquid.factsOf(pset),
      (pset) => liquid.sighashes(pset),
      (pset) => liquid.inspectPset(pset),
      (pset) => liquid.signaturesOf(pset),
      (pset) => liquid.verifyInputs(pset, made.inputs),
      (pset) => liquid.verifyOutputs(pset, made.outputs),
      (pset) => liquid.unblindOwn(pset, [0, 1, 2, 3], masterBlindingKey),
      (pset) => liquid.combine([made.pset, pset]),
      (pset) => liquid.combine([pset, signed]),
    ];
    await fc.assert(
      fc.asyncProperty(wildly, async (change) => {
        const pset = change(signed);
        for (const read of reads) {
          const error: unknown = await read(pset).then(
            () => null,
            (reason: unknown) => reason,
          );
          if (error !== null)
            expect(error).toMatchObject({
              code: expect.stringMatching(/^(PSET_INVALID|PROOF_INVALID|SIGNING_FAILED)$/) as string,
            });
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is signed for what it is, or not at all', async () => {
    const { keys } = made.policy;
    await fc.assert(
      fc.asyncProperty(wildly, async (change) => {
        const pset = change(made.pset);
        const result: unknown = await liquid
          .signWithSeed(pset, { mnemonic: SEEDS.legal }, 'regtest')
          .catch((reason: unknown) => reason);
        if (typeof result !== 'string') {
          expect(result).toMatchObject({
            code: expect.stringMatching(/^(PSET_INVALID|SIGNING_FAILED)$/) as string,
          });
          return;
        }
        const mine = (await liquid.signaturesOf(result)).filter(
          ({ fingerprint }) => fingerprint === keys[1]?.fingerprint,
        );
        expect(mine.length).toBeGreaterThan(0);
        expect(mine.every(({ valid }) => valid)).toBe(true);
        expect(await liquid.sameTransaction({ pset }, { pset: result })).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
