import { sha256, toHex, prevTxid } from '../crypto/index.ts';
import type { Bytes, Transaction } from '../crypto/index.ts';
import { all, atomically, one, openFile, run } from '../amp/index.ts';
import type { Db, FollowedBlock, FollowerStore } from '../amp/index.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blocks (height INTEGER PRIMARY KEY, hash TEXT NOT NULL, time INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS transactions (
  txid TEXT PRIMARY KEY, height INTEGER NOT NULL, position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS transactions_height ON transactions (height);
-- A script is known by the hex of its SHA-256.
CREATE TABLE IF NOT EXISTS outputs (
  txid TEXT NOT NULL, vout INTEGER NOT NULL, script TEXT NOT NULL, height INTEGER NOT NULL, PRIMARY KEY (txid, vout)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS outputs_script ON outputs (script);
CREATE INDEX IF NOT EXISTS outputs_height ON outputs (height);
CREATE TABLE IF NOT EXISTS spends (
  txid TEXT NOT NULL, vout INTEGER NOT NULL, by_txid TEXT NOT NULL, vin INTEGER NOT NULL, height INTEGER NOT NULL,
  PRIMARY KEY (txid, vout)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS spends_height ON spends (height);
CREATE TABLE IF NOT EXISTS touches (
  script TEXT NOT NULL, height INTEGER NOT NULL, position INTEGER NOT NULL, txid TEXT NOT NULL,
  PRIMARY KEY (script, height, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS touches_height ON touches (height);
`;

export interface OutPoint {
  txid: string;
  vout: number;
}

export interface Spender {
  txid: string;
  vin: number;
  /** Null while in the mempool. */
  height: number | null;
}

/** How Esplora knows a script: SHA-256, in hex as it stands. */
export function scriptHash(script: Bytes): string {
  return toHex(sha256(script));
}

export function openIndex(path: string | null): Db {
  return openFile(path, SCHEMA);
}

/** Script hashes that a transaction touches: those it pays, and those whose outputs it spends as far as they are known. */
export function touchedBy(
  tx: Transaction,
  scriptOf: (txid: string, vout: number) => string | null,
): Set<string> {
  const touched = new Set<string>();
  for (const input of tx.inputs) {
    const script = scriptOf(prevTxid(input), input.vout);
    if (script !== null) touched.add(script);
  }
  // The fee is an output without a script, which nobody looks for.
  for (const output of tx.outputs) if (output.script.length > 0) touched.add(scriptHash(output.script));
  return touched;
}

/** The confirmed chain by script. */
export class IndexStore implements FollowerStore {
  readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  tip(): { height: number; hash: string } | null {
    const row = one<{ height: bigint; hash: string }>(
      this.db,
      'SELECT height, hash FROM blocks ORDER BY height DESC LIMIT 1',
    );
    return row ? { height: Number(row.height), hash: row.hash } : null;
  }

  hashAt(height: number): string | null {
    return this.block(height)?.hash ?? null;
  }

  block(height: number): { hash: string; time: number } | null {
    const row = one<{ hash: string; time: bigint }>(
      this.db,
      'SELECT hash, time FROM blocks WHERE height = ?',
      height,
    );
    return row ? { hash: row.hash, time: Number(row.time) } : null;
  }

  heightOf(txid: string): number | null {
    const row = one<{ height: bigint }>(this.db, 'SELECT height FROM transactions WHERE txid = ?', txid);
    return row ? Number(row.height) : null;
  }

  scriptOf(txid: string, vout: number): string | null {
    return (
      one<{ script: string }>(this.db, 'SELECT script FROM outputs WHERE txid = ? AND vout = ?', txid, vout)
        ?.script ?? null
    );
  }

  spender(txid: string, vout: number): Spender | null {
    const row = one<{ by_txid: string; vin: bigint; height: bigint }>(
      this.db,
      'SELECT by_txid, vin, height FROM spends WHERE txid = ? AND vout = ?',
      txid,
      vout,
    );
    return row ? { txid: row.by_txid, vin: Number(row.vin), height: Number(row.height) } : null;
  }

  /** Newest first. */
  history(script: string): { txid: string; height: number }[] {
    return all<{ txid: string; height: bigint }>(
      this.db,
      'SELECT txid, height FROM touches WHERE script = ? ORDER BY height DESC, position DESC',
      script,
    ).map(({ txid, height }) => ({ txid, height: Number(height) }));
  }

  isUsed(script: string): boolean {
    return one(this.db, 'SELECT 1 FROM touches WHERE script = ? LIMIT 1', script) !== undefined;
  }

  outputs(script: string): (OutPoint & { height: number })[] {
    return all<{ txid: string; vout: bigint; height: bigint }>(
      this.db,
      'SELECT txid, vout, height FROM outputs WHERE script = ? ORDER BY height, txid, vout',
      script,
    ).map(({ txid, vout, height }) => ({ txid, vout: Number(vout), height: Number(height) }));
  }

  add(block: FollowedBlock): void {
    atomically(this.db, () => {
      run(this.db, 'INSERT INTO blocks VALUES (?, ?, ?)', block.height, block.hash, block.time);
      for (const [position, { txid, tx }] of block.transactions.entries()) {
        this.record(block.height, position, txid, tx);
      }
    });
  }

  private record(height: number, position: number, txid: string, tx: Transaction): void {
    const { db } = this;
    run(db, 'INSERT OR REPLACE INTO transactions VALUES (?, ?, ?)', txid, height, position);
    tx.outputs.forEach(({ script }, vout) => {
      if (script.length === 0) return;
      run(db, 'INSERT OR REPLACE INTO outputs VALUES (?, ?, ?, ?)', txid, vout, scriptHash(script), height);
    });
    for (const [vin, input] of tx.inputs.entries()) {
      run(
        db,
        'INSERT OR REPLACE INTO spends VALUES (?, ?, ?, ?, ?)',
        prevTxid(input),
        input.vout,
        txid,
        vin,
        height,
      );
    }
    for (const script of touchedBy(tx, (from, vout) => this.scriptOf(from, vout))) {
      run(db, 'INSERT OR REPLACE INTO touches VALUES (?, ?, ?, ?)', script, height, position, txid);
    }
  }

  rollback(height: number): void {
    atomically(this.db, () => {
      for (const table of ['blocks', 'transactions', 'outputs', 'spends', 'touches']) {
        run(this.db, `DELETE FROM ${table} WHERE height >= ?`, height);
      }
    });
  }
}
