import { describe, expect, it } from 'vitest';
import { recordedJade } from '../../../test/support/scripted-jade.ts';
import { padded, PIECE, signaturesFor, signedSize, unpadded } from './pset-size.ts';

const exchange = recordedJade('sign_psbt_pset');
const unsigned = (exchange[0]?.map['params'] as { psbt: Uint8Array }).psbt;
const signed = new Uint8Array(
  Buffer.concat(exchange.filter(({ dir }) => dir === '<').map(({ map }) => map['result'] as Uint8Array)),
);

/** The recorded PSET, made longer by an unknown global field of somebody else's. */
function longerBy(bytes: number): Uint8Array {
  const value = Buffer.alloc(bytes - 10);
  const field = Buffer.concat([
    Buffer.from('05fc02787900', 'hex'),
    Buffer.from([0xfd, value.length & 0xff, value.length >> 8]),
    value,
  ]);
  // The end of the global map: the field goes before it.
  const end = Buffer.from(unsigned).indexOf(Buffer.from('01fb040200000000', 'hex')) + 7;
  return new Uint8Array(Buffer.concat([unsigned.subarray(0, end), field, unsigned.subarray(end)]));
}

describe('the length of a signed PSET', () => {
  it('is foreseen for what real firmware signed', () => {
    expect(signaturesFor(unsigned, 'e3ebcc79')).toBe(1);
    const [least, most] = signedSize(unsigned, 1);
    expect(signed.length).toBeGreaterThanOrEqual(least);
    expect(signed.length).toBeLessThanOrEqual(most);
  });

  it('counts the genesis hash once', () => {
    expect(signedSize(signed, 0)).toEqual([signed.length, signed.length]);
  });

  it('knows whose keys are in the inputs', () => {
    expect(signaturesFor(unsigned, '81bb1dce')).toBe(1);
    expect(signaturesFor(unsigned, '00000000')).toBe(0);
  });

  it('leaves a PSET alone that is far from a multiple of 3008', () => {
    expect(padded(unsigned, 1)).toBe(unsigned);
    expect(unpadded(signed)).toBe(signed);
  });

  it('keeps every PSET off the multiple at which the firmware falls over', () => {
    const target = Math.ceil(signed.length / PIECE) * PIECE;
    for (let off = -6; off <= 6; off += 1) {
      const risky = longerBy(target - signed.length + off);
      const safe = padded(risky, 1);
      const [least, most] = signedSize(safe, 1);
      for (let length = least; length <= most; length += 1) expect(length % PIECE).not.toBe(0);
      expect(Buffer.from(unpadded(safe)).equals(risky)).toBe(true);
      expect(signaturesFor(safe, 'e3ebcc79')).toBe(1);
    }
  });

  it('pads only where it has to', () => {
    const target = Math.ceil(signed.length / PIECE) * PIECE;
    expect(padded(longerBy(target - signed.length), 1).length).toBeGreaterThan(
      longerBy(target - signed.length).length,
    );
    const harmless = longerBy(target - signed.length + 10);
    expect(padded(harmless, 1)).toBe(harmless);
  });

  it.each(['', '70736574', '70736574ff', '70736574ff05', '70736574ff00', '70736274ff0100'])(
    'reads no PSET out of “%s”',
    (hex) => {
      expect(() => signaturesFor(new Uint8Array(Buffer.from(hex, 'hex')), 'e3ebcc79')).toThrowError(
        /could not be read/,
      );
    },
  );

  it('reads none that was cut short before the end of its inputs', () => {
    for (let length = 0; length < 350; length += 1) {
      expect(() => signaturesFor(unsigned.subarray(0, length), 'e3ebcc79')).toThrowError(/could not be read/);
    }
  });
});
