import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  replayedNode,
  resultText,
  type NodeHandler,
  type ReplayedNode,
} from '../../../test/support/replayed-node.ts';
import { deadAddress } from '../../../test/support/scripted-server.ts';
import { createElementsNode } from './node.ts';
import { requireNetwork, testNode } from './test-node.ts';

const recording = (name: string) =>
  resultText(
    readFileSync(new URL(`../../../test/recordings/elements-client/${name}.json`, import.meta.url), 'utf8'),
  );

const LIQUID = '1466275836220db2944ca059a3a10ef6fd2ea684b0688d2c379296888a206003';
const TESTNET = 'a771da8e52ee6ad581ed1e9a99825e5b3b7992225534eaa2ae23244fe26ab1c1';
const PRIVATE = '209577bda6bf4b5804bd46f8621580dd6d4e8bfa2d190e1c50e932492baca07d';
const KEY = '9c8e4f05c7711a98c838be228bcb84924d4570ca53f35fa1c793e58841d47023';

const nodes: ReplayedNode[] = [];
afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.close()));
});

const chain = (values: Record<string, unknown>) => () =>
  JSON.stringify({ ...(JSON.parse(recording('A01_getblockchaininfo')) as object), ...values });

async function connect(more: Record<string, NodeHandler> = {}) {
  const server = await replayedNode({
    getnetworkinfo: () => recording('A02_getnetworkinfo'),
    getblockchaininfo: chain({ blocks: 10, headers: 10, verificationprogress: 1 }),
    getblockhash: () => `"${PRIVATE}"`,
    listwallets: () => '["issuer"]',
    listwalletdir: () => '{"wallets":[{"name":"issuer"},{"name":"sleeping"}]}',
    getwalletinfo: () => recording('A13_getwalletinfo_descriptor'),
    dumpmasterblindingkey: () => `"${KEY}"`,
    ...more,
  });
  nodes.push(server);
  return { url: server.url, username: 'u', password: 'p', wallet: 'issuer' };
}

const verdicts = (steps: { step: string; verdict: string }[]) =>
  steps.map((one) => `${one.step}: ${one.verdict}`);

describe('testNode', () => {
  it('is content with a node that has everything', async () => {
    const steps = await testNode(await connect(), 'regtest');
    expect(verdicts(steps)).toEqual([
      'node: good',
      'node-version: good',
      'network: good',
      'sync: good',
      'wallet: good',
      'unlock: good',
      'blinding-key: good',
    ]);
    expect(steps.every((one) => one.title !== '' && one.message !== '')).toBe(true);
  });

  it.each([
    ['nothing there', 'node: wrong'],
    ['starting', 'node: waiting'],
  ])('stops at a node with %s', async (name, expected) => {
    const connection =
      name === 'starting'
        ? await connect({ getnetworkinfo: () => ({ code: -28, message: 'Loading block index…' }) })
        : { url: await deadAddress(), username: 'u', password: 'p', wallet: '' };
    const steps = await testNode(connection, 'regtest');
    expect(verdicts(steps)).toEqual([expected]);
    expect(steps[0]?.next).not.toBe('');
  });

  it.each([
    [219_900, '/Elements Core:21.99.0/', /21\.99\.0 is too old/],
    [270_000, '/Satoshi:27.0.0/', /not Elements/],
  ])('refuses version %i %s', async (version, subversion, message) => {
    const connection = await connect({
      getnetworkinfo: () => JSON.stringify({ version, subversion, relayfee: 0.000001 }),
    });
    const steps = await testNode(connection, 'regtest');
    expect(verdicts(steps)).toEqual(['node: good', 'node-version: wrong']);
    expect(steps[1]?.message).toMatch(message);
  });

  it.each([
    [LIQUID, 'liquidv1', 'good'],
    [LIQUID, 'liquidtestnet', 'wrong'],
    [LIQUID, 'regtest', 'wrong'],
    [LIQUID, 'sandbox', 'wrong'],
    [TESTNET, 'liquidtestnet', 'good'],
    [TESTNET, 'liquidv1', 'wrong'],
    [PRIVATE, 'sandbox', 'good'],
    [PRIVATE, 'regtest', 'good'],
    [PRIVATE, 'liquidv1', 'wrong'],
  ] as const)('genesis %s for %s is %s', async (genesis, expected, verdict) => {
    // The name of the chain can be chosen; the genesis block cannot.
    const connection = await connect({
      getblockhash: () => `"${genesis}"`,
      getblockchaininfo: chain({ chain: 'liquidv1', verificationprogress: 1 }),
    });
    const steps = await testNode(connection, expected);
    expect(steps.find((one) => one.step === 'network')?.verdict).toBe(verdict);
    expect(steps.length > 3).toBe(verdict === 'good');
    const required = requireNetwork(createElementsNode(connection), expected);
    if (verdict === 'good') await required;
    else await expect(required).rejects.toMatchObject({ code: 'NODE_WRONG_NETWORK' });
  });

  it.each([
    [0.9989, 'liquidtestnet', TESTNET, 'waiting'],
    [0.999, 'liquidtestnet', TESTNET, 'good'],
    [0.2, 'regtest', PRIVATE, 'good'],
  ] as const)('progress %f on %s is %s', async (progress, expected, genesis, verdict) => {
    const connection = await connect({
      getblockhash: () => `"${genesis}"`,
      getblockchaininfo: chain({ verificationprogress: progress, blocks: 10, headers: 10 }),
    });
    expect((await testNode(connection, expected)).find((one) => one.step === 'sync')?.verdict).toBe(verdict);
  });

  it('a private chain still downloading is not ready', async () => {
    const connection = await connect({
      getblockchaininfo: chain({ verificationprogress: 0.2, blocks: 3, headers: 10 }),
    });
    expect((await testNode(connection, 'regtest')).find((one) => one.step === 'sync')).toMatchObject({
      verdict: 'waiting',
      message: expect.stringContaining('20.0 %') as string,
    });
  });

  it.each([
    ['sleeping', /not loaded/, /loadwallet "sleeping"/],
    ['absent', /no wallet “absent”/, /name/],
  ])('wallet %s is named with its cure', async (wallet, message, next) => {
    const steps = await testNode({ ...(await connect()), wallet }, 'regtest');
    expect(steps.at(-1)).toMatchObject({ step: 'wallet', verdict: 'wrong' });
    expect(steps.at(-1)?.message).toMatch(message);
    expect(steps.at(-1)?.next).toMatch(next);
  });

  it.each([
    ['F02_getwalletinfo_locked', 'unlock', 'attention'],
    ['F02_getwalletinfo_unlocked', 'unlock', 'good'],
    ['F02_getwalletinfo_locked', 'wallet', 'attention'],
    ['E07_A_getwalletinfo_wod', 'unlock', 'good'],
  ])('%s: %s is %s', async (name, step, verdict) => {
    const steps = await testNode(await connect({ getwalletinfo: () => recording(name) }), 'regtest');
    expect(steps.find((one) => one.step === step)?.verdict).toBe(verdict);
  });

  it('compares the blinding key with the one that the desk knows, without showing either', async () => {
    const connection = await connect();
    const right = await testNode(connection, 'regtest', { masterBlindingKey: KEY });
    const wrong = await testNode(connection, 'regtest', { masterBlindingKey: '00'.repeat(32) });
    expect([right.at(-1)?.verdict, wrong.at(-1)?.verdict]).toEqual(['good', 'wrong']);
    expect(JSON.stringify([right, wrong])).not.toContain(KEY);
  });

  it('only reads', async () => {
    await testNode(await connect(), 'regtest');
    const reads = /^(get|list|dump)/;
    expect(nodes.at(-1)?.calls.every((call) => reads.test(call.method))).toBe(true);
  });

  it('an address that is none is a verdict too', async () => {
    const steps = await testNode({ url: 'nonsense', username: '', password: '', wallet: '' }, 'regtest');
    expect(verdicts(steps)).toEqual(['node: wrong']);
  });
});
