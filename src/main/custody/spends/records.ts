import { z } from 'zod';
import type { CustodySpend } from '../../../shared/contract/index.ts';
import { amount, type Amount } from '../../../shared/money.ts';
import type { BlindedOutput, OutputSecrets } from '../../liquid/types.ts';
import type { Store } from '../../store/types.ts';

export type SpendStep = CustodySpend['steps'][number]['step'];
export type Party = 'user' | 'server';

const storedProblem = z.object({ code: z.string(), message: z.string(), next: z.string(), at: z.number() });
export type Problem = z.output<typeof storedProblem>;

/** A spend as it lies in the database. Amounts in base units, times in ms. */
export interface SpendRecord {
  id: string;
  walletId: string;
  title: string;
  asset: { assetId: string; name: string; ticker: string | null; precision: number };
  fee: Amount;
  feeCeiling: Amount;
  first: Party;
  state: CustodySpend['state'];
  startedAt: number | null;
  cosignAskedAt: number | null;
  handedOver: boolean;
  broadcastBegunAt: number | null;
  problem: Problem | null;
  txid: string;
  pset: string;
  signedPset: string | null;
  raw: string | null;
  confirmations: number;
  createdAt: number;
  changedAt: number;
}

export interface RecipientRecord {
  position: number;
  address: string;
  label: string;
  amount: Amount;
}

export interface CoinRecord extends OutputSecrets {
  txid: string;
  vout: number;
}

export interface OutputRecord {
  vout: number;
  role: 'recipient' | 'change' | 'fee';
  position: number | null;
  script: string;
  assetId: string;
  value: Amount;
  /** Null for the fee, likewise below. */
  assetBlinder: string | null;
  amountBlinder: string | null;
  blindingPubkey: string | null;
  ephemeralKey: string | null;
}

export interface StepRecord {
  step: SpendStep;
  at: number;
  sentence: string;
}

export type SpendChange = Partial<
  Pick<
    SpendRecord,
    | 'first'
    | 'state'
    | 'startedAt'
    | 'cosignAskedAt'
    | 'handedOver'
    | 'broadcastBegunAt'
    | 'problem'
    | 'signedPset'
    | 'raw'
    | 'confirmations'
    | 'txid'
  >
>;

interface Row {
  id: string;
  wallet_id: string;
  title: string;
  asset_id: string;
  asset_name: string;
  ticker: string | null;
  precision: bigint;
  fee: bigint;
  fee_ceiling: bigint;
  first: Party;
  state: CustodySpend['state'];
  started_at: bigint | null;
  cosign_asked_at: bigint | null;
  handed_over: bigint;
  broadcast_begun_at: bigint | null;
  problem: string | null;
  txid: string;
  pset: string;
  signed_pset: string | null;
  raw: string | null;
  confirmations: bigint;
  created_at: bigint;
  changed_at: bigint;
}

const COLUMN: Record<keyof SpendChange, string> = {
  first: 'first',
  state: 'state',
  startedAt: 'started_at',
  cosignAskedAt: 'cosign_asked_at',
  handedOver: 'handed_over',
  broadcastBegunAt: 'broadcast_begun_at',
  problem: 'problem',
  signedPset: 'signed_pset',
  raw: 'raw',
  confirmations: 'confirmations',
  txid: 'txid',
};

/** Everything about spends that is on disk. What writes belongs inside `store.tx`. */
export interface Records {
  find(id: string): SpendRecord | null;
  page(query: { walletId?: string; open?: boolean; offset: number; limit: number }): {
    rows: SpendRecord[];
    total: number;
  };
  /** Open and sent ones, oldest first: of one wallet, or of all. */
  live(walletId?: string): SpendRecord[];
  recipients(id: string): RecipientRecord[];
  coins(id: string): CoinRecord[];
  outputs(id: string): OutputRecord[];
  steps(id: string): StepRecord[];
  insert(
    spend: SpendRecord,
    parts: {
      recipients: readonly RecipientRecord[];
      coins: readonly CoinRecord[];
      outputs: readonly OutputRecord[];
    },
  ): void;
  update(id: string, change: SpendChange): void;
  /** A step that was reached before keeps its time. */
  reached(id: string, step: SpendStep, sentence: string): void;
  /** What was reached is no longer so (a block was replaced). */
  unreach(id: string, step: SpendStep): void;
  letGo(id: string): void;
  heldBy(txid: string, vout: number): string | null;
  held(walletId: string): Map<string, bigint>;
  byTxid(txid: string): string | null;
  /** The last one of this wallet and asset that was sent. */
  lastSent(walletId: string, assetId: string, except: string): SpendRecord | null;
}

export function createRecords({ db }: Pick<Store, 'db'>, clock: () => number): Records {
  const byId = db.prepare<[string], Row>('SELECT * FROM custody_spend WHERE id = ?');
  const live = db.prepare<[string | null], Row>(
    `SELECT * FROM custody_spend WHERE state IN ('open', 'sent') AND wallet_id = coalesce(?, wallet_id)
     ORDER BY created_at, rowid`,
  );
  const insertSpend = db.prepare(
    `INSERT INTO custody_spend (id, wallet_id, title, asset_id, asset_name, ticker, precision, fee, fee_ceiling, first,
       state, txid, pset, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertRecipient = db.prepare('INSERT INTO custody_spend_recipient VALUES (?, ?, ?, ?, ?)');
  const insertCoin = db.prepare('INSERT INTO custody_spend_coin VALUES (?, ?, ?, ?, ?, ?, ?, 1)');
  const insertOutput = db.prepare(
    'INSERT INTO custody_spend_output VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );

  return {
    find: (id) => {
      const row = byId.get(id);
      return row ? readRow(row) : null;
    },
    page({ walletId, open, offset, limit }) {
      const where = `wallet_id = coalesce(?, wallet_id) AND (? = 0 OR state IN ('open', 'sent'))`;
      const args = [walletId ?? null, open === true ? 1 : 0] as const;
      const rows = db
        .prepare<[string | null, number, number, number], Row>(
          `SELECT * FROM custody_spend WHERE ${where} ORDER BY created_at DESC, rowid DESC LIMIT ? OFFSET ?`,
        )
        .all(...args, limit, offset);
      const total = db
        .prepare<[string | null, number], bigint>(`SELECT count(*) FROM custody_spend WHERE ${where}`)
        .pluck()
        .get(...args);
      return { rows: rows.map(readRow), total: Number(total ?? 0n) };
    },
    live: (walletId) => live.all(walletId ?? null).map(readRow),
    recipients: (id) =>
      db
        .prepare<[string], { position: bigint; address: string; label: string; amount: bigint }>(
          'SELECT position, address, label, amount FROM custody_spend_recipient WHERE spend_id = ? ORDER BY position',
        )
        .all(id)
        .map((row) => ({ ...row, position: Number(row.position), amount: amount(row.amount) })),
    coins: (id) =>
      db
        .prepare<
          [string],
          {
            txid: string;
            vout: bigint;
            assetId: string;
            amount: bigint;
            assetBlinder: string;
            amountBlinder: string;
          }
        >(
          `SELECT txid, vout, asset_id AS assetId, amount, asset_blinder AS assetBlinder, amount_blinder AS amountBlinder
           FROM custody_spend_coin WHERE spend_id = ? ORDER BY txid, vout`,
        )
        .all(id)
        .map(({ amount: value, ...row }) => ({ ...row, vout: Number(row.vout), value: amount(value) })),
    outputs: (id) =>
      db
        .prepare<
          [string],
          Omit<OutputRecord, 'vout' | 'position' | 'value'> & {
            vout: bigint;
            position: bigint | null;
            amount: bigint;
          }
        >(
          `SELECT vout, role, position, script, asset_id AS assetId, amount, asset_blinder AS assetBlinder,
             amount_blinder AS amountBlinder, blinding_pubkey AS blindingPubkey, ephemeral_key AS ephemeralKey
           FROM custody_spend_output WHERE spend_id = ? ORDER BY vout`,
        )
        .all(id)
        .map(({ amount: value, ...row }) => ({
          ...row,
          vout: Number(row.vout),
          position: row.position === null ? null : Number(row.position),
          value: amount(value),
        })),
    steps: (id) =>
      db
        .prepare<[string], { step: SpendStep; at: bigint; sentence: string }>(
          'SELECT step, at, sentence FROM custody_spend_step WHERE spend_id = ? ORDER BY rowid',
        )
        .all(id)
        .map((row) => ({ ...row, at: Number(row.at) })),
    insert(spend, { recipients, coins, outputs }) {
      const { id, asset } = spend;
      insertSpend.run(
        id,
        spend.walletId,
        spend.title,
        asset.assetId,
        asset.name,
        asset.ticker,
        asset.precision,
        spend.fee,
        spend.feeCeiling,
        spend.first,
        spend.state,
        spend.txid,
        spend.pset,
        spend.createdAt,
        spend.changedAt,
      );
      for (const each of recipients)
        insertRecipient.run(id, each.position, each.address, each.label, each.amount);
      for (const each of coins) {
        const { txid, vout, assetId, value, assetBlinder, amountBlinder } = each;
        insertCoin.run(id, txid, vout, assetId, value, assetBlinder, amountBlinder);
      }
      for (const each of outputs) {
        insertOutput.run(
          id,
          each.vout,
          each.role,
          each.position,
          each.script,
          each.assetId,
          each.value,
          each.assetBlinder,
          each.amountBlinder,
          each.blindingPubkey,
          each.ephemeralKey,
        );
      }
    },
    update(id, change) {
      const names = (Object.keys(change) as (keyof SpendChange)[]).filter(
        (name) => change[name] !== undefined,
      );
      const values = names.map((name) => stored(change[name]));
      const sets = [...names.map((name) => `${COLUMN[name]} = ?`), 'changed_at = ?'].join(', ');
      db.prepare(`UPDATE custody_spend SET ${sets} WHERE id = ?`).run(...values, clock(), id);
    },
    reached(id, step, sentence) {
      db.prepare('INSERT INTO custody_spend_step VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING').run(
        id,
        step,
        clock(),
        sentence,
      );
    },
    unreach(id, step) {
      db.prepare('DELETE FROM custody_spend_step WHERE spend_id = ? AND step = ?').run(id, step);
    },
    letGo(id) {
      db.prepare('UPDATE custody_spend_coin SET held = 0 WHERE spend_id = ?').run(id);
    },
    heldBy: (txid, vout) =>
      db
        .prepare<[string, number], string>(
          'SELECT spend_id FROM custody_spend_coin WHERE txid = ? AND vout = ? AND held = 1',
        )
        .pluck()
        .get(txid, vout) ?? null,
    held: (walletId) =>
      new Map(
        db
          .prepare<[string], { assetId: string; total: bigint }>(
            `SELECT c.asset_id AS assetId, sum(c.amount) AS total FROM custody_spend_coin c
             JOIN custody_spend s ON s.id = c.spend_id
             WHERE s.wallet_id = ? AND s.state = 'open' AND c.held = 1 GROUP BY c.asset_id`,
          )
          .all(walletId)
          .map(({ assetId, total }) => [assetId, total]),
      ),
    byTxid: (txid) =>
      db.prepare<[string], string>('SELECT id FROM custody_spend WHERE txid = ?').pluck().get(txid) ?? null,
    lastSent(walletId, assetId, except) {
      const row = db
        .prepare<[string, string, string], Row>(
          `SELECT * FROM custody_spend WHERE wallet_id = ? AND asset_id = ? AND id <> ? AND state IN ('sent', 'done')
           ORDER BY created_at DESC, rowid DESC LIMIT 1`,
        )
        .get(walletId, assetId, except);
      return row ? readRow(row) : null;
    },
  };
}

function stored(value: SpendChange[keyof SpendChange]): string | number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object') return JSON.stringify(value);
  return typeof value === 'boolean' ? Number(value) : value;
}

function time(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}

function readRow(row: Row): SpendRecord {
  return {
    id: row.id,
    walletId: row.wallet_id,
    title: row.title,
    asset: {
      assetId: row.asset_id,
      name: row.asset_name,
      ticker: row.ticker,
      precision: Number(row.precision),
    },
    fee: amount(row.fee),
    feeCeiling: amount(row.fee_ceiling),
    first: row.first,
    state: row.state,
    startedAt: time(row.started_at),
    cosignAskedAt: time(row.cosign_asked_at),
    handedOver: row.handed_over === 1n,
    broadcastBegunAt: time(row.broadcast_begun_at),
    problem: row.problem === null ? null : storedProblem.parse(JSON.parse(row.problem)),
    txid: row.txid,
    pset: row.pset,
    signedPset: row.signed_pset,
    raw: row.raw,
    confirmations: Number(row.confirmations),
    createdAt: Number(row.created_at),
    changedAt: Number(row.changed_at),
  };
}

/** What `liquid.blind` said of an output, from the journal; nothing for the fee. */
export function blinded(output: OutputRecord): BlindedOutput[] {
  const { vout, script, assetId, value, assetBlinder, amountBlinder, blindingPubkey, ephemeralKey } = output;
  if (!assetBlinder || !amountBlinder || !blindingPubkey || !ephemeralKey) return [];
  return [{ vout, script, assetId, value, assetBlinder, amountBlinder, blindingPubkey, ephemeralKey }];
}
