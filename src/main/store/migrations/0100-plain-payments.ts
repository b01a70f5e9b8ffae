import type { Migration } from '../types.ts';

/**
 * Operations of kind `send`: a plain payment of the treasury, of which AMP knows nothing. Such an operation has no asset at
 * AMP, so the column may be empty; SQLite loosens a column only by making the table again.
 */
export const plainPayments: Migration = {
  version: 100,
  name: 'plain payments',
  up(db) {
    db.exec(`
      CREATE TABLE operation_next (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('distribute', 'send')),
        origin TEXT NOT NULL CHECK (origin IN ('allocation', 'adopted', 'payment')),
        title TEXT NOT NULL,
        asset_uuid TEXT,
        asset_id TEXT NOT NULL,
        ticker TEXT,
        precision INTEGER NOT NULL,
        allocation_id TEXT,
        signer TEXT NOT NULL,
        fee_rate TEXT NOT NULL,
        fee_ceiling INTEGER NOT NULL,
        sequential INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL CHECK (state IN ('running', 'waiting', 'attention', 'cancelling', 'cancelled', 'done')),
        created_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL,
        finished_at INTEGER,
        CHECK ((kind = 'send') = (asset_uuid IS NULL))
      ) STRICT;
      INSERT INTO operation_next
        SELECT id, kind, origin, title, asset_uuid, asset_id, ticker, precision, allocation_id, signer, fee_rate,
          fee_ceiling, sequential, state, created_at, changed_at, finished_at
        FROM operation;
      DROP TABLE operation;
      ALTER TABLE operation_next RENAME TO operation;
      CREATE INDEX operation_by_state ON operation (state, created_at);
      CREATE INDEX operation_by_asset ON operation (asset_uuid, state);
    `);
  },
};
