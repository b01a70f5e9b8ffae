import type { Bytes } from '../crypto/index.ts';
import type { Db } from '../chain/index.ts';
import { Statements } from '../chain/index.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS wallets (
  name TEXT PRIMARY KEY, seed BLOB, sealed BLOB, fingerprint TEXT, master_key BLOB, private_keys INTEGER NOT NULL,
  descriptors INTEGER NOT NULL, blank INTEGER NOT NULL, loaded INTEGER NOT NULL, load_on_startup INTEGER NOT NULL,
  avoid_reuse INTEGER NOT NULL, born INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS wallet_descriptors (
  id INTEGER PRIMARY KEY, wallet TEXT NOT NULL, text TEXT NOT NULL, active INTEGER NOT NULL, internal INTEGER NOT NULL,
  born INTEGER NOT NULL, range_start INTEGER NOT NULL, range_end INTEGER NOT NULL, derived INTEGER NOT NULL,
  next INTEGER NOT NULL, UNIQUE (wallet, text)
) STRICT;
CREATE TABLE IF NOT EXISTS wallet_scripts (
  script BLOB NOT NULL, wallet TEXT NOT NULL, descriptor INTEGER NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (script, wallet)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS wallet_labels (
  wallet TEXT NOT NULL, script BLOB NOT NULL, label TEXT NOT NULL, PRIMARY KEY (wallet, script)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS wallet_outputs (
  wallet TEXT NOT NULL, txid TEXT NOT NULL, vout INTEGER NOT NULL, script BLOB NOT NULL, asset TEXT, value INTEGER,
  asset_blinder TEXT, amount_blinder TEXT, pending INTEGER NOT NULL, PRIMARY KEY (wallet, txid, vout)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS wallet_outputs_by_point ON wallet_outputs (txid, vout);
CREATE TABLE IF NOT EXISTS wallet_txs (
  wallet TEXT NOT NULL, txid TEXT NOT NULL, position INTEGER NOT NULL, time INTEGER NOT NULL, from_me INTEGER NOT NULL,
  coinbase INTEGER NOT NULL, comment TEXT, comment_to TEXT, abandoned INTEGER NOT NULL, PRIMARY KEY (wallet, txid)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS wallet_txs_by_position ON wallet_txs (wallet, position);
CREATE TABLE IF NOT EXISTS wallet_spends (
  wallet TEXT NOT NULL, txid TEXT NOT NULL, vout INTEGER NOT NULL, by_txid TEXT NOT NULL,
  PRIMARY KEY (wallet, txid, vout, by_txid)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS wallet_sent (
  wallet TEXT NOT NULL, txid TEXT NOT NULL, vout INTEGER NOT NULL, asset TEXT NOT NULL, value INTEGER NOT NULL,
  asset_blinder TEXT NOT NULL, amount_blinder TEXT NOT NULL, PRIMARY KEY (wallet, txid, vout)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS wallet_issuances (
  wallet TEXT NOT NULL, txid TEXT NOT NULL, vin INTEGER NOT NULL, amount INTEGER NOT NULL, tokens INTEGER NOT NULL,
  amount_blinder TEXT NOT NULL, token_blinder TEXT NOT NULL, PRIMARY KEY (wallet, txid, vin)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS wallet_locks (
  wallet TEXT NOT NULL, txid TEXT NOT NULL, vout INTEGER NOT NULL, persistent INTEGER NOT NULL,
  PRIMARY KEY (wallet, txid, vout)
) STRICT, WITHOUT ROWID;
`;

export interface WalletRow {
  name: string;
  seed: Buffer | null;
  /** The seed under a passphrase; then `seed` is null. */
  sealed: Buffer | null;
  fingerprint: string | null;
  /** SLIP-77 master blinding key; null until one is imported. */
  master_key: Buffer | null;
  private_keys: number;
  descriptors: number;
  blank: number;
  loaded: number;
  load_on_startup: number;
  avoid_reuse: number;
  born: number;
}

export interface DescriptorRow {
  id: number;
  wallet: string;
  /** With checksum. */
  text: string;
  active: number;
  internal: number;
  born: number;
  range_start: number;
  range_end: number;
  /** Scripts up to, not including, this index are known. */
  derived: number;
  next: number;
}

/** An output of the wallet; the last four are null while nothing opens it. */
export interface OutputRow {
  txid: string;
  vout: number;
  script: Buffer;
  asset: string | null;
  value: bigint | null;
  asset_blinder: string | null;
  amount_blinder: string | null;
  /** 1 while nobody has tried to open it yet. */
  pending: number | bigint;
}

export interface TxRow {
  txid: string;
  position: number;
  time: number;
  from_me: number;
  coinbase: number;
  comment: string | null;
  comment_to: string | null;
  abandoned: number;
}

/** Asset id and blinders in display order. */
export interface SentRow {
  vout: number;
  asset: string;
  value: bigint;
  asset_blinder: string;
  amount_blinder: string;
}

/** The tables of the wallets, with no rule of their own. */
export class WalletStore {
  readonly db: Db;
  private readonly statements: Statements;

  constructor(db: Db) {
    this.db = db;
    db.exec(SCHEMA);
    this.statements = new Statements(db);
  }

  private sql(text: string): ReturnType<Statements['get']> {
    return this.statements.get(text);
  }

  private big(text: string): ReturnType<Statements['get']> {
    return this.statements.get(text).safeIntegers(true);
  }

  wallets(): WalletRow[] {
    return this.sql('SELECT * FROM wallets ORDER BY name').all() as WalletRow[];
  }

  wallet(name: string): WalletRow | null {
    return (this.sql('SELECT * FROM wallets WHERE name = ?').get(name) as WalletRow | undefined) ?? null;
  }

  addWallet(row: WalletRow): void {
    this.sql('INSERT INTO wallets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      row.name,
      row.seed,
      row.sealed,
      row.fingerprint,
      row.master_key,
      row.private_keys,
      row.descriptors,
      row.blank,
      row.loaded,
      row.load_on_startup,
      row.avoid_reuse,
      row.born,
    );
  }

  setLoaded(name: string, loaded: boolean): void {
    this.sql('UPDATE wallets SET loaded = ? WHERE name = ?').run(loaded ? 1 : 0, name);
  }

  setLoadOnStartup(name: string, load: boolean): void {
    this.sql('UPDATE wallets SET load_on_startup = ? WHERE name = ?').run(load ? 1 : 0, name);
  }

  setSeed(name: string, seed: Bytes | null, sealed: Bytes | null, fingerprint: string): void {
    this.sql('UPDATE wallets SET seed = ?, sealed = ?, fingerprint = ? WHERE name = ?').run(
      seed,
      sealed,
      fingerprint,
      name,
    );
  }

  setMasterKey(name: string, key: Bytes): void {
    this.sql('UPDATE wallets SET master_key = ? WHERE name = ?').run(key, name);
  }

  // Descriptors and scripts

  descriptors(wallet: string): DescriptorRow[] {
    return this.sql('SELECT * FROM wallet_descriptors WHERE wallet = ? ORDER BY id').all(
      wallet,
    ) as DescriptorRow[];
  }

  descriptor(id: number): DescriptorRow | null {
    return (
      (this.sql('SELECT * FROM wallet_descriptors WHERE id = ?').get(id) as DescriptorRow | undefined) ?? null
    );
  }

  /** Adds, or brings up to date, a descriptor; an active one takes the place of the active one of its kind. */
  putDescriptor(row: Omit<DescriptorRow, 'id' | 'derived'>): DescriptorRow {
    if (row.active) {
      this.sql(
        'UPDATE wallet_descriptors SET active = 0 WHERE wallet = ? AND internal = ? AND active = 1',
      ).run(row.wallet, row.internal);
    }
    this.sql(
      `INSERT INTO wallet_descriptors (wallet, text, active, internal, born, range_start, range_end, derived, next)
       VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)
       ON CONFLICT (wallet, text) DO UPDATE SET active = excluded.active, internal = excluded.internal,
         range_end = max(range_end, excluded.range_end), next = max(next, excluded.next)`,
    ).run(row.wallet, row.text, row.active, row.internal, row.born, row.range_start, row.range_end, row.next);
    return this.sql('SELECT * FROM wallet_descriptors WHERE wallet = ? AND text = ?').get(
      row.wallet,
      row.text,
    ) as DescriptorRow;
  }

  deactivateAll(wallet: string): void {
    this.sql('UPDATE wallet_descriptors SET active = 0 WHERE wallet = ?').run(wallet);
  }

  setProgress(id: number, progress: { next: number; rangeEnd: number; derived: number }): void {
    this.sql('UPDATE wallet_descriptors SET next = ?, range_end = ?, derived = ? WHERE id = ?').run(
      progress.next,
      progress.rangeEnd,
      progress.derived,
      id,
    );
  }

  addScript(script: Bytes, wallet: string, descriptor: number, position: number): void {
    this.sql('INSERT OR IGNORE INTO wallet_scripts VALUES (?, ?, ?, ?)').run(
      script,
      wallet,
      descriptor,
      position,
    );
  }

  /** Which wallets own a script, and how. */
  owners(script: Bytes): { wallet: string; descriptor: number; position: number }[] {
    return this.sql('SELECT wallet, descriptor, position FROM wallet_scripts WHERE script = ?').all(
      script,
    ) as {
      wallet: string;
      descriptor: number;
      position: number;
    }[];
  }

  owned(wallet: string, script: Bytes): { descriptor: number; position: number } | null {
    return (
      (this.sql('SELECT descriptor, position FROM wallet_scripts WHERE script = ? AND wallet = ?').get(
        script,
        wallet,
      ) as { descriptor: number; position: number } | undefined) ?? null
    );
  }

  label(wallet: string, script: Bytes): string | null {
    const row = this.sql('SELECT label FROM wallet_labels WHERE wallet = ? AND script = ?').get(
      wallet,
      script,
    ) as { label: string } | undefined;
    return row?.label ?? null;
  }

  setLabel(wallet: string, script: Bytes, label: string): void {
    this.sql(
      'INSERT INTO wallet_labels VALUES (?, ?, ?) ON CONFLICT (wallet, script) DO UPDATE SET label = excluded.label',
    ).run(wallet, script, label);
  }

  // Transactions and outputs

  putOutput(wallet: string, row: OutputRow): void {
    this.sql('INSERT OR REPLACE INTO wallet_outputs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      wallet,
      row.txid,
      row.vout,
      row.script,
      row.asset,
      row.value,
      row.asset_blinder,
      row.amount_blinder,
      row.pending,
    );
  }

  output(wallet: string, txid: string, vout: number): OutputRow | null {
    const row = this.big('SELECT * FROM wallet_outputs WHERE wallet = ? AND txid = ? AND vout = ?').get(
      wallet,
      txid,
      vout,
    ) as (Omit<OutputRow, 'vout'> & { vout: bigint }) | undefined;
    return row ? { ...row, vout: Number(row.vout) } : null;
  }

  /** Wallets that own an output. */
  ownersOf(txid: string, vout: number): string[] {
    const rows = this.sql('SELECT wallet FROM wallet_outputs WHERE txid = ? AND vout = ?').all(
      txid,
      vout,
    ) as {
      wallet: string;
    }[];
    return rows.map((row) => row.wallet);
  }

  /** Outputs that are still to be opened. */
  pending(): { wallet: string; txid: string; vout: number }[] {
    return this.sql('SELECT wallet, txid, vout FROM wallet_outputs WHERE pending = 1').all() as {
      wallet: string;
      txid: string;
      vout: number;
    }[];
  }

  /** Outputs on the chain or in the mempool to scripts of the wallet, oldest first, the mempool's last. */
  chainOutputs(wallet: string): { txid: string; vout: number; height: number }[] {
    return this.sql(
      `SELECT o.txid AS txid, o.vout AS vout, o.height AS height FROM wallet_scripts s JOIN outputs o ON o.script = s.script
       WHERE s.wallet = ? ORDER BY CASE WHEN o.height < 0 THEN 1 ELSE 0 END, o.height`,
    ).all(wallet) as { txid: string; vout: number; height: number }[];
  }

  /** Outputs that the wallet's keys open, or could not open. */
  outputs(wallet: string): OutputRow[] {
    const rows = this.big('SELECT * FROM wallet_outputs WHERE wallet = ?').all(wallet) as (Omit<
      OutputRow,
      'vout'
    > & { vout: bigint })[];
    return rows.map((row) => ({ ...row, vout: Number(row.vout) }));
  }

  /**
   * Opened outputs of the chain or mempool that neither they nor a transaction of the wallet spends. `height` is -1 in
   * the mempool.
   */
  unspent(wallet: string): (OutputRow & { height: number; coinbase: boolean })[] {
    const rows = this.big(
      `SELECT w.*, o.height AS height, o.coinbase AS coinbase FROM wallet_outputs w
       JOIN outputs o ON o.txid = w.txid AND o.vout = w.vout
       WHERE w.wallet = ? AND w.value IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM spends s WHERE s.txid = w.txid AND s.vout = w.vout)
         AND NOT EXISTS (SELECT 1 FROM wallet_spends p WHERE p.wallet = w.wallet AND p.txid = w.txid AND p.vout = w.vout)`,
    ).all(wallet) as (Omit<OutputRow, 'vout'> & { vout: bigint; height: bigint; coinbase: bigint })[];
    return rows.map((row) => ({
      ...row,
      vout: Number(row.vout),
      height: Number(row.height),
      coinbase: row.coinbase === 1n,
    }));
  }

  addTx(wallet: string, row: Omit<TxRow, 'position' | 'abandoned'>): void {
    const last = this.sql('SELECT max(position) AS position FROM wallet_txs WHERE wallet = ?').get(
      wallet,
    ) as {
      position: number | null;
    };
    this.sql(
      `INSERT INTO wallet_txs VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)
       ON CONFLICT (wallet, txid) DO UPDATE SET from_me = max(from_me, excluded.from_me)`,
    ).run(
      wallet,
      row.txid,
      (last.position ?? 0) + 1,
      row.time,
      row.from_me,
      row.coinbase,
      row.comment,
      row.comment_to,
    );
  }

  tx(wallet: string, txid: string): TxRow | null {
    return (
      (this.sql('SELECT * FROM wallet_txs WHERE wallet = ? AND txid = ?').get(wallet, txid) as
        TxRow | undefined) ?? null
    );
  }

  /** In the order in which the wallet learnt of them. */
  txs(wallet: string): TxRow[] {
    return this.sql('SELECT * FROM wallet_txs WHERE wallet = ? ORDER BY position').all(wallet) as TxRow[];
  }

  setAbandoned(wallet: string, txid: string): void {
    this.sql('UPDATE wallet_txs SET abandoned = 1 WHERE wallet = ? AND txid = ?').run(wallet, txid);
    this.sql('DELETE FROM wallet_spends WHERE wallet = ? AND by_txid = ?').run(wallet, txid);
  }

  addSpend(wallet: string, txid: string, vout: number, by: string): void {
    this.sql('INSERT OR IGNORE INTO wallet_spends VALUES (?, ?, ?, ?)').run(wallet, txid, vout, by);
  }

  dropSpends(wallet: string, by: string): void {
    this.sql('DELETE FROM wallet_spends WHERE wallet = ? AND by_txid = ?').run(wallet, by);
  }

  addSent(wallet: string, txid: string, row: SentRow): void {
    this.sql('INSERT OR REPLACE INTO wallet_sent VALUES (?, ?, ?, ?, ?, ?, ?)').run(
      wallet,
      txid,
      row.vout,
      row.asset,
      row.value,
      row.asset_blinder,
      row.amount_blinder,
    );
  }

  sent(wallet: string, txid: string): SentRow[] {
    const rows = this.big('SELECT * FROM wallet_sent WHERE wallet = ? AND txid = ? ORDER BY vout').all(
      wallet,
      txid,
    ) as (Omit<SentRow, 'vout'> & { vout: bigint })[];
    return rows.map((row) => ({ ...row, vout: Number(row.vout) }));
  }

  addIssuance(
    wallet: string,
    row: {
      txid: string;
      vin: number;
      amount: bigint;
      tokens: bigint;
      amountBlinder: string;
      tokenBlinder: string;
    },
  ): void {
    this.sql('INSERT OR REPLACE INTO wallet_issuances VALUES (?, ?, ?, ?, ?, ?, ?)').run(
      wallet,
      row.txid,
      row.vin,
      row.amount,
      row.tokens,
      row.amountBlinder,
      row.tokenBlinder,
    );
  }

  issuance(
    wallet: string,
    txid: string,
    vin: number,
  ): { amount: bigint; tokens: bigint; amount_blinder: string; token_blinder: string } | null {
    return (
      (this.big('SELECT * FROM wallet_issuances WHERE wallet = ? AND txid = ? AND vin = ?').get(
        wallet,
        txid,
        vin,
      ) as { amount: bigint; tokens: bigint; amount_blinder: string; token_blinder: string } | undefined) ??
      null
    );
  }

  // Locks

  locks(wallet: string): { txid: string; vout: number }[] {
    return this.sql('SELECT txid, vout FROM wallet_locks WHERE wallet = ? ORDER BY txid, vout').all(
      wallet,
    ) as {
      txid: string;
      vout: number;
    }[];
  }

  lock(wallet: string, txid: string, vout: number, persistent: boolean): void {
    this.sql('INSERT OR REPLACE INTO wallet_locks VALUES (?, ?, ?, ?)').run(
      wallet,
      txid,
      vout,
      persistent ? 1 : 0,
    );
  }

  unlock(wallet: string, txid: string, vout: number): void {
    this.sql('DELETE FROM wallet_locks WHERE wallet = ? AND txid = ? AND vout = ?').run(wallet, txid, vout);
  }

  unlockAll(wallet: string): void {
    this.sql('DELETE FROM wallet_locks WHERE wallet = ?').run(wallet);
  }

  /** What a restart, or an unloading, forgets. */
  forgetLocks(wallet?: string): void {
    if (wallet === undefined) this.sql('DELETE FROM wallet_locks WHERE persistent = 0').run();
    else this.sql('DELETE FROM wallet_locks WHERE persistent = 0 AND wallet = ?').run(wallet);
  }
}
