import { createHash } from 'node:crypto';
import { ByteWriter, fromDisplay, fromHex, sha256d, toDisplay, toHex } from '../../src/main/liquid/bytes.ts';
import { NULL_FIELD, parseTransaction, serializeBody } from '../../src/main/liquid/transaction.ts';
import type { ElementsNode } from '../../src/main/elements/index.ts';
import { digest } from './made-up-pset.ts';

interface MadeUpBlock {
  height: number;
  hash: string;
  hex: string;
  header: string;
  /** ms. */
  time: number;
  previous: string;
  txids: string[];
}

/** What a chain reader asks of a node, over blocks that a test makes. Calls are counted by name. */
export interface MadeUpChain {
  node: ElementsNode;
  calls: Map<string, number>;
  /** Puts a transaction into the mempool. Returns its txid. */
  send(hex: string): string;
  /** Blocks, the first with all of the mempool. */
  mine(count?: number): void;
  /** Takes blocks away; their transactions are lost but for those that are sent again. */
  rewind(count: number): void;
  readonly height: number;
  readonly hash: string;
  /** Called before each answer; throws to fail it. */
  before: (method: string) => void | Promise<void>;
}

const ASSET_FIELD = fromHex(`01${digest('policy asset')}`);
const START = 1_700_000_000;

/** A raw transaction without witnesses: spends points, pays scripts. `salt` makes it another one. */
export function madeUpTx(
  spends: readonly { txid: string; vout: number }[],
  scripts: readonly string[],
  salt = 0,
): string {
  const body = serializeBody({
    version: 2,
    locktime: salt,
    inputs: spends.map(({ txid, vout }) => ({
      txid: toHex(fromDisplay(toDisplay(fromHex(txid)))),
      vout,
      sequence: 0xffff_ffff,
      pegin: false,
      issuance: null,
    })),
    outputs: scripts.map((script) => ({
      asset: ASSET_FIELD,
      value: fromHex('0100000000000003e8'),
      nonce: NULL_FIELD,
      script: fromHex(script),
    })),
  });
  return toHex(body);
}

export const txidOf = (hex: string): string => parseTransaction(fromHex(hex)).txid;

function header(height: number, previous: string, salt: number): { hashed: Uint8Array; time: number } {
  const time = START + height * 60;
  const writer = new ByteWriter().u32(0x2000_0000).bytes(fromDisplay(previous));
  writer.bytes(new Uint8Array(createHash('sha256').update(String(salt)).digest()));
  return { hashed: writer.u32(time).u32(height).sized(Uint8Array.of(0x51)).result(), time: time * 1000 };
}

/** A chain of one block. Scripts have addresses of the form `addr<script>`. */
export function madeUpChain(): MadeUpChain {
  const blocks: MadeUpBlock[] = [];
  const transactions = new Map<string, string>();
  let mempool: string[] = [];
  const calls = new Map<string, number>();
  let salt = 0;

  const chain: MadeUpChain = {
    node: {} as ElementsNode,
    calls,
    before: (): void | Promise<void> => undefined,
    get height() {
      return blocks.length - 1;
    },
    get hash() {
      return blocks.at(-1)?.hash ?? '';
    },
    send(hex: string) {
      const txid = txidOf(hex);
      transactions.set(txid, hex);
      mempool.push(txid);
      return txid;
    },
    mine(count = 1) {
      for (let i = 0; i < count; i += 1) {
        const height = blocks.length;
        const previous = blocks.at(-1)?.hash ?? '00'.repeat(32);
        const made = header(height, previous, (salt += 1));
        const head = new ByteWriter().bytes(made.hashed).sized(new Uint8Array()).result();
        const writer = new ByteWriter().bytes(head).compactSize(mempool.length);
        for (const txid of mempool) writer.bytes(fromHex(transactions.get(txid) ?? ''));
        blocks.push({
          height,
          hash: toDisplay(sha256d(made.hashed)),
          header: toHex(head),
          hex: toHex(writer.result()),
          time: made.time,
          previous,
          txids: mempool,
        });
        mempool = [];
      }
    },
    rewind(count: number) {
      blocks.splice(blocks.length - count);
    },
  };

  const find = (hash: string): MadeUpBlock | undefined => blocks.find((block) => block.hash === hash);
  const methods: Partial<ElementsNode> = {
    genesisHash: () => Promise.resolve(blocks[0]?.hash ?? ''),
    chainInfo: () =>
      Promise.resolve({
        chain: 'regtest',
        blocks: chain.height,
        headers: chain.height,
        bestBlockHash: chain.hash,
        verificationProgress: 1,
        tipTime: null,
      }),
    blockHash: (height) => {
      const hash = blocks[height]?.hash;
      return hash === undefined ? Promise.reject(new Error('out of range')) : Promise.resolve(hash);
    },
    blockHeader: (hash) => {
      const block = find(hash);
      return Promise.resolve(
        block
          ? { height: block.height, time: block.time, confirmations: blocks.length - block.height }
          : null,
      );
    },
    rawBlock: (hash) => Promise.resolve(find(hash)?.hex ?? null),
    rawHeader: (hash) => Promise.resolve(find(hash)?.header ?? null),
    mempool: () => Promise.resolve([...mempool]),
    rawTransaction: (txid, hash) =>
      Promise.resolve(
        (hash === undefined ? mempool : (find(hash)?.txids ?? [])).includes(txid)
          ? (transactions.get(txid) ?? null)
          : null,
      ),
    validateAddress: (address) =>
      Promise.resolve({
        valid: address.startsWith('addr'),
        script: address.slice(4),
        unconfidential: address,
        blindingPubkey: null,
      }),
    broadcast: (hex) => Promise.resolve(chain.send(hex)),
  };
  chain.node = new Proxy(methods as ElementsNode, {
    get(target, name: keyof ElementsNode) {
      const method = target[name] as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        calls.set(name, (calls.get(name) ?? 0) + 1);
        await chain.before(name);
        return method(...args);
      };
    },
  });
  chain.mine();
  return chain;
}
