import type { Context } from '../context.ts';
import { lostOutputs } from '../books/lost.ts';
import { assignedAmount, blacklistedAmount } from '../books/treasury.ts';
import { invalid, ok } from '../http/answers.ts';
import { get } from '../http/router.ts';
import type { Route } from '../http/router.ts';
import { all, one } from '../store/database.ts';
import type { Db } from '../store/database.ts';
import { assetRow } from './assets.ts';
import type { AssetRow } from './assets.ts';

interface Ownership {
  owner: bigint | 'ISSUER' | null;
  amount: bigint;
  GAID: string | null;
}

/**
 * Who owned how much at a height, by the transactions that were reported: holders by GAID, and the treasury as
 * `ISSUER`. Without a height: everything reported. `owner` is null for a GAID of nobody registered.
 */
export function ownerships(db: Db, asset: AssetRow, height: number | null): Ownership[] {
  const created = height === null ? '' : 'AND t.height IS NOT NULL AND t.height <= @height';
  const spent =
    height === null
      ? 'o.spent_txid IS NULL'
      : `(o.spent_txid IS NULL OR NOT EXISTS (
           SELECT 1 FROM transactions s
           WHERE s.asset_uuid = o.asset_uuid AND s.txid = o.spent_txid AND s.height <= @height))`;
  const rows = all<{ gaid: string | null; amount: bigint; owner: bigint | null }>(
    db,
    `SELECT o.gaid, sum(o.amount) AS amount,
       (SELECT g.user_id FROM user_gaids g JOIN users u ON u.id = g.user_id AND u.deleted = 0
        WHERE g.gaid = o.gaid) AS owner
     FROM outputs o JOIN transactions t ON t.asset_uuid = o.asset_uuid AND t.txid = o.txid
     WHERE o.asset_uuid = @asset AND o.is_token = 0 AND o.burnt = 0 ${created} AND ${spent}
     GROUP BY o.gaid ORDER BY min(t.seq), o.gaid`,
    { asset: asset.asset_uuid, ...(height === null ? {} : { height }) },
  );
  return rows.map((row) => ({
    owner: row.gaid === null ? 'ISSUER' : row.owner,
    amount: row.amount,
    GAID: row.gaid,
  }));
}

function summary(db: Db, asset: AssetRow): unknown {
  const holders = one<{ users: bigint; accounts: bigint }>(
    db,
    `SELECT count(DISTINCT g.user_id) AS users, count(DISTINCT o.gaid) AS accounts
     FROM outputs o LEFT JOIN user_gaids g ON g.gaid = o.gaid
     WHERE o.asset_uuid = ? AND o.gaid IS NOT NULL AND o.spent_txid IS NULL`,
    asset.asset_uuid,
  );
  const registered = one<{ n: bigint }>(db, 'SELECT count(*) AS n FROM users WHERE deleted = 0')?.n ?? 0n;
  return {
    asset_id: asset.asset_id,
    reissuance_token_id: asset.token_id,
    issued: asset.issued,
    reissued: asset.reissued,
    assigned: assignedAmount(db, asset.asset_uuid),
    distributed: asset.distributed,
    burned: asset.burned,
    blacklisted: blacklistedAmount(db, asset.asset_uuid),
    registered_users: registered,
    active_registered_users: holders?.users ?? 0n,
    active_green_subaccounts: holders?.accounts ?? 0n,
    reissuance_tokens: asset.tokens,
  };
}

async function lost(context: Context, asset: AssetRow) {
  return {
    lost_outputs: await lostOutputs(context, asset, false),
    reissuance_lost_outputs: asset.token_id === null ? [] : await lostOutputs(context, asset, true),
  };
}

function heightOf(query: URLSearchParams): number | null {
  const text = query.get('height');
  if (text === null || text === '') return null;
  if (!/^\d{1,9}$/.test(text)) throw invalid('height', 'A valid integer is required.');
  return Number(text);
}

export const holdingRoutes: readonly Route[] = [
  get('/assets/:asset/summary', 'manager-asset', async ({ db, follower }, { params }) => {
    const asset = assetRow(db, params['asset'] ?? '');
    await follower.catchUp();
    return ok(summary(db, asset));
  }),
  get('/assets/:asset/balance', 'manager-asset', async (context, { params }) => {
    const asset = assetRow(context.db, params['asset'] ?? '');
    const missing = await lost(context, asset);
    return ok({ confirmed_balance: ownerships(context.db, asset, null), ...missing });
  }),
  get('/assets/:asset/lost-outputs', 'issuer', async (context, { params }) =>
    ok(await lost(context, assetRow(context.db, params['asset'] ?? ''))),
  ),
  get('/assets/:asset/ownerships', 'issuer', async (context, { params, query }) => {
    const asset = assetRow(context.db, params['asset'] ?? '');
    const height = heightOf(query);
    await context.follower.catchUp();
    return ok(ownerships(context.db, asset, height));
  }),
];
