import { openFile } from '../amp/index.ts';
import type { Db } from '../amp/index.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- What was registered, exactly as it came. scripts_id: the same for every descriptor that makes the same scripts.
CREATE TABLE IF NOT EXISTS wallets (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, wid TEXT NOT NULL UNIQUE, scripts_id TEXT NOT NULL UNIQUE,
  descriptor TEXT NOT NULL, registered_at INTEGER NOT NULL
) STRICT;
-- Scripts of registered wallets by their SHA-256, derived ahead of what is used.
CREATE TABLE IF NOT EXISTS scripts (
  script TEXT PRIMARY KEY, wid TEXT NOT NULL, branch INTEGER NOT NULL, number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS scripts_place ON scripts (wid, branch, number);

CREATE TABLE IF NOT EXISTS assets (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, asset_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, ticker TEXT NOT NULL,
  precision INTEGER NOT NULL, domain TEXT NOT NULL, issuer_pubkey TEXT NOT NULL, group_name TEXT NOT NULL,
  issued INTEGER NOT NULL, cap INTEGER NOT NULL DEFAULT 0, locked INTEGER NOT NULL DEFAULT 0,
  txid TEXT NOT NULL, raw_tx TEXT NOT NULL, broadcast INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS members (
  asset_id TEXT NOT NULL, wid TEXT NOT NULL, PRIMARY KEY (asset_id, wid)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS locked_utxos (
  txid TEXT NOT NULL, vout INTEGER NOT NULL, PRIMARY KEY (txid, vout)
) STRICT, WITHOUT ROWID;

-- What the blinding keys of registered wallets opened. Not of the chain: an output of a txid never changes.
CREATE TABLE IF NOT EXISTS opened (
  txid TEXT NOT NULL, vout INTEGER NOT NULL, asset_id TEXT, amount INTEGER NOT NULL, PRIMARY KEY (txid, vout)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS purse (
  txid TEXT NOT NULL, vout INTEGER NOT NULL, amount INTEGER NOT NULL, abf TEXT NOT NULL, vbf TEXT NOT NULL,
  asset_field TEXT NOT NULL, value_field TEXT NOT NULL, PRIMARY KEY (txid, vout)
) STRICT, WITHOUT ROWID;
`;

export function openAmp2(path: string | null): Db {
  return openFile(path, SCHEMA);
}
