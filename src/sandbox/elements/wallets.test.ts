import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Issuer } from './testkit.ts';
import { issuerNode, refusal, rpc } from './testkit.ts';

import type { SandboxNode } from './types.ts';

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

  it('are legacy by default, and then have no descriptors to show', async () => {
    expect(await rpc(node, 'createwallet', ['old'])).toEqual({ name: 'old', warning: '' });
    expect(await rpc(node, 'getwalletinfo', [], 'old')).toMatchObject({ descriptors: false, format: 'bdb' });
    expect((await refusal(node, 'listdescriptors', [], 'old')).code).toBe(-4);
    expect((await refusal(node, 'importdescriptors', [[]], 'old')).code).toBe(-4);
  });

  it('without their blinding key see nothing, and have none to give', async () => {
    await rpc(node, 'createwallet', ['blank', true, true, '', false, true, false]);
    expect((await refusal(node, 'dumpmasterblindingkey', [], 'blank')).code).toBe(-4);
    expect((await refusal(node, 'importmasterblindingkey', ['zz'], 'blank')).code).toBe(-5);
    expect((await refusal(node, 'getnewaddress', [], 'blank')).code).toBe(-4);
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

  it('free the lock of a coin once it is spent', async () => {
    await rpc(node, 'createwallet', ['locker', false, false, '', false, true, false]);
    await node.faucet(await rpc<string>(node, 'getnewaddress', [], 'locker'), 10_000_000n);
    node.chain.mine();
    const coins = await rpc<{ txid: string; vout: number }[]>(node, 'listunspent', [], 'locker');
    const inputs = coins.map(({ txid, vout }) => ({ txid, vout }));
    await rpc(node, 'lockunspent', [false, inputs, true], 'locker');
    expect(await rpc(node, 'listlockunspent', [], 'locker')).toEqual(inputs);
    const { psbt } = await rpc<{ psbt: string }>(
      node,
      'walletcreatefundedpsbt',
      [inputs, [{ [holder]: '0.01' }], 0, { add_inputs: false }],
      'locker',
    );
    const signed = await rpc<{ psbt: string }>(node, 'walletprocesspsbt', [psbt], 'locker');
    const { hex } = await rpc<{ hex: string }>(node, 'finalizepsbt', [signed.psbt]);
    await rpc(node, 'sendrawtransaction', [hex]);
    expect(await rpc(node, 'listlockunspent', [], 'locker')).toEqual([]);
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
