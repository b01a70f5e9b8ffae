import type { Context } from '../context.ts';
import { ZEROS, opens } from '../books/commitments.ts';
import { reportedTransaction } from '../books/report.ts';
import { EMPTY_OK, invalid, notFound, ok } from '../http/answers.ts';
import { hex32, list, object, whole } from '../http/body.ts';
import { get, post } from '../http/router.ts';
import type { Route } from '../http/router.ts';
import { all, atomically, one, run } from '../store/database.ts';
import type { Db } from '../store/database.ts';
import { assetRow } from './assets.ts';
import type { AssetRow } from './assets.ts';

interface OutputRow {
  txid: string;
  vout: bigint;
  asset_id: string;
  amount: bigint;
  abf: string;
  vbf: string;
  gaid: string | null;
  user_id: bigint | null;
  burnt: bigint;
  blacklisted: bigint;
  spent_txid: string | null;
  spent_vin: bigint | null;
}

interface TransactionRow {
  txid: string;
  kind: string;
  height: bigint | null;
  time: bigint | null;
}

function iso(seconds: bigint | null): string | null {
  return seconds === null ? null : new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}

/** One page of rows: `start` counts from 1, a negative one from the end; `count` defaults to 100000. */
function page<T>(rows: T[], query: URLSearchParams): T[] {
  const number = (name: string, fallback: number): number => {
    const text = query.get(name);
    if (text === null || text === '') return fallback;
    if (!/^-?\d{1,9}$/.test(text)) throw invalid(name, 'A valid integer is required.');
    return Number(text);
  };
  const start = number('start', 1);
  const count = number('count', 100_000);
  if (start === 0) throw invalid('start', 'Ensure this value is greater than or equal to 1.');
  if (count < 0) throw invalid('count', 'Ensure this value is greater than or equal to 0.');
  const from = start > 0 ? start - 1 : Math.max(rows.length + start, 0);
  return rows.slice(from, from + count);
}

/** Sorts by `sortcolumn` (a name, or a place counted from 1) and `sortorder`; bounds by `height_start`, `height_stop`. */
function select<T extends object>(rows: T[], query: URLSearchParams, height: (row: T) => bigint | null): T[] {
  const bound = (name: string): bigint | null => {
    const text = query.get(name);
    if (text === null || text === '') return null;
    if (!/^\d{1,9}$/.test(text)) throw invalid(name, 'A valid integer is required.');
    return BigInt(text);
  };
  const low = bound('height_start');
  const high = bound('height_stop');
  let kept = rows;
  if (low !== null) kept = kept.filter((row) => (height(row) ?? -1n) >= low);
  if (high !== null) kept = kept.filter((row) => (height(row) ?? high + 1n) <= high);
  const order = query.get('sortorder') ?? 'asc';
  if (order !== 'asc' && order !== 'desc') throw invalid('sortorder', `"${order}" is not a valid choice.`);
  const column = query.get('sortcolumn');
  const [first] = kept;
  if (column !== null && first) {
    const names = Object.keys(first);
    const name = /^\d+$/.test(column) ? names[Number(column) - 1] : column;
    if (name === undefined || !names.includes(name)) {
      throw invalid('sortcolumn', `"${column}" is not a valid choice.`);
    }
    // Column 1 of both lists keeps the order in which things happened.
    if (name !== names[0]) kept = [...kept].sort((a, b) => compare(a[name as keyof T], b[name as keyof T]));
  }
  return page(order === 'desc' ? [...kept].reverse() : kept, query);
}

function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return -1;
  if (b === null || b === undefined) return 1;
  return (a as string | bigint) < (b as string | bigint) ? -1 : 1;
}

function activities(db: Db, asset: AssetRow) {
  const rows = all<{
    type: string;
    time: bigint | null;
    description: string;
    txid: string;
    vout: bigint;
    height: bigint | null;
    user_id: bigint | null;
    gaid: string | null;
    amount: bigint;
    abf: string | null;
    vbf: string | null;
  }>(
    db,
    `SELECT a.*, o.abf, o.vbf FROM activities a LEFT JOIN outputs o ON o.txid = a.txid AND o.vout = a.vout
     WHERE a.asset_uuid = ? ORDER BY a.seq`,
    asset.asset_uuid,
  );
  return rows.map((row) => ({
    type: row.type,
    datetime: iso(row.time),
    description: row.description,
    txid: row.txid,
    vout: row.vout,
    blockheight: row.height,
    registered_user: row.user_id,
    investor: row.user_id,
    GAID: row.gaid,
    amount: row.amount,
    asset_blinder: row.abf ?? ZEROS,
    amount_blinder: row.vbf ?? ZEROS,
  }));
}

function transactionView(db: Db, asset: AssetRow, row: TransactionRow) {
  const party = (output: OutputRow) => ({
    registered_user: output.user_id,
    GAID: output.gaid,
    is_treasury: output.gaid === null,
  });
  const content = (output: OutputRow) => ({
    asset_id: output.asset_id,
    amount: output.amount,
    asset_blinder: output.abf,
    amount_blinder: output.vbf,
  });
  const inputs = all<OutputRow>(
    db,
    'SELECT * FROM outputs WHERE spent_txid = ? AND asset_uuid = ? ORDER BY spent_vin',
    row.txid,
    asset.asset_uuid,
  );
  const outputs = all<OutputRow>(
    db,
    'SELECT * FROM outputs WHERE txid = ? AND asset_uuid = ? ORDER BY vout',
    row.txid,
    asset.asset_uuid,
  );
  // What a viewer of the chain needs to see the amounts: one entry for each blinded output.
  const blinded = outputs.filter((output) => output.abf !== ZEROS);
  const opened = blinded.map(({ amount, asset_id, vbf, abf }) => `${amount},${asset_id},${vbf},${abf}`);
  return {
    txid: row.txid,
    datetime: iso(row.time),
    blockheight: row.height,
    is_issuance: row.kind === 'issuance',
    is_reissuance: row.kind === 'reissuance',
    is_distribution: row.kind === 'distribution',
    inputs: inputs.map((output) => ({
      ...content(output),
      vin: output.spent_vin,
      prev_txid: output.txid,
      prev_vout: output.vout,
      ...party(output),
    })),
    outputs: outputs.map((output) => ({
      ...content(output),
      vout: output.vout,
      ...party(output),
      is_treasury: output.gaid === null && output.burnt === 0n,
      is_spent: output.spent_txid !== null,
      is_burnt: output.burnt === 1n,
    })),
    unblinded_url: `/tx/${row.txid}${opened.length === 0 ? '' : `#blinded=${opened.join(',')}`}`,
  };
}

function utxoView(row: OutputRow) {
  return {
    txid: row.txid,
    vout: row.vout,
    asset: row.asset_id,
    amount: row.amount,
    registered_user: row.user_id,
    investor: row.user_id,
    gaid: row.gaid,
    blacklisted: row.blacklisted === 1n,
  };
}

/** Locks or unlocks outputs: all of the list, or a 400 and nothing. */
function setBlacklisted(context: Context, assetUuid: string, body: unknown, value: boolean): unknown {
  const { db } = context;
  const asset = assetRow(db, assetUuid);
  const rows = list(body, 'utxos').map((entry) => {
    const fields = object(entry, 'utxos');
    const row = one<OutputRow>(
      db,
      `SELECT * FROM outputs WHERE asset_uuid = ? AND txid = ? AND vout = ? AND spent_txid IS NULL AND burnt = 0`,
      asset.asset_uuid,
      hex32(fields['txid'], 'txid'),
      whole(fields['vout'], 'vout', 0n, 100_000n),
    );
    if (!row) throw invalid('utxos', 'Invalid value');
    return row;
  });
  atomically(db, () => {
    for (const { txid, vout } of rows) {
      run(db, 'UPDATE outputs SET blacklisted = ? WHERE txid = ? AND vout = ?', value ? 1 : 0, txid, vout);
    }
  });
  return rows.map((row) => utxoView({ ...row, blacklisted: value ? 1n : 0n }));
}

/** Takes the blinders of an issuance output that AMP lacks; they must open it to the amount in AMP's books. */
async function updateBlinders(context: Context, assetUuid: string, body: unknown): Promise<void> {
  const { db } = context;
  const asset = assetRow(db, assetUuid);
  const fields = object(body);
  const txid = hex32(fields['txid'], 'txid');
  const vout = whole(fields['vout'], 'vout', 0n, 100_000n);
  const assetBlinder = hex32(fields['asset_blinder'], 'asset_blinder');
  const amountBlinder = hex32(fields['amount_blinder'], 'amount_blinder');
  const row = one<OutputRow>(
    db,
    'SELECT * FROM outputs WHERE asset_uuid = ? AND txid = ? AND vout = ?',
    asset.asset_uuid,
    txid,
    vout,
  );
  if (!row) throw invalid('vout', 'Invalid value');
  if (row.abf !== ZEROS) throw invalid('asset_blinder', 'The blinders of this output are already known.');
  const { tx } = await reportedTransaction(context, txid, 'txid');
  const output = tx.outputs[Number(vout)];
  const opening = { assetId: row.asset_id, amount: row.amount, assetBlinder, amountBlinder };
  if (!output || !opens(output, opening)) throw invalid('asset_blinder', 'Invalid value');
  run(
    db,
    'UPDATE outputs SET abf = ?, vbf = ? WHERE txid = ? AND vout = ?',
    assetBlinder,
    amountBlinder,
    txid,
    vout,
  );
}

export const historyRoutes: readonly Route[] = [
  get('/assets/:asset/activities', 'manager-asset', async (context, { params, query }) => {
    const asset = assetRow(context.db, params['asset'] ?? '');
    await context.follower.catchUp();
    return ok(select(activities(context.db, asset), query, (row) => row.blockheight));
  }),
  get('/assets/:asset/txs', 'issuer', async (context, { params, query }) => {
    const asset = assetRow(context.db, params['asset'] ?? '');
    await context.follower.catchUp();
    const rows = all<TransactionRow>(
      context.db,
      'SELECT txid, kind, height, time FROM transactions WHERE asset_uuid = ? ORDER BY seq',
      asset.asset_uuid,
    );
    const views = rows.map((row) => transactionView(context.db, asset, row));
    return ok(select(views, query, (row) => row.blockheight));
  }),
  get('/assets/:asset/txs/:txid', 'issuer', async (context, { params }) => {
    const asset = assetRow(context.db, params['asset'] ?? '');
    await context.follower.catchUp();
    const row = one<TransactionRow>(
      context.db,
      'SELECT txid, kind, height, time FROM transactions WHERE asset_uuid = ? AND txid = ?',
      asset.asset_uuid,
      params['txid'],
    );
    if (!row) throw notFound();
    return ok(transactionView(context.db, asset, row));
  }),
  get('/assets/:asset/utxos', 'issuer', async ({ db, follower }, { params }) => {
    const { asset_uuid } = assetRow(db, params['asset'] ?? '');
    await follower.catchUp();
    const rows = all<OutputRow>(
      db,
      `SELECT o.* FROM outputs o JOIN transactions t USING (asset_uuid, txid)
       WHERE o.asset_uuid = ? AND o.spent_txid IS NULL AND o.burnt = 0 ORDER BY t.seq, o.vout`,
      asset_uuid,
    );
    return ok(rows.map(utxoView));
  }),
  post('/assets/:asset/utxos/blacklist', 'issuer', (context, { params, body }) =>
    ok(setBlacklisted(context, params['asset'] ?? '', body, true)),
  ),
  post('/assets/:asset/utxos/whitelist', 'issuer', (context, { params, body }) =>
    ok(setBlacklisted(context, params['asset'] ?? '', body, false)),
  ),
  post('/assets/:asset/update-blinders', 'issuer', async (context, { params, body }) => {
    await updateBlinders(context, params['asset'] ?? '', body);
    return EMPTY_OK;
  }),
];
