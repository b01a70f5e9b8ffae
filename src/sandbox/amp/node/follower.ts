import { fromHex, parseTransaction } from '../../crypto/index.ts';
import type { Transaction } from '../../crypto/index.ts';
import { NodeRefusal } from './client.ts';
import type { NodeClient } from './client.ts';

export interface FollowedBlock {
  hash: string;
  height: number;
  time: number;
  transactions: { txid: string; tx: Transaction }[];
}

/** Where a follower keeps what it saw. Each method is one transaction of the store. */
export interface FollowerStore {
  /** The newest block seen, or null before the first. */
  tip(): { height: number; hash: string } | null;
  hashAt(height: number): string | null;
  add(block: FollowedBlock): void;
  /** Forget this height and all above it. */
  rollback(height: number): void;
}

const UNKNOWN_BLOCK = -5;
const OUT_OF_RANGE = -8;

/**
 * Follows the active chain by RPC from a given height on. A block that left the chain is rolled back before the
 * blocks that took its place are read.
 */
export class ChainFollower {
  private readonly node: NodeClient;
  private readonly store: FollowerStore;
  private readonly from: number;
  private running: Promise<number> | null = null;

  constructor(node: NodeClient, store: FollowerStore, from: number) {
    this.node = node;
    this.store = store;
    this.from = from;
  }

  /** Reads up to the node's tip and returns its height. Calls at the same time share one run. */
  catchUp(): Promise<number> {
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async run(): Promise<number> {
    for (;;) {
      const height = Number(await this.node.call<bigint>('getblockcount'));
      if (await this.stepBack(height)) continue;
      const next = (this.store.tip()?.height ?? this.from - 1) + 1;
      if (next > height) return height;
      await this.read(next);
    }
  }

  /** True when something had to be rolled back. */
  private async stepBack(height: number): Promise<boolean> {
    const tip = this.store.tip();
    if (!tip) return false;
    if (tip.height > height) {
      this.store.rollback(height + 1);
      return true;
    }
    if ((await this.hashOf(tip.height)) === tip.hash) return false;
    let fork = tip.height;
    while (fork > this.from && this.store.hashAt(fork - 1) !== (await this.hashOf(fork - 1))) fork--;
    this.store.rollback(fork);
    return true;
  }

  private async hashOf(height: number): Promise<string | null> {
    try {
      return await this.node.call<string>('getblockhash', [height]);
    } catch (error) {
      if (error instanceof NodeRefusal && error.code === OUT_OF_RANGE) return null;
      throw error;
    }
  }

  private async read(height: number): Promise<void> {
    const hash = await this.hashOf(height);
    if (hash === null) return;
    const block = await this.node.call<{ tx: string[]; time: bigint }>('getblock', [hash, 1]);
    const transactions: FollowedBlock['transactions'] = [];
    for (const txid of block.tx) {
      try {
        const hex = await this.node.call<string>('getrawtransaction', [txid, false, hash]);
        transactions.push({ txid, tx: parseTransaction(fromHex(hex)) });
      } catch (error) {
        // The block was reorganised away while it was being read: look again.
        if (error instanceof NodeRefusal && error.code === UNKNOWN_BLOCK) return;
        throw error;
      }
    }
    this.store.add({ hash, height, time: Number(block.time), transactions });
  }
}
