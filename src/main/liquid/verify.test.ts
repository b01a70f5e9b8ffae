import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ASSET,
  coin,
  distribution,
  explicitCoin,
  holder,
  LBTC,
  madeUpRequest,
} from '../../../test/support/made-up-pset.ts';
import { SEEDS, treasuryDistribution, treasuryOf } from '../../../test/support/treasury-pset.ts';
import type { TreasuryPset } from '../../../test/support/treasury-pset.ts';
import { amount } from '../../shared/money.ts';
import { ByteWriter, fromDisplay, fromHex, toHex, u64Bytes } from './bytes.ts';
import { createLiquid } from './liquid.ts';
import { INPUT, OUTPUT, parsePset, serializePset } from './pset.ts';
import type { Pset, PsetMap } from './pset.ts';
import type { BlindedOutput, InputSecrets, OpeningVerdict } from './types.ts';
import { wally } from './wally.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

let made: TreasuryPset;
let other: TreasuryPset;
beforeAll(async () => {
  const policy = await treasuryOf(liquid, 1, [{ mnemonic: SEEDS.abandon }]);
  [made, other] = await Promise.all([
    treasuryDistribution(liquid, policy),
    treasuryDistribution(liquid, policy),
  ]);
});

function changed(pset: string, change: (pset: Pset) => void): string {
  const parsed = parsePset(pset);
  change(parsed);
  return serializePset(parsed);
}

const output = (vout: number, of = made): BlindedOutput => of.outputs[vout] as BlindedOutput;
const mapOf = (pset: string, vout: number): PsetMap => parsePset(pset).outputs[vout] as PsetMap;

async function faultOf(pset: string, claim: BlindedOutput): Promise<string | null | undefined> {
  const [verdict] = await liquid.verifyOutputs(pset, [claim]);
  expect(verdict?.vout).toBe(claim.vout);
  return verdict?.fault;
}

describe('verifyOutputs', () => {
  it('finds nothing wrong with what was blinded, in the order asked', async () => {
    const asked = [...made.outputs].reverse();
    expect(await liquid.verifyOutputs(made.pset, asked)).toEqual(
      asked.map(({ vout }): OpeningVerdict => ({ vout, fault: null })),
    );
  });

  it('finds the one that is wrong among many', async () => {
    const pset = changed(made.pset, ({ outputs }) => outputs[2]?.set(OUTPUT.amount, u64Bytes(1n, true)));
    expect((await liquid.verifyOutputs(pset, made.outputs)).map(({ fault }) => fault)).toEqual([
      null,
      null,
      'declares another amount than it commits to',
      null,
    ]);
  });

  /** Everything that makes a blinded output of one transaction into that of another with the same outputs. */
  const COMMITTED = [
    OUTPUT.assetCommitment,
    OUTPUT.valueCommitment,
    OUTPUT.valueRangeproof,
    OUTPUT.assetSurjectionProof,
    OUTPUT.ecdhPubkey,
    OUTPUT.blindValueProof,
    OUTPUT.blindAssetProof,
  ];
  const graft = (keys: readonly string[]) => (map: PsetMap) => {
    const from = mapOf(other.pset, 0);
    for (const key of keys) map.set(key, from.get(key) as Uint8Array);
  };

  it.each<[string, string, (map: PsetMap) => void]>([
    ['another script', 'pays another script', (map) => map.set(OUTPUT.script, fromHex(holder(7).script))],
    [
      'another declared amount',
      'declares another amount than it commits to',
      (map) => map.set(OUTPUT.amount, u64Bytes(999_000_000n, true)),
    ],
    [
      'an amount that cannot be',
      'declares another amount than it commits to',
      (map) => map.set(OUTPUT.amount, new Uint8Array(8).fill(255)),
    ],
    [
      'another declared asset',
      'declares another asset than it commits to',
      (map) => map.set(OUTPUT.asset, fromDisplay(LBTC)),
    ],
    [
      'another value commitment',
      'commits to another amount or asset',
      (map) =>
        map.set(OUTPUT.valueCommitment, mapOf(other.pset, 0).get(OUTPUT.valueCommitment) as Uint8Array),
    ],
    [
      'another asset commitment',
      'commits to another amount or asset',
      (map) =>
        map.set(OUTPUT.assetCommitment, mapOf(other.pset, 0).get(OUTPUT.assetCommitment) as Uint8Array),
    ],
    ['no commitment to a value', 'is not blinded', (map) => map.delete(OUTPUT.valueCommitment)],
    [
      'no commitments at all',
      'is not blinded',
      (map) => {
        for (const key of COMMITTED) map.delete(key);
      },
    ],
    ['another opening throughout', 'commits to another amount or asset', graft(COMMITTED)],
    ['no proof of its amount', 'has no proof of its amount', (map) => map.delete(OUTPUT.blindValueProof)],
    [
      'an empty proof of its amount',
      'has no proof of its amount',
      (map) => map.set(OUTPUT.blindValueProof, new Uint8Array()),
    ],
    ['no proof of its asset', 'has no proof of its asset', (map) => map.delete(OUTPUT.blindAssetProof)],
    [
      'another’s proof of amount',
      'its proof of its amount or asset is false',
      graft([OUTPUT.blindValueProof]),
    ],
    [
      'another’s proof of asset',
      'its proof of its amount or asset is false',
      graft([OUTPUT.blindAssetProof]),
    ],
    ['no range proof', 'its range proof is missing', (map) => map.delete(OUTPUT.valueRangeproof)],
    [
      'another’s range proof',
      'its range proof does not open for the receiver',
      graft([OUTPUT.valueRangeproof]),
    ],
    [
      'a range proof of noise',
      'its range proof does not open for the receiver',
      (map) => map.set(OUTPUT.valueRangeproof, new Uint8Array(4174).fill(7)),
    ],
    [
      'no surjection proof',
      'its surjection proof is missing',
      (map) => map.delete(OUTPUT.assetSurjectionProof),
    ],
    [
      'another blinding key',
      'is blinded to another key',
      (map) => map.set(OUTPUT.blindingPubkey, fromHex(holder(7).blindingPubkey)),
    ],
    [
      'no blinding key',
      'does not say to whose key it is blinded',
      (map) => map.delete(OUTPUT.blindingPubkey),
    ],
    ['another nonce', 'its nonce is not for the receiver', graft([OUTPUT.ecdhPubkey])],
    ['no nonce', 'its nonce is not for the receiver', (map) => map.delete(OUTPUT.ecdhPubkey)],
  ])('says of %s: %s', async (_, fault, change) => {
    const pset = changed(made.pset, ({ outputs }) => change(outputs[0] as PsetMap));
    expect(await faultOf(pset, output(0))).toBe(fault);
  });

  it('says so when an output that is told of is not there', async () => {
    expect(await faultOf(made.pset, { ...output(0), vout: 99 })).toBe('is not there');
  });

  it.each<[string, string, (claim: BlindedOutput) => Partial<BlindedOutput>]>([
    ['amount', 'commits to another amount or asset', ({ value }) => ({ value: amount(value + 1n) })],
    ['asset', 'commits to another amount or asset', () => ({ assetId: LBTC })],
    ['amount blinder', 'commits to another amount or asset', () => ({ amountBlinder: '11'.repeat(32) })],
    ['asset blinder', 'commits to another amount or asset', () => ({ assetBlinder: '11'.repeat(32) })],
    ['receiver', 'is blinded to another key', () => ({ blindingPubkey: holder(7).blindingPubkey })],
    ['ephemeral key', 'its nonce is not for the receiver', () => ({ ephemeralKey: '11'.repeat(32) })],
    [
      'ephemeral key of zeros',
      'its nonce is not for the receiver',
      () => ({ ephemeralKey: '00'.repeat(32) }),
    ],
    ['amount of nothing', 'comes with secrets that can be none', () => ({ value: amount(0n) })],
    ['blinder that is none', 'comes with secrets that can be none', () => ({ amountBlinder: 'xyz' })],
    ['ephemeral key that is none', 'comes with secrets that can be none', () => ({ ephemeralKey: '' })],
  ])('does not believe another %s', async (_, fault, lie) => {
    expect(await faultOf(made.pset, { ...output(0), ...lie(output(0)) })).toBe(fault);
  });

  it('sees an output blinded for somebody else and labelled with the receiver’s key', async () => {
    const { script, blindingPubkey } = holder(0);
    const request = distribution(1);
    const stolen = changed(request.pset, ({ outputs }) =>
      outputs[0]?.set(OUTPUT.blindingPubkey, fromHex(holder(7).blindingPubkey)),
    );
    const { pset, outputs } = await liquid.blind({ ...request, pset: stolen });
    const labelled = changed(pset, (parsed) =>
      parsed.outputs[0]?.set(OUTPUT.blindingPubkey, fromHex(blindingPubkey)),
    );
    const claim = { ...(outputs[0] as BlindedOutput), script, blindingPubkey };
    expect(await faultOf(labelled, claim)).toBe('its range proof does not open for the receiver');
  });

  it('lets no changed byte of what an output is pass', async () => {
    const fields = [OUTPUT.amount, OUTPUT.script, OUTPUT.asset, OUTPUT.blindingPubkey, ...COMMITTED].filter(
      // What a surjection proof proves is for the network to check; that it is there is all that is asked here.
      (key) => key !== OUTPUT.assetSurjectionProof,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...fields),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (key, at, mask) => {
          const pset = changed(made.pset, ({ outputs }) => {
            const value = Uint8Array.from(outputs[0]?.get(key) ?? []);
            const index = at % value.length;
            value[index] = (value[index] ?? 0) ^ mask;
            outputs[0]?.set(key, value);
          });
          expect(await faultOf(pset, output(0))).not.toBeNull();
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('verifyInputs', () => {
  it('finds nothing wrong with the coins that are spent, in any order', async () => {
    const expected = made.inputs.map((_, vout) => ({ vout, fault: null }));
    expect(await liquid.verifyInputs(made.pset, [...made.inputs].reverse())).toEqual(expected);
  });

  it('takes explicit coins, whose blinders are zeros', async () => {
    const { script, blindingPubkey } = holder(0);
    const { pset, inputs } = madeUpRequest(
      [explicitCoin(ASSET, 500n), coin(LBTC, 900n, 'fee')],
      [
        { script, blindingPubkey, assetId: ASSET, value: 500n },
        { script: '', assetId: LBTC, value: 900n },
      ],
    );
    expect((await liquid.verifyInputs(pset, inputs)).map(({ fault }) => fault)).toEqual([null, null]);
    const [first, second] = inputs as [InputSecrets, InputSecrets];
    const lies = [
      { ...first, value: amount(501n) },
      { ...first, assetId: LBTC },
    ];
    for (const lie of lies) {
      expect((await liquid.verifyInputs(pset, [lie, second]))[0]?.fault).toMatch(/is of another/);
    }
  });

  const utxo = (map: PsetMap | undefined): Uint8Array => map?.get(INPUT.witnessUtxo) ?? new Uint8Array();

  it.each<[string, string, (inputs: InputSecrets[]) => InputSecrets[]]>([
    ['nothing', 'spends a coin that nothing is told of', ([, second]) => [second as InputSecrets]],
    [
      'another amount',
      'is of another amount',
      ([first, second]) => [{ ...(first as InputSecrets), value: amount(7n) }, second as InputSecrets],
    ],
    [
      'another asset',
      'is of another asset',
      ([first, second]) => [{ ...(first as InputSecrets), assetId: LBTC }, second as InputSecrets],
    ],
    [
      'zero',
      'comes with secrets that can be none',
      ([first, second]) => [{ ...(first as InputSecrets), value: amount(0n) }, second as InputSecrets],
    ],
    [
      'a blinder out of range',
      'comes with secrets that can be none',
      ([first, second]) => [
        { ...(first as InputSecrets), amountBlinder: 'ff'.repeat(32) },
        second as InputSecrets,
      ],
    ],
  ])('sees that a coin is told of as %s', async (_, fault, lie) => {
    expect(await liquid.verifyInputs(made.pset, lie(made.inputs))).toEqual([
      { vout: 0, fault },
      { vout: 1, fault: null },
    ]);
  });

  it('sees secrets of a coin that is not spent', async () => {
    const foreign = { ...(made.inputs[0] as InputSecrets), vout: 9 };
    expect((await liquid.verifyInputs(made.pset, [...made.inputs, foreign]))[2]).toEqual({
      vout: 2,
      fault: 'is told of, but not spent',
    });
  });

  it('sees another coin put under an input', async () => {
    const pset = changed(made.pset, ({ inputs }) => inputs[0]?.set(INPUT.witnessUtxo, utxo(inputs[1])));
    expect((await liquid.verifyInputs(pset, made.inputs))[0]?.fault).toBe('is of another asset');
  });

  it('sees an input without its coin', async () => {
    const pset = changed(made.pset, ({ inputs }) => inputs[0]?.delete(INPUT.witnessUtxo));
    expect((await liquid.verifyInputs(pset, made.inputs))[0]?.fault).toBe(
      'does not show the coin that it spends',
    );
  });

  it('sees a previous transaction that is not the one spent, or that says otherwise', async () => {
    const empty = new ByteWriter().u32(2).u8(0).u8(0).u8(0).u32(0).result();
    const pset = changed(made.pset, ({ inputs }) => inputs[0]?.set(INPUT.nonWitnessUtxo, empty));
    expect((await liquid.verifyInputs(pset, made.inputs))[0]?.fault).toBe(
      'shows another coin than the one that it spends',
    );
  });
});

describe('unblindOwn', () => {
  it('opens change with the blinding key alone, and nothing else', async () => {
    const { masterBlindingKey } = made.policy;
    const opened = await liquid.unblindOwn(made.pset, [0, 1, 2, 3, 4, 77], masterBlindingKey);
    const told = made.outputs.map(({ vout, assetId, value, assetBlinder, amountBlinder }) => ({
      vout,
      assetId,
      value,
      assetBlinder,
      amountBlinder,
    }));
    expect(opened).toEqual([null, null, told[2], told[3], null, null]);
  });

  it('does not read what is declared: a lie about change is seen as what it is', async () => {
    const pset = changed(made.pset, ({ outputs }) => {
      outputs[2]?.set(OUTPUT.amount, u64Bytes(999n, true));
      outputs[2]?.set(OUTPUT.asset, fromDisplay(LBTC));
    });
    const [opened] = await liquid.unblindOwn(pset, [2], made.policy.masterBlindingKey);
    expect(opened).toMatchObject({ assetId: ASSET, value: 5_000n });
  });

  it.each<[string, (map: PsetMap) => void]>([
    ['the script is another', (map) => map.set(OUTPUT.script, fromHex(holder(7).script))],
    ['the nonce is another', (map) => map.set(OUTPUT.ecdhPubkey, fromHex(holder(7).blindingPubkey))],
    [
      'the value commitment is another',
      (map) => map.set(OUTPUT.valueCommitment, mapOf(made.pset, 0).get(OUTPUT.valueCommitment) as Uint8Array),
    ],
    [
      'the asset commitment is another',
      (map) => map.set(OUTPUT.assetCommitment, mapOf(made.pset, 0).get(OUTPUT.assetCommitment) as Uint8Array),
    ],
    ['the range proof is gone', (map) => map.delete(OUTPUT.valueRangeproof)],
    ['the nonce is no point', (map) => map.set(OUTPUT.ecdhPubkey, new Uint8Array(33).fill(2))],
  ])('does not open change when %s', async (_, change) => {
    const pset = changed(made.pset, ({ outputs }) => change(outputs[2] as PsetMap));
    expect(await liquid.unblindOwn(pset, [2], made.policy.masterBlindingKey)).toEqual([null]);
  });

  it('does not open change of another treasury’s blinding key', async () => {
    expect(await liquid.unblindOwn(made.pset, [2], '11'.repeat(32))).toEqual([null]);
  });

  it('uses SLIP-77 as libwally does', async () => {
    const { masterBlindingKey } = made.policy;
    const script = fromHex(made.change[0]?.script ?? '');
    const key = wally.asset_blinding_key_to_ec_private_key(fromHex(masterBlindingKey), script);
    expect(toHex(wally.ec_public_key_from_private_key(key))).toBe(made.change[0]?.blindingPubkey);
  });

  it('refuses a blinding key that is none', async () => {
    await expect(liquid.unblindOwn(made.pset, [2], 'abc')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});
