import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Issuer } from './testkit.ts';
import { issuerNode, rpc, signedPayment } from './testkit.ts';
import type { SandboxNode } from './types.ts';

const file = new URL('../../../test/recordings/elements/answers.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;

/** Keys that are ids count as the same key. */
function keyName(key: string): string {
  return /^[0-9a-f]{64}$/.test(key) ? '<id>' : key;
}

/** Where two answers differ in keys or JSON types. An element of a list must be like one of the recorded ones. */
function differences(ours: unknown, theirs: unknown, path = '$'): string[] {
  if (Array.isArray(theirs)) {
    if (!Array.isArray(ours)) return [`${path}: not a list`];
    return ours.flatMap((item, i) => {
      if (theirs.length === 0) return [];
      const candidates = theirs.map((one) => differences(item, one, `${path}[${i}]`));
      return candidates.reduce((best, one) => (one.length < best.length ? one : best));
    });
  }
  if (theirs !== null && typeof theirs === 'object') {
    if (ours === null || typeof ours !== 'object') return [`${path}: not an object`];
    const mine = new Map(Object.entries(ours).map(([key, value]) => [keyName(key), value as unknown]));
    const wanted = new Map(Object.entries(theirs).map(([key, value]) => [keyName(key), value as unknown]));
    // Which assets a wallet holds is no matter of shape.
    if (wanted.has('bitcoin') && mine.has('bitcoin')) for (const map of [wanted, mine]) map.delete('<id>');
    const found: string[] = [];
    for (const key of wanted.keys()) if (!mine.has(key)) found.push(`${path}.${key}: missing`);
    for (const [key, value] of mine) {
      if (!wanted.has(key)) found.push(`${path}.${key}: not in the recording`);
      else found.push(...differences(value, wanted.get(key), `${path}.${key}`));
    }
    return found;
  }
  return typeof ours === typeof theirs ? [] : [`${path}: ${typeof ours}, recorded ${typeof theirs}`];
}

let node: SandboxNode;
let issued: Issuer;
let holder: string;
let sent: string;

beforeAll(async () => {
  ({ node, issued } = await issuerNode());
  holder = await rpc<string>(node, 'getnewaddress', ['lbl'], 'holder');
  const map = { [holder]: '0.000001' };
  const assets = { [holder]: issued.asset };
  sent = await rpc<string>(node, 'sendmany', ['', map, 0, 'batch', [], false, 1, 'UNSET', assets], 'issuer');
});
afterAll(() => node.close());

async function same(name: string, method: string, params: unknown[] = [], wallet?: string): Promise<void> {
  expect(recorded).toHaveProperty([name]);
  expect(differences(await rpc(node, method, params, wallet), recorded[name])).toEqual([]);
}

describe('answers have the keys and types of a real node', () => {
  it.each([
    ['getblockchaininfo', 'getblockchaininfo'],
    ['getnetworkinfo', 'getnetworkinfo'],
    ['listwallets', 'listwallets'],
    ['listwalletdir', 'listwalletdir'],
    ['dumpassetlabels', 'dumpassetlabels'],
    ['getsidechaininfo', 'getsidechaininfo'],
    ['getmempoolinfo', 'getmempoolinfo'],
  ])('%s', (name, method) => same(name, method));

  it.each([
    ['getwalletinfo descriptor', 'getwalletinfo', []],
    ['getbalances', 'getbalances', []],
    ['getbalance', 'getbalance', []],
    ['rescanblockchain', 'rescanblockchain', []],
    ['listissuances', 'listissuances', []],
    ['listdescriptors', 'listdescriptors', []],
    ['listunspent unconfirmed', 'listunspent', [0, 0]],
  ] as [string, string, unknown[]][])('%s', (name, method, params) => same(name, method, params, 'issuer'));

  it('addresses', async () => {
    const { unconfidential } = await rpc<{ unconfidential: string }>(node, 'validateaddress', [holder]);
    await same('validateaddress confidential', 'validateaddress', [holder]);
    await same('validateaddress unconfidential', 'validateaddress', [unconfidential]);
    await same('validateaddress bad', 'validateaddress', ['ert1qqqqqq']);
    await same('getaddressinfo confidential', 'getaddressinfo', [holder], 'holder');
    await same('getaddressinfo unconfidential', 'getaddressinfo', [unconfidential], 'holder');
    const { descriptors } = await rpc<{ descriptors: { desc: string }[] }>(
      node,
      'listdescriptors',
      [],
      'issuer',
    );
    await same('getdescriptorinfo', 'getdescriptorinfo', [descriptors[0]?.desc]);
  });

  it('wallets that are made, locked, loaded and unloaded', async () => {
    await same('createwallet', 'createwallet', ['third', false, false, '', false, true, false]);
    await same('unloadwallet', 'unloadwallet', ['third']);
    await same('loadwallet', 'loadwallet', ['third']);
    await rpc(node, 'createwallet', ['watching', true, true, '', false, true, false]);
    await same('getwalletinfo watch-only', 'getwalletinfo', [], 'watching');
    await rpc(node, 'createwallet', ['locked', false, false, 'a passphrase', false, false, false]);
    await same('getwalletinfo locked', 'getwalletinfo', [], 'locked');
    const { descriptors } = await rpc<{ descriptors: { desc: string }[] }>(
      node,
      'listdescriptors',
      [],
      'third',
    );
    const requests = descriptors.map((one, i) => ({
      desc: one.desc,
      timestamp: 'now',
      active: true,
      internal: i === 1,
      range: [0, 5],
    }));
    await same('importdescriptors', 'importdescriptors', [requests], 'watching');
  });

  it('a payment in the mempool and in a block', async () => {
    await same('getmempoolentry', 'getmempoolentry', [sent]);
    await same('gettransaction sendmany', 'gettransaction', [sent, null, true], 'issuer');
    const map = { [holder]: '1' };
    await same(
      'sendmany verbose',
      'sendmany',
      ['', map, 0, '', [], false, 1, 'UNSET', { [holder]: issued.asset }, true, null, true],
      'issuer',
    );
    node.chain.mine();
    await same('listunspent', 'listunspent', [], 'issuer');
    const plain = await rpc<string>(node, 'sendtoaddress', [holder, '0.001'], 'issuer');
    node.chain.mine();
    await same('listtransactions', 'listtransactions', ['*', 1, 0], 'issuer');
    expect(await rpc(node, 'listtransactions', ['*', 1, 0], 'issuer')).toMatchObject([{ txid: plain }]);
  });

  it('issuing, reissuing and burning', async () => {
    await same('issueasset', 'issueasset', [10, 1, false], 'issuer');
    node.chain.mine();
    const txs = await rpc<{ txid: string }[]>(node, 'listissuances', [], 'issuer');
    await same('gettransaction issuance', 'gettransaction', [txs.at(-1)?.txid, null, true], 'issuer');
    const again = await rpc<{ txid: string }>(node, 'reissueasset', [issued.asset, 5], 'issuer');
    expect(differences(again, recorded['reissueasset'])).toEqual([]);
    node.chain.mine();
    await same('gettransaction reissue', 'gettransaction', [again.txid, null, true], 'issuer');
    await same('listissuances reissued', 'listissuances', [issued.asset], 'issuer');
    const burnt = await rpc<string>(node, 'destroyamount', [issued.asset, '2.5', 'burn reason'], 'issuer');
    await same('gettransaction burn', 'gettransaction', [burnt, null, true], 'issuer');
    node.chain.mine();
  });

  it('PSETs', async () => {
    const outputs = [{ [holder]: '1.5', asset: issued.asset }, { [holder]: '0.001' }];
    const funded = await rpc<{ psbt: string }>(
      node,
      'walletcreatefundedpsbt',
      [[], outputs, 0, { fee_rate: 0.1, lockUnspents: true }, true],
      'issuer',
    );
    expect(differences(funded, recorded['walletcreatefundedpsbt'])).toEqual([]);
    await same('listlockunspent', 'listlockunspent', [], 'issuer');
    await rpc(node, 'lockunspent', [true], 'issuer');
    await same('analyzepsbt created', 'analyzepsbt', [funded.psbt]);
    await same('finalizepsbt incomplete', 'finalizepsbt', [funded.psbt]);
    const blinded = await rpc<{ psbt: string }>(node, 'walletprocesspsbt', [funded.psbt, false], 'issuer');
    const signed = await rpc<{ psbt: string }>(
      node,
      'walletprocesspsbt',
      [blinded.psbt, true, 'ALL', true, false],
      'issuer',
    );
    await same('analyzepsbt signed', 'analyzepsbt', [signed.psbt]);
  });

  it('tests of acceptance', async () => {
    const first = await signedPayment(node, [{ [holder]: '1', asset: issued.asset }]);
    const rival = await signedPayment(node, [{ [holder]: '2', asset: issued.asset }]);
    await same('testmempoolaccept allowed', 'testmempoolaccept', [[first]]);
    await rpc(node, 'sendrawtransaction', [first]);
    await same('testmempoolaccept refused', 'testmempoolaccept', [[rival]]);
    node.chain.mine();
  });

  it('a reorganisation', async () => {
    const own = await rpc<string>(node, 'getnewaddress', [], 'issuer');
    const before = node.chain.tip().hash;
    const map = { [holder]: '1' };
    const txid = await rpc<string>(
      node,
      'sendmany',
      ['', map, 0, 'op-42', [], false, 1, 'UNSET', { [holder]: issued.asset }],
      'issuer',
    );
    const [lost] = await rpc<string[]>(node, 'generatetoaddress', [1, own]);
    await rpc(node, 'invalidateblock', [lost]);
    await same('getblockheader stale', 'getblockheader', [lost]);
    await same('generateblock', 'generateblock', [own, []]);
    const dropped = await rpc<Record<string, unknown>>(node, 'gettransaction', [txid], 'issuer');
    delete dropped['hex'];
    expect(differences(dropped, recorded['gettransaction dropped by a reorganisation'])).toEqual([]);
    expect(before).not.toBe(lost);
    await same('listsinceblock removed', 'listsinceblock', [lost, 1, false, true], 'issuer');
  });
});

describe('figures', () => {
  it('are numbers of eight decimals', async () => {
    const response = await fetch(`${node.url}wallet/holder`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${node.username}:${node.password}`).toString('base64')}`,
      },
      body: JSON.stringify({ id: 1, method: 'listunspent', params: [0] }),
    });
    expect(await response.text()).toContain('"amount":0.00000100,');
  });
});
