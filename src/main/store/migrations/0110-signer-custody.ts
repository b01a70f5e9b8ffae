import type { Migration } from '../types.ts';

/**
 * Custody wallets beside treasuries at a signer, logins of AMP0 accounts that it is asked to sign, and the keys for custody
 * that a signer offers to a desk. Whole descriptors of custody wallets are in the store for secrets.
 */
export const signerCustody: Migration = {
  version: 110,
  name: 'signer custody',
  up(db) {
    db.exec(`
      -- Whatever the signer signs for. Of a custody wallet the cosigners have no names and the descriptor is the public one.
      ALTER TABLE signer_treasury RENAME TO signer_wallet;
      ALTER TABLE signer_wallet ADD COLUMN kind TEXT NOT NULL DEFAULT 'treasury'
        CHECK (kind IN ('treasury', 'amp0', 'amp2', 'single'));
      ALTER TABLE signer_wallet ADD COLUMN peer_name TEXT NOT NULL DEFAULT '';

      ALTER TABLE signer_request ADD COLUMN kind TEXT NOT NULL DEFAULT 'distribute'
        CHECK (kind IN ('distribute', 'send'));

      CREATE TABLE signer_login (
        -- of the setup at the desk
        id TEXT PRIMARY KEY,
        peer_id TEXT NOT NULL,
        peer_name TEXT NOT NULL,
        name TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        challenge TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        answered_at INTEGER,
        -- bundle that took the answer back
        answer_bundle TEXT,
        CHECK ((answered_at IS NULL) = (answer_bundle IS NULL))
      ) STRICT;
      CREATE INDEX signer_login_by_time ON signer_login (received_at);

      -- JSON: keys for AMP2 and AMP0; null where the signer sent none.
      ALTER TABLE offered_key ADD COLUMN custody TEXT;
    `);
  },
};
