import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEEDS, treasuryDistribution, treasuryOf } from '../../../test/support/treasury-pset.ts';
import type { TreasuryPset } from '../../../test/support/treasury-pset.ts';
import { createLiquid } from './liquid.ts';
import { INPUT, OUTPUT, parsePset, serializePset } from './pset.ts';
import type { PsetMap } from './pset.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

let made: TreasuryPset;
let signed: string;
beforeAll(async () => {
  const seeds = [SEEDS.abandon, SEEDS.legal, SEEDS.zoo].map((mnemonic) => ({ mnemonic }));
  made = await treasuryDistribution(liquid, await treasuryOf(liquid, 2, seeds), 1);
  signed = await liquid.signWithSeed(made.pset, { mnemonic: SEEDS.zoo }, 'regtest');
});

const mapsOf = ({ global, inputs, outputs }: ReturnType<typeof parsePset>): PsetMap[] => [
  global,
  ...inputs,
  ...outputs,
];

/** One field of some map: taken out, cut, filled, replaced by that of a neighbour, or put where there was none. */
const change = fc.record({
  map: fc.nat(),
  field: fc.nat(),
  how: fc.constantFrom('delete', 'cut', 'fill', 'swap', 'add'),
  byte: fc.nat(255),
  key: fc.constantFrom(...Object.values(INPUT), ...Object.values(OUTPUT)),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function apply(maps: PsetMap[], { map: at, field, how, byte, key }: Change): void {
  const map = maps[at % maps.length];
  const keys = [...(map?.keys() ?? [])];
  const name = keys[field % keys.length];
  if (!map || name === undefined) return;
  const value = map.get(name) ?? new Uint8Array();
  if (how === 'delete') map.delete(name);
  else if (how === 'cut') map.set(name, value.slice(0, byte % (value.length + 1)));
  else if (how === 'fill') map.set(name, new Uint8Array(value.length).fill(byte));
  else if (how === 'swap') map.set(name, maps[(at + 1) % maps.length]?.get(name) ?? value);
  else map.set(key, new Uint8Array(byte % 40).fill(byte));
}

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
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const parsed = parsePset(signed);
        for (const each of changes) apply(mapsOf(parsed), each);
        const pset = serializePset(parsed);
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
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const parsed = parsePset(made.pset);
        for (const each of changes) apply(mapsOf(parsed), each);
        const pset = serializePset(parsed);
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
