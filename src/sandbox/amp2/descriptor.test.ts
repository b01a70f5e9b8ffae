import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wally } from '../crypto/index.ts';
import { confidentialAddress } from '../elements/index.ts';
import { readWallet } from './descriptor.ts';
import { Amp2Refusal } from './refusal.ts';
import { ServerKey, elip153Steps } from './server-key.ts';

const server = new ServerKey(new Uint8Array(32).fill(9));
const USER =
  '[73c5da0a/87h/1h/0h]tpubDCChhoz5Qdrkn7Z7KXawq6Ad6r3A4MUkCoVTqeWxfTkA6bHNJ3CHUEtALQdkNeixNz4446PcAmw4WKcj3mV2vb29H7sg9EPzbyCU1y2merw';

const SLIP77 = `slip77(${'11'.repeat(32)})`;
const VIEW = '22'.repeat(32);

describe('a registered descriptor', () => {
  // Wallet id and sixth address as LWK 0.13.1 gives them on Elements regtest.
  it.each([
    [
      SLIP77,
      false,
      'f24f-2880-f5b6-20f3-7a80-937d-2080-cfa4',
      'el1qq2wkgpkz8nmtv3p70us4hruxxp7rtarl0jpjkxranj8nqnd4xx9kkg6dgafn0lgxrlmxu4hd4vjjhqewq8tw8c20qme9d42rceavpsezwsp9krzy6f2l',
    ],
    [
      SLIP77,
      true,
      '1b67-91b3-dabf-8ba0-b5ed-be0d-a073-8450',
      'el1qqft0mj9ny2zutdws5wr3um64jfy8h6qlym3kxaaeddw3vd9arrqwgn27apt2c3l3g6m84mjn7xr226l2ad09t50s9n3nyjua6jqk0ey9vugqpm7005ka',
    ],
    [
      VIEW,
      false,
      '705d-136f-5808-cba5-658c-a9e7-c437-0c55',
      'el1qqwh8rjp3pnf8jjlqf5pj3qs3t4j5408q6enncucgnvst3d428qytjg6dgafn0lgxrlmxu4hd4vjjhqewq8tw8c20qme9d42rceavpsezlxj80z99s0cd',
    ],
    [
      VIEW,
      true,
      '486a-4ff9-88eb-ae97-aea0-4843-a6c3-ac7b',
      'el1qq2j0nepjjqjqujmlvs4utxkyqar0y5xh0ckhl4ns5vjydn550w7cvn27apt2c3l3g6m84mjn7xr226l2ad09t50s9n3nyjua6jqk0ey9929mcrt6gz33',
    ],
    [
      'elip151',
      false,
      '1a1c-4876-c923-b597-dd05-b19c-7a5e-d37d',
      'el1qqdt0r6kty7wgj8pyf0rn5vnhmuqglp7q7965kp9j5tc9v5rukph6xg6dgafn0lgxrlmxu4hd4vjjhqewq8tw8c20qme9d42rceavpsezyg0xq8xh5ek2',
    ],
    [
      'elip151',
      true,
      'cda9-0175-19f5-4d28-4ac3-3a9e-a238-4f89',
      'el1qq0p72hanhz7fzen8838dy5mz037g97emt6xymaljhhaysfw463sr7n27apt2c3l3g6m84mjn7xr226l2ad09t50s9n3nyjua6jqk0ey9p8xes0tuusps',
    ],
  ])('blinded by %s (user first: %s) has LWK’s id and addresses', (blinding, userFirst, wid, address) => {
    const keys = userFirst ? [USER, server.text] : [server.text, USER];
    const wallet = readWallet(
      `ct(${blinding},elwsh(multi(2,${keys.map((key) => `${key}/<0;1>/*`).join(',')})))`,
      server,
    );
    expect(wallet.wid).toBe(wid);
    const { script } = wallet.at(0, 5);
    const blindingPubkey = wally.ec_public_key_from_private_key(wallet.blindingKey(script));
    expect(confidentialAddress(script, blindingPubkey)).toBe(address);
  });

  it('knows the server’s child key of ELIP-153', () => {
    // LWK's vector of the ELIP: user "abandon … about", account 0, AMP2's testnet key.
    const user =
      'tpubDDKAX9d8KBy2HJ5UTMg4xydwC7Jssy9qfnKrs5LTpM8PpBAiwqZ7k2GVA2P5kiWCPjnmHbDMxBng8FzDBHVqHpQkAwwc4VzXtGx1AY7zc9C';
    const pubkey = wally.bip32_key_get_pub_key(wally.bip32_key_from_base58(user));
    const steps = elip153Steps(Uint8Array.from(pubkey));
    expect(steps).toEqual([2088330946, 1132574986, 2019598932]);
    const child = server.childXpub(steps);
    const text = `ct(${VIEW},elwsh(multi(2,[7a3be1b3/${steps.join('/')}]${child}/<0;1>/*,${user}/<0;1>/*)))`;
    expect(readWallet(text, server).serverSteps).toEqual(steps);
    // The child of another user's key is not this wallet's.
    const other = server.childXpub([1, 2, 3]);
    expect(() => readWallet(text.replace(child, other), server)).toThrow(/none of its keys/);
  });

  it('refuses anything else with a reason, and never in another way', () => {
    const good = `ct(${SLIP77},elwsh(multi(2,${server.text}/<0;1>/*,${USER}/<0;1>/*)))`;
    fc.assert(
      fc.property(fc.nat(good.length), fc.string({ maxLength: 3 }), fc.nat(4), (at, put, gone) => {
        const text = good.slice(0, at) + put + good.slice(at + gone);
        try {
          readWallet(text, server);
        } catch (error) {
          expect(error).toBeInstanceOf(Amp2Refusal);
        }
      }),
      { numRuns: 300 },
    );
  });
});
