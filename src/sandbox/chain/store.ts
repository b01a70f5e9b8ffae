import type { Bytes, Transaction } from '../crypto/index.ts';
import { isCoinbase, parseTransaction, prevTxid, serializeTransaction } from '../crypto/index.ts';
import type { Db } from './database.ts';
import { Statements } from './database.ts';
import type { BlockInfo, Coin } from './types.ts';

interface BlockRow {
  hash: string;
  height: number;
  time: number;
  previous: string | null;
  header: Buffer;
  weight: number;
  size: number;
  stripped: number;
  active: number;
  invalid: number;
}

interface OutputRow {
  txid: string;
  vout: number;
  script: Buffer;
  asset: Buffer;
  value: Buffer;
  nonce: Buffer;
  height: number;
  coinbase: number;
}

/** A copy that is plain bytes: a Buffer may sit in a shared pool. */
function bytes(buffer: Buffer): Bytes {
  return Uint8Array.from(buffer);
}

function coin(row: OutputRow): Coin {
  return {
    txid: row.txid,
    vout: row.vout,
    output: {
      script: bytes(row.script),
      asset: bytes(row.asset),
      value: bytes(row.value),
      nonce: bytes(row.nonce),
    },
    height: row.height,
    coinbase: row.coinbase === 1,
  };
}

/** Parsed transactions that are kept: verbose answers and wallets ask for the same few again and again. */
const PARSED = 300;

/** The tables of the chain, with no rule of their own. */
export class ChainStore {
  readonly db: Db;
  private readonly statements: Statements;
  private readonly parsed = new Map<string, Transaction>();

  constructor(db: Db) {
    this.db = db;
    this.statements = new Statements(db);
  }

  private statement(sql: string): ReturnType<Statements['get']> {
    return this.statements.get(sql);
  }

  meta(key: string): string | null {
    const row = this.statement('SELECT value FROM meta WHERE key = ?').get(key) as
      { value: string } | undefined;
    return row?.value ?? null;
  }

  setMeta(key: string, value: string): void {
    this.statement(
      'INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    ).run(key, value);
  }

  // Blocks

  addBlock(block: BlockInfo, header: Bytes): void {
    this.statement(
      `INSERT INTO blocks (hash, height, time, previous, header, weight, size, stripped, active)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)`,
    ).run(
      block.hash,
      block.height,
      block.time,
      block.previous,
      header,
      block.weight,
      block.size,
      block.strippedSize,
    );
    const add = this.statement('INSERT INTO block_txs VALUES (?, ?, ?)');
    for (const [position, txid] of block.txids.entries()) add.run(block.hash, position, txid);
  }

  private blockInfo(row: BlockRow): BlockInfo {
    const txids = this.statement('SELECT txid FROM block_txs WHERE block = ? ORDER BY position').all(
      row.hash,
    ) as { txid: string }[];
    return {
      hash: row.hash,
      height: row.height,
      time: row.time,
      previous: row.previous,
      weight: row.weight,
      size: row.size,
      strippedSize: row.stripped,
      txids: txids.map((tx) => tx.txid),
    };
  }

  block(hash: string): BlockInfo | null {
    const row = this.statement('SELECT * FROM blocks WHERE hash = ?').get(hash) as BlockRow | undefined;
    return row ? this.blockInfo(row) : null;
  }

  header(hash: string): Bytes | null {
    const row = this.statement('SELECT header FROM blocks WHERE hash = ?').get(hash) as BlockRow | undefined;
    return row ? bytes(row.header) : null;
  }

  isActive(hash: string): boolean {
    const row = this.statement('SELECT active FROM blocks WHERE hash = ?').get(hash) as BlockRow | undefined;
    return row?.active === 1;
  }

  activeTip(): BlockInfo | null {
    const row = this.statement('SELECT * FROM blocks WHERE active = 1 ORDER BY height DESC LIMIT 1').get() as
      BlockRow | undefined;
    return row ? this.blockInfo(row) : null;
  }

  activeHash(height: number): string | null {
    const row = this.statement('SELECT hash FROM blocks WHERE height = ? AND active = 1').get(height) as
      BlockRow | undefined;
    return row?.hash ?? null;
  }

  /** Median of the eleven last block times up to and including this block. */
  medianTime(hash: string): number {
    const times: number[] = [];
    let at: string | null = hash;
    while (at !== null && times.length < 11) {
      const row = this.statement('SELECT time, previous FROM blocks WHERE hash = ?').get(at) as
        BlockRow | undefined;
      if (!row) break;
      times.push(row.time);
      at = row.previous;
    }
    times.sort((a, b) => a - b);
    return times[Math.floor(times.length / 2)] ?? 0;
  }

  /** Highest block that is not invalid and stands on none that is; the one received first wins a tie. */
  bestTip(): string | null {
    const row = this.db
      .prepare(
        `WITH RECURSIVE bad (hash) AS (
           SELECT hash FROM blocks WHERE invalid = 1
           UNION SELECT b.hash FROM blocks b JOIN bad ON b.previous = bad.hash
         )
         SELECT hash FROM blocks WHERE hash NOT IN (SELECT hash FROM bad) ORDER BY height DESC, seq ASC LIMIT 1`,
      )
      .get() as { hash: string } | undefined;
    return row?.hash ?? null;
  }

  /** Whether neither the block nor one below it is invalid. */
  isValidChain(hash: string): boolean {
    const row = this.db
      .prepare(
        `WITH RECURSIVE below (hash, previous, invalid) AS (
           SELECT hash, previous, invalid FROM blocks WHERE hash = ?
           UNION ALL SELECT b.hash, b.previous, b.invalid FROM blocks b JOIN below ON b.hash = below.previous
         )
         SELECT count(*) AS bad FROM below WHERE invalid = 1`,
      )
      .get(hash) as { bad: number };
    return row.bad === 0;
  }

  setInvalid(hash: string, invalid: boolean): void {
    this.statement('UPDATE blocks SET invalid = ? WHERE hash = ?').run(invalid ? 1 : 0, hash);
  }

  /** Blocks above genesis that stand on `hash`, itself included. */
  clearInvalidAround(hash: string): void {
    this.db
      .prepare(
        `WITH RECURSIVE above (hash) AS (
           SELECT ? UNION SELECT b.hash FROM blocks b JOIN above ON b.previous = above.hash
         ), below (hash) AS (
           SELECT ? UNION SELECT b.previous FROM blocks b JOIN below ON b.hash = below.hash WHERE b.previous IS NOT NULL
         )
         UPDATE blocks SET invalid = 0 WHERE hash IN (SELECT hash FROM above UNION SELECT hash FROM below)`,
      )
      .run(hash, hash);
  }

  setActive(block: BlockInfo, active: boolean): void {
    this.statement('UPDATE blocks SET active = ? WHERE hash = ?').run(active ? 1 : 0, block.hash);
    for (const [position, txid] of block.txids.entries()) {
      if (active) {
        this.statement('INSERT OR REPLACE INTO locations VALUES (?, ?, ?, ?)').run(
          txid,
          block.hash,
          block.height,
          position,
        );
        this.statement('UPDATE outputs SET height = ? WHERE txid = ?').run(block.height, txid);
      } else {
        this.statement('DELETE FROM locations WHERE txid = ?').run(txid);
        this.statement('UPDATE outputs SET height = -1 WHERE txid = ?').run(txid);
      }
    }
  }

  location(txid: string): { hash: string; height: number; index: number } | null {
    const row = this.statement('SELECT block, height, position FROM locations WHERE txid = ?').get(txid) as
      { block: string; height: number; position: number } | undefined;
    return row ? { hash: row.block, height: row.height, index: row.position } : null;
  }

  // Transactions

  /** Keeps the bytes. Does not say that the transaction is anywhere. */
  keep(txid: string, tx: Transaction): void {
    this.statement('INSERT OR REPLACE INTO txs VALUES (?, ?)').run(txid, serializeTransaction(tx));
    this.remember(txid, tx);
  }

  private remember(txid: string, tx: Transaction): void {
    this.parsed.delete(txid);
    this.parsed.set(txid, tx);
    if (this.parsed.size > PARSED) {
      const [oldest] = this.parsed.keys();
      if (oldest !== undefined) this.parsed.delete(oldest);
    }
  }

  raw(txid: string): Bytes | null {
    const row = this.statement('SELECT raw FROM txs WHERE txid = ?').get(txid) as { raw: Buffer } | undefined;
    return row ? bytes(row.raw) : null;
  }

  transaction(txid: string): Transaction | null {
    const known = this.parsed.get(txid);
    if (known) return known;
    const raw = this.raw(txid);
    if (!raw) return null;
    const tx = parseTransaction(raw);
    this.remember(txid, tx);
    return tx;
  }

  // Coins

  /** Enters the outputs and marks the inputs spent. */
  apply(txid: string, tx: Transaction, height: number): void {
    // What genesis makes is no miner's reward and can be spent at once.
    const coinbase = isCoinbase(tx) && height > 0;
    const add = this.statement('INSERT OR REPLACE INTO outputs VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    for (const [vout, output] of tx.outputs.entries()) {
      if (output.script.length === 0) continue;
      add.run(txid, vout, output.script, output.asset, output.value, output.nonce, height, coinbase ? 1 : 0);
    }
    if (isCoinbase(tx)) return;
    const spend = this.statement('INSERT INTO spends VALUES (?, ?, ?, ?)');
    for (const [vin, input] of tx.inputs.entries()) spend.run(prevTxid(input), input.vout, txid, vin);
  }

  /** Takes back what `apply` did. */
  revert(txid: string): void {
    this.statement('DELETE FROM outputs WHERE txid = ?').run(txid);
    this.statement('DELETE FROM spends WHERE by_txid = ?').run(txid);
  }

  /** An output of the active chain or the mempool, spent or not. */
  output(txid: string, vout: number): Coin | null {
    const row = this.statement('SELECT * FROM outputs WHERE txid = ? AND vout = ?').get(txid, vout) as
      OutputRow | undefined;
    return row ? coin(row) : null;
  }

  spender(txid: string, vout: number): string | null {
    const row = this.statement('SELECT by_txid FROM spends WHERE txid = ? AND vout = ?').get(txid, vout) as
      { by_txid: string } | undefined;
    return row?.by_txid ?? null;
  }

  unspent(txid: string, vout: number): Coin | null {
    return this.spender(txid, vout) === null ? this.output(txid, vout) : null;
  }

  /** Every unspent output, or those of one script; the mempool's included. */
  coins(script?: Bytes): Coin[] {
    const where = 'NOT EXISTS (SELECT 1 FROM spends s WHERE s.txid = o.txid AND s.vout = o.vout)';
    const rows = (
      script === undefined
        ? this.statement(`SELECT * FROM outputs o WHERE ${where}`).all()
        : this.statement(`SELECT * FROM outputs o WHERE script = ? AND ${where}`).all(script)
    ) as OutputRow[];
    return rows.map(coin);
  }

  /** Every output to a script, spent or not, in chain order. */
  history(script: Bytes): Coin[] {
    const rows = this.statement('SELECT * FROM outputs WHERE script = ? ORDER BY height').all(
      script,
    ) as OutputRow[];
    return rows.map(coin);
  }

  // Mempool

  mempoolRows(): { txid: string; sequence: number; time: number; height: number; fee: bigint }[] {
    return this.db
      .prepare('SELECT txid, sequence, time, height, fee FROM mempool ORDER BY sequence')
      .safeIntegers(true)
      .all()
      .map((row) => {
        const one = row as { txid: string; sequence: bigint; time: bigint; height: bigint; fee: bigint };
        return {
          txid: one.txid,
          sequence: Number(one.sequence),
          time: Number(one.time),
          height: Number(one.height),
          fee: one.fee,
        };
      });
  }

  addMempool(row: { txid: string; sequence: number; time: number; height: number; fee: bigint }): void {
    this.statement('INSERT OR REPLACE INTO mempool VALUES (?, ?, ?, ?, ?)').run(
      row.txid,
      row.sequence,
      row.time,
      row.height,
      row.fee,
    );
  }

  removeMempool(txid: string): void {
    this.statement('DELETE FROM mempool WHERE txid = ?').run(txid);
  }
}
