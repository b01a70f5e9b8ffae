import Database from 'better-sqlite3';

export type Db = Database.Database;

/**
 * AMP's own books. Amounts and ids are INTEGER and read as bigint (`defaultSafeIntegers`); hashes, scripts and
 * blinders are hex in display order.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE IF NOT EXISTS accounts (
  id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE, password TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('issuer', 'manager')), is_locked INTEGER NOT NULL DEFAULT 0,
  token TEXT UNIQUE, token_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS manager_assets (
  manager_id INTEGER NOT NULL, asset_uuid TEXT NOT NULL, PRIMARY KEY (manager_id, asset_uuid)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS users (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, is_company INTEGER NOT NULL, creator INTEGER NOT NULL,
  ever_in_category INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS user_gaids (
  gaid TEXT PRIMARY KEY, user_id INTEGER NOT NULL, is_default INTEGER NOT NULL, seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS user_gaids_user ON user_gaids (user_id, is_default);

CREATE TABLE IF NOT EXISTS categories (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, description TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS category_users (
  user_id INTEGER NOT NULL, category_id INTEGER NOT NULL, PRIMARY KEY (user_id, category_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS category_users_category ON category_users (category_id, user_id);
CREATE TABLE IF NOT EXISTS category_assets (
  asset_uuid TEXT NOT NULL, category_id INTEGER NOT NULL, PRIMARY KEY (asset_uuid, category_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS assets (
  asset_uuid TEXT PRIMARY KEY, asset_id TEXT NOT NULL UNIQUE, token_id TEXT, entropy TEXT NOT NULL,
  seq INTEGER NOT NULL, creator INTEGER NOT NULL,
  name TEXT NOT NULL, ticker TEXT NOT NULL, precision INTEGER NOT NULL, domain TEXT NOT NULL, pubkey TEXT NOT NULL,
  is_confidential INTEGER NOT NULL, transfer_restricted INTEGER NOT NULL,
  issued INTEGER NOT NULL, tokens INTEGER NOT NULL, txid TEXT NOT NULL, raw_tx TEXT NOT NULL,
  broadcast INTEGER NOT NULL DEFAULT 0, reissued INTEGER NOT NULL DEFAULT 0, distributed INTEGER NOT NULL DEFAULT 0,
  burned INTEGER NOT NULL DEFAULT 0,
  is_registered INTEGER NOT NULL DEFAULT 0, is_authorized INTEGER NOT NULL DEFAULT 0,
  is_locked INTEGER NOT NULL DEFAULT 0, endpoint TEXT NOT NULL DEFAULT '', memo TEXT NOT NULL DEFAULT '',
  deleted INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS treasury_addresses (
  asset_uuid TEXT NOT NULL, address TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (asset_uuid, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS assignments (
  id INTEGER PRIMARY KEY AUTOINCREMENT, asset_uuid TEXT NOT NULL, user_id INTEGER NOT NULL, amount INTEGER NOT NULL,
  ready INTEGER NOT NULL, vesting INTEGER, creator INTEGER NOT NULL,
  distribution_uuid TEXT, address TEXT, script TEXT, gaid TEXT, vout INTEGER,
  distributed INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS assignments_open ON assignments (asset_uuid, id) WHERE distributed = 0 AND deleted = 0;
CREATE INDEX IF NOT EXISTS assignments_asset ON assignments (asset_uuid, id) WHERE deleted = 0;
CREATE INDEX IF NOT EXISTS assignments_distribution ON assignments (distribution_uuid);
CREATE INDEX IF NOT EXISTS assignments_user ON assignments (user_id);
CREATE INDEX IF NOT EXISTS assignments_script ON assignments (script);

CREATE TABLE IF NOT EXISTS distributions (
  uuid TEXT PRIMARY KEY, asset_uuid TEXT NOT NULL, seq INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'confirmed', 'cancelled')), txid TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS distributions_asset ON distributions (asset_uuid, status);
CREATE TABLE IF NOT EXISTS requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT, asset_uuid TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('reissue', 'burn')), amount INTEGER NOT NULL, txid TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS reissuances (
  asset_uuid TEXT NOT NULL, txid TEXT NOT NULL, vin INTEGER NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (asset_uuid, txid)
) STRICT, WITHOUT ROWID;

-- What was reported to AMP. An output's owner is a holder when it has a gaid, the treasury otherwise.
CREATE TABLE IF NOT EXISTS transactions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, asset_uuid TEXT NOT NULL, txid TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('issuance', 'reissuance', 'distribution', 'burn', 'transfer')),
  height INTEGER, time INTEGER, UNIQUE (asset_uuid, txid)
) STRICT;
CREATE TABLE IF NOT EXISTS outputs (
  txid TEXT NOT NULL, vout INTEGER NOT NULL, asset_uuid TEXT NOT NULL, asset_id TEXT NOT NULL,
  is_token INTEGER NOT NULL, amount INTEGER NOT NULL, script TEXT NOT NULL, abf TEXT NOT NULL, vbf TEXT NOT NULL,
  gaid TEXT, user_id INTEGER, burnt INTEGER NOT NULL DEFAULT 0, blacklisted INTEGER NOT NULL DEFAULT 0,
  spent_txid TEXT, spent_vin INTEGER, PRIMARY KEY (txid, vout)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS outputs_asset ON outputs (asset_uuid, is_token, gaid);
CREATE INDEX IF NOT EXISTS outputs_treasury ON outputs (asset_uuid, is_token)
  WHERE gaid IS NULL AND spent_txid IS NULL AND burnt = 0;
CREATE INDEX IF NOT EXISTS outputs_gaid ON outputs (gaid);
CREATE INDEX IF NOT EXISTS outputs_spent ON outputs (spent_txid);
CREATE TABLE IF NOT EXISTS activities (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, asset_uuid TEXT NOT NULL, type TEXT NOT NULL, description TEXT NOT NULL,
  time INTEGER, txid TEXT NOT NULL, vout INTEGER NOT NULL, height INTEGER, user_id INTEGER, gaid TEXT,
  amount INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS activities_txid ON activities (txid);
CREATE INDEX IF NOT EXISTS transactions_txid ON transactions (txid);
CREATE INDEX IF NOT EXISTS activities_asset ON activities (asset_uuid, seq);

-- What AMP reads off the chain by itself, reported or not.
CREATE TABLE IF NOT EXISTS chain_blocks (height INTEGER PRIMARY KEY, hash TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS chain_spends (
  txid TEXT NOT NULL, vout INTEGER NOT NULL, by_txid TEXT NOT NULL, height INTEGER NOT NULL, PRIMARY KEY (txid, vout)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS chain_spends_height ON chain_spends (height);
CREATE TABLE IF NOT EXISTS chain_payments (
  script TEXT NOT NULL, txid TEXT NOT NULL, vout INTEGER NOT NULL, height INTEGER NOT NULL,
  PRIMARY KEY (script, txid, vout)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS chain_payments_txid ON chain_payments (txid);
CREATE INDEX IF NOT EXISTS chain_payments_height ON chain_payments (height);

-- The Green server: how many addresses each account has handed out, and whose each script is.
CREATE TABLE IF NOT EXISTS green_accounts (gaid TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS green_addresses (
  script TEXT PRIMARY KEY, gaid TEXT NOT NULL, number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS green_addresses_gaid ON green_addresses (gaid, number);

-- AMP0 accounts, whose owners hold a key of their own: Green knows public keys, and the blob that it cannot read.
CREATE TABLE IF NOT EXISTS green_owners (
  id INTEGER PRIMARY KEY AUTOINCREMENT, pubkey TEXT NOT NULL UNIQUE, key_hash TEXT NOT NULL UNIQUE,
  chain_code TEXT NOT NULL, gait_path TEXT NOT NULL,
  blob TEXT NOT NULL DEFAULT '', blob_hmac TEXT NOT NULL, blob_sequence INTEGER NOT NULL DEFAULT 0,
  watch_username TEXT UNIQUE, watch_password TEXT, watch_key TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS green_subaccounts (
  gaid TEXT PRIMARY KEY, owner INTEGER NOT NULL, pointer INTEGER NOT NULL, type TEXT NOT NULL, xpub TEXT NOT NULL,
  last_address INTEGER NOT NULL DEFAULT 0, UNIQUE (owner, pointer)
) STRICT, WITHOUT ROWID;
-- Confidential addresses that issuers may be given, in the order of their upload.
CREATE TABLE IF NOT EXISTS green_uploads (
  gaid TEXT NOT NULL, seq INTEGER NOT NULL, address TEXT NOT NULL, script TEXT NOT NULL UNIQUE,
  given INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (gaid, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS green_uploads_left ON green_uploads (gaid, seq) WHERE given = 0;
-- What Green signed, by the hash of the request, and what it saw in the outputs then.
CREATE TABLE IF NOT EXISTS green_cosigned (
  request TEXT PRIMARY KEY, txid TEXT NOT NULL, answer TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS green_cosigned_txid ON green_cosigned (txid);
CREATE TABLE IF NOT EXISTS green_openings (
  txid TEXT NOT NULL, vout INTEGER NOT NULL, script TEXT NOT NULL, asset_id TEXT NOT NULL, amount INTEGER NOT NULL,
  abf TEXT NOT NULL, vbf TEXT NOT NULL, to_treasury INTEGER NOT NULL, PRIMARY KEY (txid, vout)
) STRICT, WITHOUT ROWID;

-- The server's purse for issuance fees. Spent coins are removed in the transaction that records the issuance.
CREATE TABLE IF NOT EXISTS purse (
  txid TEXT NOT NULL, vout INTEGER NOT NULL, amount INTEGER NOT NULL, abf TEXT NOT NULL, vbf TEXT NOT NULL,
  asset_field TEXT NOT NULL, value_field TEXT NOT NULL, PRIMARY KEY (txid, vout)
) STRICT, WITHOUT ROWID;
`;

/**
 * Opens (or makes) a file; in memory when no path is given. Safe against a kill at any moment (WAL), and held by one
 * process at a time: a second one waits for the first to go, then gives up with SQLITE_BUSY.
 */
export function openFile(path: string | null, schema: string): Db {
  const db = new Database(path ?? ':memory:', { timeout: 10_000 });
  db.pragma('locking_mode = EXCLUSIVE');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.defaultSafeIntegers(true);
  db.exec(schema);
  return db;
}

export function openDatabase(path: string | null): Db {
  return openFile(path, SCHEMA);
}

/** One row, or undefined, of a query whose shape the caller knows. */
export function one<T>(db: Db, sql: string, ...args: unknown[]): T | undefined {
  return prepared(db, sql).get(...args) as T | undefined;
}

export function all<T>(db: Db, sql: string, ...args: unknown[]): T[] {
  return prepared(db, sql).all(...args) as T[];
}

export function run(db: Db, sql: string, ...args: unknown[]): Database.RunResult {
  return prepared(db, sql).run(...args);
}

/** Carries out `work` as one transaction: all of it or nothing. */
export function atomically<T>(db: Db, work: () => T): T {
  return db.transaction(work)();
}

const statements = new WeakMap<Db, Map<string, Database.Statement>>();

function prepared(db: Db, sql: string): Database.Statement {
  let known = statements.get(db);
  if (!known) statements.set(db, (known = new Map<string, Database.Statement>()));
  let statement = known.get(sql);
  if (!statement) known.set(sql, (statement = db.prepare(sql)));
  return statement;
}

export function readMeta(db: Db, key: string): string | null {
  return one<{ value: string }>(db, 'SELECT value FROM meta WHERE key = ?', key)?.value ?? null;
}

export function writeMeta(db: Db, key: string, value: string): void {
  run(
    db,
    'INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    key,
    value,
  );
}
