import type { Migration } from '../types.ts';

/**
 * Custody wallets: what they are, LWK's updates, and what those say, as it is shown. Descriptors with blinding keys,
 * words and watch-only credentials are in the secret store, never here.
 */
export const custody: Migration = {
  version: 80,
  name: 'custody',
  up(db) {
    db.exec(`
      -- What was set (services, JSON), and what the chain is (its L-BTC, its first block): asked once, kept.
      CREATE TABLE custody_setting (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE custody_wallet (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('amp0', 'amp2', 'single')),
        name TEXT NOT NULL,
        purpose TEXT NOT NULL CHECK (purpose IN ('omnibus', 'user', 'hot', 'cold', 'fees', 'own')),
        owner TEXT NOT NULL,
        archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
        -- SHA-256 of network and descriptor: the same wallet is not taken up twice.
        policy_id TEXT NOT NULL UNIQUE,
        wid TEXT NOT NULL,
        public_descriptor TEXT NOT NULL,
        blinding TEXT NOT NULL CHECK (blinding IN ('slip77', 'elip151', 'view')),
        chains INTEGER NOT NULL CHECK (chains IN (1, 2)),
        key_kind TEXT NOT NULL CHECK (key_kind IN ('keychain', 'jade', 'signer', 'none')),
        fingerprint TEXT,
        peer_id TEXT,
        amp_id TEXT,
        pointer INTEGER,
        -- The cosigner's key that it was made with, which is pinned while the wallet is here.
        server_key TEXT,
        -- When the cosigner last said that it knows the wallet; null before it did.
        registered_at INTEGER,
        -- Something about the wallet itself that a person should know, in words; null where there is nothing.
        caution TEXT,
        -- Next place that was not given out yet, by chain.
        next_external INTEGER NOT NULL CHECK (next_external >= 0),
        next_internal INTEGER NOT NULL CHECK (next_internal >= 0),
        -- AMP0: highest index that Green issued, as far as known here.
        last_index INTEGER NOT NULL,
        scanned_to INTEGER,
        scanned_hash TEXT,
        scanned_at INTEGER,
        -- Why the last look at the chain failed, JSON; null when it did not.
        problem TEXT,
        -- Nothing of it can be on the chain from before (ms); 0 where nobody knows.
        birthday INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        CHECK ((kind = 'amp0') = (amp_id IS NOT NULL)),
        CHECK ((kind = 'amp0') = (pointer IS NOT NULL)),
        CHECK ((key_kind = 'signer') <= (peer_id IS NOT NULL)),
        CHECK (key_kind = 'none' OR fingerprint IS NOT NULL)
      ) STRICT;
      CREATE INDEX custody_wallet_by_key ON custody_wallet (fingerprint);

      -- As LWK serialized them, in order; never opened here.
      CREATE TABLE custody_update (
        wallet_id TEXT NOT NULL REFERENCES custody_wallet (id),
        seq INTEGER NOT NULL,
        content BLOB NOT NULL,
        PRIMARY KEY (wallet_id, seq)
      ) STRICT;

      -- Once for all wallets that it touches.
      CREATE TABLE custody_transaction (
        txid TEXT PRIMARY KEY,
        raw BLOB NOT NULL
      ) STRICT;

      CREATE TABLE custody_entry (
        wallet_id TEXT NOT NULL REFERENCES custody_wallet (id),
        txid TEXT NOT NULL REFERENCES custody_transaction (txid),
        type TEXT NOT NULL,
        fee INTEGER NOT NULL,
        height INTEGER,
        time INTEGER,
        -- Grows: among unconfirmed ones the newest seen comes first.
        seen INTEGER NOT NULL,
        PRIMARY KEY (wallet_id, txid),
        CHECK (height IS NOT NULL OR time IS NULL)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX custody_entry_by_height ON custody_entry (wallet_id, coalesce(height, 4294967295), seen);
      CREATE INDEX custody_entry_by_txid ON custody_entry (txid);

      CREATE TABLE custody_effect (
        wallet_id TEXT NOT NULL,
        txid TEXT NOT NULL,
        asset_id TEXT NOT NULL,
        value INTEGER NOT NULL,
        PRIMARY KEY (wallet_id, txid, asset_id),
        FOREIGN KEY (wallet_id, txid) REFERENCES custody_entry (wallet_id, txid) ON DELETE CASCADE
      ) STRICT, WITHOUT ROWID;

      -- Own outputs, opened; spent ones stay, for history and for links that show them.
      CREATE TABLE custody_output (
        wallet_id TEXT NOT NULL,
        txid TEXT NOT NULL,
        vout INTEGER NOT NULL,
        script TEXT NOT NULL,
        chain INTEGER NOT NULL CHECK (chain IN (0, 1)),
        place INTEGER NOT NULL,
        asset_id TEXT NOT NULL,
        value INTEGER NOT NULL,
        asset_blinder TEXT NOT NULL,
        amount_blinder TEXT NOT NULL,
        unspent INTEGER NOT NULL CHECK (unspent IN (0, 1)),
        PRIMARY KEY (wallet_id, txid, vout),
        FOREIGN KEY (wallet_id, txid) REFERENCES custody_entry (wallet_id, txid) ON DELETE CASCADE
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX custody_output_unspent ON custody_output (wallet_id, asset_id, value) WHERE unspent = 1;
      CREATE INDEX custody_output_by_script ON custody_output (script);

      -- Places of wallets that are known to somebody: given out, used for change, or told to Green for issuers.
      CREATE TABLE custody_address (
        wallet_id TEXT NOT NULL REFERENCES custody_wallet (id),
        script TEXT NOT NULL,
        address TEXT NOT NULL,
        chain INTEGER NOT NULL CHECK (chain IN (0, 1)),
        place INTEGER NOT NULL,
        use TEXT NOT NULL CHECK (use IN ('given', 'change', 'issuers')),
        at INTEGER NOT NULL,
        PRIMARY KEY (wallet_id, chain, place)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX custody_address_by_script ON custody_address (script);
      CREATE INDEX custody_address_by_time ON custody_address (wallet_id, use, at);

      -- BIP 329.
      CREATE TABLE custody_label (
        wallet_id TEXT NOT NULL REFERENCES custody_wallet (id),
        type TEXT NOT NULL CHECK (type IN ('tx', 'addr', 'output', 'xpub')),
        ref TEXT NOT NULL,
        label TEXT NOT NULL,
        PRIMARY KEY (wallet_id, type, ref)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE custody_notice (
        row INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        at INTEGER NOT NULL,
        verdict TEXT NOT NULL CHECK (verdict IN ('good', 'waiting', 'attention', 'wrong')),
        text TEXT NOT NULL,
        wallet_id TEXT NOT NULL REFERENCES custody_wallet (id),
        spend_id TEXT,
        txid TEXT,
        read INTEGER NOT NULL CHECK (read IN (0, 1))
      ) STRICT;
      CREATE INDEX custody_notice_unread ON custody_notice (read) WHERE read = 0;

      CREATE TABLE custody_asset_name (
        asset_id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        ticker TEXT,
        precision INTEGER NOT NULL CHECK (precision BETWEEN 0 AND 8)
      ) STRICT, WITHOUT ROWID;

      -- AMP0 accounts whose login waits for a signer. Nothing exists at Green before it came back.
      CREATE TABLE custody_setup (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        purpose TEXT NOT NULL,
        owner TEXT NOT NULL,
        peer_id TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        amp_id TEXT,
        -- Of the connection that is open now: the challenge and the bundle that carries it.
        challenge TEXT,
        bundle_id TEXT,
        -- Why the last connection ended, JSON; null while it is open.
        problem TEXT,
        started_at INTEGER NOT NULL
      ) STRICT;
    `);
  },
};
