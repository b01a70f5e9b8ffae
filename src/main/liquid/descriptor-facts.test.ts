import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { custodyForms, FORMS, GAIT, NETWORKS } from '../../../test/support/custody-forms.ts';
import type { CustodyForms } from '../../../test/support/custody-forms.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { withChecksum } from './descriptor.ts';
import { createLiquid } from './liquid.ts';
import { loadLwk } from './lwk.ts';
import type { LiquidNetwork } from './types.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

const made = {} as Record<LiquidNetwork, CustodyForms>;
beforeAll(async () => {
  for (const network of NETWORKS) made[network] = await custodyForms(liquid, network);
});

describe('readDescriptor', () => {
  const amp2 = (): string => made.liquidtestnet.forms['AMP2 with SLIP-77'] ?? '';
  const body = (): string => amp2().split('#')[0] ?? '';
  const read = (descriptor: string, network: LiquidNetwork = 'liquidtestnet'): Promise<unknown> =>
    liquid.readDescriptor(descriptor, network);

  it('says what a descriptor says', async () => {
    const { keys } = made.regtest;
    const facts = await liquid.readDescriptor(made.regtest.forms.AMP0 ?? '', 'regtest');
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
    const facts = await liquid.readDescriptor(forms.single ?? '', 'regtest');
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
