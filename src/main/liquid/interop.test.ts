import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEEDS, treasuryDistribution, treasuryOf } from '../../../test/support/treasury-pset.ts';
import type { TreasuryPset } from '../../../test/support/treasury-pset.ts';
import { amount } from '../../shared/money.ts';
import { createLiquid } from './liquid.ts';
import { loadLwk } from './lwk.ts';
import type { BlindRequest, PsetFacts } from './types.ts';
import { wally } from './wally.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

const WORDS = [SEEDS.abandon, SEEDS.legal, SEEDS.zoo];
let single: TreasuryPset;
let multi: TreasuryPset;
beforeAll(async () => {
  const seeds = WORDS.map((mnemonic) => ({ mnemonic }));
  [single, multi] = await Promise.all([
    treasuryOf(liquid, 1, seeds.slice(0, 1)).then((policy) => treasuryDistribution(liquid, policy)),
    treasuryOf(liquid, 2, seeds).then((policy) => treasuryDistribution(liquid, policy)),
  ]);
});

const throughLwk = (pset: string): string => {
  const lwk = loadLwk();
  return new lwk.Pset(pset).toString();
};

/** Through libwally's strict reader and its writer. */
function throughWally(pset: string): string {
  const parsed = wally.psbt_from_bytes(Buffer.from(pset, 'base64'), 1);
  try {
    return Buffer.from(wally.psbt_to_bytes(parsed, 0)).toString('base64');
  } finally {
    wally.psbt_free(parsed);
  }
}

function byLwk(pset: string, mnemonic: string): string {
  const lwk = loadLwk();
  const signer = new lwk.Signer(new lwk.Mnemonic(mnemonic), lwk.Network.regtestDefault());
  return signer.sign(new lwk.Pset(pset)).toString();
}

async function byWally(pset: string, mnemonic: string): Promise<string> {
  const parsed = wally.psbt_from_bytes(Buffer.from(pset, 'base64'), 0);
  const root = wally.bip32_key_from_seed(wally.bip39_mnemonic_to_seed512(mnemonic, ''), 0x04358394, 0);
  wally.psbt_sign_bip32(parsed, root, 4);
  return Promise.resolve(Buffer.from(wally.psbt_to_bytes(parsed, 0)).toString('base64'));
}

function recorded(name: string): BlindRequest {
  const file = new URL(`../../../test/recordings/liquid/${name}.funded.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) =>
    key === 'value' ? amount(BigInt(value as string)) : value,
  ) as BlindRequest;
}

describe('a PSET of the desk', () => {
  it.each([
    ['LWK', throughLwk],
    ['libwally', throughWally],
  ])('comes back from %s unchanged in meaning, unsigned and signed', async (_, through) => {
    for (const { pset, outputs, inputs } of [single, multi]) {
      const signed = await liquid.signWithSeed(pset, { mnemonic: SEEDS.abandon }, 'regtest');
      for (const sent of [pset, signed]) {
        const back = through(sent);
        expect(await liquid.factsOf(back)).toEqual(await liquid.factsOf(sent));
        expect(await liquid.sighashes(back)).toEqual(await liquid.sighashes(sent));
        const verdicts = await Promise.all([
          liquid.verifyOutputs(back, outputs),
          liquid.verifyInputs(back, inputs),
        ]);
        expect(verdicts.flat().filter(({ fault }) => fault !== null)).toEqual([]);
      }
    }
  });

  it.each(['distribution-3', 'distribution-3-burn', 'issuance', 'reissuance'])(
    'made of %s that a node funded comes back from LWK unchanged in meaning',
    async (name) => {
      const { pset } = await liquid.blind(recorded(name));
      expect(await liquid.factsOf(throughLwk(pset))).toEqual(await liquid.factsOf(pset));
    },
  );

  it('shows LWK the fee and the change that it has', async () => {
    const lwk = loadLwk();
    const { ctDescriptor } = await liquid.descriptors(multi.policy);
    const signed = await liquid.signWithSeed(multi.pset, { mnemonic: SEEDS.zoo }, 'regtest');
    const pset = new lwk.Pset(signed);
    expect(pset.inputs()).toHaveLength(2);
    expect(pset.outputs().map((output) => output.scriptPubkey().toString())).toEqual(
      (await liquid.factsOf(multi.pset)).outputs.map(({ script }) => script),
    );
    expect(new lwk.WolletDescriptor(ctDescriptor).toString()).toBe(ctDescriptor);
  });
});

describe('a two-of-three', () => {
  it.each<[string, (pset: string, mnemonic: string) => string | Promise<string>]>([
    ['LWK', byLwk],
    ['libwally', byWally],
    ['the product', (pset, mnemonic) => liquid.signWithSeed(pset, { mnemonic }, 'regtest')],
  ])('takes the signatures of %s beside its own, in any order', async (_, other) => {
    const ours = await liquid.signWithSeed(multi.pset, { mnemonic: SEEDS.legal }, 'regtest');
    const theirs = await other(multi.pset, SEEDS.zoo);
    const after = await other(ours, SEEDS.zoo);
    const before = await liquid.signWithSeed(theirs, { mnemonic: SEEDS.legal }, 'regtest');
    const combined = await liquid.combine([theirs, ours]);
    const facts: PsetFacts[] = await Promise.all(
      [after, before, combined].map((pset) => liquid.factsOf(pset)),
    );
    expect(facts[1]).toEqual(facts[0]);
    expect(facts[2]).toEqual(facts[0]);
    const found = await liquid.signaturesOf(combined);
    expect(found.map(({ valid }) => valid)).toEqual([true, true, true, true]);
  });

  it('is finalized by LWK, and the final witness still says whose signatures it has', async () => {
    const lwk = loadLwk();
    const { ctDescriptor } = await liquid.descriptors(multi.policy);
    const wallet = (): InstanceType<typeof lwk.Wollet> =>
      new lwk.Wollet(lwk.Network.regtestDefault(), new lwk.WolletDescriptor(ctDescriptor));
    const one = await liquid.signWithSeed(multi.pset, { mnemonic: SEEDS.zoo }, 'regtest');
    expect(() => wallet().finalize(new lwk.Pset(one))).toThrow(/CouldNotSatisfy/);
    const two = await liquid.signWithSeed(one, { mnemonic: SEEDS.abandon }, 'regtest');
    const final = wallet().finalize(new lwk.Pset(two));
    const { txid } = await liquid.factsOf(multi.pset);
    const found = await liquid.signaturesOf(final.toString());
    const key = ({ input, pubkey }: { input: number; pubkey: string }): string => `${input} ${pubkey}`;
    expect(found.every(({ valid }) => valid)).toBe(true);
    expect(found.map(key).sort()).toEqual((await liquid.signaturesOf(two)).map(key).sort());
    const tx = final.extractTx();
    expect(tx.txid().toString()).toBe(txid);
    expect(await liquid.sameTransaction({ pset: multi.pset }, { hex: tx.toString() })).toBe(true);
    // Signatures within a final witness can be gathered as well.
    expect(await liquid.signaturesOf(await liquid.combine([multi.pset, final.toString()]))).toHaveLength(4);
  });
});
