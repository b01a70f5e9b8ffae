import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  replayedNode,
  resultText,
  type NodeHandler,
  type ReplayedNode,
} from '../../../test/support/replayed-node.ts';
import { SluiceError } from '../../shared/errors.ts';
import { amount } from '../../shared/money.ts';
import { createElementsNode } from './node.ts';

const recording = (name: string) =>
  resultText(
    readFileSync(new URL(`../../../test/recordings/elements-client/${name}.json`, import.meta.url), 'utf8'),
  );

const LBTC = 'b2e15d0d7a0c94e4e2ce0fe6e8691b9e451377f6e46e8045a86f7c4b5d4f0f23';
const TXID = '11'.repeat(32);
const HASH = '22'.repeat(32);

const nodes: ReplayedNode[] = [];
afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.close()));
});

async function node(handlers: Record<string, NodeHandler>) {
  const server = await replayedNode(handlers);
  nodes.push(server);
  const client = createElementsNode({ url: server.url, username: 'u', password: 'p', wallet: 'issuer' });
  return { client, wallet: client.wallet('issuer'), calls: server.calls };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no error',
    (error: unknown) => (error instanceof SluiceError ? error.code : String(error)),
  );
}

describe('recorded answers of a real node', () => {
  it('network, chain and side chain', async () => {
    const { client, calls } = await node({
      getnetworkinfo: () => recording('A02_getnetworkinfo'),
      getblockchaininfo: () => recording('A01_getblockchaininfo'),
      getsidechaininfo: () => recording('A36_getsidechaininfo'),
      getblockhash: () => `"${HASH}"`,
    });
    expect(await client.networkInfo()).toEqual({
      version: 230303,
      subversion: '/Elements Core:23.3.3/',
      relayFee: '0.00000100',
    });
    expect(await client.chainInfo()).toEqual({
      chain: 'elementsregtest',
      blocks: 0,
      headers: 0,
      bestBlockHash: '209577bda6bf4b5804bd46f8621580dd6d4e8bfa2d190e1c50e932492baca07d',
      verificationProgress: 0,
      tipTime: 1_296_688_602_000,
    });
    expect(await client.policyAsset()).toBe(LBTC);
    await client.policyAsset();
    await client.genesisHash();
    await client.genesisHash();
    // Neither can change under a running node.
    expect(calls.filter((call) => call.method === 'getsidechaininfo')).toHaveLength(1);
    expect(calls.filter((call) => call.method === 'getblockhash')).toHaveLength(1);
  });

  it('coins, to the unit', async () => {
    const { wallet, calls } = await node({ listunspent: () => recording('B17_listunspent_issuerd') });
    const coins = await wallet.coins();
    expect(coins[0]).toEqual({
      txid: '24f208b2c1242a5c0d9c4b40399b0000615955c4539145c4f9ded1b519120715',
      vout: 1,
      assetId: 'f3569cc6dd7e8be3d66f448d525c6bea6d3c155cdcbaef7a1062c5d99ac4b04f',
      value: 100_000_000_000_000n,
      assetBlinder: '28785dedca12cae38d3dbd275af1038fb698c54aab260280478962d8d41558a6',
      amountBlinder: '51f54dab2cd6b59c68ded4861a5f43556bffb27a727b8bf79c1c5ec23d7cfe87',
      script: '00145457af7c636ef9b00b5ad86d1f0395886d498644',
      address: 'ert1q23t67lrrdmumqz66mpk37qu43pk5npjy7t8chn',
      confirmations: 1,
      spendable: true,
      solvable: true,
    });
    expect(calls[0]).toMatchObject({ wallet: 'issuer', params: [1, 9_999_999, [], true, {}] });
    await wallet.coins({ minConfirmations: 0, assetId: LBTC });
    expect(calls[1]?.params).toEqual([0, 9_999_999, [], true, { asset: LBTC }]);
  });

  it('unconfirmed coins with their own blinders', async () => {
    const { wallet } = await node({ listunspent: () => recording('C24_listunspent_asset_filter') });
    expect((await wallet.coins({ minConfirmations: 0 }))[0]).toMatchObject({
      value: 99_999_849_744_974n,
      confirmations: 0,
    });
  });

  it.each([
    [
      'A13_getwalletinfo_descriptor',
      { descriptors: true, privateKeys: true, unlockedUntil: null, scanning: false },
    ],
    [
      'E07_A_getwalletinfo_wod',
      { descriptors: true, privateKeys: false, unlockedUntil: null, scanning: false },
    ],
    [
      'F02_getwalletinfo_locked',
      { descriptors: false, privateKeys: true, unlockedUntil: 0, scanning: false },
    ],
    ['F02_getwalletinfo_unlocked', { unlockedUntil: 1_795_231_449_000 }],
  ])('wallet %s', async (name, expected) => {
    const { wallet } = await node({ getwalletinfo: () => recording(name) });
    expect(await wallet.info()).toMatchObject(expected);
  });

  it('addresses', async () => {
    const answers: Record<string, string> = {
      confidential: recording('A30_validateaddress_conf'),
      plain: recording('A31_validateaddress_unconf'),
      bad: recording('A32_validateaddress_bad'),
    };
    const { client, wallet } = await node({
      validateaddress: ({ params }) => answers[String(params[0])] ?? 'null',
      getaddressinfo: () => recording('A22_getaddressinfo_conf_issuerd'),
    });
    expect(await client.validateAddress('confidential')).toEqual({
      valid: true,
      script: '0014d66df1eb38637a24ff5702649af72ed2e2ce89ef',
      unconfidential: 'ert1q6eklr6ecvdazfl6hqfjf4aew6t3vaz00np45qd',
      blindingPubkey: '03fbc987b815491badae3bebe66912d6f12fec369d3a3f9a22431df44a8f57790d',
    });
    expect((await client.validateAddress('plain')).blindingPubkey).toBeNull();
    expect(await client.validateAddress('bad')).toEqual({
      valid: false,
      script: '',
      unconfidential: '',
      blindingPubkey: null,
    });
    expect(await wallet.addressInfo('x')).toMatchObject({
      isMine: true,
      isChange: false,
      script: '0014a47745d547057ef912ad0d1722cc0043d62dd892',
    });
  });

  it('a transaction of the wallet, its details, and a block that is no longer in the chain', async () => {
    const { client, wallet } = await node({
      gettransaction: () => recording('R02_gettransaction_mempool').replace('"txid"', '"hex":"00","txid"'),
      getblockheader: () => recording('R11_getblockheader_stale'),
    });
    expect(await wallet.transaction(TXID)).toEqual({
      txid: '8cdfe2183f510f430a871602588d99feb25d79a9c5a1a8a95a51f98116ad6690',
      confirmations: 0,
      blockHash: null,
      blockHeight: null,
      hex: '00',
    });
    expect(await wallet.details(TXID)).toEqual([
      {
        address: 'ert1q20e5lnt758z4cal8f3z08lv66cg4e808c3aly4',
        vout: 0,
        assetId: 'd411c92e8df72ca98c3460738e157c71b9af2c4674b6f58a95eff157ac1bab57',
        amount: 100_000_000n,
        amountBlinder: '637894363a6f5a046e78209fc8b6d9141d42a703f1853029a99a860d3f7f31c7',
        assetBlinder: '594a0a80771dd02d01b358ef5fc93f333f22534b1e3f705da377d6e4bbf49500',
      },
    ]);
    expect(await client.blockHeader(HASH)).toEqual({
      height: 256,
      confirmations: -1,
      time: 1_795_233_579_000,
    });
  });

  it('details that the node does not know are null, not zeros', async () => {
    const { wallet } = await node({
      gettransaction: () =>
        `{"details":[{"address":"a","category":"send","amount":0.00000001,"asset":"${'0'.repeat(64)}","amountblinder":"${'0'.repeat(64)}","assetblinder":"${'0'.repeat(64)}","vout":0}]}`,
    });
    expect(await wallet.details(TXID)).toBeNull();
  });

  it('transactions are counted by txid, newest first, although the node counts outputs', async () => {
    const { wallet } = await node({
      listtransactions: ({ params }) => (params[2] === 0 ? recording('C25_listtransactions_comment') : '[]'),
    });
    const all = await wallet.transactions(100, 0);
    expect(new Set(all.map((one) => one.txid)).size).toBe(all.length);
    expect(await wallet.transactions(1, 0)).toEqual(all.slice(0, 1));
    expect(await wallet.transactions(5, 1)).toEqual(all.slice(1, 6));
    expect(all.some((one) => one.comment !== null)).toBe(true);
  });

  it('descriptors; a legacy wallet has none', async () => {
    const modern = await node({ listdescriptors: () => recording('A27_listdescriptors_issuerd') });
    const descriptors = await modern.wallet.descriptors();
    expect(descriptors).toHaveLength(8);
    expect(Object.keys(descriptors[0] ?? {}).toSorted()).toEqual(['active', 'desc', 'internal']);
    const legacy = await node({
      listdescriptors: () => ({
        code: -4,
        message: 'listdescriptors is not available for non-descriptor wallets',
      }),
    });
    expect(await legacy.wallet.descriptors()).toEqual([]);
  });

  it('wallets on disk', async () => {
    const { client } = await node({ listwalletdir: () => recording('A15_listwalletdir') });
    expect(await client.walletDirectory()).toContain('issuerd');
  });
});

describe('what is not there', () => {
  it('is null or false, and other errors are errors', async () => {
    const missing: NodeHandler = () => ({ code: -5, message: 'not found' });
    const { client, wallet } = await node({
      getrawtransaction: missing,
      getmempoolentry: missing,
      getblockheader: missing,
      gettransaction: missing,
      gettxout: () => 'null',
    });
    expect(await client.rawTransaction(TXID)).toBeNull();
    expect(await client.inMempool(TXID)).toBe(false);
    expect(await client.blockHeader(HASH)).toBeNull();
    expect(await client.unspent({ txid: TXID, vout: 0 })).toBeNull();
    expect(await wallet.transaction(TXID)).toBeNull();
    expect(await wallet.details(TXID)).toBeNull();
    const starting = await node({ getmempoolentry: () => ({ code: -28, message: 'Loading…' }) });
    expect(await codeOf(starting.client.inMempool(TXID))).toBe('NODE_WARMING_UP');
  });

  it('an answer of another form is NODE_ANSWER_INVALID and names the place', async () => {
    const { client, wallet } = await node({
      getblockchaininfo: () => '{"chain":5}',
      listunspent: () => '[{"txid":"zz"}]',
    });
    await expect(client.chainInfo()).rejects.toThrow(/getblockchaininfo.*chain/);
    expect(await codeOf(wallet.coins())).toBe('NODE_ANSWER_INVALID');
  });
});

describe('broadcasting', () => {
  const decoded: NodeHandler = () => `{"txid":"${TXID}"}`;

  it('gives the txid', async () => {
    const { client } = await node({ sendrawtransaction: () => `"${TXID}"` });
    expect(await client.broadcast('00')).toBe(TXID);
  });

  it.each([
    ['already in the chain', -27, 'Transaction already in block chain'],
    ['already in the mempool', -26, 'txn-already-in-mempool'],
    ['already known', -26, 'txn-already-known'],
  ])('%s is success', async (_name, code, message) => {
    const { client } = await node({
      sendrawtransaction: () => ({ code, message }),
      decoderawtransaction: decoded,
    });
    expect(await client.broadcast('00')).toBe(TXID);
  });

  it('confirmed with all its outputs spent looks like missing inputs, and is success', async () => {
    const { client } = await node({
      sendrawtransaction: () => ({ code: -25, message: 'bad-txns-inputs-missingorspent' }),
      decoderawtransaction: decoded,
      getrawtransaction: () => '{"confirmations":3}',
    });
    expect(await client.broadcast('00')).toBe(TXID);
  });

  it('really missing inputs are INPUTS_SPENT', async () => {
    const { client } = await node({
      sendrawtransaction: () => ({ code: -25, message: 'bad-txns-inputs-missingorspent' }),
      decoderawtransaction: decoded,
      getrawtransaction: () => ({ code: -5, message: 'No such mempool or blockchain transaction.' }),
    });
    expect(await codeOf(client.broadcast('00'))).toBe('INPUTS_SPENT');
  });

  it('tests acceptance first, and says in words why not', async () => {
    const { client } = await node({
      testmempoolaccept: ({ params }) =>
        JSON.stringify(params) === '[["aa"]]'
          ? `[{"txid":"${TXID}","allowed":true,"vsize":2491,"fees":{"base":1e-05}}]`
          : `[{"txid":"${TXID}","allowed":false,"reject-reason":"tx-size"}]`,
    });
    expect(await client.testAccept('aa')).toEqual({ allowed: true, vsize: 2491, fee: 1000n });
    expect(await client.testAccept('bb')).toEqual({
      allowed: false,
      reason: 'tx-size',
      refusal: {
        code: 'TRANSACTION_TOO_LARGE',
        message: 'The transaction is larger than the network relays (tx-size).',
        next: 'Use fewer recipients per batch (Settings; 75 is safe).',
      },
    });
  });

  it.each([
    ['missing-inputs', 'INPUTS_SPENT'],
    ['bad-txns-inputs-missingorspent', 'INPUTS_SPENT'],
    ['txn-mempool-conflict', 'INPUTS_SPENT'],
    ['min relay fee not met', 'TRANSACTION_REFUSED'],
    ['max-fee-exceeded', 'TRANSACTION_REFUSED'],
    ['too-long-mempool-chain', 'TRANSACTION_REFUSED'],
    ['mandatory-script-verify-flag-failed (Signature is invalid)', 'SIGNING_FAILED'],
    ['bad-txns-in-ne-out', 'PROOF_INVALID'],
    ['txn-already-in-mempool', 'CONFLICT'],
    ['txn-already-known', 'CONFLICT'],
    ['txn-same-nonwitness-data-in-mempool', 'CONFLICT'],
    ['something new', 'TRANSACTION_REFUSED'],
  ])('“%s” is %s before it is sent', async (reason, code) => {
    const { client } = await node({
      testmempoolaccept: () => `[{"txid":"${TXID}","allowed":false,"reject-reason":"${reason}"}]`,
    });
    const verdict = await client.testAccept('00');
    expect(verdict).toMatchObject({ allowed: false, reason, refusal: { code } });
  });
});

describe('locking coins', () => {
  const a = { txid: TXID, vout: 0 };
  const b = { txid: TXID, vout: 1 };

  it('locks only what is not locked, and keeps it locked over a restart', async () => {
    const { wallet, calls } = await node({
      listlockunspent: () => JSON.stringify([a]),
      lockunspent: () => 'true',
    });
    await wallet.lock([a, b, b]);
    expect(calls.find((call) => call.method === 'lockunspent')?.params).toEqual([false, [b], true]);
    await wallet.lock([a]);
    expect(calls.filter((call) => call.method === 'lockunspent')).toHaveLength(1);
  });

  it('unlocks only what is locked', async () => {
    const { wallet, calls } = await node({
      listlockunspent: () => JSON.stringify([a]),
      lockunspent: () => 'true',
    });
    await wallet.unlock([a, b]);
    expect(calls.find((call) => call.method === 'lockunspent')?.params).toEqual([true, [a]]);
  });

  it('unlocks the rest when one coin has been spent meanwhile', async () => {
    const held = [a, b];
    const { wallet } = await node({
      listlockunspent: () => JSON.stringify(held),
      lockunspent: ({ params }) => {
        const points = params[1] as (typeof a)[];
        if (points.some((point) => point.vout === a.vout)) {
          return { code: -8, message: 'Invalid parameter, expected unspent output' };
        }
        for (const point of points)
          held.splice(
            held.findIndex((one) => one.vout === point.vout),
            1,
          );
        return 'true';
      },
      gettxout: ({ params }) => (params[1] === a.vout ? 'null' : '{"confirmations":1}'),
    });
    await wallet.unlock([a, b]);
    expect(held).toEqual([a]);
  });

  it('does not mind when somebody else was faster, but a coin that is gone is an error', async () => {
    let asked = 0;
    const race = await node({
      listlockunspent: () => (asked++ === 0 ? '[]' : JSON.stringify([a])),
      lockunspent: () => ({ code: -8, message: 'Invalid parameter, output already locked' }),
    });
    await race.wallet.lock([a]);
    const gone = await node({
      listlockunspent: () => '[]',
      lockunspent: () => ({ code: -8, message: 'Invalid parameter, expected unspent output' }),
    });
    expect(await codeOf(gone.wallet.lock([a]))).toBe('INPUTS_SPENT');
  });
});

describe('assembling a transaction', () => {
  const ASSET = 'f3569cc6dd7e8be3d66f448d525c6bea6d3c155cdcbaef7a1062c5d99ac4b04f';
  const address =
    'el1qq0aunpacz4y3htdw8047v6gj6mcjlmpkn5arlx3zgvwlgj502ausm4nd784nscm6ynl4wqnyntmja5hze6y775s7t298dq9p9';
  const CHANGE = 'el1qqchangechangechangechange';
  const COINS = ['ert1qcoincoincoincoincoin', 'ert1qfeefeefeefeefeefee'];
  const inputs = COINS.map((_, vout) => ({ txid: TXID, vout }));
  const payment = { address, assetId: ASSET, amount: amount(1n), own: false };
  const fee = amount(377n);

  /** Knows the coins, and the descriptors of what is the wallet's own. */
  const knowing: Record<string, NodeHandler> = {
    createpsbt: () => '"cHNldP8="',
    gettxout: ({ params }) =>
      `{"confirmations":1,"scriptPubKey":{"address":"${COINS[params[1] as number] ?? ''}"}}`,
    getaddressinfo: ({ params }) =>
      `{"ismine":true,"scriptPubKey":"0014","desc":"wpkh(${params[0] as string})"}`,
    utxoupdatepsbt: () => '"cHNldP8B"',
  };

  it('names every coin, output and the fee in our order, and the descriptors of what is ours', async () => {
    const { wallet, calls } = await node(knowing);
    const outputs = [
      { address: CHANGE, assetId: LBTC, amount: amount(99_623n), own: true },
      payment,
      { ...payment, address: `${address}q`, amount: amount(2_100_000_000_000_000n) },
    ];
    // What a coin carries besides its outpoint must not reach the node, which refuses members that it does not know.
    const coins = inputs.map((point) => ({ ...point, value: 1n }));
    expect(await wallet.assemble({ inputs: coins, outputs, fee })).toBe('cHNldP8B');
    const sent = (method: string) => calls.filter((call) => call.method === method);
    expect(sent('createpsbt').map((call) => call.params)).toEqual([
      [
        inputs,
        [
          { [CHANGE]: '0.00099623', asset: LBTC, blinder_index: 0 },
          { [address]: '0.00000001', asset: ASSET, blinder_index: 0 },
          { [`${address}q`]: '21000000.00000000', asset: ASSET, blinder_index: 0 },
          { fee: '0.00000377' },
        ],
      ],
    ]);
    expect(sent('gettxout').map((call) => call.params)).toEqual(inputs.map(({ vout }) => [TXID, vout, true]));
    expect(sent('getaddressinfo').map((call) => [call.wallet, call.params[0]])).toEqual(
      [...COINS, CHANGE].map((one) => ['issuer', one]),
    );
    expect(sent('utxoupdatepsbt').map((call) => call.params)).toEqual([
      ['cHNldP8=', [...COINS, CHANGE].map((one) => `wpkh(${one})`)],
    ]);
  });

  it('names a descriptor once, however many coins it has', async () => {
    const { wallet, calls } = await node({
      ...knowing,
      getaddressinfo: () => '{"ismine":true,"scriptPubKey":"0014","desc":"wpkh(same)"}',
    });
    await wallet.assemble({ inputs, outputs: [payment], fee });
    expect(calls.find((call) => call.method === 'utxoupdatepsbt')?.params[1]).toEqual(['wpkh(same)']);
  });

  it.each([
    ['an amount of 0, which kills the node', { outputs: [{ ...payment, amount: amount(0n) }] }],
    ['a negative amount', { outputs: [{ ...payment, amount: amount(-1n) }] }],
    ['more than 21 million', { outputs: [{ ...payment, amount: amount(2_100_000_000_000_001n) }] }],
    ['no coins', { inputs: [] }],
    ['a coin named twice', { inputs: [...inputs, { txid: TXID, vout: 0 }] }],
    ['no outputs', { outputs: [] }],
    ['a reserved word for an address', { outputs: [{ ...payment, address: 'data' }] }],
    ['an asset label', { outputs: [{ ...payment, assetId: 'bitcoin' }] }],
    ['no fee', { fee: amount(0n) }],
    ['a negative fee', { fee: amount(-1n) }],
  ])('refuses %s before the node sees it', async (_name, wrong) => {
    const { wallet, calls } = await node(knowing);
    expect(await codeOf(wallet.assemble({ inputs, outputs: [payment], fee, ...wrong }))).toBe(
      'INVALID_ARGUMENT',
    );
    expect(calls).toHaveLength(0);
  });

  it('names a coin that is gone', async () => {
    const { wallet, calls } = await node({ ...knowing, gettxout: () => 'null' });
    await expect(wallet.assemble({ inputs, outputs: [payment], fee })).rejects.toMatchObject({
      code: 'INPUTS_SPENT',
      message: expect.stringContaining(`${TXID}:0`) as string,
    });
    expect(calls.filter((call) => call.method === 'utxoupdatepsbt')).toEqual([]);
  });

  it('names a coin that has no address', async () => {
    const { wallet } = await node({ ...knowing, gettxout: () => '{"confirmations":1,"scriptPubKey":{}}' });
    await expect(wallet.assemble({ inputs, outputs: [payment], fee })).rejects.toMatchObject({
      code: 'WALLET_UNSUITABLE',
      message: expect.stringContaining(`${TXID}:0`) as string,
    });
  });

  it('passes on in words what the node refuses', async () => {
    const message = `Invalid parameter, duplicated address and asset: ${address}`;
    const { wallet } = await node({ ...knowing, createpsbt: () => ({ code: -8, message }) });
    await expect(wallet.assemble({ inputs, outputs: [payment, payment], fee })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('same address') as string,
    });
  });

  it('takes change addresses of a segwit kind', async () => {
    const { wallet, calls } = await node({ getrawchangeaddress: () => `"${CHANGE}"` });
    expect(await wallet.newChangeAddress()).toBe(CHANGE);
    expect(calls).toEqual([{ method: 'getrawchangeaddress', params: ['blech32'], wallet: 'issuer' }]);
  });
});

describe('what an index of the chain reads', () => {
  it('blocks, headers and the mempool, as the node has them', async () => {
    const { client, calls } = await node({
      getblock: () => '"00ff"',
      getblockheader: () => '"00aa"',
      getrawmempool: () => `["${TXID}"]`,
    });
    expect(await client.rawBlock(HASH)).toBe('00ff');
    expect(await client.rawHeader(HASH)).toBe('00aa');
    expect(await client.mempool()).toEqual([TXID]);
    expect(calls.map(({ method, params }) => [method, ...params])).toEqual([
      ['getblock', HASH, 0],
      ['getblockheader', HASH, false],
      ['getrawmempool', false],
    ]);
  });

  it('nothing of a block that the node does not know, and no decoded block for a raw one', async () => {
    const unknown = { code: -5, message: 'Block not found' };
    const { client } = await node({ getblock: () => unknown, getblockheader: () => unknown });
    expect([await client.rawBlock(HASH), await client.rawHeader(HASH)]).toEqual([null, null]);
    const decoded = await node({ getblock: () => '{"hash":"00"}', getrawmempool: () => '{}' });
    expect(await codeOf(decoded.client.rawBlock(HASH))).toBe('NODE_ANSWER_INVALID');
    expect(await codeOf(decoded.client.mempool())).toBe('NODE_ANSWER_INVALID');
  });
});
