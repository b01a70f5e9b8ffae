import { ChainFollower, NodeRefusal } from '../amp/index.ts';
import type { NodeClient } from '../amp/index.ts';
import { fromHex, parseTransaction } from '../crypto/index.ts';
import type { Transaction } from '../crypto/index.ts';
import { Mempool } from './mempool.ts';
import type { IndexStore, OutPoint, Spender } from './store.ts';

export interface Seen {
  txid: string;
  /** Null while in the mempool. */
  height: number | null;
}

export interface IndexedOutput extends OutPoint {
  height: number | null;
  spender: Spender | null;
}

/** Parsed transactions that are kept: pages and wallets ask for the same ones again and again. */
const KEPT = 1_000;

/**
 * The chain and the mempool of a node by script, known by RPC alone, so that a real node serves as well. `sync` before
 * reading brings it up to the node, across reorganisations.
 */
export class ScriptIndex {
  readonly node: NodeClient;
  private readonly store: IndexStore;
  private readonly follower: ChainFollower;
  private readonly mempool: Mempool;
  private readonly changes: (() => number) | null;
  private readonly parsed = new Map<string, Transaction>();
  private seen = -1;
  private tipSeen = '';
  /** Goes up whenever `sync` found something new. */
  generation = 0;
  private running: Promise<void> | null = null;
  private next: Promise<void> | null = null;

  /** `changes` counts what happened to the chain and the mempool, where somebody counts: nothing new is not asked for. */
  constructor(node: NodeClient, store: IndexStore, changes: (() => number) | null) {
    this.node = node;
    this.store = store;
    this.follower = new ChainFollower(node, store, 1);
    this.mempool = new Mempool(node, (txid, vout) => store.scriptOf(txid, vout));
    this.changes = changes;
  }

  /** Resolves once everything is in that the node had when this was called. */
  sync(): Promise<void> {
    if (!this.running) {
      this.running = this.run().finally(() => {
        this.running = null;
      });
      return this.running;
    }
    // The one under way may have looked before: whoever comes now shares the next one.
    this.next ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.next = null;
        return this.sync();
      });
    return this.next;
  }

  private async run(): Promise<void> {
    const count = this.changes?.() ?? null;
    if (count !== null && count === this.seen) return;
    for (;;) {
      await this.follower.catchUp();
      const moved = await this.mempool.refresh();
      const tip = this.store.tip()?.hash ?? '';
      if (moved || tip !== this.tipSeen) this.generation += 1;
      this.tipSeen = tip;
      const best = await this.node.call<string>('getbestblockhash');
      // A block in between took transactions out of the mempool that are not in the index yet.
      if (best === (this.store.tip()?.hash ?? best)) break;
    }
    if (count !== null) this.seen = count;
  }

  tip(): { height: number; hash: string } | null {
    return this.store.tip();
  }

  block(height: number): { hash: string; time: number } | null {
    return this.store.block(height);
  }

  /** Newest first, the mempool before all. */
  history(script: string): Seen[] {
    return [
      ...this.mempool.history(script).map((txid) => ({ txid, height: null })),
      ...this.store.history(script),
    ];
  }

  isUsed(script: string): boolean {
    return this.store.isUsed(script) || this.mempool.isUsed(script);
  }

  outputs(script: string): IndexedOutput[] {
    const confirmed = this.store.outputs(script);
    const waiting = this.mempool.outputs(script).map((output) => ({ ...output, height: null }));
    return [...confirmed, ...waiting].map((output) => ({
      ...output,
      spender: this.spender(output.txid, output.vout),
    }));
  }

  spender(txid: string, vout: number): Spender | null {
    return this.store.spender(txid, vout) ?? this.mempool.spender(txid, vout);
  }

  /** Null for a transaction that is neither in a block nor in the mempool. */
  whereabouts(txid: string): { height: number | null } | null {
    const height = this.store.heightOf(txid);
    if (height !== null) return { height };
    return this.mempool.has(txid) ? { height: null } : null;
  }

  waiting(): string[] {
    return this.mempool.txids();
  }

  standsOnAnother(txid: string): boolean {
    return this.mempool.standsOnAnother(txid);
  }

  /** Null when the node does not know it. */
  async transaction(txid: string): Promise<Transaction | null> {
    const known = this.mempool.transaction(txid) ?? this.parsed.get(txid);
    if (known) return known;
    let hex: string;
    try {
      hex = await this.node.call<string>('getrawtransaction', [txid]);
    } catch (error) {
      if (error instanceof NodeRefusal) return null;
      throw error;
    }
    const tx = parseTransaction(fromHex(hex));
    this.parsed.set(txid, tx);
    if (this.parsed.size > KEPT) {
      const [oldest] = this.parsed.keys();
      if (oldest !== undefined) this.parsed.delete(oldest);
    }
    return tx;
  }
}
