import { NodeRefusal } from '../amp/index.ts';
import type { NodeClient } from '../amp/index.ts';
import { fromHex, parseTransaction, prevTxid } from '../crypto/index.ts';
import type { Transaction } from '../crypto/index.ts';
import { scriptHash, touchedBy } from './store.ts';
import type { OutPoint, Spender } from './store.ts';

interface Waiting {
  tx: Transaction;
  touches: Set<string>;
}

/** What waits for a block, by script. */
export class Mempool {
  private readonly node: NodeClient;
  private readonly confirmedScript: (txid: string, vout: number) => string | null;
  private readonly entries = new Map<string, Waiting>();
  private readonly spends = new Map<string, Spender>();
  private readonly byScript = new Map<string, string[]>();

  constructor(node: NodeClient, confirmedScript: (txid: string, vout: number) => string | null) {
    this.node = node;
    this.confirmedScript = confirmedScript;
  }

  /** Takes over what the node's mempool holds now. True when that is something else than before. */
  async refresh(): Promise<boolean> {
    const txids = await this.node.call<string[]>('getrawmempool');
    const present = new Set(txids);
    const before = this.entries.size;
    for (const txid of this.entries.keys()) if (!present.has(txid)) this.entries.delete(txid);
    const left = before - this.entries.size;
    const fresh: [string, Transaction][] = [];
    for (const txid of txids) {
      if (this.entries.has(txid)) continue;
      try {
        const hex = await this.node.call<string>('getrawtransaction', [txid]);
        fresh.push([txid, parseTransaction(fromHex(hex))]);
      } catch (error) {
        // Gone again in the meantime.
        if (!(error instanceof NodeRefusal)) throw error;
      }
    }
    for (const [txid, tx] of fresh) this.entries.set(txid, { tx, touches: new Set() });
    for (const [txid, tx] of fresh) {
      this.entries.set(txid, { tx, touches: touchedBy(tx, (from, vout) => this.scriptOf(from, vout)) });
    }
    if (left === 0 && fresh.length === 0) return false;
    this.spends.clear();
    this.byScript.clear();
    for (const [txid, { tx, touches }] of this.entries) {
      for (const script of touches) this.byScript.set(script, [...(this.byScript.get(script) ?? []), txid]);
      for (const [vin, input] of tx.inputs.entries()) {
        this.spends.set(`${prevTxid(input)}:${input.vout}`, { txid, vin, height: null });
      }
    }
    return true;
  }

  has(txid: string): boolean {
    return this.entries.has(txid);
  }

  transaction(txid: string): Transaction | null {
    return this.entries.get(txid)?.tx ?? null;
  }

  txids(): string[] {
    return [...this.entries.keys()];
  }

  spender(txid: string, vout: number): Spender | null {
    return this.spends.get(`${txid}:${vout}`) ?? null;
  }

  /** Whether a transaction stands on another one that waits. */
  standsOnAnother(txid: string): boolean {
    return this.entries.get(txid)?.tx.inputs.some((input) => this.entries.has(prevTxid(input))) === true;
  }

  isUsed(script: string): boolean {
    return this.byScript.has(script);
  }

  history(script: string): string[] {
    return this.byScript.get(script) ?? [];
  }

  outputs(script: string): OutPoint[] {
    const found: OutPoint[] = [];
    for (const txid of this.history(script)) {
      const { outputs = [] } = this.entries.get(txid)?.tx ?? {};
      outputs.forEach((output, vout) => {
        if (output.script.length > 0 && scriptHash(output.script) === script) found.push({ txid, vout });
      });
    }
    return found;
  }

  private scriptOf(txid: string, vout: number): string | null {
    const script = this.entries.get(txid)?.tx.outputs[vout]?.script;
    return script ? scriptHash(script) : this.confirmedScript(txid, vout);
  }
}
