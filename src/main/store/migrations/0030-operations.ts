import type { Migration } from '../types.ts';

/** Operations, their batches, what each transaction pays, the coins held for it, and the journal of outside effects. */
export const operations: Migration = {
  version: 30,
  name: 'operations',
  up(db) {
    db.exec(`
      CREATE TABLE operation (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('distribute')),
        origin TEXT NOT NULL CHECK (origin IN ('allocation', 'adopted')),
        title TEXT NOT NULL,
        asset_uuid TEXT NOT NULL,
        asset_id TEXT NOT NULL,
        ticker TEXT,
        precision INTEGER NOT NULL,
        allocation_id TEXT,
        signer TEXT NOT NULL,
        fee_rate TEXT NOT NULL,
        fee_ceiling INTEGER NOT NULL,
        -- 1 once AMP refused a second open distribution of the asset: batches then go one after the other
        sequential INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL CHECK (state IN ('running', 'waiting', 'attention', 'cancelling', 'cancelled', 'done')),
        created_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL,
        finished_at INTEGER
      ) STRICT;
      CREATE INDEX operation_by_state ON operation (state, created_at);
      CREATE INDEX operation_by_asset ON operation (asset_uuid, state);

      CREATE TABLE batch (
        id TEXT PRIMARY KEY,
        operation_id TEXT NOT NULL REFERENCES operation (id),
        seq INTEGER NOT NULL,
        -- the batch whose outputs this one spends, by seq; null when it spends confirmed treasury coins
        after_seq INTEGER,
        lane INTEGER,
        step TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('running', 'waiting', 'attention', 'cancelling', 'cancelled', 'done')),
        sentence TEXT NOT NULL,
        problem TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        not_before INTEGER NOT NULL DEFAULT 0,
        distribution_uuid TEXT,
        pset TEXT,
        signed_pset TEXT,
        txid TEXT,
        raw TEXT,
        fee INTEGER,
        weight INTEGER,
        confirmations INTEGER NOT NULL DEFAULT 0,
        block_hash TEXT,
        height INTEGER,
        report TEXT,
        UNIQUE (operation_id, seq)
      ) STRICT;
      CREATE INDEX batch_by_txid ON batch (txid);
      CREATE INDEX batch_by_distribution ON batch (distribution_uuid);

      CREATE TABLE batch_step (
        batch_id TEXT NOT NULL REFERENCES batch (id),
        step TEXT NOT NULL,
        at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX batch_step_by_batch ON batch_step (batch_id, at);

      CREATE TABLE recipient (
        batch_id TEXT NOT NULL REFERENCES batch (id),
        position INTEGER NOT NULL,
        holder_id INTEGER NOT NULL,
        holder_name TEXT NOT NULL,
        gaid TEXT,
        amount INTEGER NOT NULL,
        allocation_row_id INTEGER,
        -- 1 for an assignment that was ready at AMP before this operation and was taken in
        taken_in INTEGER NOT NULL DEFAULT 0,
        assignment_id INTEGER,
        address TEXT,
        PRIMARY KEY (batch_id, position)
      ) STRICT;
      CREATE UNIQUE INDEX recipient_by_assignment ON recipient (assignment_id) WHERE assignment_id IS NOT NULL;

      -- coins a lane's batches will spend, asked for as extra outputs of the batch that splits
      CREATE TABLE lane (
        operation_id TEXT NOT NULL REFERENCES operation (id),
        lane INTEGER NOT NULL,
        asset_amount INTEGER NOT NULL,
        fee_amount INTEGER NOT NULL,
        PRIMARY KEY (operation_id, lane)
      ) STRICT;

      CREATE TABLE output (
        batch_id TEXT NOT NULL REFERENCES batch (id),
        vout INTEGER NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('recipient', 'change', 'lane', 'fee')),
        position INTEGER,
        lane INTEGER,
        script TEXT NOT NULL,
        address TEXT,
        asset_id TEXT NOT NULL,
        amount INTEGER NOT NULL,
        asset_blinder TEXT,
        amount_blinder TEXT,
        verified INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (batch_id, vout)
      ) STRICT;

      CREATE TABLE reservation (
        txid TEXT NOT NULL,
        vout INTEGER NOT NULL,
        batch_id TEXT NOT NULL REFERENCES batch (id),
        asset_id TEXT NOT NULL,
        amount INTEGER NOT NULL,
        asset_blinder TEXT NOT NULL,
        amount_blinder TEXT NOT NULL,
        PRIMARY KEY (txid, vout)
      ) STRICT;
      CREATE INDEX reservation_by_batch ON reservation (batch_id);

      CREATE TABLE intent (
        id INTEGER PRIMARY KEY,
        scope TEXT NOT NULL,
        effect TEXT NOT NULL,
        key TEXT NOT NULL,
        request TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'done', 'refused')),
        outcome TEXT,
        opened_at INTEGER NOT NULL,
        closed_at INTEGER
      ) STRICT;
      -- one live record per effect: what was refused may be tried again, what is open or done may not
      CREATE UNIQUE INDEX intent_live ON intent (scope, effect, key) WHERE state <> 'refused';
    `);
  },
};
