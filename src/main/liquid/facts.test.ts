import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holder } from '../../../test/support/made-up-pset.ts';
import {
  derivationsOf,
  SEEDS,
  treasuryDistribution,
  treasuryOf,
} from '../../../test/support/treasury-pset.ts';
import type { TreasuryPset } from '../../../test/support/treasury-pset.ts';
import { fromHex, u32Bytes, u64Bytes } from './bytes.ts';
import { factsOf } from './facts.ts';
import { createLiquid } from './liquid.ts';
import { INPUT, OUTPUT, parsePset, serializePset } from './pset.ts';
import type { Pset } from './pset.ts';
import { sighashes } from './sighash.ts';
import type { PsetFacts } from './types.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

let made: TreasuryPset;
beforeAll(async () => {
  const seeds = [SEEDS.abandon, SEEDS.legal, SEEDS.zoo].map((mnemonic) => ({ mnemonic }));
  made = await treasuryDistribution(liquid, await treasuryOf(liquid, 2, seeds));
});

function recorded(name: string): Record<string, string> {
  const file = new URL(`../../../test/recordings/liquid/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
}

function changed(change: (pset: Pset) => void): PsetFacts {
  const pset = parsePset(made.pset);
  change(pset);
  return factsOf(serializePset(pset));
}

const byKey = (a: { pubkey: string }, b: { pubkey: string }): number => (a.pubkey < b.pubkey ? -1 : 1);

describe('factsOf', () => {
  it('tells everything of a multisig distribution', async () => {
    const facts = await liquid.factsOf(made.pset);
    const [own] = await liquid.addresses(made.policy, 0, 0, 1);
    expect(facts).toMatchObject({ version: 2, locktime: 0 });
    expect(facts.txid).toBe((await liquid.inspectPset(made.pset)).txid);
    expect(facts.inputs).toHaveLength(2);
    expect(facts.inputs[0]).toMatchObject({
      txid: made.inputs[0]?.txid,
      vout: 0,
      sequence: 0xffff_ffff,
      script: own?.script,
      witnessScript: own?.witnessScript,
      keys: derivationsOf(made.policy, 0, 0).sort(byKey),
      sighash: null,
      issuance: false,
      pegin: false,
      signatures: [],
    });
    expect(facts.inputs[0]?.assetCommitment).toMatch(/^0[ab][0-9a-f]{64}$/);
    expect(facts.inputs[0]?.valueCommitment).toMatch(/^0[89][0-9a-f]{64}$/);
    expect(facts.outputs.map(({ script }) => script)).toEqual([
      holder(0).script,
      holder(1).script,
      made.change[0]?.script,
      made.change[1]?.script,
      '',
    ]);
    expect(facts.outputs[0]).toMatchObject({
      value: 100_000_000n,
      blindingPubkey: holder(0).blindingPubkey,
      hasRangeproof: true,
      hasSurjectionProof: true,
      hasValueProof: true,
      hasAssetProof: true,
      keys: [],
    });
    expect(facts.outputs[2]?.keys).toEqual(derivationsOf(made.policy, 1, 0).sort(byKey));
    expect(facts.outputs[4]).toMatchObject({
      value: 10_000n,
      assetCommitment: null,
      valueCommitment: null,
      blindingPubkey: null,
      ecdhPubkey: null,
      hasRangeproof: false,
    });
  });

  it('reads coins of a node, explicit ones as serialized, and a coin only in its whole transaction', () => {
    const { pset = '' } = recorded('distribution-3.funded');
    const facts = factsOf(pset);
    expect(facts.inputs.every(({ script }) => script?.startsWith('0014'))).toBe(true);
    const parsed = parsePset(pset);
    for (const map of parsed.inputs) map.delete(INPUT.witnessUtxo);
    expect(factsOf(serializePset(parsed)).inputs.map(({ script }) => script)).toEqual(
      facts.inputs.map(({ script }) => script),
    );
  });

  it.each<[string, (pset: Pset) => void, (facts: PsetFacts) => void]>([
    [
      'an amount that cannot be',
      ({ outputs }) => outputs[0]?.set(OUTPUT.amount, new Uint8Array(8).fill(255)),
      ({ outputs }) => expect(outputs[0]?.value).toBe(2n ** 64n - 1n),
    ],
    [
      'proofs that are gone or empty',
      ({ outputs }) => {
        outputs[0]?.delete(OUTPUT.valueRangeproof);
        outputs[0]?.delete(OUTPUT.assetSurjectionProof);
        outputs[0]?.set(OUTPUT.blindValueProof, new Uint8Array());
        outputs[0]?.delete(OUTPUT.blindAssetProof);
      },
      ({ outputs }) =>
        expect(outputs[0]).toMatchObject({
          hasRangeproof: false,
          hasSurjectionProof: false,
          hasValueProof: false,
          hasAssetProof: false,
        }),
    ],
    [
      'an output blinded by halves',
      ({ outputs }) => outputs[0]?.delete(OUTPUT.valueCommitment),
      ({ outputs }) => expect(outputs[0]).toMatchObject({ valueCommitment: null }),
    ],
    [
      'a fee that hides its amount',
      ({ outputs }) =>
        outputs[4]?.set(OUTPUT.valueCommitment, outputs[0]?.get(OUTPUT.valueCommitment) as Uint8Array),
      ({ outputs }) => expect(outputs[4]?.valueCommitment).toBe(outputs[0]?.valueCommitment),
    ],
    [
      'an issuance',
      ({ inputs }) => inputs[0]?.set(INPUT.issuanceValue, u64Bytes(7n, true)),
      ({ inputs }) => expect(inputs.map(({ issuance }) => issuance)).toEqual([true, false]),
    ],
    [
      'a peg-in by its fields',
      ({ inputs }) => inputs[1]?.set(INPUT.peginValue, u64Bytes(7n, true)),
      ({ inputs }) => expect(inputs.map(({ pegin }) => pegin)).toEqual([false, true]),
    ],
    [
      'a peg-in by its index',
      ({ inputs }) => inputs[0]?.set(INPUT.outputIndex, u32Bytes(0x4000_0000)),
      ({ inputs }) => expect(inputs[0]).toMatchObject({ pegin: true, vout: 0 }),
    ],
    [
      'another sighash',
      ({ inputs }) => inputs[0]?.set(INPUT.sighashType, u32Bytes(0x83)),
      ({ inputs }) => expect(inputs.map(({ sighash }) => sighash)).toEqual([0x83, null]),
    ],
    [
      'a coin that is missing',
      ({ inputs }) => inputs[0]?.delete(INPUT.witnessUtxo),
      ({ inputs }) =>
        expect(inputs[0]).toMatchObject({ script: null, assetCommitment: null, valueCommitment: null }),
    ],
    [
      'a previous transaction that is another’s',
      ({ inputs }) => {
        inputs[0]?.delete(INPUT.witnessUtxo);
        inputs[0]?.set(INPUT.nonWitnessUtxo, fromHex('0200000000000000000000'));
      },
      ({ inputs }) => expect(inputs[0]).toMatchObject({ script: null }),
    ],
    [
      'a previous transaction that is noise',
      ({ inputs }) => {
        inputs[0]?.delete(INPUT.witnessUtxo);
        inputs[0]?.set(INPUT.nonWitnessUtxo, Uint8Array.of(1, 2));
      },
      ({ inputs }) => expect(inputs[0]).toMatchObject({ script: null }),
    ],
    [
      'an output too many',
      ({ outputs, global }) => {
        outputs.push(new Map(outputs[0]));
        global.set('\x05', Uint8Array.of(6));
      },
      ({ outputs }) => expect(outputs).toHaveLength(6),
    ],
  ])('shows %s instead of refusing to look', (_, change, check) => {
    check(changed(change));
  });

  it('answers any changed bytes with facts or PSET_INVALID, and so do the hashes to sign', () => {
    const bytes = Buffer.from(made.pset, 'base64');
    // The head and every map's small fields; proofs are most of the bytes and are not read here.
    const at = fc.oneof(fc.nat(3_000), fc.nat(bytes.length - 1));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(at, fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.option(fc.nat(bytes.length - 1)),
        (changes, end) => {
          const altered = Buffer.from(bytes.subarray(0, end ?? bytes.length));
          for (const [index, value] of changes) if (index < altered.length) altered[index] = value;
          for (const read of [factsOf, sighashes]) {
            try {
              read(altered.toString('base64'));
            } catch (error) {
              expect(error).toMatchObject({ code: 'PSET_INVALID' });
            }
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
