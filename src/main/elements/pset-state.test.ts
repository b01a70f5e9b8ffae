import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../shared/errors.ts';
import { psetState } from './pset-state.ts';

const funded = (
  JSON.parse(
    readFileSync(
      new URL('../../../test/recordings/liquid/distribution-3.funded.json', import.meta.url),
      'utf8',
    ),
  ) as { pset: string }
).pset;

/** A key-value map as PSETs have them; keys and values shorter than 253 bytes. */
const entry = (key: number[], value: number[]) => [key.length, ...key, value.length, ...value];
const map = (...entries: number[][]) => [...entries.flat(), 0];
const elements = (subtype: number, value: number[] = [1]) =>
  entry([0xfc, 4, ...Buffer.from('pset'), subtype], value);
const pset = (...maps: number[][]) =>
  Buffer.from([...Buffer.from('pset\xff', 'latin1'), ...maps.flat()]).toString('base64');
const global = (inputs: number, outputs: number) => map(entry([4], [inputs]), entry([5], [outputs]));

describe('psetState', () => {
  it('reads what a real node funded: nothing signed, recipients and change to blind', () => {
    expect(psetState(funded)).toEqual({ inputs: 2, signatures: 0, unblindedOutputs: 5 });
  });

  it('counts partial and taproot signatures and finished scripts', () => {
    const signed = pset(
      global(3, 0),
      map(entry([2, 9, 9], [1]), entry([2, 8, 8], [1])),
      map(entry([0x13], [1])),
      map(entry([8], [1])),
    );
    expect(psetState(signed)).toEqual({ inputs: 3, signatures: 4, unblindedOutputs: 0 });
  });

  it('an output is unblinded when it has a blinding key and lacks a commitment', () => {
    const outputs = pset(
      global(0, 5),
      map(elements(6)), // asks for blinding
      map(elements(6), elements(1)), // value only
      map(elements(6), elements(1), elements(3)), // blinded
      map(elements(2)), // explicit, as fee and burns are
      map(entry([0xfc, 5, ...Buffer.from('other'), 6], [1])), // another namespace
    );
    expect(psetState(outputs).unblindedOutputs).toBe(2);
  });

  it('refuses everything else in words, and never hangs or crashes', () => {
    const broken = (text: string) => {
      try {
        psetState(text);
        return 'read';
      } catch (error) {
        return error instanceof SluiceError ? error.code : String(error);
      }
    };
    expect(broken('')).toBe('PSET_INVALID');
    expect(broken(Buffer.from('psbt\xff\x00', 'latin1').toString('base64'))).toBe('PSET_INVALID');
    expect(broken(pset(map()))).toBe('PSET_INVALID');
    const bytes = Buffer.from(funded, 'base64');
    for (const cut of [4, 5, 6, 50, 500, bytes.length - 1]) {
      expect(broken(bytes.subarray(0, cut).toString('base64'))).toBe('PSET_INVALID');
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        const text = Buffer.from([...Buffer.from('pset\xff', 'latin1'), ...noise]).toString('base64');
        expect(['read', 'PSET_INVALID']).toContain(broken(text));
      }),
    );
  });
});
