import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { NoAddressLeft } from '../green/accounts.ts';
import type { Green, GreenAddress } from '../green/accounts.ts';
import { EMPTY_OK, invalid, notFound, ok } from '../http/answers.ts';
import type { Answer } from '../http/answers.ts';
import { pythonFloat } from '../http/json.ts';
import { del, get, mutatingGet, post } from '../http/router.ts';
import type { AmpRequest, Route } from '../http/router.ts';
import { paymentsOf } from '../store/chain-store.ts';
import { all, atomically, one, run } from '../store/database.ts';
import { assetRow } from './assets.ts';
import type { AssetRow } from './assets.ts';
import { ASSIGNMENTS, hasVested, unmetRequirements } from './assignments.ts';
import type { AssignmentRow } from './assignments.ts';
import { confirmDistribution } from './distribution-confirm.ts';
import {
  SCRIPT_VERSION,
  assignmentsOfDistribution,
  distributionRow,
  distributionView,
} from './distribution-rows.ts';
import type { DistributionRow } from './distribution-rows.ts';
import { userRow } from './users.ts';

/** The greatest number of assignments that AMP puts in one distribution. */
const BATCH = 100;

/** Ready, in no distribution yet, vested, with a GAID, and the user still meets the asset's requirements. */
function eligible(context: Context, asset: AssetRow): AssignmentRow[] {
  const { db } = context;
  return all<AssignmentRow>(
    db,
    `${ASSIGNMENTS} AND a.asset_uuid = ? AND a.distributed = 0 AND a.ready = 1 AND a.distribution_uuid IS NULL
     ORDER BY a.id`,
    asset.asset_uuid,
  )
    .filter((row) => row.user_gaid !== null && hasVested(context, row))
    .filter((row) => unmetRequirements(db, asset, userRow(db, row.user_id)).length === 0)
    .slice(0, BATCH);
}

/**
 * Stamps a new distribution on every eligible assignment, each with a fresh address of its holder, and answers with the
 * file for the confirming script. Nothing eligible is no failure for AMP: 200, but no `distribution_uuid`.
 */
function create(context: Context, asset: AssetRow): Answer {
  const { db, green, options } = context;
  if (asset.is_authorized !== 1n)
    throw invalid('asset', 'The asset is not registered as an authorized asset.');
  if (asset.is_locked === 1n) throw invalid('asset', 'The asset is locked.');
  if (options.refuseSecondOpenDistribution) {
    const open = one(
      db,
      `SELECT 1 FROM distributions WHERE asset_uuid = ? AND status = 'pending' LIMIT 1`,
      asset.asset_uuid,
    );
    if (open) throw invalid('distribution', 'Another distribution of the asset is pending.');
  }
  const rows = eligible(context, asset);
  if (rows.length === 0) return ok({ error: 'There are no assignments to distribute.' });
  const uuid = randomUUID();
  const amounts: Record<string, unknown> = {};
  const assets: Record<string, string> = {};
  atomically(db, () => {
    const seq = one<{ n: bigint }>(db, 'SELECT count(*) AS n FROM distributions')?.n ?? 0n;
    run(
      db,
      `INSERT INTO distributions (uuid, asset_uuid, seq, status) VALUES (?, ?, ?, 'pending')`,
      uuid,
      asset.asset_uuid,
      seq,
    );
    for (const row of rows) {
      const { address, script } = addressOf(green, row.user_gaid ?? '');
      run(
        db,
        'UPDATE assignments SET distribution_uuid = ?, address = ?, script = ?, gaid = ? WHERE id = ?',
        uuid,
        address,
        script,
        row.user_gaid,
        row.id,
      );
      amounts[address] = pythonFloat(row.amount);
      assets[address] = asset.asset_id;
    }
  });
  return ok({
    command: 'distribute',
    min_supported_client_script_version: SCRIPT_VERSION,
    base_url: `${context.baseUrl}/{}`,
    asset_uuid: asset.asset_uuid,
    asset_id: asset.asset_id,
    distribution_uuid: uuid,
    map_address_amount: amounts,
    map_address_asset: assets,
  });
}

/** Throws 400 when the account has given away all addresses that its wallet uploaded: nothing is stamped then. */
function addressOf(green: Green, gaid: string): GreenAddress {
  try {
    return green.freshAddress(gaid);
  } catch (error) {
    throw error instanceof NoAddressLeft ? invalid('distribution', error.message) : error;
  }
}

/** Possible while pending and as long as no transaction, confirmed or not, pays one of its addresses. */
async function cancel(context: Context, { params }: AmpRequest): Promise<Answer> {
  const { db } = context;
  const asset = assetRow(db, params['asset'] ?? '');
  const row = distributionRow(db, asset, params['distribution'] ?? '');
  if (row.status === 'cancelled') throw notFound();
  if (row.status === 'confirmed') throw invalid('distribution', 'The distribution has been confirmed.');
  await context.follower.catchUp();
  if (paymentsOf(db, row.uuid).length > 0 || (await inMempool(context, row.uuid))) {
    throw invalid('distribution', 'The distribution transaction has been broadcast.');
  }
  atomically(db, () => {
    run(db, `UPDATE distributions SET status = 'cancelled' WHERE uuid = ?`, row.uuid);
    run(
      db,
      `UPDATE assignments SET distribution_uuid = NULL, address = NULL, script = NULL, gaid = NULL
       WHERE distribution_uuid = ?`,
      row.uuid,
    );
  });
  return EMPTY_OK;
}

async function inMempool(context: Context, uuid: string): Promise<boolean> {
  const scripts = new Set(assignmentsOfDistribution(context.db, uuid).map((row) => row.script));
  for (const txid of await context.chain.node.call<string[]>('getrawmempool')) {
    const found = await context.chain.transaction(txid);
    if (found?.tx.outputs.some((output) => scripts.has(Buffer.from(output.script).toString('hex'))))
      return true;
  }
  return false;
}

export const distributionRoutes: readonly Route[] = [
  get('/assets/:asset/distributions', 'issuer', async ({ db, follower }, { params }) => {
    const { asset_uuid } = assetRow(db, params['asset'] ?? '');
    await follower.catchUp();
    const rows = all<DistributionRow>(
      db,
      `SELECT uuid, asset_uuid, status, txid FROM distributions
       WHERE asset_uuid = ? AND status = 'confirmed' ORDER BY seq`,
      asset_uuid,
    );
    return ok(rows.map((row) => distributionView(db, row)));
  }),
  mutatingGet('/assets/:asset/distributions/create/', 'issuer', (context, { params }) =>
    create(context, assetRow(context.db, params['asset'] ?? '')),
  ),
  get('/assets/:asset/distributions/:distribution', 'issuer', async ({ db, follower }, { params }) => {
    const row = distributionRow(db, assetRow(db, params['asset'] ?? ''), params['distribution'] ?? '');
    if (row.status !== 'confirmed') throw notFound();
    await follower.catchUp();
    return ok(distributionView(db, row));
  }),
  post('/assets/:asset/distributions/:distribution/confirm', 'issuer', async (context, request) => {
    await confirmDistribution(context, request);
    return EMPTY_OK;
  }),
  del('/assets/:asset/distributions/:distribution/cancel', 'issuer', cancel),
];
