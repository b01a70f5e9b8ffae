import type { Migration } from '../types.ts';

/**
 * Payments from custody wallets: what was built, what it holds, who signed, and how far it has come. What opens its outputs
 * lies beside the transaction, as with the treasury's batches.
 */
export const custodySpends: Migration = {
  version: 90,
  name: 'custody spends',
  up(db) {
    db.exec(`
      CREATE TABLE custody_spend (
        id TEXT PRIMARY KEY,
        wallet_id TEXT NOT NULL REFERENCES custody_wallet (id),
        title TEXT NOT NULL,
        asset_id TEXT NOT NULL,
        -- What it was called when it was built: a signer is told the same.
        asset_name TEXT NOT NULL,
        ticker TEXT,
        precision INTEGER NOT NULL,
        -- Base units of L-BTC.
        fee INTEGER NOT NULL,
        fee_ceiling INTEGER NOT NULL,
        -- Whose signature comes first; a plain wallet has only the user's.
        first TEXT NOT NULL CHECK (first IN ('user', 'server')),
        state TEXT NOT NULL CHECK (state IN ('open', 'sent', 'done', 'refused', 'cancelled')),
        -- When a person said that it is to be carried out.
        started_at INTEGER,
        -- Written before the effect: it may have happened once this is set.
        cosign_asked_at INTEGER,
        -- The owner's signatures were in what the cosigner was sent: it may complete the transaction by itself.
        handed_over INTEGER NOT NULL DEFAULT 0 CHECK (handed_over IN (0, 1)),
        broadcast_begun_at INTEGER,
        -- JSON: code, message, next, at.
        problem TEXT,
        txid TEXT NOT NULL UNIQUE,
        -- Blinded, without signatures; with those that there are; the whole transaction, hex.
        pset TEXT NOT NULL,
        signed_pset TEXT,
        raw TEXT,
        confirmations INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX custody_spend_by_wallet ON custody_spend (wallet_id, created_at);
      CREATE INDEX custody_spend_by_state ON custody_spend (state, created_at);

      CREATE TABLE custody_spend_recipient (
        spend_id TEXT NOT NULL REFERENCES custody_spend (id),
        position INTEGER NOT NULL,
        address TEXT NOT NULL,
        label TEXT NOT NULL,
        amount INTEGER NOT NULL,
        PRIMARY KEY (spend_id, position)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE custody_spend_coin (
        spend_id TEXT NOT NULL REFERENCES custody_spend (id),
        txid TEXT NOT NULL,
        vout INTEGER NOT NULL,
        asset_id TEXT NOT NULL,
        amount INTEGER NOT NULL,
        asset_blinder TEXT NOT NULL,
        amount_blinder TEXT NOT NULL,
        -- 1 while the coin is kept for this spend: two spends never hold the same one.
        held INTEGER NOT NULL CHECK (held IN (0, 1)),
        PRIMARY KEY (spend_id, txid, vout)
      ) STRICT, WITHOUT ROWID;
      CREATE UNIQUE INDEX custody_spend_coin_held ON custody_spend_coin (txid, vout) WHERE held = 1;

      CREATE TABLE custody_spend_output (
        spend_id TEXT NOT NULL REFERENCES custody_spend (id),
        vout INTEGER NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('recipient', 'change', 'fee')),
        position INTEGER,
        script TEXT NOT NULL,
        asset_id TEXT NOT NULL,
        amount INTEGER NOT NULL,
        -- Null for the fee.
        asset_blinder TEXT,
        amount_blinder TEXT,
        blinding_pubkey TEXT,
        ephemeral_key TEXT,
        PRIMARY KEY (spend_id, vout)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE custody_spend_step (
        spend_id TEXT NOT NULL REFERENCES custody_spend (id),
        step TEXT NOT NULL,
        at INTEGER NOT NULL,
        sentence TEXT NOT NULL,
        PRIMARY KEY (spend_id, step)
      ) STRICT;

      -- Written before the bundle is made: a result can always be told from a stranger's.
      CREATE TABLE custody_spend_request (
        id TEXT PRIMARY KEY,
        spend_id TEXT NOT NULL REFERENCES custody_spend (id),
        peer_id TEXT NOT NULL,
        -- SHA-256 of what is to be signed: the same again is the same bundle.
        digest TEXT NOT NULL,
        bundle_id TEXT,
        state TEXT NOT NULL CHECK (state IN ('out', 'signed', 'refused')),
        reason TEXT,
        sent_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        decided_at INTEGER
      ) STRICT;
      CREATE INDEX custody_spend_request_by_spend ON custody_spend_request (spend_id, sent_at);
    `);
  },
};
