import type { Bytes, ProofPool, Transaction } from '../crypto/index.ts';
import { isCoinbase, serializeBase, serializeTransaction, sizeOf, txidOf, wtxidOf } from '../crypto/index.ts';
import { prevTxid } from '../crypto/index.ts';
import { coinbase, makeHeader } from './block.ts';
import type { Db } from './database.ts';
import { genesis } from './genesis.ts';
import { MempoolGraph } from './mempool.ts';
import { BLOCK_RESERVED_WEIGHT, MAX_BLOCK_WEIGHT } from './policy.ts';
import { Rejection } from './rejection.ts';
import { ChainStore } from './store.ts';
import type { BlockInfo, ChainListener, Coin, Location, MempoolEntry, Verdict } from './types.ts';
import { Validator } from './validator.ts';

type BlockEntry = Pick<MempoolEntry, 'txid' | 'fee'>;

export interface ChainOptions {
  /** Milliseconds since the epoch. */
  clock?: () => number;
  /** Changes the genesis block. */
  seed?: number;
}

/**
 * One Liquid chain and its mempool on one machine: whoever asks may make a block. All state is in the database; what is
 * kept in memory (the mempool's graph) is read from it.
 */
export class Chain {
  readonly store: ChainStore;
  readonly mempool = new MempoolGraph();
  readonly policyAsset: string;
  readonly genesisHash: string;
  private readonly validator: Validator;
  private readonly listeners: ChainListener[] = [];
  private readonly clock: () => number;
  private tipBlock: BlockInfo;

  constructor(db: Db, pool: ProofPool, options: ChainOptions = {}) {
    this.store = new ChainStore(db);
    this.clock = options.clock ?? Date.now;
    const first = genesis(options.seed ?? 0, this.now());
    this.policyAsset = first.policyAsset;
    let tip = this.store.activeTip();
    if (!tip) {
      db.transaction(() => {
        this.store.keep(first.txid, first.tx);
        this.store.addBlock(first.block, first.header);
        this.store.apply(first.txid, first.tx, 0);
        this.store.setActive(first.block, true);
      })();
      tip = first.block;
    }
    this.tipBlock = tip;
    this.genesisHash = this.store.activeHash(0) ?? '';
    this.validator = new Validator(this, pool);
    this.loadMempool();
  }

  /** Seconds since the epoch. */
  now(): number {
    return Math.floor(this.clock() / 1000);
  }

  listen(listener: ChainListener): () => void {
    this.listeners.push(listener);
    return () => {
      const at = this.listeners.indexOf(listener);
      if (at >= 0) this.listeners.splice(at, 1);
    };
  }

  get tip(): BlockInfo {
    return this.tipBlock;
  }

  medianTime(hash = this.tipBlock.hash): number {
    return this.store.medianTime(hash);
  }

  /** Where a transaction is in the active chain or the mempool; null if in neither. */
  locate(txid: string): Location | null {
    if (this.mempool.get(txid)) return { kind: 'mempool' };
    const at = this.store.location(txid);
    return at ? { kind: 'block', ...at } : null;
  }

  /** 0 in the mempool or nowhere. */
  confirmations(txid: string): number {
    const at = this.store.location(txid);
    return at ? this.tipBlock.height - at.height + 1 : 0;
  }

  coin(txid: string, vout: number): Coin | null {
    return this.store.unspent(txid, vout);
  }

  /** Whether the mempool would take it now; throws Rejection. */
  test(tx: Transaction): Promise<Verdict> {
    return this.validator.check(tx);
  }

  /** Takes a transaction into the mempool; throws Rejection and changes nothing if a rule forbids it. */
  async accept(tx: Transaction): Promise<Verdict> {
    const txid = txidOf(tx);
    await this.validator.check(tx);
    // The chain may have moved on meanwhile: everything but proofs and signatures is looked at again.
    const { verdict, parents } = this.validator.recheck(tx);
    this.store.db.transaction(() => {
      this.store.keep(txid, tx);
      this.enter(tx, verdict, parents);
    })();
    return verdict;
  }

  private enter(tx: Transaction, verdict: Verdict, parents: Set<string>): void {
    const entry: MempoolEntry = {
      ...verdict,
      time: this.now(),
      height: this.tipBlock.height,
      sequence: this.nextSequence(),
      parents,
      children: new Set(),
    };
    this.store.apply(verdict.txid, tx, -1);
    this.store.addMempool(entry);
    this.mempool.insert(entry);
    for (const listener of [...this.listeners]) listener.added?.(verdict.txid, tx);
  }

  private nextSequence(): number {
    const next = Number(this.store.meta('mempool_sequence') ?? '0') + 1;
    this.store.setMeta('mempool_sequence', String(next));
    return next;
  }

  /** The mempool parents of a transaction. */
  parentsOf(tx: Transaction): Set<string> {
    return new Set(tx.inputs.map(prevTxid).filter((txid) => this.mempool.get(txid)));
  }

  private loadMempool(): void {
    for (const row of this.store.mempoolRows()) {
      const tx = this.store.transaction(row.txid);
      if (!tx) throw new Error(`the state lacks transaction ${row.txid}`);
      this.mempool.insert({
        ...row,
        ...sizeOf(tx),
        wtxid: wtxidOf(tx),
        parents: this.parentsOf(tx),
        children: new Set(),
      });
    }
    // A child may have entered the list before its parent came back from a lost block.
    for (const entry of this.mempool.entries.values()) {
      const tx = this.store.transaction(entry.txid);
      if (tx) entry.parents = this.parentsOf(tx);
      for (const parent of entry.parents) this.mempool.get(parent)?.children.add(entry.txid);
    }
  }

  // Blocks

  /** Makes `count` blocks on the tip; the fees go to `script`. Returns their hashes. */
  mine(count: number, script: Bytes): string[] {
    const hashes: string[] = [];
    for (let i = 0; i < count; i++) hashes.push(this.mineOne(this.selectForBlock(), script));
    return hashes;
  }

  /**
   * One block with exactly these transactions: of the mempool by their txids, and others, which may spend what the
   * mempool spends too and then win over it. Parents stand before children. Throws Rejection.
   */
  async mineExactly(list: readonly (string | Transaction)[], script: Bytes): Promise<string> {
    const others = list.filter((one): one is Transaction => typeof one !== 'string');
    const checked: BlockEntry[] = [];
    for (const tx of others) checked.push(await this.validator.checkForBlock(tx));
    const wanted = new Set(list.filter((one): one is string => typeof one === 'string'));
    const entries = this.mempool.inOrder().filter((entry) => wanted.has(entry.txid));
    for (const entry of entries) {
      if ([...entry.parents].some((parent) => !wanted.has(parent))) {
        throw new Rejection('bad-txns-inputs-missingorspent');
      }
    }
    for (const tx of others) this.store.keep(txidOf(tx), tx);
    return this.mineOne([...entries, ...checked], script);
  }

  private selectForBlock(): MempoolEntry[] {
    let left = MAX_BLOCK_WEIGHT - BLOCK_RESERVED_WEIGHT;
    const taken = new Set<string>();
    const selected: MempoolEntry[] = [];
    for (const entry of this.mempool.inOrder()) {
      if (entry.weight > left || [...entry.parents].some((parent) => !taken.has(parent))) continue;
      left -= entry.weight;
      taken.add(entry.txid);
      selected.push(entry);
    }
    return selected;
  }

  private mineOne(entries: readonly BlockEntry[], script: Bytes): string {
    const made = this.store.db.transaction(() => {
      const block = this.assemble(this.tipBlock, entries, script);
      this.connect(block);
      return block;
    })();
    this.announceTip();
    return made.hash;
  }

  private assemble(parent: BlockInfo, entries: readonly BlockEntry[], script: Bytes): BlockInfo {
    const nonce = Number(this.store.meta('blocks_made') ?? '0') + 1;
    this.store.setMeta('blocks_made', String(nonce));
    const transactions = entries.map((entry) => this.require(entry.txid));
    const height = parent.height + 1;
    const first = coinbase({
      height,
      nonce,
      fees: entries.reduce((sum, entry) => sum + entry.fee, 0n),
      asset: this.policyAsset,
      script,
      transactions,
    });
    const all = [first, ...transactions];
    const txids = [txidOf(first), ...entries.map((entry) => entry.txid)];
    const time = Math.max(parent.time, this.now());
    const made = makeHeader({ previous: parent.hash, txids, time, height });
    const sum = (measure: (tx: Transaction) => number): number =>
      all.reduce((total, tx) => total + measure(tx), 0);
    const size = made.header.length + 1 + sum((tx) => serializeTransaction(tx).length);
    const strippedSize = made.header.length + 1 + sum((tx) => serializeBase(tx).length);
    const block: BlockInfo = {
      hash: made.hash,
      height,
      time,
      previous: parent.hash,
      txids,
      size,
      strippedSize,
      weight: strippedSize * 3 + size,
    };
    this.store.keep(txids[0] ?? '', first);
    this.store.addBlock(block, made.header);
    return block;
  }

  private require(txid: string): Transaction {
    const tx = this.store.transaction(txid);
    if (!tx) throw new Error(`the state lacks transaction ${txid}`);
    return tx;
  }

  /** Makes a stored block whose parent is the tip the new tip. */
  private connect(block: BlockInfo): void {
    const parent = this.tipBlock;
    this.tipBlock = block;
    for (const txid of block.txids) {
      const tx = this.require(txid);
      if (this.mempool.get(txid)) {
        this.mempool.remove(txid);
        this.store.removeMempool(txid);
        continue;
      }
      if (!isCoinbase(tx)) this.evictConflicts(tx);
      this.store.apply(txid, tx, block.height);
      if (!isCoinbase(tx)) for (const listener of [...this.listeners]) listener.added?.(txid, tx);
    }
    this.store.setActive(block, true);
    if (parent.hash !== block.previous) throw new Error('a block that does not stand on the tip');
    for (const listener of [...this.listeners]) listener.connected?.(block);
  }

  /** A transaction of a block wins over whatever the mempool spends the same outputs with. */
  private evictConflicts(tx: Transaction): void {
    for (const input of tx.inputs) {
      const spender = this.store.spender(prevTxid(input), input.vout);
      if (spender !== null) this.evict(spender);
    }
  }

  /** Removes a mempool transaction and all that stands on it. */
  private evict(txid: string): void {
    for (const gone of this.mempool.descendants([txid])) {
      this.mempool.remove(gone);
      this.store.removeMempool(gone);
      this.store.revert(gone);
      for (const listener of [...this.listeners]) listener.removed?.(gone);
    }
  }

  /** Takes the tip back; its transactions return to the mempool, except what a lost coinbase paid for. */
  private disconnectTip(): void {
    const block = this.tipBlock;
    if (block.previous === null) throw new Error('the genesis block stays');
    const parent = this.store.block(block.previous);
    if (!parent) throw new Error('the state lacks a block');
    this.store.setActive(block, false);
    this.tipBlock = parent;
    for (const txid of block.txids) {
      const tx = this.require(txid);
      if (isCoinbase(tx)) {
        for (let vout = 0; vout < tx.outputs.length; vout++) {
          const spender = this.store.spender(txid, vout);
          if (spender !== null && this.mempool.get(spender)) this.evict(spender);
        }
        this.store.revert(txid);
        continue;
      }
      const entry: MempoolEntry = {
        ...sizeOf(tx),
        txid,
        wtxid: wtxidOf(tx),
        fee: this.validator.fee(tx),
        time: this.now(),
        height: parent.height,
        sequence: this.nextSequence(),
        parents: this.parentsOf(tx),
        children: new Set(),
      };
      this.store.addMempool(entry);
      this.mempool.insert(entry);
    }
    // Those that stood on this block's transactions now stand on unconfirmed ones.
    for (const entry of this.mempool.entries.values()) {
      const tx = this.require(entry.txid);
      entry.parents = this.parentsOf(tx);
      for (const up of entry.parents) this.mempool.get(up)?.children.add(entry.txid);
    }
    for (const listener of [...this.listeners]) listener.disconnected?.(block);
  }

  /**
   * Loses the last `depth` blocks to a branch of `depth` + 1 empty ones. Their transactions wait in the mempool again.
   * Returns the hashes of the new branch.
   */
  reorganize(depth: number, script: Bytes): string[] {
    if (!Number.isInteger(depth) || depth < 1 || depth > this.tipBlock.height) {
      throw new RangeError(`a reorganisation of 1 to ${this.tipBlock.height} blocks`);
    }
    const hashes = this.store.db.transaction(() => {
      for (let i = 0; i < depth; i++) this.disconnectTip();
      const made: string[] = [];
      for (let i = 0; i <= depth; i++) {
        const block = this.assemble(this.tipBlock, [], script);
        this.connect(block);
        made.push(block.hash);
      }
      return made;
    })();
    this.announceTip();
    return hashes;
  }

  /** Marks a block as never to be stood on, or as fine again, and moves to the best chain that is left. */
  judge(hash: string, valid: boolean): void {
    const block = this.store.block(hash);
    if (!block) throw new RangeError('unknown block');
    if (block.previous === null) throw new RangeError('the genesis block stays');
    const before = this.tipBlock.hash;
    this.store.db.transaction(() => {
      if (valid) this.store.clearInvalidAround(hash);
      else this.store.setInvalid(hash, true);
      this.activateBest();
    })();
    if (this.tipBlock.hash !== before) this.announceTip();
  }

  private activateBest(): void {
    const best = this.store.bestTip();
    if (best === null || best === this.tipBlock.hash) return;
    const target = this.store.block(best);
    if (!target) return;
    // A branch of the same length does not displace a tip that is still valid.
    if (target.height <= this.tipBlock.height && this.store.isValidChain(this.tipBlock.hash)) return;
    const branch: BlockInfo[] = [];
    for (let at: BlockInfo | null = target; at && !this.store.isActive(at.hash);) {
      branch.unshift(at);
      at = at.previous === null ? null : this.store.block(at.previous);
    }
    const fork = branch[0]?.previous ?? target.hash;
    while (this.tipBlock.hash !== fork) this.disconnectTip();
    for (const block of branch) this.connect(block);
  }

  private announceTip(): void {
    for (const listener of [...this.listeners]) listener.tip?.(this.tipBlock);
  }
}
