import { readFileSync } from 'node:fs';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  ASSET,
  coin,
  digest,
  distribution,
  explicitCoin,
  holder,
  LBTC,
  madeUpRequest,
} from '../../../test/support/made-up-pset.ts';
import { amount } from '../../shared/money.ts';
import type { Amount } from '../../shared/money.ts';
import { equalBytes, fromDisplay, fromHex, toDisplay, toHex, u64Bytes } from './bytes.ts';
import { createLiquid } from './liquid.ts';
import { OUTPUT, parsePset, serializePset } from './pset.ts';
import type { Pset } from './pset.ts';
import { outputView, spentOutput, unsignedTransaction } from './pset-view.ts';
import { serializeBody } from './transaction.ts';
import type { BlindRequest, BlindResult, InputSecrets } from './types.ts';
import { wally } from './wally.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

function recorded(name: string): BlindRequest {
  const file = new URL(`../../../test/recordings/liquid/${name}.funded.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) =>
    key === 'value' ? amount(BigInt(value as string)) : value,
  ) as BlindRequest;
}

/** The raw transaction of a PSET, without witnesses: enough for commitments. */
function rawOf(pset: string): string {
  return toHex(serializeBody(unsignedTransaction(parsePset(pset))));
}

function changed(request: BlindRequest, change: (pset: Pset) => void): BlindRequest {
  const pset = parsePset(request.pset);
  change(pset);
  return { ...request, pset: serializePset(pset) };
}

/** A commitment as a point: its prefix says whether y is a square, not whether it is odd. */
function point(commitment: Uint8Array, squarePrefix: number): InstanceType<typeof secp256k1.Point> {
  const even = secp256k1.Point.fromHex(`02${toHex(commitment.subarray(1))}`);
  const { Fp } = secp256k1.Point;
  const isSquare = Fp.eql(Fp.pow(even.toAffine().y, (Fp.ORDER - 1n) / 2n), Fp.ONE);
  return isSquare === (commitment[0] === squarePrefix) ? even : even.negate();
}

/** Sum of the value commitments on both sides; an explicit value counts as value times its asset's generator. */
function balances(pset: Pset): boolean {
  const committed = ({
    asset,
    value,
  }: {
    asset: Uint8Array;
    value: Uint8Array;
  }): InstanceType<typeof secp256k1.Point> => {
    if (value[0] !== 1) return point(value, 8);
    const id = asset.subarray(1);
    const generator = point(wally.asset_generator_from_bytes(id, new Uint8Array(32)), 10);
    return generator.multiply(BigInt(`0x${toHex(value.subarray(1))}`));
  };
  const add = (sides: { asset: Uint8Array; value: Uint8Array }[]): InstanceType<typeof secp256k1.Point> =>
    sides.map(committed).reduce((sum, next) => sum.add(next), secp256k1.Point.ZERO);
  const inputs = pset.inputs.map((map, i) => {
    const spent = spentOutput(map, i);
    if (!spent) throw new Error(`input ${i} has no utxo`);
    return spent;
  });
  return add(inputs).equals(add(unsignedTransaction(pset).outputs));
}

describe('blind', () => {
  it.each(['distribution-3', 'distribution-3-burn'])(
    'balances %s that a node funded, and every output opens',
    async (name) => {
      const request = recorded(name);
      const { pset, outputs } = await liquid.blind(request);
      const confidential = parsePset(request.pset).outputs.filter((map) =>
        map.has(OUTPUT.blindingPubkey),
      ).length;
      expect(outputs).toHaveLength(confidential);
      expect(balances(parsePset(pset))).toBe(true);
      await liquid.openOutputs(rawOf(pset), outputs);
    },
  );

  it('leaves fee and burn explicit, although the node gives them a blinder index', async () => {
    const request = recorded('distribution-3-burn');
    const { pset, outputs } = await liquid.blind(request);
    const summary = await liquid.inspectPset(pset);
    const explicit = summary.outputs.filter(({ blinded }) => !blinded);
    expect(explicit.map(({ script }) => script.slice(0, 2)).sort()).toEqual(['', '6a']);
    expect(explicit.every(({ vout }) => !outputs.some((output) => output.vout === vout))).toBe(true);
    const tx = await liquid.decodeTransaction(rawOf(pset));
    expect(
      tx.outputs
        .filter(({ value }) => value !== null)
        .map(({ isFee }) => isFee)
        .sort(),
    ).toEqual([false, true]);
  });

  it.each(['issuance', 'reissuance'])('blinds the outputs of an explicit %s', async (name) => {
    const request = recorded(name);
    const before = await liquid.inspectPset(request.pset);
    expect(before.inputs.filter(({ issuance }) => issuance)).toHaveLength(1);
    const { pset, outputs } = await liquid.blind(request);
    await liquid.openOutputs(rawOf(pset), outputs);
    expect((await liquid.inspectPset(pset)).outputs.filter(({ blinded }) => blinded)).toHaveLength(
      outputs.length,
    );
  });

  it('lets each holder, and only that holder, open what is paid to them', async () => {
    const request = distribution(2);
    const { pset, outputs } = await liquid.blind(request);
    const [output] = outputs;
    const map = parsePset(pset).outputs[0];
    if (!output || !map) throw new Error('no output');
    const view = outputView(map, 0);
    const unblind = (key: Uint8Array): unknown[] =>
      wally.asset_unblind(
        view.ecdhPubkey,
        key,
        map.get(OUTPUT.valueRangeproof) ?? null,
        view.valueCommitment,
        view.script,
        view.assetCommitment,
      );
    const [asset, assetBlinder, amountBlinder, value] = unblind(holder(0).blindingKey);
    expect([toDisplay(asset as Uint8Array), value]).toEqual([output.assetId, output.value]);
    expect(toDisplay(assetBlinder as Uint8Array)).toBe(output.assetBlinder);
    expect(toDisplay(amountBlinder as Uint8Array)).toBe(output.amountBlinder);
    expect(() => unblind(holder(1).blindingKey)).toThrow();
  });

  it('uses new blinders every time', async () => {
    const request = distribution(1);
    const [a, b] = await Promise.all([liquid.blind(request), liquid.blind(request)]);
    const blinders = [...a.outputs, ...b.outputs].flatMap((output) => [
      output.assetBlinder,
      output.amountBlinder,
    ]);
    expect(new Set(blinders).size).toBe(blinders.length);
  });

  it('tells of each output done', async () => {
    const seen: [number, number][] = [];
    await liquid.blind(distribution(2), (done, total) => seen.push([done, total]));
    expect(seen).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
    ]);
  });

  it('balances any values and blinders, explicit coins among them', async () => {
    const value = fc.bigInt({ min: 2n, max: 1_000_000_000_000_000n });
    await fc.assert(
      fc.asyncProperty(
        value,
        value,
        fc.boolean(),
        fc.integer({ min: 0 }),
        async (assets, fees, explicit, label) => {
          const source = explicit ? explicitCoin(ASSET, assets) : coin(ASSET, assets, `a${label}`);
          const paid = assets / 2n;
          const { script, blindingPubkey } = holder(label);
          const request = madeUpRequest(
            [source, coin(LBTC, fees, `b${label}`)],
            [
              { script, blindingPubkey, assetId: ASSET, value: paid },
              { script, blindingPubkey, assetId: ASSET, value: assets - paid },
              { script: '', assetId: LBTC, value: fees },
            ],
          );
          const { pset, outputs } = await liquid.blind(request);
          expect(balances(parsePset(pset))).toBe(true);
          await liquid.openOutputs(rawOf(pset), outputs);
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe('blind refuses', () => {
  const request = distribution(2);
  const first = request.inputs[0] as InputSecrets;
  const withFirst = (secrets: Partial<InputSecrets>): BlindRequest => ({
    ...request,
    inputs: [{ ...first, ...secrets }, ...request.inputs.slice(1)],
  });
  const setAmount = (vout: number, value: bigint) => (pset: Pset) =>
    pset.outputs[vout]?.set(OUTPUT.amount, u64Bytes(value, true));

  it.each<[string, BlindRequest, RegExp]>([
    [
      'an input whose blinders are missing',
      { ...request, inputs: request.inputs.slice(1) },
      /blinders of input 0 .* missing/,
    ],
    [
      'blinders that do not open the coin',
      withFirst({ amountBlinder: digest('other') }),
      /input 0 do not open/,
    ],
    [
      'an asset blinder that does not open it',
      withFirst({ assetBlinder: digest('other') }),
      /input 0 do not open/,
    ],
    [
      'a value that the coin does not have',
      withFirst({ value: amount(first.value + 1n) }),
      /input 0 do not open/,
    ],
    [
      'a blinder beyond the curve’s order',
      withFirst({ amountBlinder: 'ff'.repeat(32) }),
      /input 0 are no valid/,
    ],
    ['a blinder that is no hex', withFirst({ assetBlinder: 'zz' }), /assetBlinder of input 0/],
    ['a value of zero among the inputs', withFirst({ value: amount(0n) }), /value of input 0/],
    ['an output of zero', changed(request, setAmount(1, 0n)), /Output 1 has the value 0/],
    [
      'an output too large',
      changed(request, setAmount(1, 100_000_002n)),
      /pays out 1 base units too many of asset/,
    ],
    [
      'an output too small',
      changed(request, setAmount(1, 99_999_999n)),
      /leaves 2 base units unspent of asset/,
    ],
    [
      'a fee that does not fit',
      changed(request, setAmount(4, 10_001n)),
      new RegExp(`too many of asset ${LBTC}`),
    ],
    [
      'outputs without blinding keys',
      changed(request, ({ outputs }) => outputs.forEach((map) => map.delete(OUTPUT.blindingPubkey))),
      /nothing to blind/,
    ],
    ['garbage', { ...request, pset: 'AAAA' }, /begin like a PSET/],
  ])('%s', async (_, bad, message) => {
    await expect(liquid.blind(bad)).rejects.toMatchObject({
      code: 'PSET_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });

  it('what is blinded already', async () => {
    const { pset } = await liquid.blind(request);
    await expect(liquid.blind({ ...request, pset })).rejects.toMatchObject({
      code: 'PSET_INVALID',
      message: 'Output 0 is already blinded.',
    });
  });

  it('a blinding key that is no point, and works on afterwards', async () => {
    const bad = changed(request, ({ outputs }) =>
      outputs[0]?.set(OUTPUT.blindingPubkey, new Uint8Array(33).fill(5)),
    );
    await expect(liquid.blind(bad)).rejects.toMatchObject({
      code: 'PSET_INVALID',
      message: expect.stringMatching(/blinding key of output 0/) as string,
    });
    expect((await liquid.blind(distribution(1))).outputs).toHaveLength(3);
  });
});

describe('openOutputs', () => {
  const blinded: Promise<BlindResult & { hex: string }> = liquid
    .blind(distribution(2))
    .then((result) => ({ ...result, hex: rawOf(result.pset) }));

  type Claim = BlindResult['outputs'][number];
  it.each<[string, (claim: Claim) => Partial<Claim>, RegExp]>([
    ['amount', ({ value }) => ({ value: amount(value + 1n) }), /Output 1 .* value or amount blinder/],
    ['amount blinder', () => ({ amountBlinder: digest('x') }), /Output 1 .* value or amount blinder/],
    ['asset', () => ({ assetId: LBTC }), /Output 1 .* asset or asset blinder/],
    ['asset blinder', () => ({ assetBlinder: digest('x') }), /Output 1 .* asset or asset blinder/],
    [
      'blinder, beyond the curve’s order,',
      () => ({ assetBlinder: 'ff'.repeat(32) }),
      /Output 1 .* no valid blinders/,
    ],
    ['script', () => ({ script: '0014' }), /Output 1 pays to another script/],
    ['place', () => ({ vout: 44 }), /no output 44; it has 5/],
    ['place of another output', () => ({ vout: 2 }), /Output 2 pays to another script/],
  ])('refuses another %s and names the output', async (_, change, message) => {
    const { hex, outputs } = await blinded;
    const claims = outputs.map((claim) => (claim.vout === 1 ? { ...claim, ...change(claim) } : claim));
    await expect(liquid.openOutputs(hex, claims)).rejects.toMatchObject({
      code: 'PROOF_INVALID',
      field: 'outputs.1',
      message: expect.stringMatching(message) as string,
    });
  });

  it('refuses blinders that are zeros, or swapped', async () => {
    const { hex, outputs } = await blinded;
    const zero = '00'.repeat(32);
    for (const lie of [
      outputs.map((claim) => ({ ...claim, assetBlinder: zero, amountBlinder: zero })),
      outputs.map((claim) => ({
        ...claim,
        assetBlinder: claim.amountBlinder,
        amountBlinder: claim.assetBlinder,
      })),
    ]) {
      await expect(liquid.openOutputs(hex, lie)).rejects.toMatchObject({ code: 'PROOF_INVALID' });
    }
  });

  it('checks an explicit output by its figures', async () => {
    const { hex } = await blinded;
    const zero = '00'.repeat(32);
    const fee = {
      vout: 4,
      script: '',
      assetId: LBTC,
      value: amount(10_000n),
      assetBlinder: zero,
      amountBlinder: zero,
    };
    await liquid.openOutputs(hex, [fee]);
    for (const lie of [{ value: 9_999n as Amount }, { assetId: ASSET }, { amountBlinder: digest('x') }]) {
      await expect(liquid.openOutputs(hex, [{ ...fee, ...lie }])).rejects.toMatchObject({
        code: 'PROOF_INVALID',
        message: expect.stringMatching(/Output 4/) as string,
      });
    }
  });

  it('refuses altered claims about any output, whatever is altered', async () => {
    const { hex, outputs } = await blinded;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(outputs.length - 1),
        fc.constantFrom('assetId' as const, 'assetBlinder' as const, 'amountBlinder' as const),
        fc.nat(31),
        fc.integer({ min: 1, max: 255 }),
        async (index, key, at, mask) => {
          const lies = outputs.map((claim, i) => {
            if (i !== index) return claim;
            const bytes = fromHex(claim[key]);
            bytes[at] = (bytes[at] ?? 0) ^ mask;
            return { ...claim, [key]: toHex(bytes) };
          });
          await expect(liquid.openOutputs(hex, lies)).rejects.toMatchObject({
            code: 'PROOF_INVALID',
            field: `outputs.${index}`,
          });
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('inspectPset', () => {
  it('reads what a node funded: recipients, changes, fee', async () => {
    const summary = await liquid.inspectPset(recorded('distribution-3').pset);
    expect(summary.outputs).toHaveLength(6);
    expect(summary.outputs.filter(({ blindingPubkey }) => blindingPubkey === null)).toMatchObject([
      { script: '', value: 615n },
    ]);
    expect(summary.outputs.filter(({ value }) => value === 101_000_000n)).toHaveLength(1);
    expect(summary.inputs).toEqual(
      recorded('distribution-3').inputs.map(({ txid, vout }) => ({ txid, vout, issuance: false })),
    );
  });

  const lies: [string, (pset: Pset) => unknown][] = [
    ['amount', ({ outputs }) => outputs[1]?.set(OUTPUT.amount, u64Bytes(999_000n, true))],
    ['asset', ({ outputs }) => outputs[1]?.set(OUTPUT.asset, fromDisplay(LBTC))],
    [
      'amount, with its proof taken away',
      ({ outputs }) => {
        outputs[1]?.set(OUTPUT.amount, u64Bytes(999_000n, true));
        outputs[1]?.delete(OUTPUT.blindValueProof);
      },
    ],
    [
      'amount, with a proof of something else',
      ({ outputs }) => {
        outputs[1]?.set(OUTPUT.amount, outputs[0]?.get(OUTPUT.amount) ?? new Uint8Array());
        outputs[1]?.set(OUTPUT.blindValueProof, outputs[0]?.get(OUTPUT.blindValueProof) ?? new Uint8Array());
      },
    ],
  ];
  it.each(lies)('refuses a blinded output that declares another %s', async (_, change) => {
    const { pset } = await liquid.blind(distribution(2));
    await expect(liquid.inspectPset(changed({ pset, inputs: [] }, change).pset)).rejects.toMatchObject({
      code: 'PROOF_INVALID',
      message: expect.stringMatching(/Output 1/) as string,
    });
  });

  it('refuses an output blinded by halves', async () => {
    const { pset } = await liquid.blind(distribution(1));
    const half = changed({ pset, inputs: [] }, ({ outputs }) => outputs[0]?.delete(OUTPUT.assetCommitment));
    await expect(liquid.inspectPset(half.pset)).rejects.toMatchObject({
      code: 'PSET_INVALID',
      message: expect.stringMatching(/by halves/) as string,
    });
  });

  it('does not mix up the amounts of outputs that are equal', async () => {
    const { pset, outputs } = await liquid.blind(distribution(2));
    const views = parsePset(pset).outputs.map(outputView);
    expect(
      outputs.every(({ vout, script }) =>
        equalBytes(views[vout]?.script ?? new Uint8Array(), fromHex(script)),
      ),
    ).toBe(true);
  });
});
