import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { SEEDS, treasuryOf } from '../../../test/support/treasury-pset.ts';
import { descriptorChecksum } from './descriptor.ts';
import { createLiquid } from './liquid.ts';
import { loadLwk } from './lwk.ts';
import type { LiquidNetwork, TreasuryPolicy } from './types.ts';

const liquid = createLiquid({ workers: 1 });
afterAll(() => liquid.close());

const seeds = [SEEDS.abandon, SEEDS.legal, SEEDS.zoo].map((mnemonic) => ({ mnemonic }));
const single = treasuryOf(liquid, 1, seeds.slice(0, 1));
const multi = treasuryOf(liquid, 2, seeds);

type Key = TreasuryPolicy['keys'][number];
const key = ({ keys }: TreasuryPolicy, index: number): Key => keys[index] as Key;

/** The wallet as LWK makes it of the CT descriptor. */
async function byLwk(policy: TreasuryPolicy): Promise<InstanceType<ReturnType<typeof loadLwk>['Wollet']>> {
  const lwk = loadLwk();
  const { ctDescriptor } = await liquid.descriptors(policy);
  const parsed = new lwk.WolletDescriptor(ctDescriptor);
  expect(parsed.toString()).toBe(ctDescriptor);
  const chain = { liquidv1: 'mainnet', liquidtestnet: 'testnet', regtest: 'regtestDefault' } as const;
  return new lwk.Wollet(lwk.Network[chain[policy.network]](), parsed);
}

describe('descriptors', () => {
  it('writes a treasury of one key as P2WPKH, for node, LWK and people', async () => {
    const policy = await single;
    const { fingerprint, path, xpub } = key(policy, 0);
    const origin = `[${fingerprint}/${path}]${xpub}`;
    const written = await liquid.descriptors(policy);
    expect(Object.values(written).map((text) => text.split('#')[0])).toEqual([
      `wpkh(${origin}/0/*)`,
      `wpkh(${origin}/1/*)`,
      `ct(slip77(${policy.masterBlindingKey}),elwpkh(${origin}/<0;1>/*))`,
      `elwpkh(${origin}/<0;1>/*)`,
      written.id,
    ]);
    expect(written.id).toMatch(/^[0-9a-f]{64}$/);
  });

  it('writes a treasury of several keys as sorted multisig, keys as given, with checksums', async () => {
    const policy = await multi;
    const keys = (branch: string): string =>
      policy.keys.map(({ fingerprint, path, xpub }) => `[${fingerprint}/${path}]${xpub}/${branch}/*`).join();
    const { external, internal, ctDescriptor, publicDescriptor } = await liquid.descriptors(policy);
    expect(external.split('#')[0]).toBe(`wsh(sortedmulti(2,${keys('0')}))`);
    expect(internal.split('#')[0]).toBe(`wsh(sortedmulti(2,${keys('1')}))`);
    expect(publicDescriptor.split('#')[0]).toBe(`elwsh(sortedmulti(2,${keys('<0;1>')}))`);
    for (const text of [external, internal, ctDescriptor, publicDescriptor]) {
      const [body = '', checksum] = text.split('#');
      expect(descriptorChecksum(body)).toBe(checksum);
    }
  });

  it('keeps a multisig of one BIP48 key a multisig', async () => {
    const policy = { ...(await multi), threshold: 1, keys: [key(await multi, 0)] };
    expect((await liquid.descriptors(policy)).external).toMatch(/^wsh\(sortedmulti\(1,/);
    const wallet = await byLwk(policy);
    const [first] = await liquid.addresses(policy, 0, 0, 1);
    expect(first?.address).toBe(wallet.address(0).address().toString());
  });

  it('gives a treasury one id, however its keys are written and in whatever order', async () => {
    const policy = await multi;
    const { id } = await liquid.descriptors(policy);
    const written = policy.keys.map(({ fingerprint, path, xpub }) => ({
      fingerprint: fingerprint.toUpperCase(),
      path: `m/${path.replaceAll("'", 'h')}`,
      xpub,
    }));
    const masterBlindingKey = policy.masterBlindingKey.toUpperCase();
    expect((await liquid.descriptors({ ...policy, keys: written.toReversed(), masterBlindingKey })).id).toBe(
      id,
    );
    const others: Partial<TreasuryPolicy>[] = [
      { threshold: 3 },
      { network: 'liquidtestnet' },
      { masterBlindingKey: '11'.repeat(32) },
      { keys: policy.keys.slice(1) },
    ];
    const ids = await Promise.all(others.map((other) => liquid.descriptors({ ...policy, ...other })));
    expect(new Set([id, ...ids.map((other) => other.id)]).size).toBe(5);
  });

  it.each<[string, RegExp, (policy: TreasuryPolicy) => Partial<TreasuryPolicy>]>([
    ['no keys', /1 to 15 keys/, () => ({ keys: [] })],
    ['too many keys', /not 16/, ({ keys }) => ({ keys: Array.from({ length: 16 }, () => keys[0] as Key) })],
    ['a threshold of none', /0 of 3/, () => ({ threshold: 0 })],
    ['a threshold above the keys', /4 of 3/, () => ({ threshold: 4 })],
    ['half a threshold', /1\.5 of 3/, () => ({ threshold: 1.5 })],
    ['a blinding key that is none', /master blinding key/, () => ({ masterBlindingKey: 'ab' })],
    ['keys of another network', /Key 1 is of another network/, () => ({ network: 'liquidv1' })],
    ['the same signer twice', /Keys 1 and 2/, (policy) => ({ keys: [key(policy, 0), key(policy, 0)] })],
    [
      'one signer under another fingerprint',
      /Keys 1 and 2/,
      (policy) => ({ keys: [key(policy, 0), { ...key(policy, 0), fingerprint: '00000000' }] }),
    ],
    [
      'a fingerprint that is none',
      /Key 2 has a fingerprint/,
      (policy) => ({ keys: [key(policy, 0), { ...key(policy, 1), fingerprint: 'xyz' }] }),
    ],
    [
      'a path that is none',
      /Key 1 has a path/,
      (policy) => ({ threshold: 1, keys: [{ ...key(policy, 0), path: "48'/one/0'/2'" }] }),
    ],
    [
      'a path of another depth',
      /Key 1 is of another depth/,
      (policy) => ({ threshold: 1, keys: [{ ...key(policy, 0), path: "48'/1'/0'" }] }),
    ],
    [
      'a path of another account',
      /Key 1 is not the key of its path/,
      (policy) => ({ threshold: 1, keys: [{ ...key(policy, 0), path: "48'/1'/0'/1'" }] }),
    ],
    [
      'an xpub with a wrong letter',
      /Key 3 is no extended public key/,
      ({ keys }) => ({
        keys: keys.map((each, i) => (i < 2 ? each : { ...each, xpub: each.xpub.replace(/.$/, '1') })),
      }),
    ],
  ])('refuses %s', async (_, message, change) => {
    const policy = await multi;
    const refused = liquid.descriptors({ ...policy, ...change(policy) });
    await expect(refused).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message) as string,
    });
  });

  it('refuses a private key without repeating it, and public keys of the main network on a test network', async () => {
    const policy = await multi;
    const main = await liquid.accountKeys({ mnemonic: SEEDS.zoo }, 'liquidv1');
    const xprv =
      'xprv9s21ZrQH143K3h3fDYiay8mocZ3afhfULfb5GX8kCBdno77K4HiA15Tg23wpbeF1pLfs1c5SPmYHrEpTuuRhxMwvKDwqdKiGJS9XFKzUsAF';
    for (const xpub of [main.multi.xpub, xprv]) {
      const refused = liquid.descriptors({ ...policy, threshold: 1, keys: [{ ...key(policy, 0), xpub }] });
      await expect(refused).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: 'Key 1 is not a public key of this network.',
      });
    }
  });

  it('answers wild policies with INVALID_ARGUMENT or a treasury', async () => {
    const { keys } = await multi;
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(...keys.map(({ xpub }) => xpub), "48'/1'/0'/2'", '73c5da0a'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ fingerprint: text, path: text, xpub: text }), { maxLength: 3 }),
        fc.integer({ min: -1, max: 4 }),
        async (wild, threshold) => {
          const policy = {
            network: 'regtest',
            threshold,
            keys: wild,
            masterBlindingKey: '22'.repeat(32),
          } as const;
          const error: unknown = await liquid.descriptors(policy).then(
            () => null,
            (reason: unknown) => reason,
          );
          if (error !== null) expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('addresses', () => {
  it.each<[string, LiquidNetwork, number]>([
    ['one key', 'regtest', 1],
    ['one key', 'liquidv1', 1],
    ['one key', 'liquidtestnet', 1],
    ['two of three', 'regtest', 3],
    ['two of three', 'liquidv1', 3],
    ['two of three', 'liquidtestnet', 3],
  ])('of %s on %s are those of LWK', async (_, network, count) => {
    const policy = await treasuryOf(liquid, Math.min(2, count), seeds.slice(0, count), network);
    const wallet = await byLwk(policy);
    const derived = await liquid.addresses(policy, 0, 0, 12);
    expect(derived.map(({ address }) => address)).toEqual(
      derived.map(({ index }) => wallet.address(index).address().toString()),
    );
    expect(derived.map(({ script }) => script)).toEqual(
      derived.map(({ index }) => wallet.address(index).address().scriptPubkey().toString()),
    );
  });

  it('of the change chain are those of LWK', async () => {
    const policy = await multi;
    const lwk = loadLwk();
    const { ctDescriptor } = await liquid.descriptors(policy);
    const change = ctDescriptor.split('#')[0]?.replaceAll('<0;1>', '1') ?? '';
    const wallet = new lwk.Wollet(lwk.Network.regtestDefault(), new lwk.WolletDescriptor(change));
    const [derived] = await liquid.addresses(policy, 1, 7, 1);
    expect(derived).toMatchObject({ chain: 1, index: 7, address: wallet.address(7).address().toString() });
  });

  it('of a two-of-two are what a Jade’s firmware showed for the same multisig', async () => {
    const at = { path: "48'/1'/0'/2'" };
    const policy: TreasuryPolicy = {
      network: 'regtest',
      threshold: 2,
      masterBlindingKey: 'a9f09eeb97b09a3ddba6f047c45247ce188431cf08f39e7e1389a6239da47af2',
      keys: [
        {
          ...at,
          fingerprint: 'e3ebcc79',
          xpub: 'tpubDDvj9CrVJ9kWXSL2kjtA8v53rZvTmL3HmWPvgD3hiTnD5KZuMkxSUsgGraZ9vavB5JSA3F9s5E4cXuCte5rvBs5N4DjfxYssQk1L82Bq4FE',
        },
        {
          ...at,
          fingerprint: '81bb1dce',
          xpub: 'tpubDF7d9dRemHRCqjhsM1bvsdcXoEZAQvEMb2dAspiSz2Zvw8FZYvXDgvycBmXsuyemBPFmQUfUE6AMuqT1FxeKkrssSKA5zQPwVVipAvYNApQ',
        },
      ],
    };
    const [first] = await liquid.addresses(policy, 0, 0, 1);
    expect(first?.address).toBe(
      'el1qqdhm2scm34k3mz7rjpyrxyul63vpew65gt44qldmmeyv5wmhplta2duhslpn58ml2wp2rrygaz6zc9l70xcvsfg6gy3mw2gl5rru62gsn0d5psrjmcsk',
    );
  });

  it('do not depend on the order of the keys', async () => {
    const policy = await multi;
    const turned = { ...policy, keys: policy.keys.toReversed() };
    expect(await liquid.addresses(turned, 1, 3, 4)).toEqual(await liquid.addresses(policy, 1, 3, 4));
  });

  it('reach to the last index and no further', async () => {
    const policy = await single;
    const last = 0x8000_0000 - 1;
    expect(await liquid.addresses(policy, 0, last, 1)).toHaveLength(1);
    expect(await liquid.addresses(policy, 0, 5, 0)).toEqual([]);
    for (const [from, count] of [
      [last, 2],
      [-1, 1],
      [0.5, 1],
      [0, 10_001],
      [0, -1],
      [0, NaN],
    ] as const) {
      await expect(liquid.addresses(policy, 0, from, count)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        field: 'from',
      });
    }
  });
});
