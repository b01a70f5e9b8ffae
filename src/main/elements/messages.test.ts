import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { documentedMessage, type Message } from '../../../test/support/message-table.ts';
import { replayedNode, resultText, type NodeHandler } from '../../../test/support/replayed-node.ts';
import {
  deadAddress,
  scriptedServer,
  type Reply,
  type ScriptedServer,
} from '../../../test/support/scripted-server.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { ElementsOptions } from './call.ts';
import { createElementsNode, type ElementsClient } from './node.ts';
import { requireNetwork, testNode } from './test-node.ts';

const recording = (name: string) =>
  resultText(
    readFileSync(new URL(`../../../test/recordings/elements-client/${name}.json`, import.meta.url), 'utf8'),
  );

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const client = (url: string, options: ElementsOptions = {}): ElementsClient =>
  createElementsNode({ url, username: 'user', password: 'secret', wallet: 'treasury' }, options);

async function answering(reply: Reply, options: ElementsOptions = {}): Promise<ElementsClient> {
  const server = await scriptedServer(() => reply);
  servers.push(server);
  return client(server.url, options);
}

async function replaying(handlers: Record<string, NodeHandler>): Promise<ElementsClient> {
  const server = await replayedNode(handlers);
  servers.push(server);
  return client(server.url);
}

const refusing = (code: number, message: string) => {
  const no: NodeHandler = () => ({ code, message });
  return replaying({
    getwalletinfo: no,
    loadwallet: no,
    walletprocesspsbt: no,
    sendrawtransaction: no,
    listwallets: () => '[]',
  });
};

const TXID = '11'.repeat(32);
const HASH = '22'.repeat(32);
const PSET = Buffer.from('pset\xff\x01\x04\x01\x00\x01\x05\x01\x00\x00', 'latin1').toString('base64');

async function step(name: string, handlers: Record<string, NodeHandler>): Promise<Message> {
  const server = await replayedNode({ getnetworkinfo: () => recording('A02_getnetworkinfo'), ...handlers });
  servers.push(server);
  const steps = await testNode(
    { url: server.url, username: 'u', password: 'p', wallet: 'treasury' },
    'liquidv1',
  );
  const found = steps.find((one) => one.step === name);
  return { code: name, message: found?.message ?? '', next: found?.next ?? '' };
}

/** Each produces the failure (or the step of the connection test) that the table describes. */
const SITUATIONS: Record<string, () => Promise<unknown>> = {
  'wrong RPC password': async () => (await answering({ status: 401 })).chainInfo(),
  'this machine may not use RPC': async () => (await answering({ status: 403 })).chainInfo(),
  'node down': async () => client(await deadAddress()).chainInfo(),
  'node warming up': async () =>
    (await replaying({ getblockchaininfo: () => ({ code: -28, message: 'Verifying blocks…' }) })).chainInfo(),
  'node shutting down': async () =>
    (
      await answering({ status: 503, headers: { 'content-type': 'text/html' }, body: '<HTML>503' })
    ).chainInfo(),
  'node overloaded': async () =>
    (await answering({ status: 503, body: 'Work queue depth exceeded' })).chainInfo(),
  'node silent': async () => (await answering('silence', { timeouts: { quick: 50 } })).chainInfo(),
  'node died during a call': async () => (await answering('hang-up')).broadcast('00'),
  'a web page instead of a node': async () =>
    (await answering({ headers: { 'content-type': 'text/html' }, body: '<html>' })).chainInfo(),
  'wallet locked': async () =>
    (await refusing(-13, 'Error: Please enter the wallet passphrase with walletpassphrase first.'))
      .wallet('treasury')
      .sign(PSET),
  'wallet not loaded': async () =>
    (await refusing(-18, 'Requested wallet does not exist or is not loaded')).wallet('treasury').info(),
  'no wallet of this name': async () =>
    (await refusing(-18, 'Wallet file verification failed. Path does not exist.')).loadWallet('treasury'),
  'wallet without keys asked to sign': async () => {
    const node = await replaying({ walletprocesspsbt: () => `{"psbt":"${PSET}","complete":false}` });
    await node.wallet('treasury').sign(PSET);
  },
  'wrong network': async () => {
    const node = await replaying({
      getblockhash: () => `"${HASH}"`,
      getblockchaininfo: () => recording('A01_getblockchaininfo'),
    });
    await requireNetwork(node, 'liquidv1');
  },
  'node too old': () =>
    step('node-version', {
      getnetworkinfo: () => '{"version":210002,"subversion":"/Elements Core:0.21.0.2/","relayfee":0.000001}',
    }),
  'node still syncing': () =>
    step('sync', {
      getblockhash: () => '"1466275836220db2944ca059a3a10ef6fd2ea684b0688d2c379296888a206003"',
      getblockchaininfo: () =>
        JSON.stringify({
          chain: 'liquidv1',
          blocks: 1_000_000,
          headers: 3_000_000,
          bestblockhash: HASH,
          verificationprogress: 0.5,
        }),
    }),
  'batch too large': async () => (await refusing(-26, 'tx-size')).broadcast('00'),
  'coin already spent': async () => {
    const node = await replaying({
      sendrawtransaction: () => ({ code: -26, message: 'txn-mempool-conflict' }),
      decoderawtransaction: () => `{"txid":"${TXID}"}`,
      getrawtransaction: () => ({ code: -5, message: 'No such mempool or blockchain transaction.' }),
    });
    await node.broadcast('00');
  },
  'fee too low for the network': async () =>
    (await refusing(-26, 'min relay fee not met, 1 < 26')).broadcast('00'),
  'too many unconfirmed ancestors': async () =>
    (await refusing(-26, 'too-long-mempool-chain, too many unconfirmed ancestors [limit: 25]')).broadcast(
      '00',
    ),
};

describe('the table of messages: node and wallet', () => {
  it.each(Object.keys(SITUATIONS))('%s', async (situation) => {
    const outcome = await SITUATIONS[situation]?.().then(
      (value) => value,
      (error: unknown) => (error instanceof SluiceError ? error.toShape() : error),
    );
    const shown = JSON.parse(
      JSON.stringify(outcome).replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'http://127.0.0.1:7041'),
    ) as Message;
    expect(documentedMessage(situation)).toEqual({
      code: shown.code,
      message: shown.message,
      next: shown.next,
    });
  });
});
