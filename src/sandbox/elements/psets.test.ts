import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Issuer } from './testkit.ts';
import { issuerNode, refusal, rpc, signedPayment } from './testkit.ts';

import { ELEMENTS_OUT, decodePset, elementsKey, encodePset, fieldKey } from './pset/codec.ts';
import type { SandboxNode } from './types.ts';
import { DecodeError, WALLY, u64, wally } from '../crypto/index.ts';
import { withChecksum } from './descriptor.ts';
import { Seed } from './seed.ts';

let node: SandboxNode;
let issued: Issuer;
let holder: string;

beforeAll(async () => {
  ({ node, issued } = await issuerNode());
  holder = await rpc<string>(node, 'getnewaddress', [], 'holder');
});
afterAll(() => node.close());

type Balance = Record<string, number>;

function sendmany(amount: unknown, assets: unknown = { [holder]: issued.asset }): unknown[] {
  return ['', { [holder]: amount }, 0, '', [], false, 1, 'UNSET', assets];
}

describe('a watch-only treasury', () => {
  it('sees, funds and blinds; the wallet with the keys signs; nobody but the blinder knows the recipients', async () => {
    const { descriptors } = await rpc<{ descriptors: { desc: string; internal: boolean }[] }>(
      node,
      'listdescriptors',
      [],
      'issuer',
    );
    await rpc(node, 'createwallet', ['watch', true, true, '', false, true, false]);
    const requests = descriptors.map(({ desc, internal }) => ({
      desc,
      timestamp: 0,
      active: true,
      internal,
      range: [0, 60],
    }));
    expect(await rpc(node, 'importdescriptors', [requests], 'watch')).toEqual([
      { success: true },
      { success: true },
    ]);
    expect(await rpc<Balance>(node, 'getbalance', [], 'watch')).toEqual({ bitcoin: 0 });
    const key = await rpc<string>(node, 'dumpmasterblindingkey', [], 'issuer');
    await rpc(node, 'importmasterblindingkey', [key], 'watch');
    expect(await rpc<Balance>(node, 'getbalance', [], 'watch')).toEqual(
      await rpc(node, 'getbalance', [], 'issuer'),
    );

    const outputs = [
      { [holder]: '1.5', asset: issued.asset },
      { burn: '0.5', asset: issued.asset },
    ];
    const funded = await rpc<{ psbt: string; fee: number; changepos: number }>(
      node,
      'walletcreatefundedpsbt',
      [[], outputs, 0, { fee_rate: 0.1, lockUnspents: true }, true],
      'watch',
    );
    expect(await rpc<unknown[]>(node, 'listlockunspent', [], 'watch')).toHaveLength(2);
    expect(await rpc<{ next: string }>(node, 'analyzepsbt', [funded.psbt])).toMatchObject({
      next: 'blinder',
    });
    const plan = decodePset(funded.psbt);
    // As the real node does it: fee and burn carry a blinder index although nothing of them is blinded.
    for (const fields of plan.outputs) expect(fields.has(elementsKey(ELEMENTS_OUT.BLINDER_INDEX))).toBe(true);
    expect(
      plan.outputs.filter((fields) => !fields.has(elementsKey(ELEMENTS_OUT.BLINDING_PUBKEY))),
    ).toHaveLength(2);
    const watched = await rpc<{ psbt: string; complete: boolean }>(
      node,
      'walletprocesspsbt',
      [funded.psbt],
      'watch',
    );
    expect(watched.complete).toBe(false);
    const signed = await rpc<{ psbt: string; complete: boolean }>(
      node,
      'walletprocesspsbt',
      [watched.psbt, true, 'ALL', true, false],
      'issuer',
    );
    expect(signed.complete).toBe(false);
    const { hex, complete } = await rpc<{ hex: string; complete: boolean }>(node, 'finalizepsbt', [
      signed.psbt,
    ]);
    expect(complete).toBe(true);
    const txid = await rpc<string>(node, 'sendrawtransaction', [hex]);
    node.chain.mine();
    const seen = await rpc<{ details: Record<string, unknown>[] }>(node, 'gettransaction', [txid], 'watch');
    const { unconfidential } = await rpc<{ unconfidential: string }>(node, 'validateaddress', [holder]);
    const zeros = '0'.repeat(64);
    expect(seen.details.find((one) => one['address'] === unconfidential)).toMatchObject({
      category: 'send',
      amount: 0.00000001,
      asset: zeros,
      amountblinder: zeros,
      assetblinder: zeros,
    });
    const got = await rpc<{ details: Record<string, unknown>[] }>(node, 'gettransaction', [txid], 'holder');
    expect(got.details).toMatchObject([{ category: 'receive', amount: 1.5, asset: issued.asset }]);
  });

  it('refuses descriptors that Elements does not know, and sends nothing', async () => {
    const info = (desc: string) => refusal(node, 'getdescriptorinfo', [desc]);
    expect((await info('ct(slip77(00),elwpkh(xpub))')).code).toBe(-5);
    const { descriptors } = await rpc<{ descriptors: { desc: string }[] }>(
      node,
      'listdescriptors',
      [],
      'issuer',
    );
    const right = descriptors[0]?.desc ?? '';
    const wrong = right.slice(0, -1) + (right.endsWith('q') ? 'p' : 'q');
    expect((await info(wrong)).message).toMatch(/does not match computed checksum/);
    expect((await info(right.replace('/0/*', '/<0;1>/*').split('#')[0] ?? '')).code).toBe(-5);
    expect(await refusal(node, 'sendmany', sendmany('1'), 'watch')).toEqual({
      code: -4,
      message: 'Error: Private keys are disabled for this wallet',
    });
  });

  it('signs nothing whose declared amount is a lie', async () => {
    const lie = signedPayment(node, [{ [holder]: '1', asset: issued.asset }], (pset) => {
      const decoded = decodePset(pset);
      const output = decoded.outputs.find((fields) => fields.has(elementsKey(ELEMENTS_OUT.VALUE_PROOF)));
      output?.set(fieldKey(0x03), u64(99n));
      return encodePset(decoded);
    });
    await expect(lie).rejects.toMatchObject({ code: -25, message: 'Proof of blinded value is invalid' });
  });
});

describe('funding', () => {
  const options = { fee_rate: 0.1, change_type: 'bech32' };

  it('takes complete inputs with add_inputs false, and says when they do not suffice', async () => {
    const coins = await rpc<{ txid: string; vout: number; asset: string }[]>(
      node,
      'listunspent',
      [],
      'issuer',
    );
    const pick = (asset: string) => coins.find((coin) => coin.asset === asset);
    const inputs = [pick(issued.asset), pick(node.chain.policyAsset)].map((coin) => ({
      txid: coin?.txid,
      vout: coin?.vout,
    }));
    const outputs = [{ [holder]: '1', asset: issued.asset }];
    const funded = await rpc<{ psbt: string }>(
      node,
      'walletcreatefundedpsbt',
      [inputs, outputs, 0, { ...options, add_inputs: false }, true],
      'issuer',
    );
    expect(decodePset(funded.psbt).inputs).toHaveLength(2);
    const short = [[inputs[0]], outputs, 0, { ...options, add_inputs: false }];
    expect(await refusal(node, 'walletcreatefundedpsbt', short, 'issuer')).toEqual({
      code: -4,
      message: 'Insufficient funds',
    });
  });

  it('holds 81 confidential recipients and not 82, at the fee of a real node', async () => {
    const addresses: string[] = [];
    for (let i = 0; i < 82; i++) addresses.push(await rpc<string>(node, 'getnewaddress', [], 'holder'));
    const outputs = (count: number) =>
      addresses.slice(0, count).map((a) => ({ [a]: '0.01', asset: issued.asset }));
    const fees: Record<number, number> = {};
    for (const count of [1, 75, 81]) {
      const funded = await rpc<{ fee: number }>(
        node,
        'walletcreatefundedpsbt',
        [[], outputs(count), 0, options],
        'issuer',
      );
      fees[count] = funded.fee;
    }
    expect(fees).toEqual({ 1: 0.00000377, 75: 0.00009192, 81: 0.00009907 });
    expect(await refusal(node, 'walletcreatefundedpsbt', [[], outputs(82), 0, options], 'issuer')).toEqual({
      code: -4,
      message: 'Transaction too large',
    });
  });

  it.each([
    ['inputs of the caller together with inputs of the wallet', true],
    ['a confidential amount of zero', false],
  ])('%s: kills the node, which comes back by itself', async (_, preset) => {
    const own = await issuerNode();
    const to = await rpc<string>(own.node, 'getnewaddress', [], 'holder');
    const [coin] = await rpc<{ txid: string; vout: number }[]>(own.node, 'listunspent', [], 'issuer');
    const params = preset
      ? [
          [{ txid: coin?.txid, vout: coin?.vout }],
          [{ [to]: '1', asset: own.issued.asset }],
          0,
          { add_inputs: true },
        ]
      : [[], [{ [to]: '0', asset: own.issued.asset }]];
    await expect(rpc(own.node, 'walletcreatefundedpsbt', params, 'issuer')).rejects.toThrow('fetch failed');
    await expect(rpc(own.node, 'getblockcount')).rejects.toThrow('fetch failed');
    await expect.poll(() => rpc(own.node, 'getblockcount').catch(() => null), { timeout: 10_000 }).toBe(2);
    await own.node.close();
  });
});

describe('keys that the node never sees', () => {
  /** Signs as an outside signer does, with libwally. */
  function signOutside(pset: string, seeds: readonly Uint8Array[]): string {
    const handle = wally.psbt_from_bytes(Buffer.from(pset, 'base64'), 1);
    for (const seed of seeds) {
      const key = wally.bip32_key_from_seed(seed, WALLY.TEST_PRIVATE, 0);
      wally.psbt_sign_bip32(handle, key, WALLY.GRIND_R);
      wally.bip32_key_free(key);
    }
    const signed = Buffer.from(wally.psbt_to_bytes(handle, 0)).toString('base64');
    wally.psbt_free(handle);
    return signed;
  }

  /** A watch-only wallet over descriptors of the given keys, with 1 L-BTC. */
  async function watch(
    name: string,
    wrap: (keys: string[], chain: 0 | 1) => string,
    seeds: Seed[],
  ): Promise<void> {
    const keys = seeds.map((seed) => /(\[.*\][^/]+)/.exec(seed.descriptors().external)?.[1] ?? '');
    await rpc(node, 'createwallet', [name, true, true, '', false, true, false]);
    const requests = ([0, 1] as const).map((chain) => ({
      desc: withChecksum(wrap(keys, chain)),
      timestamp: 'now',
      active: true,
      internal: chain === 1,
      range: [0, 20],
    }));
    expect(await rpc(node, 'importdescriptors', [requests], name)).toEqual([
      { success: true },
      { success: true },
    ]);
    await rpc(node, 'importmasterblindingkey', ['11'.repeat(32)], name);
    await node.faucet(await rpc<string>(node, 'getnewaddress', [], name), 100_000_000n);
    node.chain.mine();
  }

  const seedOf = (byte: number) => new Uint8Array(64).fill(byte);

  it.each([
    ['wpkh', 1, (keys: string[], chain: number) => `wpkh(${keys[0]}/${chain}/*)`],
    [
      'wsh(multi)',
      2,
      (keys: string[], chain: number) => `wsh(multi(2,${keys.map((key) => `${key}/${chain}/*`).join()}))`,
    ],
    [
      'wsh(sortedmulti)',
      3,
      (keys: string[], chain: number) =>
        `wsh(sortedmulti(2,${keys.map((key) => `${key}/${chain}/*`).join()}))`,
    ],
  ])('sign for a watch-only %s wallet', async (name, count, wrap) => {
    const raw = Array.from({ length: count }, (_, i) => seedOf(i + 1));
    await watch(
      name,
      wrap,
      raw.map((seed) => new Seed(seed)),
    );
    const options = { fee_rate: 0.1 };
    const params = [[], [{ [holder]: '0.25' }], 0, options, true];
    const funded = await rpc<{ psbt: string; fee: number }>(node, 'walletcreatefundedpsbt', params, name);
    const blinded = await rpc<{ psbt: string }>(node, 'walletprocesspsbt', [funded.psbt, false], name);
    if (count > 1) {
      const alone = await rpc<{ complete: boolean }>(node, 'finalizepsbt', [
        signOutside(blinded.psbt, raw.slice(0, 1)),
      ]);
      expect(alone.complete).toBe(false);
    }
    const copies = raw.slice(0, 2).map((seed) => signOutside(blinded.psbt, [seed]));
    const combined = await rpc<string>(node, 'combinepsbt', [copies]);
    expect(await rpc(node, 'analyzepsbt', [combined])).toMatchObject({ next: 'finalizer' });
    const done = await rpc<{ hex: string; complete: boolean }>(node, 'finalizepsbt', [combined]);
    expect(done.complete).toBe(true);
    const txid = await rpc<string>(node, 'sendrawtransaction', [done.hex]);
    const entry = await rpc<{ vsize: number; fees: { base: number } }>(node, 'getmempoolentry', [txid]);
    // Funded for the size it has now: a tenth of a satoshi per virtual byte.
    expect(Math.abs(Math.round(entry.fees.base * 1e9) - entry.vsize)).toBeLessThanOrEqual(20);
    node.chain.mine();
    expect((await rpc<Record<string, number>>(node, 'getbalance', [], name))['bitcoin']).toBeCloseTo(0.75, 4);
  });

  it('are asked for by utxoupdatepsbt with descriptors', async () => {
    const [coin] = await rpc<{ txid: string; vout: number }[]>(node, 'listunspent', [], 'issuer');
    const { descriptors } = await rpc<{ descriptors: { desc: string }[] }>(
      node,
      'listdescriptors',
      [],
      'issuer',
    );
    const inputs = [{ txid: coin?.txid, vout: coin?.vout }];
    const bare = await rpc<string>(node, 'createpsbt', [
      inputs,
      [{ [holder]: '1', asset: issued.asset, blinder_index: 0 }],
    ]);
    expect(await rpc(node, 'analyzepsbt', [bare])).toMatchObject({ next: 'updater' });
    const known = descriptors.map((one) => ({ desc: one.desc, range: [0, 30] }));
    const updated = await rpc<string>(node, 'utxoupdatepsbt', [bare, known]);
    const decoded = await rpc<{ inputs: Record<string, unknown>[] }>(node, 'decodepsbt', [updated]);
    expect(Object.keys(decoded.inputs[0] ?? {})).toEqual(
      expect.arrayContaining(['witness_utxo', 'bip32_derivs']),
    );
  });

  it('cannot be read out of anything that is no PSET', async () => {
    for (const text of ['', 'cHNidP8=', 'cHNldP8B', '%%%']) {
      expect((await refusal(node, 'decodepsbt', [text])).code).toBe(-22);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = Buffer.concat([Buffer.from('pset\xff', 'latin1'), bytes]).toString('base64');
        try {
          expect(encodePset(decodePset(text))).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
    );
  });
});
