import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { holder } from '../../../test/support/made-up-pset.ts';
import { createLiquid } from './liquid.ts';
import type { LiquidNetwork } from './types.ts';

const liquid = createLiquid({ workers: 1 });
afterAll(() => liquid.close());

const NETWORKS: LiquidNetwork[] = ['liquidv1', 'liquidtestnet', 'regtest'];
const { blindingPubkey } = holder(1);
const HASH = 'ab'.repeat(20);
const SCRIPTS = {
  p2wpkh: `0014${HASH}`,
  p2wsh: `0020${'cd'.repeat(32)}`,
  p2tr: `5120${'ef'.repeat(32)}`,
  p2sh: `a914${HASH}87`,
  p2pkh: `76a914${HASH}88ac`,
};

interface Validated {
  result: { address: string; scriptPubKey: string; confidential_key: string; unconfidential: string };
}
const recorded = JSON.parse(
  readFileSync(
    new URL('../../../test/recordings/elements-client/A30_validateaddress_conf.json', import.meta.url),
    'utf8',
  ),
) as Validated;

describe('readAddress and writeAddress', () => {
  it('read and write an address as a node does', async () => {
    const { address, scriptPubKey: script, confidential_key: key, unconfidential } = recorded.result;
    expect(await liquid.readAddress(address, 'regtest')).toEqual({ script, blindingPubkey: key });
    expect(await liquid.readAddress(unconfidential, 'regtest')).toEqual({ script, blindingPubkey: null });
    expect(await liquid.writeAddress(script, key, 'regtest')).toBe(address);
  });

  it.each(Object.entries(SCRIPTS))('read what was written of %s, on its network only', async (_, script) => {
    for (const network of NETWORKS) {
      const address = await liquid.writeAddress(script, blindingPubkey, network);
      for (const other of NETWORKS) {
        const read = await liquid.readAddress(address, other);
        expect(read).toEqual(other === network ? { script, blindingPubkey } : null);
      }
    }
  });

  it('read a base58 address of AMP’s kind on Liquid', async () => {
    const address = await liquid.writeAddress(SCRIPTS.p2sh, blindingPubkey, 'liquidv1');
    expect(address).toMatch(/^VJL/);
  });

  it('read bech32 in the upper case of QR codes', async () => {
    const address = await liquid.writeAddress(SCRIPTS.p2wpkh, blindingPubkey, 'regtest');
    expect(await liquid.readAddress(address.toUpperCase(), 'regtest')).toEqual({
      script: SCRIPTS.p2wpkh,
      blindingPubkey,
    });
    const mixed = address.slice(0, 20) + address.slice(20).toUpperCase();
    expect(await liquid.readAddress(mixed, 'regtest')).toBeNull();
  });

  it('take no address with any one character changed', async () => {
    const addresses = await Promise.all(
      [SCRIPTS.p2wpkh, SCRIPTS.p2sh].map((script) => liquid.writeAddress(script, blindingPubkey, 'liquidv1')),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...addresses),
        fc.nat(60),
        fc.constantFrom(...'qpzry9x8gf2tvdw0s3jn54khce6mua7l'),
        async (address, at, character) => {
          fc.pre(address[at] !== character);
          const changed = address.slice(0, at) + character + address.slice(at + 1);
          expect(await liquid.readAddress(changed, 'liquidv1')).toBeNull();
        },
      ),
      { numRuns: 150 },
    );
  });

  it('answer any text with null or an address', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'el1qpzry9x8gf2tvdw0s3jn54khce6mua7lVJAz'), maxLength: 120 }),
      fc.constant('a'.repeat(100_000)),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(...NETWORKS), async (address, network) => {
        expect(await liquid.readAddress(address, network)).toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['', blindingPubkey],
    ['6a', blindingPubkey],
    ['zz', blindingPubkey],
    [SCRIPTS.p2wpkh.slice(2), blindingPubkey],
    [SCRIPTS.p2wpkh, '02'],
    [SCRIPTS.p2wpkh, `02${'ff'.repeat(32)}`],
    [SCRIPTS.p2wpkh, `04${'11'.repeat(32)}`],
  ])('refuse to write one of script “%s” and key “%s”', async (script, key) => {
    await expect(liquid.writeAddress(script, key, 'regtest')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});
