import Database from 'better-sqlite3';

export type Db = Database.Database;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS blocks (
  seq INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  height INTEGER NOT NULL,
  time INTEGER NOT NULL,
  previous TEXT,
  header BLOB NOT NULL,
  weight INTEGER NOT NULL,
  size INTEGER NOT NULL,
  stripped INTEGER NOT NULL,
  active INTEGER NOT NULL,
  invalid INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS blocks_by_height ON blocks (height, active);
CREATE TABLE IF NOT EXISTS block_txs (
  block TEXT NOT NULL, position INTEGER NOT NULL, txid TEXT NOT NULL, PRIMARY KEY (block, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS txs (txid TEXT PRIMARY KEY, raw BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS locations (
  txid TEXT PRIMARY KEY, block TEXT NOT NULL, height INTEGER NOT NULL, position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outputs (
  txid TEXT NOT NULL, vout INTEGER NOT NULL, script BLOB NOT NULL, asset BLOB NOT NULL, value BLOB NOT NULL,
  nonce BLOB NOT NULL, height INTEGER NOT NULL, coinbase INTEGER NOT NULL, PRIMARY KEY (txid, vout)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS outputs_by_script ON outputs (script);
CREATE TABLE IF NOT EXISTS spends (
  txid TEXT NOT NULL, vout INTEGER NOT NULL, by_txid TEXT NOT NULL, by_vin INTEGER NOT NULL, PRIMARY KEY (txid, vout)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS spends_by ON spends (by_txid);
CREATE TABLE IF NOT EXISTS mempool (
  txid TEXT PRIMARY KEY, sequence INTEGER NOT NULL, time INTEGER NOT NULL, height INTEGER NOT NULL, fee INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;

/**
 * Opens (or creates) the state. The write-ahead log makes every change whole or absent if the process dies. Money is
 * read as bigint only where it is asked for; heights and times are plain numbers.
 */
export function openDatabase(file: string | undefined): Db {
  const db = new Database(file ?? ':memory:');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('busy_timeout = 5000');
  db.exec(SCHEMA);
  return db;
}

type Statement = Database.Statement<unknown[]>;

/** Prepares each statement once. */
export class Statements {
  private readonly db: Db;
  private readonly prepared = new Map<string, Statement>();

  constructor(db: Db) {
    this.db = db;
  }

  get(sql: string): Statement {
    let statement = this.prepared.get(sql);
    if (!statement) {
      statement = this.db.prepare<unknown[]>(sql);
      this.prepared.set(sql, statement);
    }
    return statement;
  }
}
