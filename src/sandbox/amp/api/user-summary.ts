import type { Context } from '../context.ts';
import { ok } from '../http/answers.ts';
import { get } from '../http/router.ts';
import type { Route } from '../http/router.ts';
import { all, one } from '../store/database.ts';
import { assignmentView, assignmentsOfUser } from './assignments.ts';
import { distributionsOfUser } from './distribution-rows.ts';
import { userRow } from './users.ts';

/** One entry per asset that the user was assigned or holds. */
function summary(context: Context, userId: bigint): unknown[] {
  const { db } = context;
  const assets = all<{ asset_uuid: string; asset_id: string }>(
    db,
    `SELECT a.asset_uuid, a.asset_id FROM assets a WHERE a.deleted = 0 AND (
       EXISTS (SELECT 1 FROM assignments s WHERE s.user_id = ? AND s.asset_uuid = a.asset_uuid AND s.deleted = 0)
       OR EXISTS (SELECT 1 FROM user_gaids g JOIN outputs o ON o.gaid = g.gaid
                  WHERE g.user_id = ? AND o.asset_uuid = a.asset_uuid))
     ORDER BY a.seq`,
    userId,
    userId,
  );
  return assets.map(({ asset_uuid, asset_id }) => {
    const assignments = assignmentsOfUser(db, userId, asset_uuid);
    const balance = one<{ total: bigint | null }>(
      db,
      `SELECT sum(o.amount) AS total FROM user_gaids g JOIN outputs o ON o.gaid = g.gaid
       WHERE g.user_id = ? AND o.asset_uuid = ? AND o.spent_txid IS NULL`,
      userId,
      asset_uuid,
    );
    const total = (distributed: boolean): bigint =>
      assignments
        .filter((one) => (one.distributed === 1n) === distributed)
        .reduce((sum, one) => sum + one.amount, 0n);
    return {
      asset_uuid,
      asset_id,
      assignments: assignments.map((row) => assignmentView(context, row)),
      assignments_sum: total(false),
      distributions: distributionsOfUser(db, userId, asset_uuid),
      distributions_sum: total(true),
      balance: balance?.total ?? 0n,
    };
  });
}

export const userSummaryRoutes: readonly Route[] = [
  get('/registered_users/:id/summary', 'manager', (context, { params, account }) => {
    const entries = summary(context, userRow(context.db, params['id'] ?? '').id);
    if (account?.role !== 'manager') return ok(entries);
    const given = all<{ asset_uuid: string }>(
      context.db,
      'SELECT asset_uuid FROM manager_assets WHERE manager_id = ?',
      account.id,
    ).map((row) => row.asset_uuid);
    return ok(entries.filter((entry) => given.includes((entry as { asset_uuid: string }).asset_uuid)));
  }),
];
