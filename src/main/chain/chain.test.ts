import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeUpChain, madeUpTx, txidOf } from '../../../test/support/made-up-chain.ts';
import type { MadeUpChain } from '../../../test/support/made-up-chain.ts';
import { SluiceError } from '../../shared/errors.ts';
import { openStore } from '../store/index.ts';
import type { Store } from '../store/index.ts';
import { createChain } from './index.ts';
import type { Chain, ChainConfig } from './index.ts';

const script = (n: number): string => `0014${String(n).padStart(40, '0')}`;
const [MINE, ALSO_MINE, FOREIGN] = [script(1), script(2), script(3)];
const NOWHERE = { txid: '11'.repeat(32), vout: 0 };
/** Of the first block, and so before everything. */
const LONG_AGO = 0;

let store: Store;
let made: MadeUpChain;
let chain: Chain;

const NODE: ChainConfig = { kind: 'node', url: '' };
function open(config = NODE, patience = 5_000): Chain {
  return createChain({
    config,
    network: 'regtest',
    node: made.node,
    store,

    patience,
  });
}

beforeEach(() => {
  store = openStore(':memory:');
  made = madeUpChain();
  chain = open();
});
afterEach(async () => {
  await chain.close();
  store.close();
});

interface Entry {
  txid: string;
  status: { confirmed: boolean; block_height?: number; block_hash?: string };
}

async function get(question: string, of = chain): Promise<string> {
  if (of.source.kind !== 'own') throw new Error('not the own node');
  const answer = await of.source.answer({ method: 'GET', path: question, body: '', wallet: 'w' });
  if (answer.status !== 200) throw new Error(String(answer.status));
  return Buffer.from(answer.body).toString(question.endsWith('/raw') ? 'hex' : 'utf8');
}

/** Txid and height (null while unconfirmed) of what touches a script. */
async function history(of: string): Promise<[string, number | null][]> {
  const entries = JSON.parse(await get(`/address/addr${of}/txs`)) as Entry[];
  return entries.map(({ txid, status }) => [txid, status.block_height ?? null]);
}

describe('the desk’s own node as an Esplora', () => {
  it('finds payments to followed scripts and what spends them, waiting and confirmed', async () => {
    await chain.follow([MINE], LONG_AGO);
    const payment = made.send(madeUpTx([NOWHERE], [FOREIGN, MINE]));
    expect(await history(MINE)).toEqual([[payment, null]]);
    made.mine();
    expect(await history(MINE)).toEqual([[payment, 1]]);
    const spend = made.send(madeUpTx([{ txid: payment, vout: 1 }], [FOREIGN]));
    const other = made.send(madeUpTx([{ txid: payment, vout: 0 }], [FOREIGN]));
    made.mine();
    expect(await history(MINE)).toEqual([
      [spend, 2],
      [payment, 1],
    ]);
    expect((await history(FOREIGN)).map(([txid]) => txid)).toContain(other);
  });

  it('follows what is paid on before it is confirmed', async () => {
    await chain.follow([MINE, ALSO_MINE], LONG_AGO);
    const first = madeUpTx([NOWHERE], [MINE]);
    const second = made.send(madeUpTx([{ txid: txidOf(first), vout: 0 }], [ALSO_MINE]));
    made.send(first);
    expect((await history(MINE)).map(([txid]) => txid).sort()).toEqual([second, txidOf(first)].sort());
    expect(await history(ALSO_MINE)).toEqual([[second, null]]);
  });

  it('forgets what leaves the mempool', async () => {
    await chain.follow([MINE], LONG_AGO);
    made.send(madeUpTx([NOWHERE], [MINE]));
    expect(await history(MINE)).toHaveLength(1);
    made.mine();
    made.rewind(1);
    expect(await history(MINE)).toEqual([]);
  });

  it('reads each block once, whoever asks', async () => {
    await chain.follow([MINE], LONG_AGO);
    made.mine(30);
    expect(await chain.advance()).toBe(1 + 30);
    await chain.follow([ALSO_MINE], Date.now());
    made.mine(5);
    expect(await chain.advance()).toBe(5);
    await history(MINE);
    await history(ALSO_MINE);
    expect(await chain.advance()).toBe(0);
    expect(made.calls.get('rawBlock')).toBe(1 + 30 + 5);
  });

  it('looks back from the birthday of a wallet, and finds its spends up to the tip', async () => {
    made.mine(10);
    const payment = made.send(madeUpTx([NOWHERE], [MINE]));
    made.mine(120);
    const spend = made.send(madeUpTx([{ txid: payment, vout: 0 }], [FOREIGN]));
    made.mine(3);
    await chain.follow([FOREIGN], Date.now());
    await chain.advance();
    await chain.follow([MINE], LONG_AGO);
    made.mine(1);
    await chain.advance();
    expect(await history(MINE)).toEqual([
      [spend, 131],
      [payment, 11],
    ]);
  });

  it('takes a script that nobody told of for as old as the wallet that asks for it', async () => {
    const early = made.send(madeUpTx([NOWHERE], [ALSO_MINE]));
    made.mine(5);
    await chain.follow([MINE], LONG_AGO);
    await history(MINE);
    expect(await history(ALSO_MINE)).toEqual([[early, 1]]);
  });

  it('follows a reorganization', async () => {
    await chain.follow([MINE], LONG_AGO);
    made.mine(5);
    const hex = madeUpTx([NOWHERE], [MINE]);
    const txid = made.send(hex);
    made.mine(3);
    expect(await history(MINE)).toEqual([[txid, 6]]);
    made.rewind(4);
    made.mine(1);
    expect(await history(MINE)).toEqual([]);
    made.send(hex);
    made.mine(1);
    expect(await history(MINE)).toEqual([[txid, 6]]);
    expect(await get('/blocks/tip/hash')).toBe(made.hash);
  });

  it('follows a reorganization that happens while it reads', async () => {
    await chain.follow([MINE], LONG_AGO);
    await chain.advance();
    made.mine(20);
    let reads = 0;
    made.before = (method) => {
      if (method !== 'rawBlock' || (reads += 1) !== 7) return;
      made.before = () => undefined;
      made.rewind(18);
      made.send(madeUpTx([NOWHERE], [MINE]));
      made.mine(25);
    };
    expect((await history(MINE)).map(([, height]) => height)).toEqual([3]);
  });

  it('goes on after a crash where it was, and keeps what it found', async () => {
    await chain.follow([MINE], LONG_AGO);
    const payment = made.send(madeUpTx([NOWHERE], [MINE]));
    made.mine(200);
    made.before = (method) => {
      if (method === 'rawBlock' && (made.calls.get('rawBlock') ?? 0) > 120) throw new Error('power cut');
    };
    await expect(chain.advance()).rejects.toThrow('power cut');
    made.before = () => undefined;
    made.calls.clear();
    chain = open();
    await chain.advance();
    expect(made.calls.get('rawBlock')).toBeLessThan(200);
    const spend = made.send(madeUpTx([{ txid: payment, vout: 0 }], [FOREIGN]));
    expect(await history(MINE)).toEqual([
      [spend, null],
      [payment, 1],
    ]);
  });

  it('says that it is still reading when a look back takes long, and has the answer later', async () => {
    const payment = made.send(madeUpTx([NOWHERE], [MINE]));
    made.mine(10);
    chain = open(NODE, 1);
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    made.before = (method) => (method === 'rawBlock' ? gate : undefined);
    await chain.follow([MINE], LONG_AGO);
    await expect(history(MINE)).rejects.toMatchObject({ code: 'CHAIN_BUSY' });
    go();
    await chain.advance();
    chain = open();
    expect(await history(MINE)).toEqual([[payment, 1]]);
  });

  it('misses nothing for a script that comes while blocks are read', async () => {
    await chain.follow([FOREIGN], LONG_AGO);
    await chain.advance();
    const payment = made.send(madeUpTx([NOWHERE], [MINE]));
    made.mine(60);
    const following: Promise<void>[] = [];
    made.before = (method) => {
      if (method === 'rawBlock' && made.calls.get('rawBlock') === 30)
        following.push(chain.follow([MINE], LONG_AGO));
    };
    await chain.advance();
    await Promise.all(following);
    expect(following).toHaveLength(1);
    expect(await history(MINE)).toEqual([[payment, 1]]);
  });

  it('looks again for who asks while it is nearly done', async () => {
    await chain.follow([FOREIGN], LONG_AGO);
    await chain.advance();
    const asked: Promise<[string, number | null][]>[] = [];
    made.before = (method) => {
      if (method !== 'mempool' || asked.length > 0) return;
      made.send(madeUpTx([NOWHERE], [MINE]));
      made.mine();
      asked.push(history(MINE));
    };
    await chain.advance();
    expect((await asked[0])?.map(([, height]) => height)).toEqual([1]);
  });

  it('starts again on a chain that was made anew', async () => {
    await chain.follow([MINE], LONG_AGO);
    made.mine(4);
    await chain.advance();
    made.rewind(5);
    const payment = made.send(madeUpTx([NOWHERE], [MINE]));
    made.mine(3);
    expect(await history(MINE)).toEqual([[payment, 0]]);
  });

  it('answers what LWK asks besides', async () => {
    await chain.follow([MINE], LONG_AGO);
    const hex = madeUpTx([NOWHERE], [MINE]);
    const txid = made.send(hex);
    await history(MINE);
    expect(await get(`/tx/${txid}/raw`)).toBe(hex);
    made.mine();
    await chain.advance();
    expect(await get(`/tx/${txid}/raw`)).toBe(hex);
    expect(await get('/block-height/1')).toBe(made.hash);
    expect(await get(`/block/${made.hash}/header`)).toHaveLength(158);
    expect(await get(`/address/addr${MINE}/txs/chain/${txid}`)).toBe('[]');
    await expect(get(`/tx/${'22'.repeat(32)}/raw`)).rejects.toThrow('404');
    await expect(get('/address/nonsense/txs')).rejects.toThrow('400');
    await expect(get('/fee-estimates')).rejects.toThrow('404');
  });

  it('sends transactions, and passes on why the node does not want one', async () => {
    if (chain.source.kind !== 'own') throw new Error('not the own node');
    const { answer } = chain.source;
    const hex = madeUpTx([NOWHERE], [MINE]);
    const sent = await answer({ method: 'POST', path: '/tx', body: hex });
    expect(Buffer.from(sent.body).toString()).toBe(txidOf(hex));
    const fail = (code: 'INPUTS_SPENT' | 'NODE_UNREACHABLE') => {
      made.before = (method) => {
        if (method === 'broadcast') throw new SluiceError(code, 'A coin is spent.', { next: 'x' });
      };
      return answer({ method: 'POST', path: '/tx', body: hex });
    };
    const refused = await fail('INPUTS_SPENT');
    expect([refused.status, Buffer.from(refused.body).toString()]).toEqual([400, 'A coin is spent.']);
    await expect(fail('NODE_UNREACHABLE')).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
  });
});

describe('a server', () => {
  it('follows everything by itself', async () => {
    chain = open({ kind: 'esplora', url: 'https://example.com/api/' });
    expect(chain.source).toEqual({ kind: 'esplora', url: 'https://example.com/api' });
    await chain.follow([MINE], LONG_AGO);
    expect(await chain.advance()).toBe(0);
    expect([...made.calls]).toEqual([]);
  });

  it.each([
    ['liquidv1', 'https://blockstream.info/liquid/api', 'https://blockstream.info/liquid/tx/ab#blinded=1,2'],
    ['liquidv1', 'https://liquid.network/api', 'https://liquid.network/tx/ab#blinded=1,2'],
    ['liquidv1', 'https://esplora.example', 'https://blockstream.info/liquid/tx/ab#blinded=1,2'],
    ['liquidtestnet', '', 'https://blockstream.info/liquidtestnet/tx/ab#blinded=1,2'],
    ['regtest', 'http://127.0.0.1:3000', null],
  ] as const)('links to an explorer of %s from %s', (network, url, expected) => {
    const config: ChainConfig = { kind: 'esplora', url };
    const made2 = createChain({ config, network, node: made.node, store });
    expect(made2.unblindedUrl('ab', '1,2')).toBe(expected);
  });
});
