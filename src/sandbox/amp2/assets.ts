import { all, one, run } from '../amp/index.ts';
import type { Db } from '../amp/index.ts';
import { toDisplay } from '../crypto/index.ts';
import type { ProofPool } from '../crypto/index.ts';
import type { IndexedOutput, ScriptIndex } from '../esplora/index.ts';
import type { Amp2Wallet } from './descriptor.ts';
import type { Wallets } from './wallets.ts';

export interface Amp2Asset {
  assetId: string;
  name: string;
  ticker: string;
  precision: number;
  domain: string;
  issuerPubkey: string;
  /** The restriction group whose wallets may receive it. */
  group: string;
  /** Base units. */
  issued: bigint;
  /** Most that one transfer may move; null without a cap. */
  cap: bigint | null;
  locked: boolean;
}

interface Row {
  asset_id: string;
  name: string;
  ticker: string;
  precision: bigint;
  domain: string;
  issuer_pubkey: string;
  group_name: string;
  issued: bigint;
  cap: bigint;
  locked: bigint;
}

export interface Holding {
  txid: string;
  vout: number;
  wid: string;
  amount: bigint;
  locked: boolean;
}

/** What this server governs, who may receive it, and who holds it as far as it can open the chain. */
export class Assets {
  private readonly db: Db;
  private readonly chain: ScriptIndex;
  private readonly wallets: Wallets;
  private readonly pool: ProofPool;

  constructor(db: Db, chain: ScriptIndex, wallets: Wallets, pool: ProofPool) {
    this.db = db;
    this.chain = chain;
    this.wallets = wallets;
    this.pool = pool;
  }

  list(): Amp2Asset[] {
    return all<Row>(this.db, 'SELECT * FROM assets ORDER BY seq').map(fromRow);
  }

  /** Null for an asset that is not governed here. */
  find(assetId: string): Amp2Asset | null {
    const row = one<Row>(this.db, 'SELECT * FROM assets WHERE asset_id = ?', assetId);
    return row ? fromRow(row) : null;
  }

  members(assetId: string): string[] {
    return all<{ wid: string }>(
      this.db,
      'SELECT wid FROM members WHERE asset_id = ? ORDER BY wid',
      assetId,
    ).map((row) => row.wid);
  }

  isMember(assetId: string, wid: string): boolean {
    return one(this.db, 'SELECT 1 FROM members WHERE asset_id = ? AND wid = ?', assetId, wid) !== undefined;
  }

  admit(assetId: string, wid: string): void {
    run(this.db, 'INSERT OR IGNORE INTO members VALUES (?, ?)', assetId, wid);
  }

  remove(assetId: string, wid: string): void {
    run(this.db, 'DELETE FROM members WHERE asset_id = ? AND wid = ?', assetId, wid);
  }

  setLocked(assetId: string, locked: boolean): void {
    run(this.db, 'UPDATE assets SET locked = ? WHERE asset_id = ?', locked ? 1 : 0, assetId);
  }

  /** 0 takes the cap away. */
  setCap(assetId: string, cap: bigint): void {
    run(this.db, 'UPDATE assets SET cap = ? WHERE asset_id = ?', cap, assetId);
  }

  isLockedUtxo(txid: string, vout: number): boolean {
    return one(this.db, 'SELECT 1 FROM locked_utxos WHERE txid = ? AND vout = ?', txid, vout) !== undefined;
  }

  setUtxoLocked(txid: string, vout: number, locked: boolean): void {
    if (locked) run(this.db, 'INSERT OR IGNORE INTO locked_utxos VALUES (?, ?)', txid, vout);
    else run(this.db, 'DELETE FROM locked_utxos WHERE txid = ? AND vout = ?', txid, vout);
  }

  /** What an output of a registered wallet holds; null when its key does not open it. */
  async open(
    txid: string,
    vout: number,
    wallet: Amp2Wallet,
  ): Promise<{ assetId: string; amount: bigint } | null> {
    const known = one<{ asset_id: string | null; amount: bigint }>(
      this.db,
      'SELECT asset_id, amount FROM opened WHERE txid = ? AND vout = ?',
      txid,
      vout,
    );
    if (known) return known.asset_id === null ? null : { assetId: known.asset_id, amount: known.amount };
    const output = (await this.chain.transaction(txid))?.outputs[vout];
    if (!output) return null;
    const opened = await this.pool.open({ ...output, blindingKey: wallet.blindingKey(output.script) });
    const found = opened && { assetId: toDisplay(opened.asset), amount: opened.value };
    run(
      this.db,
      'INSERT OR REPLACE INTO opened VALUES (?, ?, ?, ?)',
      txid,
      vout,
      found?.assetId ?? null,
      found?.amount ?? 0n,
    );
    return found;
  }

  /** Confirmed outputs of the asset at registered wallets that no confirmed transaction spends. */
  async holdings(assetId: string): Promise<Holding[]> {
    await this.chain.sync();
    this.wallets.keepAhead();
    const found: Holding[] = [];
    for (const { wid } of this.wallets.list()) {
      for (const script of this.wallets.scriptsOf(wid)) {
        if (!this.chain.isUsed(script)) continue;
        const wallet = this.wallets.find(wid);
        for (const output of this.chain.outputs(script)) {
          if (!wallet || !isHeld(output)) continue;
          const opened = await this.open(output.txid, output.vout, wallet);
          if (opened?.assetId !== assetId) continue;
          const { txid, vout } = output;
          found.push({ txid, vout, wid, amount: opened.amount, locked: this.isLockedUtxo(txid, vout) });
        }
      }
    }
    return found;
  }

  /** By wallet, the largest first; what is outside of registered wallets under null. */
  async ownership(asset: Amp2Asset): Promise<{ wid: string | null; amount: bigint }[]> {
    const totals = new Map<string, bigint>();
    for (const { wid, amount } of await this.holdings(asset.assetId)) {
      totals.set(wid, (totals.get(wid) ?? 0n) + amount);
    }
    const inside = [...totals.values()].reduce((sum, amount) => sum + amount, 0n);
    const rows = [...totals].map(([wid, amount]): { wid: string | null; amount: bigint } => ({
      wid,
      amount,
    }));
    if (asset.issued > inside) rows.push({ wid: null, amount: asset.issued - inside });
    return rows.sort((a, b) => (a.amount < b.amount ? 1 : a.amount > b.amount ? -1 : 0));
  }
}

function isHeld(output: IndexedOutput): boolean {
  return output.height !== null && output.spender?.height == null;
}

function fromRow(row: Row): Amp2Asset {
  return {
    assetId: row.asset_id,
    name: row.name,
    ticker: row.ticker,
    precision: Number(row.precision),
    domain: row.domain,
    issuerPubkey: row.issuer_pubkey,
    group: row.group_name,
    issued: row.issued,
    cap: row.cap === 0n ? null : row.cap,
    locked: row.locked === 1n,
  };
}
