import type { Migration } from '../types.ts';

/** Who this profile is paired with, and what crossed the air gap. Private keys are in the secret store, never here. */
export const bundles: Migration = {
  version: 50,
  name: 'bundles',
  up(db) {
    db.exec(`
      -- The identity that the numbering below belongs to. Private keys that were lost end every pairing.
      CREATE TABLE identity (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        peer_id TEXT NOT NULL
      ) STRICT;

      -- A pairing that ended keeps its row: paired again, its numbers go on where they were.
      CREATE TABLE peer (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('desk', 'signer')),
        -- The card as it was compared, CBOR.
        card BLOB NOT NULL,
        paired_at INTEGER NOT NULL,
        removed_at INTEGER,
        -- Number and SHA-256 of the newest bundle each way; 0 and null before the first.
        last_sent INTEGER NOT NULL CHECK (last_sent >= 0),
        last_sent_hash TEXT,
        last_received INTEGER NOT NULL CHECK (last_received >= 0),
        last_received_hash TEXT,
        CHECK ((last_sent = 0) = (last_sent_hash IS NULL)),
        CHECK ((last_received = 0) = (last_received_hash IS NULL))
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE bundle (
        row INTEGER PRIMARY KEY AUTOINCREMENT,
        -- Of a sent or accepted bundle its own id; a refused one may have none, or one that is not its.
        id TEXT NOT NULL UNIQUE,
        direction TEXT NOT NULL CHECK (direction IN ('sent', 'received')),
        state TEXT NOT NULL CHECK (state IN ('sent', 'accepted', 'refused')),
        -- What the bundle says of itself. Null where its signature does not vouch for it.
        kind TEXT,
        peer_id TEXT REFERENCES peer (id),
        seq INTEGER,
        previous TEXT,
        expires INTEGER,
        file_name TEXT,
        bytes INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        -- Why it was refused, for programs, and how often it was offered.
        code TEXT,
        times INTEGER NOT NULL CHECK (times > 0),
        sentence TEXT NOT NULL,
        at INTEGER NOT NULL,
        CHECK ((direction = 'sent') = (state = 'sent')),
        CHECK ((state = 'refused') = (code IS NOT NULL)),
        CHECK (state = 'refused' OR (kind IS NOT NULL AND peer_id IS NOT NULL AND seq IS NOT NULL)),
        CHECK ((seq IS NULL) = (previous IS NULL))
      ) STRICT;
      CREATE INDEX bundle_by_hash ON bundle (sha256, state);
      CREATE INDEX bundle_by_state ON bundle (state, row);

      -- Bytes of what was sent: it is handed out again as it was, as often as it is needed.
      CREATE TABLE bundle_content (
        bundle_id TEXT PRIMARY KEY REFERENCES bundle (id),
        content BLOB NOT NULL
      ) STRICT;
    `);
  },
};
