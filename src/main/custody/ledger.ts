import type { CustodyEntry } from '../../shared/contract/index.ts';
import { amount, type Amount } from '../../shared/money.ts';
import type { WatchedCoin } from '../liquid/index.ts';
import type { Store } from '../store/types.ts';

export interface LedgerBalance {
  assetId: string;
  confirmed: Amount;
  pending: Amount;
}

export interface LedgerEntry {
  txid: string;
  type: CustodyEntry['type'];
  fee: Amount;
  height: number | null;
  time: number | null;
  effects: { assetId: string; value: Amount }[];
  label: string;
}

export interface LedgerCoin {
  txid: string;
  vout: number;
  script: string;
  chain: 0 | 1;
  place: number;
  assetId: string;
  value: Amount;
  height: number | null;
}

export interface HistoryQuery {
  id: string;
  search?: string | undefined;
  assetId?: string | undefined;
  offset: number;
  limit: number;
}

/** What the wallets hold and what happened in them, as of the last scan, from the database alone. */
export interface Ledger {
  balances(walletId: string): LedgerBalance[];
  /** Own outputs that are not spent, opened. */
  coins(walletId: string): WatchedCoin[];
  coinPage(
    walletId: string,
    query: {
      assetId?: string | undefined;
      sort?: { by: 'amount' | 'height'; direction: 'asc' | 'desc' } | undefined;
      offset: number;
      limit: number;
    },
  ): { rows: LedgerCoin[]; total: number };
  history(query: HistoryQuery): { rows: LedgerEntry[]; total: number };
  entry(walletId: string, txid: string): LedgerEntry | null;
  /** Own outputs of a transaction, spent ones included. */
  outputs(walletId: string, txid: string): Omit<WatchedCoin, 'height'>[];
  /** Raw, hex. */
  transaction(txid: string): string | null;
  /** Txids of a wallet that are in no block yet. */
  unconfirmed(walletId: string): string[];
  /** Height of a transaction; undefined when the wallet does not know it. */
  height(walletId: string, txid: string): number | null | undefined;
  /** The wallet that was paid at a script. */
  walletOf(script: string): string | null;
  /** Whether anything was ever paid there. */
  used(walletId: string, script: string): boolean;
  /** Highest place that was paid to, by chain; −1 for none. */
  lastUsed(walletId: string, chain: 0 | 1): number;
}

interface OutputRow {
  txid: string;
  vout: bigint;
  script: string;
  chain: bigint;
  place: bigint;
  asset_id: string;
  value: bigint;
  asset_blinder: string;
  amount_blinder: string;
}

interface EntryRow {
  txid: string;
  type: CustodyEntry['type'];
  fee: bigint;
  height: bigint | null;
  time: bigint | null;
  label: string | null;
}

const ENTRY = `SELECT e.txid, e.type, e.fee, e.height, e.time, l.label FROM custody_entry e
  LEFT JOIN custody_label l ON l.wallet_id = e.wallet_id AND l.type = 'tx' AND l.ref = e.txid`;
const COIN_ORDER = {
  amount: 'o.value',
  height: 'coalesce(e.height, 4294967295)',
} as const;

export function createLedger({ db }: Pick<Store, 'db'>): Ledger {
  const balances = db.prepare<[string], { asset_id: string; confirmed: bigint; pending: bigint }>(
    `SELECT o.asset_id, coalesce(sum(o.value) FILTER (WHERE e.height IS NOT NULL), 0) AS confirmed,
       coalesce(sum(o.value) FILTER (WHERE e.height IS NULL), 0) AS pending
     FROM custody_output o JOIN custody_entry e ON e.wallet_id = o.wallet_id AND e.txid = o.txid
     WHERE o.wallet_id = ? AND o.unspent = 1 GROUP BY o.asset_id ORDER BY o.asset_id`,
  );
  const coins = db.prepare<[string], OutputRow & { height: bigint | null }>(
    `SELECT o.*, e.height FROM custody_output o
     JOIN custody_entry e ON e.wallet_id = o.wallet_id AND e.txid = o.txid
     WHERE o.wallet_id = ? AND o.unspent = 1 ORDER BY o.txid, o.vout`,
  );
  const effects = db.prepare<[string, string], { asset_id: string; value: bigint }>(
    'SELECT asset_id, value FROM custody_effect WHERE wallet_id = ? AND txid = ? ORDER BY asset_id',
  );
  const entry = db.prepare<[string, string], EntryRow>(`${ENTRY} WHERE e.wallet_id = ? AND e.txid = ?`);
  const outputs = db.prepare<[string, string], OutputRow>(
    'SELECT * FROM custody_output WHERE wallet_id = ? AND txid = ? ORDER BY vout',
  );
  const raw = db.prepare<[string], Buffer>('SELECT raw FROM custody_transaction WHERE txid = ?').pluck();
  const unconfirmed = db
    .prepare<[string], string>('SELECT txid FROM custody_entry WHERE wallet_id = ? AND height IS NULL')
    .pluck();
  const paidAt = db
    .prepare<[string], string>('SELECT wallet_id FROM custody_output WHERE script = ? LIMIT 1')
    .pluck();
  const usedAt = db.prepare('SELECT 1 FROM custody_output WHERE script = ? AND wallet_id = ? LIMIT 1');
  const lastUsed = db
    .prepare<[string, number], bigint | null>(
      'SELECT max(place) FROM custody_output WHERE wallet_id = ? AND chain = ?',
    )
    .pluck();

  function entryOf(walletId: string, row: EntryRow): LedgerEntry {
    return {
      txid: row.txid,
      type: row.type,
      fee: amount(row.fee),
      height: numberOf(row.height),
      time: numberOf(row.time),
      effects: effects
        .all(walletId, row.txid)
        .map(({ asset_id, value }) => ({ assetId: asset_id, value: amount(value) })),
      label: row.label ?? '',
    };
  }

  return {
    balances: (walletId) =>
      balances.all(walletId).map(({ asset_id, confirmed, pending }) => ({
        assetId: asset_id,
        confirmed: amount(confirmed),
        pending: amount(pending),
      })),
    coins: (walletId) =>
      coins.all(walletId).map((row) => ({ ...outputOf(row), height: numberOf(row.height) })),
    coinPage(walletId, { assetId, sort, offset, limit }) {
      const by = COIN_ORDER[sort?.by ?? 'amount'];
      const direction = (sort?.direction ?? 'desc') === 'asc' ? 'ASC' : 'DESC';
      const where = `FROM custody_output o JOIN custody_entry e ON e.wallet_id = o.wallet_id AND e.txid = o.txid
        WHERE o.wallet_id = :walletId AND o.unspent = 1 AND (:assetId IS NULL OR o.asset_id = :assetId)`;
      const named = { walletId, assetId: assetId ?? null };
      const total = db.prepare<[typeof named], bigint>(`SELECT count(*) ${where}`).pluck().get(named);
      const rows = db
        .prepare<[typeof named & { offset: number; limit: number }], OutputRow & { height: bigint | null }>(
          `SELECT o.*, e.height ${where} ORDER BY ${by} ${direction}, o.txid, o.vout LIMIT :limit OFFSET :offset`,
        )
        .all({ ...named, offset, limit });
      return {
        total: Number(total ?? 0n),
        rows: rows.map((row) => {
          const { txid, vout, script, chain, index, assetId: asset, value } = outputOf(row);
          return {
            txid,
            vout,
            script,
            chain,
            place: index,
            assetId: asset,
            value,
            height: numberOf(row.height),
          };
        }),
      };
    },
    history({ id, search, assetId, offset, limit }) {
      const where = `WHERE e.wallet_id = :id
        AND (:like IS NULL OR e.txid LIKE :like ESCAPE '\\' OR l.label LIKE :like ESCAPE '\\')
        AND (:assetId IS NULL OR EXISTS (SELECT 1 FROM custody_effect f
          WHERE f.wallet_id = e.wallet_id AND f.txid = e.txid AND f.asset_id = :assetId))`;
      const wanted = search?.trim() ?? '';
      const like = wanted === '' ? null : `%${wanted.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
      const named = { id, like, assetId: assetId ?? null };
      const joined = `FROM custody_entry e
        LEFT JOIN custody_label l ON l.wallet_id = e.wallet_id AND l.type = 'tx' AND l.ref = e.txid`;
      const total = db
        .prepare<[typeof named], bigint>(`SELECT count(*) ${joined} ${where}`)
        .pluck()
        .get(named);
      const rows = db
        .prepare<[typeof named & { offset: number; limit: number }], EntryRow>(
          `${ENTRY} ${where} ORDER BY coalesce(e.height, 4294967295) DESC, e.seen DESC LIMIT :limit OFFSET :offset`,
        )
        .all({ ...named, offset, limit });
      return { total: Number(total ?? 0n), rows: rows.map((row) => entryOf(id, row)) };
    },
    entry(walletId, txid) {
      const row = entry.get(walletId, txid);
      return row ? entryOf(walletId, row) : null;
    },
    outputs: (walletId, txid) => outputs.all(walletId, txid).map(outputOf),
    transaction: (txid) => raw.get(txid)?.toString('hex') ?? null,
    unconfirmed: (walletId) => unconfirmed.all(walletId),
    height(walletId, txid) {
      const row = entry.get(walletId, txid);
      return row ? numberOf(row.height) : undefined;
    },
    walletOf: (script) => paidAt.get(script) ?? null,
    used: (walletId, script) => usedAt.get(script, walletId) !== undefined,
    lastUsed: (walletId, chain) => Number(lastUsed.get(walletId, chain) ?? -1n),
  };
}

function outputOf(row: OutputRow): Omit<WatchedCoin, 'height'> {
  return {
    txid: row.txid,
    vout: Number(row.vout),
    script: row.script,
    chain: row.chain === 0n ? 0 : 1,
    index: Number(row.place),
    assetId: row.asset_id,
    value: amount(row.value),
    assetBlinder: row.asset_blinder,
    amountBlinder: row.amount_blinder,
  };
}

function numberOf(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
