import { confirmationsOf } from '../books/confirmations.ts';
import type { Context } from '../context.ts';
import { GONE, invalid, notFound, ok } from '../http/answers.ts';
import { amountOf, flag, list, object, whole } from '../http/body.ts';
import { del, get, post, put } from '../http/router.ts';
import type { AmpRequest, Route } from '../http/router.ts';
import { assignable } from '../books/treasury.ts';
import { all, one, run } from '../store/database.ts';
import type { Db } from '../store/database.ts';
import { assetRow, requirementsOf } from './assets.ts';
import type { AssetRow } from './assets.ts';
import { userRow } from './users.ts';
import type { UserRow } from './users.ts';

export interface AssignmentRow {
  id: bigint;
  asset_uuid: string;
  user_id: bigint;
  amount: bigint;
  ready: bigint;
  /** Seconds since the epoch. */
  vesting: bigint | null;
  creator: bigint;
  distribution_uuid: string | null;
  address: string | null;
  script: string | null;
  gaid: string | null;
  vout: bigint | null;
  distributed: bigint;
  /** Default GAID of the user, now. */
  user_gaid: string | null;
}

export const ASSIGNMENTS = `
  SELECT a.*, (SELECT g.gaid FROM user_gaids g WHERE g.user_id = a.user_id AND g.is_default = 1) AS user_gaid
  FROM assignments a WHERE a.deleted = 0`;

export function hasVested(context: Context, row: Pick<AssignmentRow, 'vesting'>): boolean {
  return row.vesting === null || Number(row.vesting) * 1000 <= context.clock();
}

export function assignmentView(context: Context, row: AssignmentRow): unknown {
  return {
    id: row.id,
    registered_user: row.user_id,
    // The name of old, still answered beside the new one.
    investor: row.user_id,
    amount: row.amount,
    receiving_address: row.address,
    distribution_uuid: row.distribution_uuid,
    ready_for_distribution: row.ready === 1n,
    vesting_datetime: row.vesting === null ? null : new Date(Number(row.vesting) * 1000).toISOString(),
    vesting_timestamp: row.vesting,
    has_vested: hasVested(context, row),
    is_distributed: row.distributed === 1n,
    creator: row.creator,
    GAID: row.gaid ?? row.user_gaid,
  };
}

export function assignmentsOfUser(db: Db, userId: bigint, assetUuid: string): AssignmentRow[] {
  return all(db, `${ASSIGNMENTS} AND a.user_id = ? AND a.asset_uuid = ? ORDER BY a.id`, userId, assetUuid);
}

function assignmentRow(db: Db, { params }: AmpRequest): AssignmentRow {
  const asset = assetRow(db, params['asset'] ?? '');
  const id = params['id'] ?? '';
  const row = /^\d{1,15}$/.test(id)
    ? one<AssignmentRow>(db, `${ASSIGNMENTS} AND a.asset_uuid = ? AND a.id = ?`, asset.asset_uuid, BigInt(id))
    : undefined;
  if (!row) throw notFound();
  return row;
}

/** Ids of the asset's requirements that the user does not meet. */
export function unmetRequirements(db: Db, asset: AssetRow, user: Pick<UserRow, 'categories'>): bigint[] {
  const held = new Set(user.categories?.split(',') ?? []);
  return requirementsOf(db, asset.asset_uuid).filter((id) => !held.has(id.toString()));
}

/** Confirmations that issuance and reissuance need before their units can be assigned. */
const ASSIGN_CONFIRMATIONS = 2;

/** Reissued units are in the books only after two confirmations; the issuance has to be asked for. */
async function requireConfirmedIssuance(context: Context, asset: AssetRow): Promise<void> {
  if ((await confirmationsOf(context, asset.txid)) < ASSIGN_CONFIRMATIONS) {
    throw invalid('assignments', 'Insufficient confirmed funds: the issuance is not yet confirmed.');
  }
}

async function create(context: Context, request: AmpRequest): Promise<unknown> {
  const { db } = context;
  const asset = assetRow(db, request.params['asset'] ?? '');
  const wanted = list(object(request.body)['assignments'], 'assignments');
  if (wanted.length !== 1) throw invalid('assignments', 'Exactly one assignment is required.');
  const fields = object(wanted[0], 'assignments');
  const userId = whole(fields['registered_user'] ?? fields['investor'], 'registered_user', 1n, 10n ** 15n);
  const amount = amountOf(fields['amount'], 'amount');
  const ready = flag(fields['ready_for_distribution'], 'ready_for_distribution', false);
  const given = fields['vesting_timestamp'] ?? null;
  const vesting = given === null ? null : whole(given, 'vesting_timestamp', 0n, 2n ** 40n);
  const user = one(db, 'SELECT 1 FROM users WHERE id = ? AND deleted = 0', userId)
    ? userRow(db, userId)
    : null;
  if (!user) throw invalid('registered_user', `Invalid pk "${userId}" - object does not exist.`);
  await requireConfirmedIssuance(context, asset);
  if (unmetRequirements(db, asset, user).length > 0) {
    throw invalid('registered_user', 'The registered user does not meet the requirements of the asset.');
  }
  if (ready && user.gaid === null) {
    throw invalid('ready_for_distribution', 'The registered user has no GAID.');
  }
  if (amount > assignable(db, asset.asset_uuid)) {
    throw invalid('amount', 'Insufficient confirmed funds in the treasury.');
  }
  const { lastInsertRowid } = run(
    db,
    'INSERT INTO assignments (asset_uuid, user_id, amount, ready, vesting, creator) VALUES (?, ?, ?, ?, ?, ?)',
    asset.asset_uuid,
    userId,
    amount,
    ready ? 1 : 0,
    vesting,
    request.account?.id ?? 0n,
  );
  const row = one<AssignmentRow>(db, `${ASSIGNMENTS} AND a.id = ?`, lastInsertRowid);
  return row ? [assignmentView(context, row)] : [];
}

/** `lock` makes an assignment not ready, `unlock` ready again; neither once it is part of a distribution. */
function setReady(context: Context, request: AmpRequest, ready: boolean): unknown {
  const row = assignmentRow(context.db, request);
  requireNotUnderWay(row);
  if (ready && row.user_gaid === null) {
    throw invalid('ready_for_distribution', 'The registered user has no GAID.');
  }
  run(context.db, 'UPDATE assignments SET ready = ? WHERE id = ?', ready ? 1 : 0, row.id);
  return assignmentView(context, assignmentRow(context.db, request));
}

function requireNotUnderWay(row: AssignmentRow): void {
  if (row.distributed === 1n) throw invalid('assignment', 'The assignment has been distributed.');
  if (row.distribution_uuid !== null) {
    throw invalid('assignment', 'The assignment is part of a pending distribution.');
  }
}

export const assignmentRoutes: readonly Route[] = [
  get('/assets/:asset/assignments', 'manager-asset', (context, { params, query }) => {
    const { asset_uuid } = assetRow(context.db, params['asset'] ?? '');
    const filter = query.get('distributed');
    if (filter !== null && !/^(?:true|false)$/i.test(filter)) {
      throw invalid('distributed', 'Must be a valid boolean.');
    }
    // Written out, so that SQLite can take the index of what is open.
    const which = filter === null ? '' : `AND a.distributed = ${filter.toLowerCase() === 'true' ? 1 : 0}`;
    const rows = all<AssignmentRow>(
      context.db,
      `${ASSIGNMENTS} AND a.asset_uuid = ? ${which} ORDER BY a.id`,
      asset_uuid,
    );
    return ok(rows.map((row) => assignmentView(context, row)));
  }),
  post('/assets/:asset/assignments/create', 'manager-asset', async (context, request) =>
    ok(await create(context, request)),
  ),
  get('/assets/:asset/assignments/:id', 'manager-asset', (context, request) =>
    ok(assignmentView(context, assignmentRow(context.db, request))),
  ),
  put('/assets/:asset/assignments/:id/lock', 'manager-asset', (context, request) =>
    ok(setReady(context, request, false)),
  ),
  put('/assets/:asset/assignments/:id/unlock', 'manager-asset', (context, request) =>
    ok(setReady(context, request, true)),
  ),
  del('/assets/:asset/assignments/:id/delete', 'manager-asset', (context, request) => {
    const row = assignmentRow(context.db, request);
    requireNotUnderWay(row);
    run(context.db, 'UPDATE assignments SET deleted = 1 WHERE id = ?', row.id);
    return GONE;
  }),
];
