import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../shared/errors.ts';
import { fromHex, toHex, u32Bytes, u64Bytes } from './bytes.ts';
import { sameTransaction } from './inspect.ts';
import { newPset } from './new-pset.ts';
import { GLOBAL, INPUT, OUTPUT, parsePset, readable, serializePset } from './pset.ts';
import type { Pset } from './pset.ts';
import { believable, outputView, spentOutput, unsignedTransaction } from './pset-view.ts';
import { serializeBody } from './transaction.ts';

function recorded<T>(name: string): T {
  return JSON.parse(
    readFileSync(new URL(`../../../test/recordings/liquid/${name}.json`, import.meta.url), 'utf8'),
  ) as T;
}

const funded = recorded<{ pset: string }>('distribution-3.funded').pset;
const { hex, blinded } = recorded<{ hex: string; blinded: string }>('distribution-3.signed');

function refusal(run: () => unknown): SluiceError {
  try {
    run();
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

function changed(pset: string, change: (pset: Pset) => void): string {
  const parsed = parsePset(pset);
  change(parsed);
  return serializePset(parsed);
}

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('parsePset', () => {
  it.each(['distribution-3.funded', 'distribution-3-burn.funded', 'reissuance.funded', 'issuance.funded'])(
    'writes %s of a node again byte for byte',
    (name) => {
      const { pset } = recorded<{ pset: string }>(name);
      expect(serializePset(parsePset(pset))).toBe(pset);
    },
  );

  it('refuses what is no base64, no PSET, cut or too long', () => {
    expect(refusal(() => parsePset('not base64!')).message).toMatch(/not base64/);
    expect(refusal(() => parsePset('')).code).toBe('PSET_INVALID');
    expect(refusal(() => parsePset(toBase64(Buffer.from('psbt\xff\x00', 'latin1')))).message).toMatch(
      /begin like a PSET/,
    );
    const bytes = Buffer.from(funded, 'base64');
    expect(refusal(() => parsePset(toBase64(bytes.subarray(0, 500)))).message).toMatch(
      /too early|more inputs/,
    );
    expect(refusal(() => parsePset(toBase64(Buffer.concat([bytes, Buffer.of(0)])))).message).toMatch(
      /after its end/,
    );
  });

  it('refuses a field that is there twice', () => {
    const twice = Buffer.from(
      'pset\xff\x01\xfb\x04\x02\x00\x00\x00\x01\xfb\x04\x02\x00\x00\x00\x00',
      'latin1',
    );
    expect(refusal(() => parsePset(toBase64(twice))).message).toMatch(/a field twice/);
  });

  it('answers any bytes behind the magic with PSET_INVALID or a PSET', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (tail) => {
        try {
          parsePset(toBase64(Buffer.concat([Buffer.from('70736574ff', 'hex'), tail])));
        } catch (error) {
          expect(error).toMatchObject({ code: 'PSET_INVALID' });
        }
      }),
    );
  });

  it('answers a node’s PSET with any byte changed with PSET_INVALID or a PSET, also when it is read', () => {
    const bytes = Buffer.from(funded, 'base64');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const altered = Buffer.from(bytes);
        altered[at] = (altered[at] ?? 0) ^ mask;
        try {
          const pset = parsePset(toBase64(altered));
          readable(() => [unsignedTransaction(pset), ...pset.inputs.map(spentOutput)]);
        } catch (error) {
          expect(error).toMatchObject({ code: 'PSET_INVALID' });
        }
      }),
    );
  });
});

describe('unsignedTransaction', () => {
  const locked = (requirements: { time?: number; height?: number }[]): number => {
    const pset = changed(funded, ({ inputs, global }) => {
      global.set(GLOBAL.fallbackLocktime, u32Bytes(7));
      requirements.forEach(({ time, height }, i) => {
        if (time !== undefined) inputs[i]?.set(INPUT.requiredTime, u32Bytes(time));
        if (height !== undefined) inputs[i]?.set(INPUT.requiredHeight, u32Bytes(height));
      });
    });
    return readable(() => unsignedTransaction(parsePset(pset)).locktime);
  };

  it('takes the locktime from what inputs require, else the fallback (BIP370)', () => {
    expect(locked([])).toBe(7);
    expect(locked([{ height: 100 }, { height: 90 }])).toBe(100);
    expect(locked([{ time: 600_000_000 }, {}])).toBe(600_000_000);
    expect(locked([{ time: 600_000_000, height: 50 }, { height: 60 }])).toBe(60);
    expect(refusal(() => locked([{ time: 600_000_000 }, { height: 60 }])).message).toMatch(
      /time and a height/,
    );
  });

  it('names the output that lacks its amount', () => {
    const pset = changed(funded, ({ outputs }) => outputs[2]?.delete(OUTPUT.amount));
    expect(refusal(() => readable(() => unsignedTransaction(parsePset(pset)))).message).toMatch(
      /amount of output 2/,
    );
  });

  it('refuses an issuance of a written zero, which Elements and signers read differently', () => {
    const pset = changed(funded, ({ inputs }) => inputs[0]?.set(INPUT.inflationKeys, new Uint8Array(8)));
    expect(refusal(() => readable(() => unsignedTransaction(parsePset(pset)))).message).toMatch(
      /amount of 0/,
    );
  });

  it('reads more than can exist, and says that it cannot', () => {
    const map = parsePset(funded).outputs[1];
    map?.set(OUTPUT.amount, new Uint8Array(8).fill(255));
    const view = map && outputView(map, 1);
    expect(view?.value).toBe(2n ** 64n - 1n);
    expect(refusal(() => readable(() => view && believable(view))).message).toMatch(/output 1/);
  });

  it('refuses a previous transaction that is not the one spent', () => {
    const pset = parsePset(funded);
    const [input] = pset.inputs;
    input?.delete(INPUT.witnessUtxo);
    input?.set(INPUT.nonWitnessUtxo, fromHex(hex));
    expect(refusal(() => readable(() => input && spentOutput(input, 0))).message).toMatch(/input 0/);
  });
});

describe('sameTransaction', () => {
  it('sees the same transaction in a blinded PSET and in what was mined', () => {
    expect(sameTransaction({ pset: blinded }, { hex })).toBe(true);
    expect(sameTransaction({ hex }, { hex })).toBe(true);
  });

  it('tells the unblinded from the blinded', () => {
    expect(sameTransaction({ pset: funded }, { hex })).toBe(false);
  });

  it.each<[string, (pset: Pset) => void]>([
    ['sequence', ({ inputs }) => inputs[0]?.set(INPUT.sequence, u32Bytes(1))],
    ['outpoint', ({ inputs }) => inputs[0]?.set(INPUT.outputIndex, u32Bytes(9))],
    ['locktime', ({ global }) => global.set(GLOBAL.fallbackLocktime, u32Bytes(1))],
    ['version', ({ global }) => global.set(GLOBAL.txVersion, u32Bytes(1))],
    ['script', ({ outputs }) => outputs[0]?.set(OUTPUT.script, fromHex('0014'))],
    [
      'value commitment',
      ({ outputs }) => outputs[0]?.set(OUTPUT.valueCommitment, new Uint8Array(33).fill(8)),
    ],
    [
      'asset commitment',
      ({ outputs }) => outputs[0]?.set(OUTPUT.assetCommitment, new Uint8Array(33).fill(10)),
    ],
    ['nonce', ({ outputs }) => outputs[0]?.set(OUTPUT.ecdhPubkey, new Uint8Array(33).fill(2))],
    ['fee', ({ outputs }) => outputs.at(-1)?.set(OUTPUT.amount, u64Bytes(616n, true))],
    [
      'number of outputs',
      (pset) => {
        pset.outputs.pop();
        pset.global.set(GLOBAL.outputCount, Uint8Array.of(pset.outputs.length));
      },
    ],
    ['issuance', ({ inputs }) => inputs[0]?.set(INPUT.issuanceValue, new Uint8Array(8).fill(1))],
  ])('sees another %s', (_, change) => {
    expect(sameTransaction({ pset: changed(blinded, change) }, { hex })).toBe(false);
  });

  it('does not count a signature or a witness', () => {
    const signed = changed(blinded, ({ inputs }) =>
      inputs[0]?.set(`${INPUT.partialSignature}key`, new Uint8Array(70)),
    );
    expect(sameTransaction({ pset: signed }, { hex })).toBe(true);
    expect(
      sameTransaction({ hex: toHex(serializeBody(unsignedTransaction(parsePset(blinded)))) }, { hex }),
    ).toBe(true);
  });
});

describe('newPset', () => {
  it('describes the inputs and outputs it is given', () => {
    const asset = 'aa'.repeat(32);
    const utxo = { asset: `01${asset}`, value: '010000000000000005', nonce: '00', script: '0014' };
    const pset = newPset(
      [{ txid: `${'0'.repeat(63)}1`, vout: 3, utxo }],
      [{ script: '', assetId: asset, value: 5n }],
    );
    const tx = unsignedTransaction(parsePset(pset));
    expect(tx.inputs).toEqual([
      { txid: `${'0'.repeat(63)}1`, vout: 3, sequence: 0xffff_ffff, pegin: false, issuance: null },
    ]);
    expect(tx.outputs.map(({ asset: a, value, script }) => [toHex(a), toHex(value), script.length])).toEqual([
      [`01${asset}`, '010000000000000005', 0],
    ]);
  });
});
