import { CHAIN_LIMIT, CHAIN_SIZE_LIMIT, EXTRA_DESCENDANT_SIZE } from './policy.ts';
import { Rejection } from './rejection.ts';
import type { MempoolEntry } from './types.ts';

/** Who of the unconfirmed transactions stands on whom. */
export class MempoolGraph {
  readonly entries = new Map<string, MempoolEntry>();

  get(txid: string): MempoolEntry | undefined {
    return this.entries.get(txid);
  }

  insert(entry: MempoolEntry): void {
    this.entries.set(entry.txid, entry);
    for (const parent of entry.parents) this.entries.get(parent)?.children.add(entry.txid);
  }

  /** Takes one out; whoever stands on it keeps standing (its parent has confirmed). */
  remove(txid: string): void {
    const entry = this.entries.get(txid);
    if (!entry) return;
    this.entries.delete(txid);
    for (const parent of entry.parents) this.entries.get(parent)?.children.delete(txid);
    for (const child of entry.children) this.entries.get(child)?.parents.delete(txid);
  }

  private closure(starts: Iterable<string>, next: (entry: MempoolEntry) => Iterable<string>): Set<string> {
    const found = new Set<string>();
    const todo = [...starts];
    for (let txid = todo.pop(); txid !== undefined; txid = todo.pop()) {
      const entry = this.entries.get(txid);
      if (!entry || found.has(txid)) continue;
      found.add(txid);
      todo.push(...next(entry));
    }
    return found;
  }

  /** Unconfirmed transactions that these stand on, these included. */
  ancestors(starts: Iterable<string>): Set<string> {
    return this.closure(starts, (entry) => entry.parents);
  }

  /** Unconfirmed transactions that stand on these, these included. */
  descendants(starts: Iterable<string>): Set<string> {
    return this.closure(starts, (entry) => entry.children);
  }

  /** Undiscounted virtual bytes. */
  sizeOf(txids: Iterable<string>): number {
    let size = 0;
    for (const txid of txids) size += this.entries.get(txid)?.vsize ?? 0;
    return size;
  }

  feesOf(txids: Iterable<string>): bigint {
    let fees = 0n;
    for (const txid of txids) fees += this.entries.get(txid)?.fee ?? 0n;
    return fees;
  }

  /** Parents first, otherwise in order of entry. */
  inOrder(): MempoolEntry[] {
    const done = new Set<string>();
    const order: MempoolEntry[] = [];
    const visit = (entry: MempoolEntry): void => {
      if (done.has(entry.txid)) return;
      done.add(entry.txid);
      for (const parent of entry.parents) {
        const found = this.entries.get(parent);
        if (found) visit(found);
      }
      order.push(entry);
    };
    for (const entry of [...this.entries.values()].sort((a, b) => a.sequence - b.sequence)) visit(entry);
    return order;
  }

  /** Throws Rejection if a transaction of this size may not stand on these parents. */
  checkLimits(parents: ReadonlySet<string>, vsize: number): void {
    const first = this.limitText(parents, vsize, CHAIN_LIMIT, CHAIN_LIMIT, CHAIN_SIZE_LIMIT);
    if (first === null) return;
    // One small child of a crowded parent is let through.
    const carved =
      vsize <= EXTRA_DESCENDANT_SIZE &&
      this.limitText(parents, vsize, 2, CHAIN_LIMIT + 1, CHAIN_SIZE_LIMIT + EXTRA_DESCENDANT_SIZE) === null;
    if (!carved) throw new Rejection('too-long-mempool-chain', first);
  }

  private limitText(
    parents: ReadonlySet<string>,
    vsize: number,
    maxAncestors: number,
    maxDescendants: number,
    maxDescendantSize: number,
  ): string | null {
    // From the nearest parent up, as the node goes: which limit is named depends on it.
    const staged = new Set(parents);
    const ancestors = new Set<string>();
    let size = vsize;
    for (const txid of staged) {
      staged.delete(txid);
      ancestors.add(txid);
      size += this.entries.get(txid)?.vsize ?? 0;
      const descendants = this.descendants([txid]);
      if (this.sizeOf(descendants) + vsize > maxDescendantSize) {
        return `exceeds descendant size limit for tx ${txid} [limit: ${maxDescendantSize}]`;
      }
      if (descendants.size + 1 > maxDescendants) {
        return `too many descendants for tx ${txid} [limit: ${maxDescendants}]`;
      }
      if (size > CHAIN_SIZE_LIMIT) return `exceeds ancestor size limit [limit: ${CHAIN_SIZE_LIMIT}]`;
      for (const parent of this.entries.get(txid)?.parents ?? []) {
        if (!ancestors.has(parent)) staged.add(parent);
      }
      if (staged.size + ancestors.size + 1 > maxAncestors) {
        return `too many unconfirmed ancestors [limit: ${maxAncestors}]`;
      }
    }
    return null;
  }
}
