import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { readAddress } from '../../src/main/liquid/address.ts';
import { parseTransaction } from '../../src/main/liquid/transaction.ts';

interface Block {
  height: number;
  hash: string;
  header: string;
  time: number;
  txids: string[];
}

interface Known {
  txid: string;
  hex: string;
  /** Scripts that it pays or spends from, hex. */
  scripts: Set<string>;
}

/** Answers a request in the double's place; `false` leaves it to the double. */
export type Behaviour = (
  request: http.IncomingMessage,
  response: http.ServerResponse,
  count: number,
) => boolean;

export interface EsploraDouble {
  readonly url: string;
  /** Paths in the order in which they were asked for. */
  readonly requests: string[];
  behaviour: Behaviour;
  /** Into the mempool. Returns the txid. */
  add(hex: string): string;
  /** All of the mempool into a block. */
  mine(): Block;
  /** Takes the last blocks away, their transactions back into the mempool but for those that are dropped. */
  rewind(blocks: number, drop?: readonly string[]): void;
  readonly tip: Block;
  /** Reason for which the next transactions are refused. */
  refusal: string | null;
  close(): Promise<void>;
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const sha256d = (bytes: Uint8Array): Buffer =>
  createHash('sha256').update(createHash('sha256').update(bytes).digest()).digest();

/** A header of the old kind (challenge and solution); its hash leaves the solution out. */
function header(
  height: number,
  time: number,
  previous: string,
  salt: number,
): { hash: string; header: string } {
  const hashed = Buffer.concat([
    u32(0x2000_0000),
    Buffer.from(previous, 'hex').reverse(),
    Buffer.alloc(32, salt),
    u32(time),
    u32(height),
    Buffer.from([1, 0x51]),
  ]);
  return {
    hash: Buffer.from(sha256d(hashed)).reverse().toString('hex'),
    header: Buffer.concat([hashed, Buffer.from([0])]).toString('hex'),
  };
}

/**
 * An Esplora of a few blocks without any rules: what a test puts into it is in its chain. It answers what LWK asks for,
 * histories 25 to a page as Esplora does.
 */
export async function esploraDouble(): Promise<EsploraDouble> {
  const blocks: Block[] = [];
  const known = new Map<string, Known>();
  const mempool = new Set<string>();
  const outputs = new Map<string, string>();
  const requests: string[] = [];
  let salt = 1;

  function mine(): Block {
    const height = blocks.length;
    const time = 1_700_000_000 + height * 60 + salt;
    const made = header(height, time, blocks.at(-1)?.hash ?? '00'.repeat(32), salt % 256);
    const block: Block = { height, time, ...made, txids: [...mempool] };
    mempool.clear();
    blocks.push(block);
    return block;
  }

  function historyOf(script: string): { confirmed: { txid: string; block: Block }[]; waiting: string[] } {
    const touches = (txid: string): boolean => known.get(txid)?.scripts.has(script) ?? false;
    const confirmed = blocks
      .flatMap((block) => block.txids.filter(touches).map((txid) => ({ txid, block })))
      .reverse();
    return { confirmed, waiting: [...mempool].filter(touches) };
  }

  function history(address: string, after: string | undefined): unknown[] | null {
    const read = readAddress({ address, network: 'regtest' });
    if (read === null) return null;
    const { confirmed, waiting } = historyOf(read.script);
    const from = after === undefined ? 0 : confirmed.findIndex(({ txid }) => txid === after) + 1;
    const page = confirmed.slice(from, from + 25).map(({ txid, block }) => ({
      txid,
      status: { confirmed: true, block_height: block.height, block_hash: block.hash, block_time: block.time },
    }));
    const first = waiting.map((txid) => ({ txid, status: { confirmed: false } }));
    return after === undefined ? [...first, ...page] : page;
  }

  const double: EsploraDouble = {
    url: '',
    requests,
    behaviour: () => false,
    refusal: null,
    add(hex) {
      const tx = parseTransaction(new Uint8Array(Buffer.from(hex, 'hex')));
      const scripts = new Set<string>();
      tx.outputs.forEach(({ script }, vout) => {
        const text = Buffer.from(script).toString('hex');
        scripts.add(text);
        outputs.set(`${tx.txid}:${vout}`, text);
      });
      for (const { txid, vout } of tx.inputs) {
        const spent = outputs.get(`${txid}:${vout}`);
        if (spent !== undefined) scripts.add(spent);
      }
      known.set(tx.txid, { txid: tx.txid, hex, scripts });
      if (!blocks.some(({ txids }) => txids.includes(tx.txid))) mempool.add(tx.txid);
      return tx.txid;
    },
    mine,
    rewind(count, drop = []) {
      for (const block of blocks.splice(blocks.length - count)) {
        for (const txid of block.txids) mempool.add(txid);
      }
      for (const txid of drop) mempool.delete(txid);
      salt += 1;
    },
    get tip() {
      return blocks.at(-1) ?? mine();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function answer(method: string, path: string, body: string, response: http.ServerResponse): void {
    const say = (status: number, text: string | Buffer, type = 'text/plain') => {
      response.writeHead(status, { 'content-type': type });
      response.end(text);
    };
    const route = path.split('?')[0] ?? '';
    const parts = route.split('/').slice(1);
    if (method === 'POST' && route === '/tx') {
      if (double.refusal === null) say(200, double.add(body));
      else
        say(400, `sendrawtransaction RPC error: ${JSON.stringify({ code: -26, message: double.refusal })}`);
      return;
    }
    const block = blocks.find(({ hash }) => hash === parts[1]);
    if (route === '/blocks/tip/hash') return say(200, double.tip.hash);
    if (parts[0] === 'block-height') {
      const found = blocks[Number(parts[1])];
      return found ? say(200, found.hash) : say(404, 'Block not found');
    }
    if (parts[0] === 'block' && parts[2] === 'header' && block) return say(200, block.header);
    if (parts[0] === 'tx' && parts[2] === 'raw') {
      const found = known.get(parts[1] ?? '');
      if (found) return say(200, Buffer.from(found.hex, 'hex'), 'application/octet-stream');
    }
    if (parts[0] === 'address' && parts[2] === 'txs') {
      const list = history(parts[1] ?? '', parts[4]);
      if (list) return say(200, JSON.stringify(list), 'application/json');
    }
    say(404, 'Not found');
  }

  mine();
  const server = http.createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (double.behaviour(request, response, requests.length)) return;
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => answer(request.method ?? '', request.url ?? '', body, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.defineProperty(double, 'url', {
    value: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
}
