import type { ElementsNode } from '../elements/index.ts';
import { readChainTransaction } from '../liquid/index.ts';
import type { ScriptIndex } from './script-index.ts';

interface Waiting {
  hex: string;
  touches: ReadonlySet<string>;
}

/** Unconfirmed transactions that touch followed scripts. Each transaction of the mempool is read once. */
export class NodeMempool {
  readonly #node: Pick<ElementsNode, 'mempool' | 'rawTransaction'>;
  readonly #index: ScriptIndex;
  /** Null for one that touches nothing. */
  readonly #seen = new Map<string, Waiting | null>();
  /** Script by `txid:vout`, of unconfirmed outputs. */
  readonly #outputs = new Map<string, string>();

  constructor(node: Pick<ElementsNode, 'mempool' | 'rawTransaction'>, index: ScriptIndex) {
    this.#node = node;
    this.#index = index;
  }

  async refresh(): Promise<void> {
    const there = new Set(await this.#node.mempool());
    for (const txid of this.#seen.keys()) if (!there.has(txid)) this.#drop(txid);
    const unread = [...there].filter((txid) => !this.#seen.has(txid));
    const read = await Promise.all(
      unread.map(async (txid) => ({ txid, hex: await this.#node.rawTransaction(txid) })),
    );
    const fresh = read.flatMap(({ txid, hex }) =>
      // It may have left the mempool since.
      hex === null ? [] : [{ txid, hex, facts: readChainTransaction(hex) }],
    );
    // Twice: the node names them in no order, and one may spend what another pays.
    this.#index.match(
      fresh.map(({ facts }) => facts),
      this.#outputs,
    );
    const found = new Map(
      this.#index
        .match(
          fresh.map(({ facts }) => facts),
          this.#outputs,
        )
        .map(({ txid, touches }) => [txid, touches]),
    );
    for (const { txid, hex } of fresh) {
      const touches = found.get(txid);
      this.#seen.set(txid, touches ? { hex, touches } : null);
    }
  }

  /** Another script is followed: what was passed over may touch it. */
  forget(): void {
    this.#seen.clear();
    this.#outputs.clear();
  }

  #drop(txid: string): void {
    this.#seen.delete(txid);
    for (const point of this.#outputs.keys()) if (point.startsWith(`${txid}:`)) this.#outputs.delete(point);
  }

  history(script: string): string[] {
    return [...this.#seen].filter(([, waiting]) => waiting?.touches.has(script)).map(([txid]) => txid);
  }

  hex(txid: string): string | null {
    return this.#seen.get(txid)?.hex ?? null;
  }
}
