import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Issuer } from './testkit.ts';
import { issuerNode, post, refusal, rpc, signedPayment } from './testkit.ts';
import { createSandboxNode } from './node.ts';

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

describe('a process that is killed', () => {
  it('leaves a state that opens again with every answered payment in it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-killed-'));
    const stateFile = join(folder, 'state.db');
    const first = await issuerNode(stateFile);
    const height = first.node.chain.tip().height;
    await first.node.close();
    const program = `
      const { createSandboxNode } = await import(${JSON.stringify(new URL('./node.ts', import.meta.url).href)});
      const node = await createSandboxNode({ stateFile: process.argv[2] });
      node.chain.mine();
      const to = await node.call('getnewaddress', [], 'holder');
      for (;;) {
        console.log(await node.call('sendtoaddress', [to, '0.001'], 'issuer'));
        node.chain.mine();
      }`;
    const file = join(folder, 'program.mjs');
    writeFileSync(file, program);
    const child = spawn(process.execPath, [file, stateFile], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const txids: string[] = [];
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) {
      txids.push(line);
      if (txids.length === 3) child.kill('SIGKILL');
    }
    const again = await createSandboxNode({ stateFile });
    expect(again.chain.tip().height).toBeGreaterThanOrEqual(height + 3);
    for (const txid of txids.slice(0, 3)) {
      expect(await rpc(again, 'gettransaction', [txid], 'issuer')).toMatchObject({ txid });
      expect(await rpc(again, 'getrawtransaction', [txid])).toBeTypeOf('string');
    }
    again.chain.mine();
    await again.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('the confirm script of the AMP operator', () => {
  it('finds all the calls it makes', async () => {
    const call = async (method: string, params: unknown[] = []) => {
      const response = await post(node, JSON.stringify({ jsonrpc: '2.0', method, params }), 'issuer');
      return (await response.json()) as {
        result: Record<string, unknown> & Record<string, unknown>[];
        error: { code: number } | null;
      };
    };
    const info = (await call('getnetworkinfo')).result;
    expect(info['subversion']).toContain('Elements Core');
    expect(info['version']).toBeGreaterThanOrEqual(170001);
    expect((await call('getblockchaininfo')).result['verificationprogress']).toBeGreaterThanOrEqual(0.999);
    expect((await call('signmessage', ['invalidaddress', 'message'])).error?.code).toBe(-5);
    const assets = { [holder]: issued.asset };
    const sent = await call('sendmany', ['', { [holder]: 1.5 }, 0, '', [], false, 1, 'UNSET', assets]);
    const txid = sent.result as unknown as string;
    node.chain.mine(2);
    const seen = (await call('gettransaction', [txid])).result;
    expect(seen['confirmations']).toBe(2);
    const change = (await call('listunspent')).result.filter(
      (coin) => coin['asset'] === issued.asset && coin['txid'] === txid,
    );
    expect(change).toHaveLength(1);
    for (const one of [
      ...(seen['details'] as Record<string, string>[]),
      ...(change as Record<string, string>[]),
    ]) {
      expect(one['amountblinder']).not.toMatch(/^0+$/);
      expect(one['assetblinder']).not.toMatch(/^0+$/);
    }
    const again = (await call('reissueasset', [issued.asset, 7])).result;
    expect(again).toEqual({ txid: expect.any(String) as string, vin: expect.any(Number) as number });
    const issuances = (await call('listissuances', [issued.asset])).result;
    expect(issuances.find((one) => one['isreissuance'] === true)).toMatchObject({
      txid: again['txid'],
      vin: again['vin'],
    });
    node.chain.mine(2);
    const balance = (await call('getbalance', ['*', 0, false])).result;
    const burnt = await call('destroyamount', [issued.asset, 2.5]);
    expect(burnt.error).toBeNull();
    node.chain.mine(2);
    const left = (await call('getbalance', ['*', 0, false])).result;
    expect(Number(balance[issued.asset as never]) - Number(left[issued.asset as never])).toBeCloseTo(2.5, 8);
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
