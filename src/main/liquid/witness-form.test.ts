import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEEDS, treasuryDistribution, treasuryOf } from '../../../test/support/treasury-pset.ts';
import { toDisplay } from './bytes.ts';
import { createLiquid } from './liquid.ts';
import { newPset } from './new-pset.ts';
import { INPUT, parsePset, serializePset } from './pset.ts';
import type { Liquid } from './types.ts';

let liquid: Liquid;
beforeAll(() => {
  liquid = createLiquid({ workers: 1 });
});
afterAll(() => liquid.close());

async function made() {
  const policy = await treasuryOf(liquid, 2, [{ mnemonic: SEEDS.abandon }, { mnemonic: SEEDS.zoo }]);
  return treasuryDistribution(liquid, policy);
}

describe('the network form of a PSET that is not signed', () => {
  it('is the same transaction, with every proof', async () => {
    const { pset, outputs } = await made();
    const hex = await liquid.unsignedHex(pset);
    expect(await liquid.sameTransaction({ pset }, { hex })).toBe(true);
    await expect(liquid.openOutputs(hex, outputs)).resolves.toBeUndefined();
  });
});

describe('a PSET without previous transactions', () => {
  it('is the same transaction, smaller', async () => {
    const { pset } = await made();
    const whole = parsePset(pset);
    whole.inputs[0]?.set(INPUT.nonWitnessUtxo, new Uint8Array(500));
    // A previous transaction that is none is dropped unread: the coin stands there by itself.
    expect(await liquid.witnessOnly(serializePset(whole))).toBe(pset);
    whole.inputs[0]?.delete(INPUT.witnessUtxo);
    await expect(liquid.witnessOnly(serializePset(whole))).rejects.toMatchObject({ code: 'PSET_INVALID' });
  });
});

describe('coins of a transaction that nobody has sent', () => {
  async function spending(shift = 0) {
    const parent = await made();
    const { txid } = await liquid.factsOf(parent.pset);
    const [change] = parent.change;
    const pset = newPset(
      [{ txid, vout: 2, utxo: { asset: '00', value: '00', nonce: '00', script: '' } }],
      [{ script: '', assetId: toDisplay(new Uint8Array(32)), value: 1n }],
    );
    const bare = parsePset(pset);
    bare.inputs[0]?.delete(INPUT.witnessUtxo);
    return {
      parent,
      change,
      shown: () => liquid.showCoins(serializePset(bare), [{ input: 0, from: parent.pset, vout: 2 + shift }]),
    };
  }

  it('are shown as their own PSET makes them, with script and keys', async () => {
    const { parent, change, shown } = await spending();
    const [input] = (await liquid.factsOf(await shown())).inputs;
    const output = (await liquid.factsOf(parent.pset)).outputs[2];
    expect(input).toMatchObject({
      script: change?.script,
      assetCommitment: output?.assetCommitment,
      valueCommitment: output?.valueCommitment,
      keys: output?.keys,
    });
    expect(input?.keys).toHaveLength(2);
  });

  it('are refused for an input that spends another', async () => {
    const { shown } = await spending(1);
    await expect(shown()).rejects.toMatchObject({ code: 'PSET_INVALID' });
  });
});
