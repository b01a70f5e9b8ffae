import { createHash } from 'node:crypto';
import { Encrypter } from 'age-encryption';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WALLY, fromHex, parseTransaction, toHex, txidOf, wally } from '../crypto/index.ts';
import { encodeAddress } from '../elements/index.ts';
import { http } from '../testing/clients.ts';
import type { HttpAnswer } from '../testing/clients.ts';
import { openScene } from '../testing/scene.ts';
import type { Scene } from '../testing/scene.ts';
import { Branch, branchText, readScripts } from './descriptor.ts';

let scene: Scene;
let base: string;

const get = (path: string): Promise<HttpAnswer> => http(base + path);
const rows = async <T>(path: string): Promise<T[]> => (await get(path)).json as T[];
interface Seen {
  txid: string;
  status: { confirmed: boolean; block_height?: number; block_hash?: string };
}

const master = wally.bip32_key_from_seed(new Uint8Array(32).fill(3), WALLY.TEST_PRIVATE, 0);
const XPUB = wally.bip32_key_to_base58(master, WALLY.KEY_PUBLIC);
const DESCRIPTOR = `elwpkh(${XPUB}/<0;1>/*)`;
const scripts = readScripts(DESCRIPTOR);

/** Unconfidential address of the wallet, and its script's hash. */
function place(index: number, branch = 0): { address: string; hash: string } {
  const keys = new Branch(scripts, branch);
  const { script } = keys.at(index);
  keys.free();
  return {
    address: encodeAddress(script) ?? '',
    hash: createHash('sha256').update(script).digest('hex'),
  };
}

const pay = (address: string, coins = '0.001'): Promise<string> =>
  scene.wallet.call<string>('sendtoaddress', address, coins);

beforeAll(async () => {
  scene = await openScene();
  base = scene.sandbox.esplora.url;
}, 120_000);

afterAll(() => scene.sandbox.close());

beforeEach(async () => {
  await scene.control.must('DELETE', '/fault');
});

describe('Esplora', () => {
  it('tells the chain as the node has it', async () => {
    const height = await scene.wallet.call<number>('getblockcount');
    const hash = await scene.wallet.call<string>('getbestblockhash');
    expect((await get('/blocks/tip/height')).text).toBe(String(height));
    expect((await get('/blocks/tip/hash')).text).toBe(hash);
    expect((await get(`/block-height/${height}`)).text).toBe(hash);
    expect((await get(`/block/${hash}/header`)).text).toBe(
      await scene.wallet.call<string>('getblockheader', hash, false),
    );
    expect((await get(`/block/${hash}`)).json).toMatchObject({ id: hash, height });
    expect((await get(`/block/${hash}/status`)).json).toEqual({ in_best_chain: true, height });
    expect((await get('/fee-estimates')).json).toMatchObject({ 1: 0.1, 1008: 0.1 });
    expect((await get('/block-height/999999')).status).toBe(404);
    expect((await get(`/block/${'00'.repeat(32)}/header`)).status).toBe(404);
    expect((await get('/block/zz/header')).status).toBe(400);
    expect((await get('/nothing')).status).toBe(404);
  });

  it('shows a payment in the mempool, in a block, and after the block is gone', async () => {
    const { address, hash } = place(1);
    expect(await rows(`/address/${address}/txs`)).toEqual([]);
    const txid = await pay(address);
    const [waiting] = await rows<Seen>(`/address/${address}/txs`);
    expect(waiting).toMatchObject({ txid, status: { confirmed: false } });
    expect((await get(`/tx/${txid}/status`)).json).toEqual({ confirmed: false });

    await scene.control.mine(1);
    const height = await scene.wallet.call<number>('getblockcount');
    const [confirmed] = await rows<Seen>(`/scripthash/${hash}/txs`);
    expect(confirmed).toMatchObject({
      txid,
      status: { confirmed: true, block_height: height, block_hash: (await get('/blocks/tip/hash')).text },
    });

    await scene.control.must('POST', '/reorg', { depth: 1 });
    expect(await rows<Seen>(`/address/${address}/txs`)).toMatchObject([
      { txid, status: { confirmed: false } },
    ]);
    await scene.control.mine(1);
    expect((await get(`/tx/${txid}/status`)).json).toMatchObject({ block_height: height + 2 });
  });

  it('gives a transaction in every form', async () => {
    const { address } = place(2);
    const txid = await pay(address, '0.0025');
    await scene.control.mine(1);
    const hex = (await get(`/tx/${txid}/hex`)).text;
    expect(hex).toBe(await scene.wallet.call<string>('getrawtransaction', txid));
    const raw = new Uint8Array(await (await fetch(`${base}/tx/${txid}/raw`)).arrayBuffer());
    expect(toHex(raw)).toBe(hex);
    expect(txidOf(parseTransaction(raw))).toBe(txid);
    const { json } = await get(`/tx/${txid}`);
    const shown = json as { vin: { prevout: object }[]; vout: { scriptpubkey_address?: string }[] };
    expect(shown).toMatchObject({ txid, version: 2, status: { confirmed: true } });
    expect(shown.vin.every((input) => input.prevout !== null)).toBe(true);
    const vout = shown.vout.findIndex((output) => output.scriptpubkey_address === address);
    // Paid to the plain address: value and asset are for everybody to see.
    expect(shown.vout[vout]).toMatchObject({ value: 250_000, scriptpubkey_type: 'v0_p2wpkh' });
    expect(await rows(`/address/${address}/utxo`)).toMatchObject([{ txid, vout, value: 250_000 }]);
    expect((await get(`/address/${address}`)).json).toMatchObject({
      chain_stats: { tx_count: 1, funded_txo_count: 1, spent_txo_count: 0 },
      mempool_stats: { tx_count: 0 },
    });
    expect((await get(`/tx/${txid}/outspend/${vout}`)).json).toEqual({ spent: false });
    expect((await get(`/tx/${'11'.repeat(32)}`)).status).toBe(404);
  });

  it('follows a spend', async () => {
    const address = await scene.wallet.call<string>('getnewaddress');
    const { unconfidential } = await scene.wallet.call<{ unconfidential: string }>('getaddressinfo', address);
    const funding = await pay(address, '0.3');
    await scene.control.mine(1);
    const [coin] = await rows<{ txid: string; vout: number }>(`/address/${unconfidential}/utxo`);
    expect(coin?.txid).toBe(funding);
    const pset = await scene.wallet.call<{ psbt: string }>(
      'walletcreatefundedpsbt',
      [{ txid: coin?.txid, vout: coin?.vout }],
      [{ [place(3).address]: '0.1' }],
      0,
      { add_inputs: false },
    );
    const signed = await scene.wallet.call<{ psbt: string }>('walletprocesspsbt', pset.psbt);
    const final = await scene.wallet.call<{ hex: string }>('finalizepsbt', signed.psbt);
    const sent = await http(`${base}/tx`, { method: 'POST', body: final.hex });
    expect(sent).toMatchObject({ status: 200, text: txidOf(parseTransaction(fromHex(final.hex))) });
    expect((await get(`/tx/${funding}/outspend/${coin?.vout}`)).json).toMatchObject({
      spent: true,
      txid: sent.text,
      status: { confirmed: false },
    });
    expect(await rows(`/address/${unconfidential}/utxo`)).toEqual([]);
    expect((await rows<Seen>(`/address/${unconfidential}/txs`)).map((one) => one.txid)).toEqual([
      sent.text,
      funding,
    ]);
    // Offered again it is still the same one.
    expect((await http(`${base}/tx`, { method: 'POST', body: final.hex })).text).toBe(sent.text);
    await scene.control.mine(1);
  });

  it('refuses a bad transaction in the node’s words', async () => {
    expect(await http(`${base}/tx`, { method: 'POST', body: '00' })).toMatchObject({
      status: 400,
      text: expect.stringContaining('TX decode failed') as string,
    });
    expect(await http(`${base}/tx`, { method: 'POST', body: 'words' })).toMatchObject({ status: 400 });
  });

  it('gives a long history in pages of 25, as electrs does', async () => {
    const { address } = place(4);
    for (let i = 0; i < 27; i++) {
      await pay(address, '0.00001');
      if (i % 10 === 9) await scene.control.mine(1);
    }
    await scene.control.mine(1);
    const first = await rows<Seen>(`/address/${address}/txs`);
    expect(first).toHaveLength(25);
    const rest = await rows<Seen>(`/address/${address}/txs/chain/${first.at(-1)?.txid}`);
    expect(rest).toHaveLength(2);
    expect(new Set([...first, ...rest].map((one) => one.txid)).size).toBe(27);
    expect(await rows(`/address/${address}/txs/mempool`)).toEqual([]);
  }, 300_000);

  it('breaks as it is told', async () => {
    const fault = { target: 'esplora', path: '/blocks/tip/*' };
    await scene.control.must('POST', '/fault', { ...fault, mode: 'error', status: 429, times: 2 });
    expect((await get('/blocks/tip/hash')).status).toBe(429);
    expect((await get('/blocks/tip/height')).status).toBe(429);
    expect((await get('/blocks/tip/hash')).status).toBe(200);
    await scene.control.must('POST', '/fault', { ...fault, mode: 'silent' });
    const asked = fetch(`${base}/blocks/tip/hash`, { signal: AbortSignal.timeout(200) });
    await expect(asked).rejects.toThrow(/timeout/);
  });
});

describe('waterfalls', () => {
  interface Found {
    txs_seen: Record<string, { txid: string; height: number; block_hash?: string; v?: number }[][]>;
    page: number;
    tip: string;
  }
  const ask = async (query: Record<string, string>): Promise<Found> => {
    const answer = await get(`/v2/waterfalls?${new URLSearchParams(query).toString()}`);
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    return answer.json as Found;
  };

  it('has all of a descriptor in one answer, encrypted to it or not', async () => {
    const txid = await pay(place(6, 1).address);
    const plain = await ask({ descriptor: DESCRIPTOR });
    expect(plain.tip).toBe((await get('/blocks/tip/hash')).text);
    const keys = Object.keys(plain.txs_seen);
    expect(keys.map((key) => key.replace(/#.*/, ''))).toEqual([0, 1].map((one) => branchText(scripts, one)));
    const [receive = '', change = ''] = keys;
    expect(plain.txs_seen[receive]?.[1]).toMatchObject([{ block_hash: expect.any(String) as string }]);
    expect(plain.txs_seen[change]?.[6]).toEqual([{ txid, height: 0 }]);
    expect(plain.txs_seen[receive]).toHaveLength(40);

    const encrypter = new Encrypter();
    encrypter.addRecipient((await get('/v1/server_recipient')).text);
    const sealed = Buffer.from(await encrypter.encrypt(DESCRIPTOR))
      .toString('base64')
      .replace(/=+$/, '');
    expect(await ask({ descriptor: sealed })).toEqual(plain);
    const broken = Buffer.from(sealed, 'base64');
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    const refused = await get(
      `/v2/waterfalls?${new URLSearchParams({ descriptor: broken.toString('base64') }).toString()}`,
    );
    expect(refused).toMatchObject({ status: 422, text: 'CannotDecrypt' });
  });

  it('looks as far as it is asked to, in pages of a thousand', async () => {
    const txid = await pay(place(1_205).address);
    await scene.control.mine(1);
    const near = await ask({ descriptor: DESCRIPTOR });
    expect(JSON.stringify(near)).not.toContain(txid);
    const page0 = await ask({ descriptor: DESCRIPTOR, to_index: '1210' });
    expect(Object.values(page0.txs_seen)[0]).toHaveLength(1_000);
    const page1 = await ask({ descriptor: DESCRIPTOR, to_index: '1210', page: '1' });
    expect(Object.values(page1.txs_seen)[0]?.[205]).toMatchObject([{ txid }]);
  });

  it('counts unspent outputs from one', async () => {
    const found = await ask({ descriptor: DESCRIPTOR, utxo_only: 'true' });
    const [seen] = Object.values(found.txs_seen)[0]?.[2] ?? [];
    const [coin] = await rows<{ txid: string; vout: number }>(`/address/${place(2).address}/utxo`);
    expect(seen).toMatchObject({ txid: coin?.txid, v: (coin?.vout ?? 0) + 1 });
  });

  it('takes addresses, and says what it does not take', async () => {
    const { address } = place(2);
    const found = await ask({ addresses: address });
    expect(found.txs_seen['addresses']?.[0]).toHaveLength(1);
    const confidential = await scene.wallet.call<string>('getnewaddress');
    for (const [query, status] of [
      ['', 400],
      [`addresses=${confidential}`, 400],
      ['addresses=nonsense', 400],
      ['descriptor=nonsense', 400],
      [`descriptor=elwpkh(${XPUB}x/*)`, 400],
    ] as const) {
      expect((await get(`/v2/waterfalls?${query}`)).status).toBe(status);
    }
  });
});

describe('descriptors', () => {
  it('reads the forms that wallets have, and writes them as they were', () => {
    for (const inner of [
      `wpkh(${XPUB}/0/*)`,
      `sh(wpkh(${XPUB}/*))`,
      `wsh(multi(2,${XPUB}/0/*,${XPUB}/1/*))`,
      `sh(wsh(multi(1,${XPUB}/3/4/*,${XPUB}/5/*)))`,
      `wsh(sortedmulti(1,${XPUB}/0/*))`,
      `pkh(${XPUB}/7)`,
    ]) {
      expect(branchText(readScripts(`el${inner}`), 0)).toBe(`el${inner}`);
      expect(branchText(readScripts(inner), 0)).toBe(`el${inner}`);
    }
  });

  it.each([
    'tr(x)',
    `wsh(${XPUB})`,
    `wsh(wpkh(${XPUB}))`,
    `multi(1,${XPUB})`,
    `wpkh(${XPUB}/0'/*)`,
    'wpkh()',
    '',
  ])('refuses %s', (text) => {
    expect(() => readScripts(text)).toThrow();
  });
});
