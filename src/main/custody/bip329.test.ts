import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLabels, writeLabels } from './bip329.ts';
import type { Label } from './labels.ts';

const TXID = 'ab'.repeat(32);

describe('labels as BIP 329', () => {
  it('come back as they were written', () => {
    const ref: Record<Label['type'], fc.Arbitrary<string>> = {
      tx: fc.constant(TXID),
      addr: fc.stringMatching(/^[0-9A-Za-z]{20,100}$/),
      output: fc.nat(1000).map((vout) => `${TXID}:${vout}`),
      xpub: fc.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{111}$/),
    };
    const label = fc
      .string({ minLength: 1, maxLength: 200, unit: 'grapheme' })
      .filter((text) => text.trim() === text);
    const labels = fc
      .constantFrom(...(Object.keys(ref) as Label['type'][]))
      .chain((type) => fc.record({ type: fc.constant(type), ref: ref[type], label }));
    fc.assert(
      fc.property(fc.array(labels), (all) => {
        expect(readLabels(writeLabels(all))).toEqual({ labels: all, skipped: 0 });
      }),
    );
  });

  it('takes what it knows and counts what it does not', () => {
    const lines = [
      { type: 'tx', ref: TXID, label: 'rent', origin: "wpkh([d34db33f/84'/0'/0'])" },
      { type: 'input', ref: `${TXID}:0`, label: 'of somebody' },
      { type: 'pubkey', ref: '02'.padEnd(66, '0'), label: 'key' },
      { type: 'output', ref: `${TXID}:3`, label: 'cold', spendable: false },
      { type: 'addr', ref: 'no address!', label: 'wrong' },
      { type: 'tx', ref: TXID },
      { type: 'a type of later years', ref: 'x', label: 'y' },
    ].map((line) => JSON.stringify(line));
    const read = readLabels(`\uFEFF${lines.join('\r\n')}\n\nnot json\n[1]\n`);
    expect(read.labels).toEqual([
      { type: 'tx', ref: TXID, label: 'rent' },
      { type: 'output', ref: `${TXID}:3`, label: 'cold' },
    ]);
    expect(read.skipped).toBe(7);
  });

  it('never fails, whatever a file holds', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { labels, skipped } = readLabels(text);
        expect(labels.length + skipped).toBeLessThanOrEqual(text.split('\n').length);
      }),
    );
  });
});
