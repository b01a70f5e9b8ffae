import zkp from '@vulpemventures/secp256k1-zkp';
import { afterAll, describe, expect, it } from 'vitest';
import { createLiquid } from '../../src/main/liquid/index.ts';
import { OUTPUT, parsePset } from '../../src/main/liquid/pset.ts';
import { outputView, spentOutput } from '../../src/main/liquid/pset-view.ts';
import { distribution } from '../support/made-up-pset.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

describe('proofs of the blinder, in the eyes of another implementation', () => {
  it('are valid, bound to the script, and have the range of a wallet’s own', async () => {
    const { rangeproof, surjectionproof } = await zkp();
    const { pset, outputs } = await liquid.blind(distribution(1));
    const parsed = parsePset(pset);
    const tags = parsed.inputs.map((map, i) => spentOutput(map, i)?.asset ?? new Uint8Array());
    for (const { vout } of outputs) {
      const map = parsed.outputs[vout];
      if (!map) throw new Error(`no output ${vout}`);
      const { valueCommitment, assetCommitment, script } = outputView(map, vout);
      const range = map.get(OUTPUT.valueRangeproof);
      const surjection = map.get(OUTPUT.assetSurjectionProof);
      if (!valueCommitment || !assetCommitment || !range || !surjection)
        throw new Error(`output ${vout} is not blinded`);
      expect(rangeproof.verify(range, valueCommitment, assetCommitment, script)).toBe(true);
      expect(rangeproof.verify(range, valueCommitment, assetCommitment, new Uint8Array(22))).toBe(false);
      expect(rangeproof.info(range)).toMatchObject({ exp: '0', mantissa: '52', minValue: '1' });
      expect(surjectionproof.verify(surjection, tags, assetCommitment)).toBe(true);
      expect(surjectionproof.verify(surjection, tags.toReversed(), assetCommitment)).toBe(false);
    }
  });
});
