import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../shared/errors.ts';
import { fromElements } from '../../shared/money.ts';
import { fromHex, toHex } from './bytes.ts';
import { decodeTransaction, parseTransaction, serializeBody } from './transaction.ts';

interface Recording {
  hex: string;
  node: {
    txid: string;
    version: number;
    locktime: number;
    weight: number;
    vsize: number;
    vin: { txid: string; vout: number; sequence: number }[];
    vout: {
      value: string | null;
      asset: string | null;
      valuecommitment: string | null;
      assetcommitment: string | null;
      hex: string;
      type: string;
    }[];
  };
}

const recording = JSON.parse(
  readFileSync(
    new URL('../../../test/recordings/liquid/distribution-3.signed.json', import.meta.url),
    'utf8',
  ),
) as Recording;

function invalid(run: () => unknown): SluiceError {
  try {
    run();
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('decodeTransaction', () => {
  it('reads a mined transaction as the node reads it', () => {
    const { node, hex } = recording;
    const tx = decodeTransaction(hex);
    expect(tx).toMatchObject({
      txid: node.txid,
      version: node.version,
      locktime: node.locktime,
      weight: node.weight,
      vsize: node.vsize,
      inputs: node.vin.map((vin) => ({ ...vin, issuance: false })),
    });
    expect(tx.outputs).toEqual(
      node.vout.map((out, vout) => ({
        vout,
        script: out.hex,
        isFee: out.type === 'fee',
        assetId: out.asset,
        value: out.value === null ? null : fromElements(out.value),
        assetCommitment: out.assetcommitment,
        valueCommitment: out.valuecommitment,
        hasProofs: out.valuecommitment !== null,
      })),
    );
  });

  it('keeps the txid when the witness is left out', () => {
    const tx = parseTransaction(fromHex(recording.hex));
    const bare = decodeTransaction(toHex(serializeBody(tx)));
    expect(bare.txid).toBe(recording.node.txid);
    expect(bare.outputs.some(({ hasProofs }) => hasProofs)).toBe(false);
    expect(bare.weight).toBeLessThan(recording.node.weight);
  });

  it('reads an issuance in an input', () => {
    const tx = parseTransaction(fromHex(recording.hex));
    const [first] = tx.inputs;
    if (!first) throw new Error('no input');
    const nothing = Uint8Array.of(0);
    first.issuance = {
      nonce: new Uint8Array(32),
      entropy: new Uint8Array(32).fill(7),
      amount: fromHex('0100000000000003e8'),
      inflationKeys: nothing,
    };
    const read = parseTransaction(serializeBody(tx));
    expect(read.inputs[0]).toEqual(first);
    expect(read.inputs[1]?.issuance).toBeNull();
    expect(decodeTransaction(toHex(serializeBody(tx))).inputs[0]?.issuance).toBe(true);
  });

  it('says where a truncated transaction ends', () => {
    const error = invalid(() => decodeTransaction(recording.hex.slice(0, 2_000)));
    expect(error.code).toBe('PSET_INVALID');
    expect(error.message).toMatch(/ends at byte 1000/);
  });

  it('refuses bytes behind the end', () => {
    expect(invalid(() => decodeTransaction(`${recording.hex}00`)).message).toMatch(/1 bytes after its end/);
  });

  it.each(['', 'abc', 'zz', 'deadbeef '])('refuses “%s”, which is no hex', (text) => {
    expect(invalid(() => decodeTransaction(text)).code).toBe('PSET_INVALID');
  });

  it('answers any bytes with a transaction or with PSET_INVALID', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        try {
          decodeTransaction(toHex(bytes));
        } catch (error) {
          expect(error).toMatchObject({ code: 'PSET_INVALID' });
        }
      }),
    );
  });

  it('survives any single changed byte: another transaction, or PSET_INVALID', () => {
    const bytes = fromHex(recording.hex);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ mask;
        try {
          decodeTransaction(toHex(changed));
        } catch (error) {
          expect(error).toMatchObject({ code: 'PSET_INVALID' });
        }
      }),
    );
  });
});
