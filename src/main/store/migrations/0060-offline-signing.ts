import type { Migration } from '../types.ts';

/**
 * Who signs for the treasury, what was asked of signers, and the signatures that have come. Blinding keys of treasuries
 * are in the secret store, never here.
 */
export const offlineSigning: Migration = {
  version: 60,
  name: 'offline-signing',
  up(db) {
    db.exec(`
      -- Without them a signer cannot check that a recipient is able to open its output. Null in batches built before.
      ALTER TABLE output ADD COLUMN blinding_pubkey TEXT;
      ALTER TABLE output ADD COLUMN ephemeral_key TEXT;

      -- Public keys that paired signers sent: the newest of each key.
      CREATE TABLE offered_key (
        peer_id TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('keychain', 'jade', 'signer')),
        name TEXT NOT NULL,
        -- Account keys of BIP84 and BIP48, JSON.
        accounts TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        PRIMARY KEY (peer_id, fingerprint)
      ) STRICT, WITHOUT ROWID;

      -- Treasuries by the wallet of the node that watches them: the profile's wallet says which one counts.
      CREATE TABLE arrangement (
        wallet TEXT PRIMARY KEY,
        id TEXT NOT NULL,
        name TEXT NOT NULL,
        threshold INTEGER NOT NULL CHECK (threshold > 0),
        -- Names, kinds, public keys, paired signers, JSON.
        cosigners TEXT NOT NULL,
        descriptor TEXT NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      -- Verified signatures over the transaction that the batch has; a batch that is built anew loses them.
      CREATE TABLE signature (
        batch_id TEXT NOT NULL REFERENCES batch (id),
        input INTEGER NOT NULL,
        pubkey TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        -- DER with sighash byte, hex.
        signature TEXT NOT NULL,
        -- How it came, in words.
        how TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (batch_id, input, pubkey)
      ) STRICT, WITHOUT ROWID;

      -- Written before the bundle is made: a result can always be told from a stranger's.
      CREATE TABLE signing_request (
        id TEXT PRIMARY KEY,
        operation_id TEXT NOT NULL REFERENCES operation (id),
        peer_id TEXT NOT NULL,
        -- SHA-256 over what is to be signed: the same again is the same bundle.
        digest TEXT NOT NULL,
        bundle_id TEXT,
        state TEXT NOT NULL CHECK (state IN ('out', 'signed', 'refused')),
        reason TEXT,
        sent_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        decided_at INTEGER
      ) STRICT;
      CREATE INDEX signing_request_by_operation ON signing_request (operation_id, sent_at);

      CREATE TABLE signing_request_batch (
        request_id TEXT NOT NULL REFERENCES signing_request (id),
        batch_id TEXT NOT NULL REFERENCES batch (id),
        PRIMARY KEY (request_id, batch_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX signing_request_by_batch ON signing_request_batch (batch_id);
    `);
  },
};
