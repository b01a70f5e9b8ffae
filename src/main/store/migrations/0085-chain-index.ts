import type { Migration } from '../types.ts';

/**
 * What the desk's own node was read for: transactions that touch the scripts of custody wallets. The index as a whole
 * stands at one block; scripts that it was told of later are looked for from their birthday on, until they have caught up.
 */
export const chainIndex: Migration = {
  version: 85,
  name: 'chain index',
  up(db) {
    db.exec(`
      CREATE TABLE chain_state (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        genesis TEXT NOT NULL,
        height INTEGER NOT NULL CHECK (height >= 0),
        hash TEXT NOT NULL
      ) STRICT;

      -- The last blocks read, to find where a reorganization began.
      CREATE TABLE chain_block (
        height INTEGER PRIMARY KEY,
        hash TEXT NOT NULL
      ) STRICT;

      CREATE TABLE chain_script (
        script TEXT PRIMARY KEY,
        -- Unconfidential, as far as somebody asked by it.
        address TEXT UNIQUE,
        -- ms
        birthday INTEGER NOT NULL,
        -- The next block to look for it in; null once it goes with the index.
        next_height INTEGER CHECK (next_height >= 0)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX chain_script_behind ON chain_script (next_height) WHERE next_height IS NOT NULL;

      -- Confirmed ones only; the node keeps the bytes and finds them by the block.
      CREATE TABLE chain_transaction (
        txid TEXT PRIMARY KEY,
        height INTEGER NOT NULL,
        hash TEXT NOT NULL,
        -- ms
        time INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX chain_transaction_by_height ON chain_transaction (height);

      CREATE TABLE chain_touch (
        script TEXT NOT NULL,
        txid TEXT NOT NULL REFERENCES chain_transaction (txid) ON DELETE CASCADE,
        PRIMARY KEY (script, txid)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX chain_touch_by_txid ON chain_touch (txid);

      -- Outputs to followed scripts: whoever spends one touches the script as well.
      CREATE TABLE chain_output (
        txid TEXT NOT NULL REFERENCES chain_transaction (txid) ON DELETE CASCADE,
        vout INTEGER NOT NULL,
        script TEXT NOT NULL,
        PRIMARY KEY (txid, vout)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
