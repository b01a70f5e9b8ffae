import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lwkSigner, lwkWollet } from '../../../test/support/lwk.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { SEEDS } from '../../../test/support/treasury-pset.ts';
import { withChecksum } from './descriptor.ts';
import { GREEN_ROOTS } from './green-roots.ts';
import { createLiquid } from './liquid.ts';
import { loadLwk } from './lwk.ts';
import type { BlindingKey, CustodyKeys, DerivedAddress, LiquidNetwork } from './types.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

interface Vectors {
  elip151: { viewKey: string; view: string; elip151: string; firstAddress: string }[];
  elip151Invalid: string[];
  elip152: { description: string; network: LiquidNetwork; descriptor: string; wid: string }[];
  elip153: {
    description: string;
    network: LiquidNetwork;
    user: string;
    server: string;
    account: number;
    wid: string;
  }[];
  amp2: { server: string; publicBlindingKey: string; elip153: string };
}
const vectors = JSON.parse(
  readFileSync(new URL('../../../test/recordings/liquid/descriptors.json', import.meta.url), 'utf8'),
) as Vectors;

const NETWORKS = ['liquidv1', 'liquidtestnet', 'regtest'] as const;
const GAIT = Array.from({ length: 32 }, (_, i) => (i * 2_111) % 65_536);
const abandon = { mnemonic: SEEDS.abandon };

/** A cosigner's key for a network: testnets share AMP2's published one. */
async function serverFor(network: LiquidNetwork): Promise<string> {
  if (network !== 'liquidv1') return vectors.amp2.server;
  const { fingerprint, amp2 } = await liquid.custodyKeys({ mnemonic: SEEDS.zoo }, network);
  return `[${fingerprint}/${amp2.path}]${amp2.xpub}`;
}

function amp0Of(keys: CustodyKeys, network: LiquidNetwork, pointer = 1): Promise<string> {
  return liquid.amp0Descriptor({
    network,
    server: GREEN_ROOTS[network],
    gaitPath: GAIT,
    pointer,
    user: { fingerprint: keys.fingerprint, xpub: keys.amp0.accounts[pointer - 1]?.xpub ?? '' },
    masterBlindingKey: keys.masterBlindingKey,
  });
}

/** The descriptor without origins, so that LWK takes no account for AMP0’s and gives its addresses. */
const bare = (descriptor: string): string =>
  withChecksum((descriptor.split('#')[0] ?? '').replace(/\[[^\]]*\]/g, ''));

interface Custody {
  keys: CustodyKeys;
  server: string;
  /** Descriptors of every form, by name. */
  forms: Record<string, string>;
}
const made = {} as Record<LiquidNetwork, Custody>;
beforeAll(async () => {
  for (const network of NETWORKS) {
    const keys = await liquid.custodyKeys(abandon, network);
    const server = await serverFor(network);
    const user = { fingerprint: keys.fingerprint, ...keys.amp2 };
    const amp2 = (blinding: BlindingKey | null): Promise<string> =>
      liquid.amp2Descriptor({ network, server, user, blinding });
    const single = { fingerprint: keys.fingerprint, ...keys.single };
    const wpkh = await liquid.singleDescriptor(single, keys.masterBlindingKey, network);
    const slip77 = await amp2({ kind: 'slip77', key: keys.masterBlindingKey });
    const wrapped = (wpkh.split('#')[0] ?? '').replace(/elwpkh\((.*)\)\)$/, 'elsh(wpkh($1)))');
    made[network] = {
      keys,
      server,
      forms: {
        single: wpkh,
        'single in P2SH': withChecksum(wrapped),
        'AMP2 with SLIP-77': slip77,
        'AMP2 with ELIP-151': await amp2(null),
        'AMP2 with a view key': await amp2({ kind: 'view', key: keys.masterBlindingKey }),
        'AMP2 of ELIP-153': await liquid.amp2Elip153(abandon, network, 0, server),
        'a sorted multisig': withChecksum((slip77.split('#')[0] ?? '').replace('multi(', 'sortedmulti(')),
        'a multisig of one chain': withChecksum((slip77.split('#')[0] ?? '').replaceAll('<0;1>', '7/8')),
        'deeper branches': withChecksum((slip77.split('#')[0] ?? '').replaceAll('<0;1>', '5/<0;1>')),
        AMP0: await amp0Of(keys, network, 3),
      },
    };
  }
});

const FORMS = [
  'single',
  'single in P2SH',
  'AMP2 with SLIP-77',
  'AMP2 with ELIP-151',
  'AMP2 with a view key',
  'AMP2 of ELIP-153',
  'a sorted multisig',
  'a multisig of one chain',
  'deeper branches',
  'AMP0',
];

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

  it('has the keys of its seed, as LWK and Green have them', async () => {
    const { keys } = made[network];
    const signer = lwkSigner(SEEDS.abandon, network);
    const lwk = loadLwk();
    expect(keys.fingerprint).toBe(signer.fingerprint());
    expect(`[${keys.fingerprint}/${keys.amp2.path.replaceAll("'", 'h')}]${keys.amp2.xpub}`).toBe(
      signer.keyoriginXpub(lwk.Bip.bip87()),
    );
    expect(keys.amp0.masterXpub).toBe(signer.getMasterXpub().toString());
    expect(keys.amp0.accounts.map(({ pointer }) => signer.amp0AccountXpub(pointer))).toEqual(
      keys.amp0.accounts.map(({ xpub }) => xpub),
    );
    expect(keys.amp0.accounts.map(({ pointer }) => pointer)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    expect(made[network].forms['single']).toBe(signer.wpkhSlip77Descriptor().toString());
  });

  it('signs a login at Green as LWK does', async () => {
    const signer = lwkSigner(SEEDS.abandon, network);
    for (const challenge of ['0', '1234567890123456789', 'a'.repeat(64)]) {
      expect(await liquid.signAmp0Challenge(abandon, network, challenge)).toBe(
        signer.amp0SignChallenge(challenge),
      );
    }
  });
});

describe('custodyKeys', () => {
  it('takes the passphrase into account and repeats no words', async () => {
    const plain = await liquid.custodyKeys(abandon, 'regtest');
    const other = await liquid.custodyKeys({ ...abandon, passphrase: 'x' }, 'regtest');
    expect(other.fingerprint).not.toBe(plain.fingerprint);
    expect(other.amp0.blobPubkey).not.toBe(plain.amp0.blobPubkey);
    const failed = await refusal(liquid.custodyKeys({ mnemonic: 'secret words that are none' }, 'regtest'));
    expect(failed.code).toBe('INVALID_ARGUMENT');
    expect(`${failed.message}${failed.next}`).not.toContain('secret words');
  });

  it('tells who an owner is at Green by the root key alone', async () => {
    const { amp0 } = await liquid.custodyKeys(abandon, 'liquidtestnet');
    const root = await liquid.amp0Root(amp0.masterXpub, 'liquidtestnet');
    // P2PKH of BIP39's first test vector on Liquid testnet.
    expect(root.loginAddress).toBe('FfisAwyVKYxYrzzm6v5BiTcjhAi8fKm7Fx');
    expect(root.pubkey).toBe('03d902f35f560e0470c63313c7369168d9d7df2d49bf295fd9fb7cb109ccee0494');
    expect(root.chainCode).toBe('7923408dadd3c7b56eed15567707ae5e5dca089de972e07f3b860450e2a3b70e');
  });

  it('refuses what is no root key of the network', async () => {
    const { amp0, amp2 } = await liquid.custodyKeys(abandon, 'liquidv1');
    for (const [key, network] of [
      [amp0.masterXpub, 'regtest'],
      [amp2.xpub, 'liquidv1'],
      ['xpub', 'liquidv1'],
      ['', 'liquidv1'],
    ] as const) {
      expect((await refusal(liquid.amp0Root(key, network))).code).toBe('INVALID_ARGUMENT');
    }
  });

  it('signs no challenge that is none', async () => {
    for (const challenge of ['', ' 12', '1\n2', 'a'.repeat(65), 'ß']) {
      expect((await refusal(liquid.signAmp0Challenge(abandon, 'regtest', challenge))).code).toBe(
        'INVALID_ARGUMENT',
      );
    }
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

describe('readDescriptor', () => {
  const amp2 = (): string => made.liquidtestnet.forms['AMP2 with SLIP-77'] ?? '';
  const body = (): string => amp2().split('#')[0] ?? '';
  const read = (descriptor: string, network: LiquidNetwork = 'liquidtestnet'): Promise<unknown> =>
    liquid.readDescriptor(descriptor, network);

  it('says what a descriptor says', async () => {
    const { keys } = made.regtest;
    const facts = await liquid.readDescriptor(made.regtest.forms['AMP0'] ?? '', 'regtest');
    expect(facts).toMatchObject({
      script: 'sh-wsh-multi',
      sorted: false,
      threshold: 2,
      chains: 1,
      blinding: { kind: 'slip77', key: keys.masterBlindingKey, written: 'slip77' },
    });
    expect(facts.keys.map(({ branches }) => branches)).toEqual([[[]], [[1]]]);
    expect(facts.keys[0]?.path).toBe(`3/${GAIT.join('/')}/3`);
    expect(facts.keys[1]).toMatchObject({ fingerprint: keys.fingerprint, path: "3'/3'" });
  });

  it('takes h for an apostrophe, a missing checksum and space around it, and keeps what it was given', async () => {
    const written = body().replaceAll("'", 'h');
    const facts = await liquid.readDescriptor(`  ${written}\n`, 'liquidtestnet');
    expect(facts.descriptor).toBe(withChecksum(written));
    const usual = await liquid.readDescriptor(amp2(), 'liquidtestnet');
    expect([facts.wid, facts.publicDescriptor]).toEqual([usual.wid, usual.publicDescriptor]);
    expect(facts.id).not.toBe(usual.id);
  });

  it('gives a wallet the id that a treasury of the same descriptor has', async () => {
    const { keys, forms } = made.regtest;
    const policy = {
      network: 'regtest',
      threshold: 1,
      keys: [{ fingerprint: keys.fingerprint, ...keys.single }],
      masterBlindingKey: keys.masterBlindingKey,
    } as const;
    const facts = await liquid.readDescriptor(forms['single'] ?? '', 'regtest');
    expect(facts.id).toBe((await liquid.descriptors(policy)).id);
    expect(await liquid.addresses({ network: 'regtest', descriptor: facts.descriptor }, 1, 3, 2)).toEqual(
      await liquid.addresses(policy, 1, 3, 2),
    );
  });

  it.each(['liquidv1', 'liquidtestnet', 'regtest'] as const)(
    'refuses the wallets of another kind of network on %s',
    async (network) => {
      const foreign = network === 'liquidv1' ? 'liquidtestnet' : 'liquidv1';
      for (const form of FORMS) {
        const failed = await refusal(read(made[foreign].forms[form] ?? '', network));
        expect(failed.code).toBe('DESCRIPTOR_FOREIGN');
      }
    },
  );

  it('refuses a path of another network, though the key does not say', async () => {
    const text = withChecksum(body().replaceAll("/87'/1'/", "/87'/1776'/"));
    expect((await refusal(read(text))).code).toBe('DESCRIPTOR_FOREIGN');
    const mainnet = made.liquidv1.forms['AMP2 with SLIP-77']?.split('#')[0] ?? '';
    const guide = withChecksum(mainnet.replaceAll("/87'/1776'/", "/87'/0'/"));
    await expect(read(guide, 'liquidv1')).resolves.toMatchObject({ chains: 2 });
  });

  const KEY = /\[c[^\]]*\][a-zA-Z0-9]+|\[73c5da0a[^\]]*\][a-zA-Z0-9]+/;
  const lies: [string, (text: string) => string][] = [
    ['nothing', () => ''],
    ['garbage', () => 'garbage'],
    ['a wrong checksum', (text) => `${text}#qqqqqqqq`],
    ['half a checksum', (text) => `${text}#qqq`],
    ['two checksums', (text) => `${withChecksum(text)}#qqqqqqqq`],
    ['letters that no descriptor has', (text) => `${text}é`],
    ['a line break', (text) => text.replace(',', ',\n')],
    ['no blinding', (text) => text.replace(/^ct\(slip77\([0-9a-f]*\),(.*)\)$/, '$1')],
    ['a short blinding key', (text) => text.replace(/slip77\(../, 'slip77(')],
    ['a view key of zero', (text) => text.replace(/slip77\([0-9a-f]*\)/, '0'.repeat(64))],
    ['a view key above the order', (text) => text.replace(/slip77\([0-9a-f]*\)/, 'f'.repeat(64))],
    ['a public blinding key', (text) => text.replace(/slip77\([0-9a-f]*\)/, `02${'11'.repeat(32)}`)],
    ['taproot', (text) => text.replace(/elwsh.*/, `eltr(tpub/<0;1>/*))`)],
    ['a bare multisig', (text) => text.replace('elwsh(multi', 'elsh(multi')],
    ['nested wraps', (text) => text.replace('elwsh(multi(', 'elsh(elwsh(multi(').concat(')')],
    ['bitcoin’s names', (text) => text.replace('elwsh', 'wsh')],
    ['a threshold of nothing', (text) => text.replace('multi(2', 'multi(0')],
    ['a threshold of three', (text) => text.replace('multi(2', 'multi(3')],
    ['no keys', (text) => text.replace(/multi\(2,.*/, 'multi(2)))')],
    ['a hardened branch', (text) => text.replace('<0;1>/*', "0'/*")],
    ['hardened addresses', (text) => text.replaceAll('/<0;1>/*', '/<0;1>/*h')],
    ['no wildcard', (text) => text.replaceAll('/<0;1>/*', '/0/5')],
    ['two wildcards', (text) => text.replaceAll('/<0;1>/*', '/*/<0;1>/*')],
    ['chains in the middle', (text) => text.replaceAll('/<0;1>/*', '/<0;1>/3/*')],
    ['chains in the wrong order', (text) => text.replaceAll('<0;1>', '<1;0>')],
    ['three chains', (text) => text.replaceAll('<0;1>', '<0;1;2>')],
    ['one key with one chain', (text) => text.replace('<0;1>', '0')],
    ['the same key twice', (text) => text.replace(/multi\(2,([^,]*),.*/, 'multi(2,$1,$1)))')],
    ['an uncompressed key', (text) => text.replace(KEY, `04${'11'.repeat(64)}`)],
    ['a single key', (text) => text.replace(KEY, `02${'11'.repeat(32)}`)],
    ['a changed key', (text) => text.replace('tpubDC347', 'tpubDC348')],
    ['an origin of seven digits', (text) => text.replace('[3d970d04', '[3d970d0')],
    ['an origin of hardened text', (text) => text.replace("/87'", "/87''")],
    ['an origin beyond all numbers', (text) => text.replace("/87'", "/2147483648'")],
    [
      'sixteen keys',
      (text) =>
        text.replace(
          /multi\(2,([^,]*),.*/,
          (_, key: string) =>
            `multi(2,${Array.from({ length: 16 }, (__, i) => key.replace('<0;1>', `${i}/<0;1>`)).join(',')})))`,
        ),
    ],
    ['a huge text', (text) => text.replace('multi(2', `multi(2${' '.repeat(100_000)}`)],
    ['a deep pile of brackets', () => `ct(elip151,${'elsh('.repeat(700)}${')'.repeat(700)})`],
  ];
  it.each(lies)('refuses %s', async (_, change) => {
    const changed = change(body());
    const text = changed.includes('#') || /[é\n]/.test(changed) ? changed : withChecksum(changed);
    const failed = await refusal(read(text));
    expect(failed.code).toBe('DESCRIPTOR_INVALID');
    expect(failed.field).toBe('descriptor');
    expect(failed.message).not.toContain('tpub');
  });

  it('refuses private keys and repeats nothing of them', async () => {
    const tprv =
      'tprv8ZgxMBicQKsPe5YMU9gHen4Ez3ApihUfykaqUorj9t6FDqy3nP6eoXiAo2ssvpAjoLroQxHqr3R5nE3a5dU3DHTjTgJDd7zrbniJr6nrCzd';
    const wif = 'cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA';
    for (const secret of [tprv, wif]) {
      for (const text of [
        body().replace(KEY, secret),
        body().replace(KEY, `[73c5da0a]${secret}`),
        body().replace(/slip77\([0-9a-f]*\)/, secret),
        secret,
        `wpkh(${secret}/0/*)`,
      ]) {
        const failed = await refusal(read(withChecksum(text)));
        expect(failed.code).toBe('DESCRIPTOR_INVALID');
        expect(JSON.stringify([failed.message, failed.next])).not.toContain(secret.slice(4, 20));
      }
    }
    const failed = await refusal(read(withChecksum(body().replace(KEY, `${tprv}`))));
    expect(failed.message).toMatch(/private key/);
  });

  it('survives wild text, and takes only what keeps its checksum', async () => {
    const original = amp2();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(original.length - 1),
        fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
        async (at, character) => {
          const text = original.slice(0, at) + character + original.slice(at + 1);
          if (text === original) return;
          const failed = await refusal(read(text));
          expect(['DESCRIPTOR_INVALID', 'DESCRIPTOR_FOREIGN']).toContain(failed.code);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('never gets anything but its own two refusals out of wild text with a good checksum', async () => {
    const [text] = [body()];
    const pieces = text.split(/(?=[(),/[\]<>*;])|(?<=[(),/[\]<>*;])/);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(pieces.length - 1),
        fc.oneof(
          fc.constantFrom(
            '',
            '*',
            '(',
            ')',
            ',',
            '/',
            "0'",
            '<0;1>',
            'multi',
            'elwsh',
            'xpub',
            '[',
            ']',
            '9'.repeat(12),
          ),
          fc.nat(pieces.length - 1).map((i) => pieces[i] ?? ''),
        ),
        async (at, piece) => {
          const wild = withChecksum(pieces.with(at, piece).join(''));
          try {
            const facts = await liquid.readDescriptor(wild, 'liquidtestnet');
            expect(new (loadLwk().WolletDescriptor)(wild).toString()).toContain(
              facts.publicDescriptor.split('#')[0],
            );
          } catch (error) {
            expect(['DESCRIPTOR_INVALID', 'DESCRIPTOR_FOREIGN']).toContain((error as { code?: string }).code);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('making descriptors', () => {
  it('never takes the blinding key that everybody knows', async () => {
    const { keys, server } = made.liquidtestnet;
    const known = '0684e43749a3a3eb0362dcef8c66994bd51d33f8ce6b055126a800a626fc0d67';
    const user = { fingerprint: keys.fingerprint, ...keys.amp2 };
    const network = 'liquidtestnet';
    for (const work of [
      liquid.amp2Descriptor({ network, server, user, blinding: { kind: 'slip77', key: known } }),
      liquid.singleDescriptor(
        { fingerprint: keys.fingerprint, ...keys.single },
        known.toUpperCase(),
        network,
      ),
    ]) {
      expect((await refusal(work)).message).toMatch(/known to everybody/);
    }
  });

  it('refuses server keys that are none, private, or another network’s', async () => {
    const { keys } = made.liquidtestnet;
    const user = { fingerprint: keys.fingerprint, ...keys.amp2 };
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
      server: `[${keys.fingerprint}/${keys.amp2.path}]${keys.amp2.xpub}`,
      user: { fingerprint: keys.fingerprint, ...keys.amp2 },
      blinding: null,
    });
    expect(server).not.toContain(keys.amp2.xpub);
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
      { user: { ...good.user, xpub: keys.amp2.xpub } },
      { masterBlindingKey: '00' },
    ];
    for (const change of wrong) {
      expect((await refusal(liquid.amp0Descriptor({ ...good, ...change }))).code).toBe('INVALID_ARGUMENT');
    }
  });

  it('derives AMP0 addresses from the index that Green issued, the same for both chains', async () => {
    const descriptor = made.regtest.forms['AMP0'] ?? '';
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
});
