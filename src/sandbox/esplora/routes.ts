import { NodeRefusal } from '../amp/index.ts';
import { fromHex, sha256, serializeTransaction, toHex } from '../crypto/index.ts';
import { decodeAddress } from '../elements/index.ts';
import type { WebAnswer, WebCall } from '../web/index.ts';
import { renderTransaction, statusOf } from './render.ts';
import type { ScriptIndex, Seen } from './script-index.ts';
import type { Waterfalls } from './waterfalls.ts';

/** Transactions per page of a history, and the most of the mempool that is shown: electrs' numbers. */
const PAGE = 25;
const MEMPOOL_PAGE = 50;

/** Sat per virtual byte, the same for every target: blocks here are never full. */
const FEE_RATE = 0.1;
const TARGETS = [...Array.from({ length: 25 }, (_, i) => i + 1), 144, 504, 1008];

const text = (body: string, status = 200): WebAnswer => ({ status, type: 'text/plain', body });
const json = (value: unknown): WebAnswer => ({
  status: 200,
  type: 'application/json',
  body: JSON.stringify(value),
});
const HASH = /^[0-9a-f]{64}$/;

type Route = (parts: string[], call: WebCall) => Promise<WebAnswer> | WebAnswer;

/** Answers as Blockstream's electrs does on Elements chains, and as a waterfalls server. */
export class Routes {
  private readonly index: ScriptIndex;
  private readonly waterfalls: Waterfalls;
  private readonly get: readonly [RegExp, Route][];

  constructor(index: ScriptIndex, waterfalls: Waterfalls) {
    this.index = index;
    this.waterfalls = waterfalls;
    this.get = [
      [/^\/blocks\/tip\/hash$/, async () => text(await this.node<string>('getbestblockhash'))],
      [/^\/blocks\/tip\/height$/, async () => text(String(await this.node<bigint>('getblockcount')))],
      [/^\/block-height\/(\d{1,9})$/, ([height]) => this.blockAt(Number(height))],
      [/^\/block\/([^/]+)\/header$/, ([hash]) => this.header(hash ?? '')],
      [/^\/block\/([^/]+)(\/txids|\/status)?$/, ([hash, what]) => this.block(hash ?? '', what ?? '')],
      [/^\/(address|scripthash)\/([^/]+)$/, ([kind, name]) => this.stats(kind ?? '', name ?? '')],
      [/^\/(address|scripthash)\/([^/]+)\/utxo$/, ([kind, name]) => this.unspent(kind ?? '', name ?? '')],
      [
        /^\/(address|scripthash)\/([^/]+)\/txs(\/mempool|\/chain)?(?:\/([^/]+))?$/,
        ([kind, name, part, after]) => this.history(kind ?? '', name ?? '', part ?? '', after),
      ],
      [/^\/tx\/([^/]+)\/outspend\/(\d{1,6})$/, ([txid, vout]) => this.outspend(txid ?? '', Number(vout))],
      [
        /^\/tx\/([^/]+)(\/raw|\/hex|\/status|\/outspends)?$/,
        ([txid, what]) => this.tx(txid ?? '', what ?? ''),
      ],
      [/^\/fee-estimates$/, () => json(Object.fromEntries(TARGETS.map((blocks) => [blocks, FEE_RATE])))],
      [/^\/mempool\/txids$/, () => json(this.index.waiting())],
      [/^\/v1\/server_recipient$/, () => text(this.waterfalls.recipient)],
      [/^\/v2\/waterfalls$/, (_, call) => this.waterfalls.answer(call.query)],
    ];
  }

  async handle(call: WebCall): Promise<WebAnswer> {
    if (call.method === 'POST' && call.path === '/tx') return this.broadcast(call.body.trim());
    if (call.method !== 'GET') return text('endpoint does not exist', 404);
    for (const [pattern, route] of this.get) {
      const match = pattern.exec(call.path);
      if (!match) continue;
      await this.index.sync();
      return route(match.slice(1), call);
    }
    return text(`endpoint does not exist: ${call.path.slice(0, 200)}`, 404);
  }

  private node<T>(method: string, params: readonly unknown[] = []): Promise<T> {
    return this.index.node.call<T>(method, params);
  }

  /** Null when the node refuses: it does not know what it was asked about. */
  private async ask<T>(method: string, params: readonly unknown[]): Promise<T | null> {
    try {
      return await this.node<T>(method, params);
    } catch (error) {
      if (error instanceof NodeRefusal) return null;
      throw error;
    }
  }

  private async blockAt(height: number): Promise<WebAnswer> {
    const hash = await this.ask<string>('getblockhash', [height]);
    return hash === null ? text('Block not found', 404) : text(hash);
  }

  private async header(hash: string): Promise<WebAnswer> {
    if (!HASH.test(hash)) return text('Invalid hex string', 400);
    const header = await this.ask<string>('getblockheader', [hash, false]);
    return header === null ? text('Block not found', 404) : text(header);
  }

  private async block(hash: string, what: string): Promise<WebAnswer> {
    if (!HASH.test(hash)) return text('Invalid hex string', 400);
    const block = await this.ask<Record<string, unknown>>('getblock', [hash, 1]);
    if (!block) return text('Block not found', 404);
    const height = Number(block['height']);
    if (what === '/txids') return json(block['tx']);
    if (what === '/status') {
      const best = this.index.block(height)?.hash === hash;
      const next = this.index.block(height + 1)?.hash;
      return json({
        in_best_chain: best,
        ...(best ? { height } : {}),
        ...(best && next !== undefined ? { next_best: next } : {}),
      });
    }
    return json({
      id: hash,
      height,
      version: Number(block['version']),
      timestamp: Number(block['time']),
      tx_count: (block['tx'] as string[]).length,
      size: Number(block['size']),
      weight: Number(block['weight']),
      merkle_root: block['merkleroot'],
      previousblockhash: block['previousblockhash'] ?? null,
      mediantime: Number(block['mediantime']),
    });
  }

  /** Hash of the script that a path names, or the refusal. */
  private script(kind: string, name: string): string | WebAnswer {
    if (kind === 'scripthash') return HASH.test(name) ? name : text('Invalid hex string', 400);
    const address = decodeAddress(name);
    return address ? toHex(sha256(address.script)) : text('Invalid Bitcoin address', 400);
  }

  private async history(
    kind: string,
    name: string,
    part: string,
    after: string | undefined,
  ): Promise<WebAnswer> {
    const script = this.script(kind, name);
    if (typeof script !== 'string') return script;
    const all = this.index.history(script);
    const waiting = all.filter((seen) => seen.height === null).slice(0, MEMPOOL_PAGE);
    const confirmed = all.filter((seen) => seen.height !== null);
    const from = after === undefined ? 0 : confirmed.findIndex((seen) => seen.txid === after) + 1;
    if (after !== undefined && from === 0) return json([]);
    const page = confirmed.slice(from, from + PAGE);
    const shown = part === '/mempool' ? waiting : part === '/chain' ? page : [...waiting, ...page];
    return json(await this.render(shown));
  }

  private async render(list: readonly Seen[]): Promise<unknown[]> {
    const rendered = await Promise.all(
      list.map(async ({ txid, height }) => {
        const tx = await this.index.transaction(txid);
        return tx ? renderTransaction(this.index, tx, height) : null;
      }),
    );
    return rendered.filter((one) => one !== null);
  }

  private stats(kind: string, name: string): WebAnswer {
    const script = this.script(kind, name);
    if (typeof script !== 'string') return script;
    const outputs = this.index.outputs(script);
    const history = this.index.history(script);
    const of = (waiting: boolean): Record<string, number> => {
      const here = (height: number | null): boolean => (height === null) === waiting;
      return {
        tx_count: history.filter((seen) => here(seen.height)).length,
        funded_txo_count: outputs.filter((output) => here(output.height)).length,
        spent_txo_count: outputs.filter((output) => output.spender && here(output.spender.height)).length,
      };
    };
    return json({ [kind]: name, chain_stats: of(false), mempool_stats: of(true) });
  }

  private async unspent(kind: string, name: string): Promise<WebAnswer> {
    const script = this.script(kind, name);
    if (typeof script !== 'string') return script;
    const free = this.index.outputs(script).filter((output) => !output.spender);
    const rows = await Promise.all(
      free.map(async ({ txid, vout, height }) => {
        const tx = await this.index.transaction(txid);
        if (!tx) return null;
        const { vout: outputs } = (await renderTransaction(this.index, tx, height)) as {
          vout: Record<string, unknown>[];
        };
        const shown = { ...outputs[vout] };
        for (const key of Object.keys(shown)) if (key.startsWith('scriptpubkey')) delete shown[key];
        return { txid, vout, status: statusOf(this.index, height), ...shown };
      }),
    );
    return json(rows.filter((row) => row !== null));
  }

  private async tx(txid: string, what: string): Promise<WebAnswer> {
    if (!HASH.test(txid)) return text('Invalid hex string', 400);
    const where = this.index.whereabouts(txid);
    const tx = where && (await this.index.transaction(txid));
    if (!tx) return text('Transaction not found', 404);
    switch (what) {
      case '/raw':
        return { status: 200, type: 'application/octet-stream', body: serializeTransaction(tx) };
      case '/hex':
        return text(toHex(serializeTransaction(tx)));
      case '/status':
        return json(statusOf(this.index, where.height));
      case '/outspends':
        return json(tx.outputs.map((_, vout) => this.spending(txid, vout)));
      default:
        return json(await renderTransaction(this.index, tx, where.height));
    }
  }

  private outspend(txid: string, vout: number): WebAnswer {
    return HASH.test(txid) ? json(this.spending(txid, vout)) : text('Invalid hex string', 400);
  }

  private spending(txid: string, vout: number): Record<string, unknown> {
    const spender = this.index.spender(txid, vout);
    if (!spender) return { spent: false };
    return {
      spent: true,
      txid: spender.txid,
      vin: spender.vin,
      status: statusOf(this.index, spender.height),
    };
  }

  private async broadcast(hex: string): Promise<WebAnswer> {
    try {
      fromHex(hex);
      return text(await this.node<string>('sendrawtransaction', [hex]));
    } catch (error) {
      if (error instanceof SyntaxError) return text('Invalid hex string', 400);
      if (!(error instanceof NodeRefusal)) throw error;
      const { code, message } = error;
      return text(`sendrawtransaction RPC error: ${JSON.stringify({ code, message })}`, 400);
    }
  }
}
