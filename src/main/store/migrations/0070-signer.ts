import type { Migration } from '../types.ts';

/**
 * What a signer keeps: treasuries it signs for, keys of Jades it sent to a desk, requests and what became of them. Seeds
 * and blinding keys are in the store for secrets.
 */
export const signer: Migration = {
  version: 70,
  name: 'signer',
  up(db) {
    db.exec(`
      CREATE TABLE signer_treasury (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        network TEXT NOT NULL,
        genesis_hash TEXT NOT NULL,
        policy_asset TEXT NOT NULL,
        threshold INTEGER NOT NULL CHECK (threshold > 0),
        -- JSON, in the order of the descriptor
        cosigners TEXT NOT NULL,
        descriptor TEXT NOT NULL,
        peer_id TEXT NOT NULL,
        -- furthest place that was met in a request or an address, over both chains
        furthest INTEGER NOT NULL DEFAULT 0,
        received_at INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE signer_jade (
        fingerprint TEXT PRIMARY KEY,
        -- JSON: accounts and blinding key's digest, public parts only
        accounts TEXT NOT NULL,
        sent_at INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE signer_request (
        id TEXT PRIMARY KEY,
        peer_id TEXT NOT NULL,
        peer_name TEXT NOT NULL,
        treasury_id TEXT NOT NULL REFERENCES signer_treasury (id),
        operation_id TEXT NOT NULL,
        title TEXT NOT NULL,
        asset_id TEXT NOT NULL,
        asset_name TEXT NOT NULL,
        ticker TEXT,
        precision INTEGER NOT NULL,
        total INTEGER NOT NULL,
        recipients INTEGER NOT NULL,
        transactions INTEGER NOT NULL,
        -- the whole of it, JSON, and its SHA-256: the same number never stands for something else
        content TEXT NOT NULL,
        digest TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'signed', 'refused')),
        reason TEXT,
        received_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        decided_at INTEGER,
        -- bundle that took the answer back
        result_bundle TEXT,
        CHECK ((state = 'waiting') = (decided_at IS NULL))
      ) STRICT;
      CREATE INDEX signer_request_by_asset ON signer_request (asset_id, state, decided_at);
      CREATE INDEX signer_request_by_time ON signer_request (received_at);

      CREATE TABLE signer_signed (
        batch_id TEXT NOT NULL,
        txid TEXT NOT NULL,
        request_id TEXT NOT NULL REFERENCES signer_request (id),
        -- JSON: outpoints it spends
        inputs TEXT NOT NULL,
        PRIMARY KEY (batch_id, txid)
      ) STRICT;
    `);
  },
};
