import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RpcFailure, issuerNode, post, refusal, rpc } from './testkit.ts';

import type { SandboxNode } from './types.ts';

let node: SandboxNode;
let holder: string;

beforeAll(async () => {
  ({ node } = await issuerNode());
  holder = await rpc<string>(node, 'getnewaddress', [], 'holder');
});
afterAll(() => node.close());

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
