import { notFound } from '../http/answers.ts';
import { all, one } from '../store/database.ts';
import type { Db } from '../store/database.ts';
import type { AssetRow } from './assets.ts';
import { ASSIGNMENTS } from './assignments.ts';
import type { AssignmentRow } from './assignments.ts';

/** Version of the confirming script that AMP's files ask for. */
export const SCRIPT_VERSION = 2;

export interface DistributionRow {
  uuid: string;
  asset_uuid: string;
  status: 'pending' | 'confirmed' | 'cancelled';
  txid: string | null;
}

export function distributionRow(db: Db, asset: AssetRow, uuid: string): DistributionRow {
  const row = one<DistributionRow>(
    db,
    'SELECT uuid, asset_uuid, status, txid FROM distributions WHERE uuid = ? AND asset_uuid = ?',
    uuid,
    asset.asset_uuid,
  );
  if (!row) throw notFound();
  return row;
}

export function assignmentsOfDistribution(db: Db, uuid: string): AssignmentRow[] {
  return all<AssignmentRow>(db, `${ASSIGNMENTS} AND a.distribution_uuid = ? ORDER BY a.id`, uuid);
}

/** Only confirmed ones are ever shown; `UNCONFIRMED` when a reorganisation took the block away again. */
export function distributionView(db: Db, row: DistributionRow): unknown {
  const shown = one<{ height: bigint | null; time: bigint | null }>(
    db,
    'SELECT height, time FROM transactions WHERE asset_uuid = ? AND txid = ?',
    row.asset_uuid,
    row.txid,
  );
  const status = shown?.height == null ? 'UNCONFIRMED' : 'CONFIRMED';
  return {
    distribution_uuid: row.uuid,
    distribution_status: status,
    transactions: [
      {
        txid: row.txid,
        transaction_status: status,
        included_blockheight: shown?.height ?? 0n,
        confirmed_datetime: shown?.time == null ? null : new Date(Number(shown.time) * 1000).toISOString(),
        assignments: assignmentsOfDistribution(db, row.uuid).map((one) => ({
          registered_user: one.user_id,
          amount: one.amount,
          vout: one.vout,
        })),
      },
    ],
  };
}

export function distributionsOfUser(db: Db, userId: bigint, assetUuid: string): unknown[] {
  return all<DistributionRow>(
    db,
    `SELECT DISTINCT d.uuid, d.asset_uuid, d.status, d.txid FROM distributions d
       JOIN assignments a ON a.distribution_uuid = d.uuid
     WHERE a.user_id = ? AND d.asset_uuid = ? AND d.status = 'confirmed' ORDER BY d.seq`,
    userId,
    assetUuid,
  ).map((row) => distributionView(db, row));
}
