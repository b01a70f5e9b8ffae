import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Issuer } from './testkit.ts';
import { RpcFailure, issuerNode, post, refusal, rpc, signedPayment } from './testkit.ts';
import { createSandboxNode } from './node.ts';
import { ELEMENTS_OUT, decodePset, elementsKey, encodePset, fieldKey } from './pset/codec.ts';
import type { SandboxNode } from './types.ts';
import { u64 } from '../crypto/index.ts';

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

describe('HTTP', () => {
  it('answers 401 with an empty body to a wrong password and to none', async () => {
    const none = await fetch(node.url, { method: 'POST', body: '{}' });
    expect([none.status, await none.text()]).toEqual([401, '']);
    const authorization = `Basic ${Buffer.from('user:wrong').toString('base64')}`;
    const wrong = await fetch(node.url, { method: 'POST', body: '{}', headers: { authorization } });
    expect([wrong.status, await wrong.text()]).toEqual([401, '']);
  });

  it('answers 404 to an unknown method, 500 to a refusal and to bad JSON, 200 to a batch', async () => {
    const unknown = await post(node, '{"id":1,"method":"migratewallet"}');
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({
      result: null,
      error: { code: -32601, message: 'Method not found' },
    });
    const bad = await post(node, '{"id":');
    expect(bad.status).toBe(500);
    expect(await bad.json()).toMatchObject({ error: { code: -32700, message: 'Parse error' } });
    const batch = await post(
      node,
      '[{"id":1,"method":"getblockcount"},{"id":2,"method":"nope"},{"id":3,"method":"getbalance"}]',
    );
    expect(batch.status).toBe(200);
    expect(await batch.json()).toEqual([
      { result: node.chain.tip().height, error: null, id: 1 },
      { result: null, error: { code: -32601, message: 'Method not found' }, id: 2 },
      {
        result: null,
        error: { code: -19, message: expect.stringContaining('Wallet file not specified') as string },
        id: 3,
      },
    ]);
  });

  it('takes requests without an id, as the confirm script sends them, and named arguments', async () => {
    const response = await post(node, '{"jsonrpc":"2.0","method":"getblockcount"}');
    expect(await response.json()).toEqual({ result: node.chain.tip().height, error: null, id: null });
    expect(await rpc(node, 'getblockhash', { height: 0 })).toBe(node.chain.genesisHash);
    expect(await refusal(node, 'getblockhash', { depth: 0 })).toEqual({
      code: -8,
      message: 'Unknown named parameter depth',
    });
    expect((await refusal(node, 'getblockcount', [1])).code).toBe(-1);
  });
});

describe('wallets', () => {
  it('refuse what the node refuses', async () => {
    const code = async (method: string, params: unknown[], wallet?: string) =>
      (await refusal(node, method, params, wallet)).code;
    expect(await code('getbalance', [])).toBe(-19);
    expect(await code('getbalance', [], 'nobody')).toBe(-18);
    expect(await code('createwallet', ['issuer'])).toBe(-4);
    expect(await code('loadwallet', ['issuer'])).toBe(-4);
    expect(await code('loadwallet', ['nobody'])).toBe(-18);
    expect(await code('unloadwallet', ['nobody'])).toBe(-18);
    expect(await code('gettransaction', ['a'.repeat(64)], 'issuer')).toBe(-5);
    expect(await code('getrawtransaction', ['a'.repeat(64)])).toBe(-5);
    expect(await code('getmempoolentry', ['a'.repeat(64)])).toBe(-5);
    expect(await code('signmessage', ['invalidaddress', 'message'], 'issuer')).toBe(-5);
  });

  it.each([
    ['1,5', -3, 'Invalid amount'],
    ['0.000000001', -3, 'Invalid amount'],
    ['+1', -3, 'Invalid amount'],
    ['01', -3, 'Invalid amount'],
    ['.5', -3, 'Invalid amount'],
    ['5.', -3, 'Invalid amount'],
    [' 1', -3, 'Invalid amount'],
    ['-1', -3, 'Amount out of range'],
    [true, -3, 'Amount is not a number or string'],
    [null, -3, 'Amount is not a number or string'],
    ['90000000', -6, 'Insufficient funds'],
  ])('refuse the amount %j', async (amount, code, message) => {
    expect(await refusal(node, 'sendmany', sendmany(amount), 'issuer')).toEqual({ code, message });
  });

  it('refuse addresses, assets and rates with the texts of the node', async () => {
    const to = (address: string) => ['', { [address]: '1' }, 0, '', [], false, 1, 'UNSET', {}];
    expect(await refusal(node, 'sendmany', to('el1qqbad'), 'issuer')).toEqual({
      code: -5,
      message: 'Invalid Bitcoin address: el1qqbad',
    });
    const zero = '0'.repeat(64);
    expect(await refusal(node, 'sendmany', sendmany('1', { [holder]: zero }), 'issuer')).toEqual({
      code: -4,
      message: `Unknown label and invalid asset hex: ${zero}`,
    });
    expect(await refusal(node, 'sendmany', sendmany('1', { [holder]: 'f'.repeat(64) }), 'issuer')).toEqual({
      code: -6,
      message: 'Insufficient funds',
    });
    expect(await refusal(node, 'sendmany', ['', {}], 'issuer')).toEqual({
      code: -6,
      message: 'Transaction must have at least one recipient',
    });
    expect(await refusal(node, 'sendmany', ['*', { [holder]: 1 }], 'issuer')).toEqual({
      code: -8,
      message: 'Dummy value must be set to ""',
    });
    const { unconfidential } = await rpc<{ unconfidential: string }>(node, 'validateaddress', [holder]);
    const twice = { [holder]: '1', [unconfidential]: '1' };
    expect(await refusal(node, 'sendmany', ['', twice], 'issuer')).toEqual({
      code: -8,
      message: `Invalid parameter, duplicated address: ${unconfidential}`,
    });
    const slow = ['', { [holder]: '1' }, 0, '', [], false, null, null, {}, true, 0.05];
    expect(await refusal(node, 'sendmany', slow, 'issuer')).toEqual({
      code: -6,
      message: 'Fee rate (0.050 sat/vB) is lower than the minimum fee rate setting (0.100 sat/vB)',
    });
  });

  it('refuse issuances, reissuances and burns that make no sense', async () => {
    const no = (method: string, params: unknown[]) => refusal(node, method, params, 'issuer');
    expect(await no('issueasset', [0, 0, false])).toEqual({
      code: -3,
      message: 'Issuance must have one non-zero component',
    });
    expect((await no('issueasset', [1, 0, false, '11'])).message).toBe(
      "contract_hash must be of length 64 (not 2, for '11')",
    );
    expect((await no('reissueasset', [issued.asset, 0])).message).toBe(
      'Reissuance must create a non-zero amount.',
    );
    expect((await no('reissueasset', [issued.token, 1])).message).toBe(
      'Asset given is a reissuance token type and can not be reissued.',
    );
    expect((await no('reissueasset', ['f'.repeat(64), 1])).code).toBe(-4);
    expect(await no('destroyamount', [issued.asset, 0])).toEqual({
      code: -3,
      message: 'Invalid amount to destroy',
    });
    expect(await no('destroyamount', ['nope', 1])).toEqual({
      code: -6,
      message: 'No asset provided for recipient',
    });
    expect(await no('destroyamount', [issued.asset, '99999999'])).toEqual({
      code: -3,
      message: 'Amount out of range',
    });
  });

  it('lock and unlock coins', async () => {
    const [coin] = await rpc<{ txid: string; vout: number }[]>(node, 'listunspent', [], 'issuer');
    const point = [{ txid: coin?.txid, vout: coin?.vout }];
    expect(await rpc(node, 'lockunspent', [false, point], 'issuer')).toBe(true);
    expect((await refusal(node, 'lockunspent', [false, point], 'issuer')).message).toBe(
      'Invalid parameter, output already locked',
    );
    expect(await rpc(node, 'listlockunspent', [], 'issuer')).toEqual(point);
    expect(await rpc(node, 'lockunspent', [true, point], 'issuer')).toBe(true);
    expect((await refusal(node, 'lockunspent', [true, point], 'issuer')).message).toBe(
      'Invalid parameter, expected locked output',
    );
    const odd = [{ txid: '0'.repeat(64), vout: 0 }];
    expect((await refusal(node, 'lockunspent', [false, odd], 'issuer')).message).toBe(
      'Invalid parameter, unknown transaction',
    );
    const far = [{ txid: coin?.txid, vout: 77 }];
    expect((await refusal(node, 'lockunspent', [false, far], 'issuer')).message).toBe(
      'Invalid parameter, vout index out of bounds',
    );
  });

  it('sign with a passphrase only while unlocked', async () => {
    await rpc(node, 'createwallet', ['vault', false, false, 'pw123', false, true, false]);
    const address = await rpc<string>(node, 'getnewaddress', [], 'vault');
    await node.faucet(address, 10_000_000n);
    node.chain.mine();
    const send = ['sendtoaddress', [holder, '0.01'], 'vault'] as const;
    expect(await refusal(node, ...send)).toMatchObject({ code: -13 });
    expect(await refusal(node, 'signmessage', ['invalidaddress', 'message'], 'vault')).toMatchObject({
      code: -13,
    });
    expect(await refusal(node, 'issueasset', [1, 0, false], 'vault')).toEqual({
      code: -4,
      message: 'Signing transaction failed',
    });
    expect(await refusal(node, 'walletpassphrase', ['nope', 10], 'vault')).toMatchObject({ code: -14 });
    expect(await refusal(node, 'walletpassphrase', ['pw123', -1], 'vault')).toMatchObject({ code: -8 });
    expect(await refusal(node, 'walletpassphrase', ['x', 1], 'issuer')).toMatchObject({ code: -15 });
    expect(await rpc(node, 'walletpassphrase', ['pw123', 600], 'vault')).toBeNull();
    await rpc(node, ...send);
    await rpc(node, 'walletlock', [], 'vault');
    expect(await refusal(node, ...send)).toMatchObject({ code: -13 });
    node.chain.mine();
  });

  it('keep what they can spend when they are encrypted, under new descriptors', async () => {
    await rpc(node, 'createwallet', ['plain', false, false, '', false, true, false]);
    await node.faucet(await rpc<string>(node, 'getnewaddress', [], 'plain'), 10_000_000n);
    node.chain.mine();
    const before = await rpc<{ descriptors: unknown[] }>(node, 'listdescriptors', [], 'plain');
    await rpc(node, 'encryptwallet', ['secret'], 'plain');
    const after = await rpc<{ descriptors: { active: boolean }[] }>(node, 'listdescriptors', [], 'plain');
    expect(after.descriptors).toHaveLength(before.descriptors.length * 2);
    expect(after.descriptors.filter((one) => one.active)).toHaveLength(2);
    await rpc(node, 'walletpassphrase', ['secret', 600], 'plain');
    expect(await rpc(node, 'sendtoaddress', [holder, '0.05'], 'plain')).toMatch(/^[0-9a-f]{64}$/);
    node.chain.mine();
  });
});

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

describe('a txid is no proof of broadcast', () => {
  it('beyond the chain limits the wallet keeps what the mempool refused, until it is abandoned', async () => {
    await rpc(node, 'createwallet', ['chainer', false, false, '', false, true, false]);
    const own = await rpc<string>(node, 'getnewaddress', [], 'chainer');
    const { unconfidential } = await rpc<{ unconfidential: string }>(node, 'validateaddress', [own]);
    await node.faucet(unconfidential, 100_000_000n);
    node.chain.mine();
    const elsewhere = await rpc<{ unconfidential: string }>(node, 'validateaddress', [holder]);
    let last = '';
    for (let i = 0; i < 26; i++) {
      last = await rpc<string>(node, 'sendtoaddress', [elsewhere.unconfidential, '0.001'], 'chainer');
    }
    expect(await refusal(node, 'getmempoolentry', [last])).toEqual({
      code: -5,
      message: 'Transaction not in mempool',
    });
    const stuck = await rpc<{ hex: string; confirmations: number; trusted: boolean }>(
      node,
      'gettransaction',
      [last],
      'chainer',
    );
    expect(stuck).toMatchObject({ confirmations: 0, trusted: false });
    expect((await refusal(node, 'sendrawtransaction', [stuck.hex])).message).toMatch(
      /^too-long-mempool-chain/,
    );
    expect(await rpc<Balance>(node, 'getbalance', [], 'chainer')).toEqual({ bitcoin: 0 });
    node.chain.mine();
    expect(await rpc<Balance>(node, 'getbalance', [], 'chainer')).toEqual({ bitcoin: 0 });
    expect(await rpc(node, 'abandontransaction', [last], 'chainer')).toBeNull();
    expect((await rpc<Balance>(node, 'getbalance', [], 'chainer'))['bitcoin']).toBeGreaterThan(0.97);
    expect(await rpc(node, 'sendrawtransaction', [stuck.hex])).toBe(last);
    node.chain.mine();
  });
});

describe('faults', () => {
  afterEach(() => node.clearFaults());

  it('drop carries the call out and says nothing', async () => {
    node.setFault({ method: 'sendtoaddress', mode: 'drop' });
    const before = (await rpc<{ size: number }>(node, 'getmempoolinfo')).size;
    await expect(rpc(node, 'sendtoaddress', [holder, '0.001'], 'issuer')).rejects.toThrow('fetch failed');
    expect((await rpc<{ size: number }>(node, 'getmempoolinfo')).size).toBe(before + 1);
    node.chain.mine();
  });

  it('refuse closes the connection and does nothing; duplicate does it twice', async () => {
    node.setFault({ method: 'sendtoaddress', mode: 'refuse' });
    await expect(rpc(node, 'sendtoaddress', [holder, '0.001'], 'issuer')).rejects.toThrow('fetch failed');
    expect((await rpc<{ size: number }>(node, 'getmempoolinfo')).size).toBe(0);
    node.setFault({ method: 'sendtoaddress', mode: 'duplicate' });
    await rpc(node, 'sendtoaddress', [holder, '0.001'], 'issuer');
    expect((await rpc<{ size: number }>(node, 'getmempoolinfo')).size).toBe(2);
    node.chain.mine();
  });

  it('garble, error, after and times', async () => {
    node.setFault({ method: 'getblockcount', mode: 'garble', after: 1 });
    expect(await rpc(node, 'getblockcount')).toBe(node.chain.tip().height);
    await expect(rpc(node, 'getblockcount')).rejects.toThrow(SyntaxError);
    node.setFault({
      method: '*',
      mode: 'error',
      error: { code: -28, message: 'Loading block index…' },
      times: 2,
    });
    await expect(rpc(node, 'getblockcount')).rejects.toMatchObject({ code: -28, status: 500 });
    await expect(rpc(node, 'getnetworkinfo')).rejects.toBeInstanceOf(RpcFailure);
    node.setFault({ method: 'getblockcount', mode: 'error', status: 503, body: 'Work queue depth exceeded' });
    const busy = await post(node, '{"id":1,"method":"getblockcount"}');
    expect([busy.status, await busy.text()]).toEqual([503, 'Work queue depth exceeded']);
    node.setFault({ method: 'getblockcount', mode: 'delay', delayMs: 50 });
    expect(await rpc(node, 'getblockcount')).toBe(node.chain.tip().height);
  });
});

describe('the truth', () => {
  it('opens what the given keys open, and names what they do not', async () => {
    const own = await issuerNode();
    const to = await rpc<string>(own.node, 'getnewaddress', [], 'holder');
    await rpc(
      own.node,
      'sendmany',
      ['', { [to]: '12.5' }, 0, '', [], false, 1, 'UNSET', { [to]: own.issued.asset }],
      'issuer',
    );
    own.node.chain.mine();
    const key = await rpc<string>(own.node, 'dumpblindingkey', [to], 'holder');
    const { scriptPubKey } = await rpc<{ scriptPubKey: string }>(own.node, 'validateaddress', [to]);
    const only = new Set([scriptPubKey]);
    const told = await own.node.truth({ scripts: new Map([[scriptPubKey, key]]), only });
    expect(told.opened).toMatchObject([
      { asset: own.issued.asset, value: 1_250_000_000n, confirmations: 1, confidential: true },
    ]);
    expect((await own.node.truth({ only })).closed).toMatchObject([{ script: scriptPubKey }]);
    const master = await rpc<string>(own.node, 'dumpmasterblindingkey', [], 'issuer');
    const all = await own.node.truth({ masterKeys: [master] });
    const held = all.opened.filter((one) => one.asset === own.issued.asset).map((one) => one.value);
    expect(held).toEqual([98_750_000_000n]);
    await own.node.close();
  });
});

describe('state', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-node-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is there again after a restart: blocks, mempool, wallets, coins, persistent locks, the password', async () => {
    const stateFile = join(folder, 'state.db');
    const first = await issuerNode(stateFile);
    const to = await rpc<string>(first.node, 'getnewaddress', ['a label'], 'holder');
    await rpc(
      first.node,
      'sendmany',
      ['', { [to]: '3' }, 0, 'mine', [], false, 1, 'UNSET', { [to]: first.issued.asset }],
      'issuer',
    );
    const coins = await rpc<{ txid: string; vout: number }[]>(first.node, 'listunspent', [0], 'issuer');
    const [kept, forgotten] = coins.map(({ txid, vout }) => ({ txid, vout }));
    await rpc(first.node, 'lockunspent', [false, [kept], true], 'issuer');
    await rpc(first.node, 'lockunspent', [false, [forgotten]], 'issuer');
    const state = async (node: SandboxNode) => ({
      tip: await rpc(node, 'getblockchaininfo'),
      mempool: await rpc(node, 'getrawmempool', [true]),
      issuer: await rpc(node, 'getbalances', [], 'issuer'),
      holder: await rpc(node, 'listtransactions', ['*', 100], 'holder'),
      history: await rpc(node, 'listtransactions', ['*', 100], 'issuer'),
    });
    const before = await state(first.node);
    const { password } = first.node;
    await first.node.close();
    const second = await createSandboxNode({ stateFile });
    expect(second.password).toBe(password);
    expect(await state(second)).toEqual(before);
    expect(await rpc(second, 'listlockunspent', [], 'issuer')).toEqual([kept]);
    second.chain.mine();
    expect(await rpc<Balance>(second, 'getbalance', [], 'holder')).toMatchObject({ [first.issued.asset]: 3 });
    await second.close();
  });
});

describe('reorganisations', () => {
  it('take confirmations away and give them back, and lose no payment', async () => {
    const txid = await rpc<string>(node, 'sendtoaddress', [holder, '0.002'], 'issuer');
    const [lost] = node.chain.mine();
    const seen: string[] = [];
    const stop = node.chain.onBlock((block) => seen.push(block.hash));
    const branch = node.chain.reorg(1);
    expect(branch).toHaveLength(2);
    expect(seen).toEqual([node.chain.tip().hash]);
    expect(await rpc(node, 'getblockheader', [lost])).toMatchObject({ confirmations: -1 });
    const dropped = await rpc<Record<string, unknown>>(node, 'gettransaction', [txid], 'issuer');
    expect(dropped).toMatchObject({ confirmations: 0, trusted: true });
    expect(dropped).not.toHaveProperty('blockhash');
    expect(await rpc(node, 'getrawmempool')).toContain(txid);
    node.chain.mine();
    stop();
    expect(await rpc(node, 'gettransaction', [txid], 'issuer')).toMatchObject({ confirmations: 1 });
    expect(() => node.chain.reorg(10_000)).toThrow(RangeError);
  });

  it('let a rival payment win, after which the first is in conflict', async () => {
    const first = await signedPayment(node, [{ [holder]: '1', asset: issued.asset }]);
    const rival = await signedPayment(node, [{ [holder]: '2', asset: issued.asset }]);
    const firstId = await rpc<string>(node, 'sendrawtransaction', [first]);
    const [block] = node.chain.mine();
    await rpc(node, 'invalidateblock', [block]);
    expect(await refusal(node, 'sendrawtransaction', [rival])).toEqual({
      code: -26,
      message: 'txn-mempool-conflict',
    });
    await rpc(node, 'generateblock', [holder, [rival]]);
    const lost = await rpc<Record<string, unknown>>(node, 'gettransaction', [firstId], 'issuer');
    expect(lost).toMatchObject({ confirmations: -1, trusted: false });
    expect(lost['walletconflicts']).toHaveLength(1);
    expect(await rpc(node, 'getrawmempool')).not.toContain(firstId);
    expect(await refusal(node, 'sendrawtransaction', [first])).toMatchObject({ code: -25 });
    await rpc(node, 'reconsiderblock', [block]);
    expect(node.chain.tip().hash).not.toBe(block);
    const [longer] = await rpc<string[]>(node, 'generatetoaddress', [1, holder]);
    expect(node.chain.tip().hash).toBe(longer);
  });

  it('go back to a block that is fine again when nothing longer stands', async () => {
    const txid = await rpc<string>(node, 'sendtoaddress', [holder, '0.002'], 'issuer');
    const [block] = node.chain.mine();
    await rpc(node, 'invalidateblock', [block]);
    expect(await rpc(node, 'gettransaction', [txid], 'issuer')).toMatchObject({ confirmations: 0 });
    await rpc(node, 'reconsiderblock', [block]);
    expect(await rpc(node, 'gettransaction', [txid], 'issuer')).toMatchObject({
      confirmations: 1,
      blockhash: block,
    });
    expect(node.chain.tip().hash).toBe(block);
  });
});
