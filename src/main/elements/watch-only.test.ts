import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  replayedNode,
  resultText,
  type NodeHandler,
  type ReplayedNode,
} from '../../../test/support/replayed-node.ts';
import { SluiceError } from '../../shared/errors.ts';
import { createElementsNode } from './node.ts';

const recording = (name: string) =>
  resultText(
    readFileSync(new URL(`../../../test/recordings/elements-client/${name}.json`, import.meta.url), 'utf8'),
  );

const EXTERNAL = 'wpkh([73c5da0a/84h/1h/0h]tpubA/0/*)';
const INTERNAL = 'wpkh([73c5da0a/84h/1h/0h]tpubA/1/*)';
const KEY = '9c8e4f05c7711a98c838be228bcb84924d4570ca53f35fa1c793e58841d47023';
const keys = { external: EXTERNAL, internal: INTERNAL, masterBlindingKey: KEY };

const nodes: ReplayedNode[] = [];
afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.close()));
});

interface Present {
  exists?: boolean;
  descriptors?: { desc: string; active: boolean; internal: boolean }[];
  privateKeys?: boolean;
}

async function node(present: Present = {}, more: Record<string, NodeHandler> = {}) {
  const server = await replayedNode({
    getdescriptorinfo: ({ params }) =>
      JSON.stringify({
        descriptor: `${String(params[0]).split('#')[0]}#checksum`,
        checksum: 'checksum',
        isrange: String(params[0]).includes('*'),
        hasprivatekeys: false,
      }),
    createwallet: () => (present.exists ? { code: -4, message: 'Database already exists.' } : '{"name":"t"}'),
    listwallets: () => '["treasury"]',
    listdescriptors: () => JSON.stringify({ descriptors: present.descriptors ?? [] }),
    getwalletinfo: () =>
      present.privateKeys ? recording('A13_getwalletinfo_descriptor') : recording('E07_A_getwalletinfo_wod'),
    importdescriptors: () => recording('L10_importdescriptors'),
    importmasterblindingkey: () => 'null',
    ...more,
  });
  nodes.push(server);
  const client = createElementsNode({ url: server.url, username: 'u', password: 'p', wallet: 'treasury' });
  return { client, calls: server.calls, methods: () => server.calls.map((call) => call.method) };
}

const complete = [
  { desc: `${EXTERNAL}#checksum`, active: true, internal: false },
  { desc: `${INTERNAL}#checksum`, active: true, internal: true },
];

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no error',
    (error: unknown) => (error instanceof SluiceError ? error.code : String(error)),
  );
}

describe('a watch-only treasury', () => {
  it('is a blank descriptor wallet with two descriptors and then the blinding key', async () => {
    const { client, calls } = await node();
    await client.createWatchOnlyWallet('treasury', keys);
    const of = (method: string) => calls.find((call) => call.method === method);
    expect(of('createwallet')?.params).toEqual(['treasury', true, true, '', false, true, true]);
    expect(of('importdescriptors')).toMatchObject({
      wallet: 'treasury',
      params: [
        [
          { desc: `${EXTERNAL}#checksum`, timestamp: 'now', active: true, internal: false, range: [0, 999] },
          { desc: `${INTERNAL}#checksum`, timestamp: 'now', active: true, internal: true, range: [0, 999] },
        ],
      ],
    });
    expect(calls.at(-1)).toEqual({ method: 'importmasterblindingkey', params: [KEY], wallet: 'treasury' });
  });

  it('searches the chain from a birthday', async () => {
    const { client, calls } = await node();
    await client.createWatchOnlyWallet('treasury', { ...keys, birthday: 1_700_000_000_999 });
    const [request] = calls.find((call) => call.method === 'importdescriptors')?.params as [
      { timestamp: unknown }[],
    ];
    expect(request.map((one) => one.timestamp)).toEqual([1_700_000_000, 1_700_000_000]);
  });

  it.each([
    ['before the descriptors', []],
    ['between the descriptors', complete.slice(0, 1)],
  ])('carries on where an attempt stopped %s', async (_name, descriptors) => {
    const { client, methods } = await node({ exists: true, descriptors });
    await client.createWatchOnlyWallet('treasury', keys);
    expect(methods()).toContain('importdescriptors');
    expect(methods().at(-1)).toBe('importmasterblindingkey');
  });

  it('imports nothing twice, but makes sure of the blinding key', async () => {
    const { client, methods } = await node({ exists: true, descriptors: complete });
    await client.createWatchOnlyWallet('treasury', keys);
    expect(methods()).not.toContain('importdescriptors');
    expect(methods().at(-1)).toBe('importmasterblindingkey');
  });

  it.each<[string, Present]>([
    [
      'with other descriptors',
      { exists: true, descriptors: [{ desc: 'wpkh(x)#c', active: true, internal: false }] },
    ],
    [
      'with receiving and change swapped',
      { exists: true, descriptors: complete.map((one) => ({ ...one, internal: !one.internal })) },
    ],
    ['that holds keys', { exists: true, privateKeys: true }],
  ])('leaves alone a wallet %s', async (_name, present) => {
    const { client, methods } = await node(present);
    expect(await codeOf(client.createWatchOnlyWallet('treasury', keys))).toBe('CONFLICT');
    expect(methods()).not.toContain('importdescriptors');
    expect(methods()).not.toContain('importmasterblindingkey');
  });

  it.each([
    ['a private key', { ...keys, external: 'wpkh(tprvA/0/*)' }, 'NOT_ALLOWED'],
    ['a blinding key that is none', { ...keys, masterBlindingKey: 'zz' }, 'INVALID_ARGUMENT'],
    ['a descriptor without a range', { ...keys, internal: 'wpkh(tpubA/1/7)' }, 'INVALID_ARGUMENT'],
  ])('refuses %s before a wallet is made', async (_name, wrong, code) => {
    const { client, methods } = await node();
    expect(await codeOf(client.createWatchOnlyWallet('treasury', wrong))).toBe(code);
    expect(methods()).not.toContain('createwallet');
    expect(JSON.stringify(methods())).not.toContain('tprv');
  });

  it('says which descriptor the node does not take', async () => {
    const { client } = await node(
      {},
      { getdescriptorinfo: () => ({ code: -5, message: "'ct(' is not a valid descriptor function" }) },
    );
    await expect(client.createWatchOnlyWallet('treasury', keys)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      field: 'external',
    });
  });

  it('fails when the node took only one descriptor', async () => {
    const { client } = await node({}, { importdescriptors: () => '[{"success":true},{"success":false}]' });
    expect(await codeOf(client.createWatchOnlyWallet('treasury', keys))).toBe('WALLET_UNSUITABLE');
  });
});

describe('loading a wallet', () => {
  it('does nothing when it is loaded, and does not mind losing a race', async () => {
    const loaded = await node();
    await loaded.client.loadWallet('treasury');
    expect(loaded.methods()).toEqual(['listwallets']);
    let asked = 0;
    const race = await node(
      {},
      {
        listwallets: () => (asked++ === 0 ? '[]' : '["treasury"]'),
        loadwallet: () => ({ code: -4, message: 'Unable to obtain an exclusive lock on the database' }),
      },
    );
    await race.client.loadWallet('treasury');
    const missing = await node(
      {},
      {
        listwallets: () => '[]',
        loadwallet: () => ({ code: -18, message: 'Path does not exist.' }),
      },
    );
    expect(await codeOf(missing.client.loadWallet('treasury'))).toBe('WALLET_NOT_LOADED');
  });
});
