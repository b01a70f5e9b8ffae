import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { custodyForms, FORMS, GAIT, NETWORKS, vectors } from '../../../test/support/custody-forms.ts';
import type { CustodyForms } from '../../../test/support/custody-forms.ts';
import { lwkWollet } from '../../../test/support/lwk.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { SEEDS } from '../../../test/support/treasury-pset.ts';
import { withChecksum } from './descriptor.ts';
import { GREEN_ROOTS } from './green-roots.ts';
import { createLiquid } from './liquid.ts';
import { loadLwk } from './lwk.ts';
import type { DerivedAddress, LiquidNetwork } from './types.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

const abandon = { mnemonic: SEEDS.abandon };

/** The descriptor without origins, so that LWK takes no account for AMP0’s and gives its addresses. */
const bare = (descriptor: string): string =>
  withChecksum((descriptor.split('#')[0] ?? '').replace(/\[[^\]]*\]/g, ''));

const made = {} as Record<LiquidNetwork, CustodyForms>;
beforeAll(async () => {
  for (const network of NETWORKS) made[network] = await custodyForms(liquid, network);
});

describe.each(NETWORKS)('a custody wallet on %s', (network) => {
  it.each(FORMS)('is the wallet that LWK makes of %s', async (form) => {
    const descriptor = made[network].forms[form] ?? '';
    const facts = await liquid.readDescriptor(descriptor, network);
    expect(facts.descriptor).toBe(descriptor);
    const lwk = loadLwk();
    const parsed = new lwk.WolletDescriptor(descriptor);
    const key = facts.blinding.kind === 'slip77' ? `slip77(${facts.blinding.key})` : facts.blinding.key;
    const [publicBody = ''] = facts.publicDescriptor.split('#');
    expect(parsed.toString()).toBe(withChecksum(`ct(${key},${publicBody})`));
    expect(parsed.isAmp0()).toBe(form === 'AMP0');
    const wallet = lwkWollet(form === 'AMP0' ? bare(descriptor) : descriptor, network);
    expect(facts.wid).toBe(wallet.dwid());
    const theirs = [0, 1, 2, 1_000, 0x7fff_fffe].map((index) => wallet.address(index).address().toString());
    const ours = await Promise.all(
      [0, 1, 2, 1_000, 0x7fff_fffe].map((index) => liquid.addresses({ network, descriptor }, 0, index, 1)),
    );
    expect(ours.flat().map(({ address }) => address)).toEqual(theirs);
    // LWK gives out addresses of the first chain only: of the change chain, those of a wallet that has no other.
    const [body = ''] = bare(descriptor).split('#');
    const change = facts.blinding.kind === 'slip77' ? body : body.replace(/^ct\([^,]*,/, `ct(${key},`);
    const internal = lwkWollet(withChecksum(change.replaceAll('<0;1>', '1')), network);
    const own = await liquid.addresses({ network, descriptor }, 1, 4, 2);
    expect(own.map(({ address }) => address)).toEqual(
      [4, 5].map((index) => internal.address(index).address().toString()),
    );
    expect(own.map(({ chain }) => chain)).toEqual(facts.chains === 2 ? [1, 1] : [0, 0]);
  });
});

describe('published vectors', () => {
  it.each(vectors.elip151.slice(0, 3))('of ELIP-151: view key $viewKey', async (vector) => {
    for (const descriptor of [vector.view, vector.elip151]) {
      const facts = await liquid.readDescriptor(descriptor, 'liquidv1');
      expect(facts.blinding).toMatchObject({ kind: 'view', key: vector.viewKey });
      const [first] = await liquid.addresses({ network: 'liquidv1', descriptor }, 0, 0, 1);
      expect(first?.address).toBe(vector.firstAddress);
    }
  });

  it.each([...vectors.elip151Invalid, vectors.elip151[3]?.elip151 ?? ''])(
    'of ELIP-151: refused %#',
    async (descriptor) => {
      expect((await refusal(liquid.readDescriptor(descriptor, 'liquidv1'))).code).toBe('DESCRIPTOR_INVALID');
    },
  );

  it.each(vectors.elip152.filter(({ descriptor }) => descriptor.includes('*')))(
    'of ELIP-152: $description',
    async ({ descriptor, network, wid }) => {
      expect((await liquid.readDescriptor(descriptor, network)).wid).toBe(wid);
    },
  );

  it('of ELIP-152, without a run of addresses: refused', async () => {
    const fixed = vectors.elip152.filter(({ descriptor }) => !descriptor.includes('*'));
    expect(fixed).toHaveLength(2);
    for (const { descriptor, network } of fixed) {
      expect((await refusal(liquid.readDescriptor(descriptor, network))).code).toBe('DESCRIPTOR_INVALID');
    }
  });

  it.each(vectors.elip153)('of ELIP-153: $description', async ({ network, user, server, account, wid }) => {
    const { amp0 } = await liquid.custodyKeys({ mnemonic: server }, network);
    const descriptor = await liquid.amp2Elip153({ mnemonic: user }, network, account, amp0.masterXpub);
    expect((await liquid.readDescriptor(descriptor, network)).wid).toBe(wid);
  });

  it('of LWK’s ELIP-153 wallet at AMP2’s testnet server, whose key is then its own origin', async () => {
    const server = vectors.amp2.server.split(']')[1] ?? '';
    expect(await liquid.amp2Elip153(abandon, 'liquidtestnet', 0, server)).toBe(vectors.amp2.elip153);
  });

  it('of an AMP2 wallet that LWK blinds with a public key: readable, with a warning', async () => {
    const facts = await liquid.readDescriptor(vectors.amp2.publicBlindingKey, 'liquidtestnet');
    expect(facts.descriptor).toBe(vectors.amp2.publicBlindingKey);
    expect(facts.warning).toMatch(/anyone can see/);
    expect(facts).toMatchObject({ script: 'wsh-multi', sorted: false, threshold: 2, chains: 2 });
    expect(facts.keys[1]).toMatchObject({ fingerprint: 'c67f5991', path: "87'/1'/0'", branches: [[0], [1]] });
    expect(
      (await liquid.readDescriptor(made.liquidtestnet.forms['AMP2 with SLIP-77'] ?? '', 'liquidtestnet'))
        .warning,
    ).toBeNull();
  });
});

describe('making descriptors', () => {
  it('never takes the blinding key that everybody knows', async () => {
    const { keys, server } = made.liquidtestnet;
    const known = '0684e43749a3a3eb0362dcef8c66994bd51d33f8ce6b055126a800a626fc0d67';
    const user = { fingerprint: keys.fingerprint, ...keys.amp2[0] };
    const network = 'liquidtestnet';
    for (const work of [
      () => liquid.amp2Descriptor({ network, server, user, blinding: { kind: 'slip77', key: known } }),
      () =>
        liquid.singleDescriptor(
          { fingerprint: keys.fingerprint, ...keys.single },
          known.toUpperCase(),
          network,
        ),
    ]) {
      expect((await refusal(work())).message).toMatch(/known to everybody/);
    }
  });

  it('refuses server keys that are none, private, or another network’s', async () => {
    const { keys } = made.liquidtestnet;
    const user = { fingerprint: keys.fingerprint, ...keys.amp2[0] };
    const make = (server: string): Promise<string> =>
      liquid.amp2Descriptor({ network: 'liquidtestnet', server, user, blinding: null });
    const { server } = made.liquidtestnet;
    expect((await refusal(make(''))).code).toBe('INVALID_ARGUMENT');
    expect((await refusal(make(`${server}/0`))).code).toBe('INVALID_ARGUMENT');
    expect((await refusal(make('x'.repeat(100_000)))).code).toBe('INVALID_ARGUMENT');
    expect((await refusal(make(made.liquidv1.server))).code).toBe('DESCRIPTOR_FOREIGN');
    const tprv =
      'tprv8ZgxMBicQKsPe5YMU9gHen4Ez3ApihUfykaqUorj9t6FDqy3nP6eoXiAo2ssvpAjoLroQxHqr3R5nE3a5dU3DHTjTgJDd7zrbniJr6nrCzd';
    const failed = await refusal(make(tprv));
    expect(failed.message).toMatch(/private key/);
    expect(failed.message).not.toContain(tprv.slice(4, 20));
  });

  it('refuses a server’s key as one’s own', async () => {
    const { keys, server } = made.liquidtestnet;
    const work = liquid.amp2Descriptor({
      network: 'liquidtestnet',
      server: `[${keys.fingerprint}/${keys.amp2[0].path}]${keys.amp2[0].xpub}`,
      user: { fingerprint: keys.fingerprint, ...keys.amp2[0] },
      blinding: null,
    });
    expect(server).not.toContain(keys.amp2[0].xpub);
    expect((await refusal(work)).code).toBe('INVALID_ARGUMENT');
  });

  it('writes where a server’s key of ELIP-153 comes from, however deep the one that is configured', async () => {
    const { server } = made.liquidtestnet;
    const descriptor = await liquid.amp2Elip153(abandon, 'liquidtestnet', 0, server);
    const facts = await liquid.readDescriptor(descriptor, 'liquidtestnet');
    expect(facts.keys[0]).toMatchObject({
      fingerprint: '3d970d04',
      path: "87'/1'/0'/2088330946/1132574986/2019598932",
    });
    const plain = await liquid.readDescriptor(vectors.amp2.elip153, 'liquidtestnet');
    expect(facts.wid).toBe(plain.wid);
  });

  it('refuses AMP0 accounts whose parts do not fit', async () => {
    const { keys } = made.regtest;
    const good = {
      network: 'regtest',
      server: GREEN_ROOTS.regtest,
      gaitPath: GAIT,
      pointer: 1,
      user: { fingerprint: keys.fingerprint, xpub: keys.amp0.accounts[0]?.xpub ?? '' },
      masterBlindingKey: keys.masterBlindingKey,
    } as const;
    const wrong: Partial<Parameters<typeof liquid.amp0Descriptor>[0]>[] = [
      { gaitPath: GAIT.slice(1) },
      { gaitPath: GAIT.with(4, 65_536) },
      { gaitPath: GAIT.with(4, -1) },
      { pointer: 0 },
      { pointer: 2 },
      { pointer: 0x8000_0000 },
      { server: { ...good.server, pubkey: `02${'00'.repeat(32)}` } },
      { server: { ...good.server, chainCode: '00' } },
      { user: { ...good.user, fingerprint: 'x' } },
      { user: { ...good.user, xpub: keys.amp2[0].xpub } },
      { masterBlindingKey: '00' },
    ];
    for (const change of wrong) {
      expect((await refusal(liquid.amp0Descriptor({ ...good, ...change }))).code).toBe('INVALID_ARGUMENT');
    }
  });

  it('derives AMP0 addresses from the index that Green issued, the same for both chains', async () => {
    const descriptor = made.regtest.forms.AMP0 ?? '';
    const [forth, back] = await Promise.all(
      ([0, 1] as const).map((chain) => liquid.addresses({ network: 'regtest', descriptor }, chain, 1, 3)),
    );
    expect(back).toEqual(forth);
    const first = forth?.[0] as DerivedAddress;
    expect(first.redeemScript).toMatch(/^0020[0-9a-f]{64}$/);
    expect(first.keys.map(({ path }) => path.slice(-2))).toEqual([
      [3, 1],
      [1, 1],
    ]);
  });

  it('derives a long run as it derives its parts, up to the last index there is', async () => {
    const policy = { network: 'regtest', descriptor: made.regtest.forms.AMP0 } as const;
    const run = await liquid.addresses(policy, 0, 7, 250);
    expect(run.map(({ index }) => index)).toEqual(Array.from({ length: 250 }, (_, i) => 7 + i));
    expect(run.slice(99, 102)).toEqual(await liquid.addresses(policy, 0, 106, 3));
    expect(await liquid.addresses(policy, 0, 0x7fff_ffff, 1)).toHaveLength(1);
    for (const [from, count] of [
      [0x7fff_ff00, 257],
      [0, 10_001],
      [-1, 200],
      [0.5, 200],
      [0, 200.5],
      [0, Number.NaN],
      [0, Infinity],
    ] as const) {
      expect((await refusal(liquid.addresses(policy, 0, from, count))).code).toBe('INVALID_ARGUMENT');
    }
  });
});
