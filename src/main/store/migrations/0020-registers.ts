import type { Migration } from '../types.ts';

/**
 * The desk's copy of AMP's registers (holders, categories, assets), the files being imported, and allocations.
 *
 * `sort_key` and `search_key` are folded by the desk (SQLite folds ASCII only). Ids are short texts: they stand in
 * every index entry of 100,000 rows.
 */
export const registers: Migration = {
  version: 20,
  name: 'registers',
  up(db) {
    db.exec(`
      CREATE TABLE register_state (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        -- Grows with every change of the copy; what was derived from it is stale when it differs.
        version INTEGER NOT NULL,
        synced_at INTEGER
      ) STRICT;
      INSERT INTO register_state (id, version, synced_at) VALUES (1, 0, NULL);

      -- What the desk itself changed since the last reading of AMP's lists began: that reading may be older.
      CREATE TABLE register_touch (
        kind TEXT NOT NULL CHECK (kind IN ('holder', 'category', 'asset')),
        key TEXT NOT NULL,
        PRIMARY KEY (kind, key)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE holder (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        gaid TEXT,
        is_company INTEGER NOT NULL CHECK (is_company IN (0, 1)),
        sort_key TEXT NOT NULL,
        search_key TEXT NOT NULL
      ) STRICT;
      CREATE INDEX holder_by_name ON holder (sort_key, id);
      CREATE INDEX holder_by_gaid ON holder (gaid, id);
      CREATE INDEX holder_by_company ON holder (is_company, sort_key, id);

      -- GAIDs beyond the default one, as far as AMP was asked for them.
      CREATE TABLE holder_gaid (
        holder_id INTEGER NOT NULL REFERENCES holder (id) ON DELETE CASCADE,
        gaid TEXT NOT NULL,
        PRIMARY KEY (holder_id, gaid)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX holder_gaid_by_gaid ON holder_gaid (gaid);

      CREATE TABLE category (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        description TEXT NOT NULL
      ) STRICT;

      -- No foreign keys: AMP's lists are read one after the other and may differ by a moment.
      CREATE TABLE holder_category (
        holder_id INTEGER NOT NULL,
        category_id INTEGER NOT NULL,
        PRIMARY KEY (holder_id, category_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX holder_category_by_category ON holder_category (category_id, holder_id);

      CREATE TABLE asset (
        asset_uuid TEXT PRIMARY KEY,
        asset_id TEXT NOT NULL,
        name TEXT NOT NULL,
        ticker TEXT,
        precision INTEGER NOT NULL,
        domain TEXT,
        issuer_pubkey TEXT,
        reissuance_token_id TEXT,
        is_registered INTEGER NOT NULL CHECK (is_registered IN (0, 1)),
        is_authorized INTEGER NOT NULL CHECK (is_authorized IN (0, 1)),
        is_locked INTEGER NOT NULL CHECK (is_locked IN (0, 1)),
        transfer_restricted INTEGER NOT NULL CHECK (transfer_restricted IN (0, 1))
      ) STRICT;
      CREATE TABLE asset_requirement (
        asset_uuid TEXT NOT NULL,
        category_id INTEGER NOT NULL,
        PRIMARY KEY (asset_uuid, category_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX asset_requirement_by_category ON asset_requirement (category_id);

      -- What AMP said of a GAID when an import asked, so that it is not asked again for every look at the file.
      CREATE TABLE gaid_verdict (
        gaid TEXT PRIMARY KEY,
        valid INTEGER NOT NULL CHECK (valid IN (0, 1)),
        reason TEXT,
        at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE import (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('holders', 'allocation')),
        -- 'reading' and 'committing' are unfinished work; the first is thrown away after a crash, the second resumed.
        state TEXT NOT NULL CHECK (state IN ('reading', 'open', 'committing', 'committed')),
        file_name TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        delimiter TEXT NOT NULL,
        encoding TEXT NOT NULL,
        -- JSON array of the file's own header cells.
        columns TEXT NOT NULL,
        asset_uuid TEXT,
        -- JSON: what the kind found out about the file as a whole.
        survey TEXT NOT NULL,
        -- register_state.version at which the rows were checked.
        checked_version INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        committed_at INTEGER
      ) STRICT;
      CREATE INDEX import_by_bytes ON import (sha256, kind);

      CREATE TABLE import_row (
        import_id TEXT NOT NULL REFERENCES import (id) ON DELETE CASCADE,
        line INTEGER NOT NULL,
        -- JSON array, one text per column.
        cells TEXT NOT NULL,
        -- Set when the record had too many or too few cells; cleared when the row is corrected.
        shape_problem TEXT,
        -- 0 wrong, 1 duplicate, 2 good: the order in which rows are shown.
        status INTEGER NOT NULL CHECK (status IN (0, 1, 2)),
        -- JSON array of {column, message}.
        problems TEXT NOT NULL,
        -- Rows of one file with the same key are duplicates of the first of them.
        key TEXT,
        duplicate_of INTEGER,
        holder_id INTEGER,
        amount INTEGER,
        note TEXT NOT NULL,
        -- JSON: what else the row means to its kind.
        data TEXT NOT NULL,
        -- How far the commit of this row went (holders): intent is written before AMP is asked. A row that AMP refused
        -- keeps AMP's reason until it is corrected.
        journal TEXT NOT NULL DEFAULT 'none'
          CHECK (journal IN ('none', 'intent', 'registered', 'done', 'refused')),
        PRIMARY KEY (import_id, line)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX import_row_by_status ON import_row (import_id, status, line);
      CREATE INDEX import_row_by_key ON import_row (import_id, key, line) WHERE key IS NOT NULL;

      CREATE TABLE allocation (
        id TEXT PRIMARY KEY,
        -- 0 while an import is still being written into it: not shown, thrown away after a crash.
        complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
        name TEXT NOT NULL,
        asset_uuid TEXT NOT NULL,
        import_id TEXT,
        -- Grows with every change of its rows.
        version INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE allocation_row (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        allocation_id TEXT NOT NULL REFERENCES allocation (id) ON DELETE CASCADE,
        holder_id INTEGER NOT NULL,
        -- The holder's name as last known, so that a row can still be read when AMP has forgotten the holder.
        holder_name TEXT NOT NULL,
        sort_key TEXT NOT NULL,
        amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 2100000000000000),
        note TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'in-operation', 'paid')),
        operation_id TEXT,
        txid TEXT,
        CHECK ((state = 'open') = (operation_id IS NULL)),
        CHECK ((state = 'paid') = (txid IS NOT NULL))
      ) STRICT;
      CREATE INDEX allocation_row_by_id ON allocation_row (allocation_id, id);
      CREATE INDEX allocation_row_by_name ON allocation_row (allocation_id, sort_key, id);
      -- With the state: totals are read from this index alone.
      CREATE INDEX allocation_row_by_amount ON allocation_row (allocation_id, amount, id, state);
      CREATE INDEX allocation_row_by_holder ON allocation_row (holder_id, allocation_id, id);
      CREATE INDEX allocation_row_by_operation ON allocation_row (operation_id) WHERE operation_id IS NOT NULL;

      CREATE TRIGGER holder_renamed AFTER UPDATE OF name ON holder WHEN old.name IS NOT new.name BEGIN
        UPDATE allocation_row SET holder_name = new.name, sort_key = new.sort_key WHERE holder_id = new.id;
      END;
    `);
  },
};
