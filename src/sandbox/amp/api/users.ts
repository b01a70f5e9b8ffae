import type { Context } from '../context.ts';
import { EMPTY_OK, GONE, created, invalid, notFound, ok } from '../http/answers.ts';
import { flag, object, text } from '../http/body.ts';
import { del, get, post, put } from '../http/router.ts';
import type { Route } from '../http/router.ts';
import { all, atomically, one, run } from '../store/database.ts';
import type { Db } from '../store/database.ts';

export interface UserRow {
  id: bigint;
  name: string;
  is_company: bigint;
  creator: bigint;
  gaid: string | null;
  /** Category ids with commas between. */
  categories: string | null;
}

const SELECT = `
  SELECT u.id, u.name, u.is_company, u.creator,
    (SELECT g.gaid FROM user_gaids g WHERE g.user_id = u.id AND g.is_default = 1) AS gaid,
    (SELECT group_concat(c.category_id) FROM category_users c WHERE c.user_id = u.id) AS categories
  FROM users u WHERE u.deleted = 0`;

export function userView(row: UserRow): unknown {
  return {
    id: row.id,
    GAID: row.gaid,
    is_company: row.is_company === 1n,
    name: row.name,
    categories: row.categories === null ? [] : row.categories.split(',').map(Number),
    creator: row.creator,
  };
}

/** Throws 404 for an id that is no registered user (any more). */
export function userRow(db: Db, id: string | bigint): UserRow {
  const row = /^\d{1,15}$/.test(id.toString())
    ? one<UserRow>(db, `${SELECT} AND u.id = ?`, BigInt(id))
    : undefined;
  if (!row) throw notFound();
  return row;
}

export function userOfGaid(db: Db, gaid: string): UserRow | null {
  const owner = one<{ user_id: bigint }>(db, 'SELECT user_id FROM user_gaids WHERE gaid = ?', gaid);
  return owner ? (one<UserRow>(db, `${SELECT} AND u.id = ?`, owner.user_id) ?? null) : null;
}

/** A GAID must exist at Green and belong to nobody yet. */
function requireFreeGaid(context: Context, gaid: string): void {
  if (!context.green.has(gaid)) throw invalid('GAID', 'Invalid GAID');
  if (one(context.db, 'SELECT 1 FROM user_gaids WHERE gaid = ?', gaid)) {
    throw invalid('GAID', 'registered user with this GAID already exists.');
  }
}

/** Records a GAID; a user's first one becomes the default. */
export function linkGaid(db: Db, userId: bigint, gaid: string): void {
  const others = one<{ n: bigint }>(db, 'SELECT count(*) AS n FROM user_gaids WHERE user_id = ?', userId);
  const known = Number(others?.n ?? 0n);
  run(db, 'INSERT INTO user_gaids VALUES (?, ?, ?, ?)', gaid, userId, known === 0 ? 1 : 0, known);
}

export function insertUser(
  db: Db,
  user: { name: string; isCompany: boolean; gaid: string | null; creator: bigint },
): bigint {
  const { lastInsertRowid } = run(
    db,
    'INSERT INTO users (name, is_company, creator) VALUES (?, ?, ?)',
    user.name,
    user.isCompany ? 1 : 0,
    user.creator,
  );
  const id = BigInt(lastInsertRowid);
  if (user.gaid !== null) linkGaid(db, id, user.gaid);
  return id;
}

/**
 * A user who is still to be paid cannot be deleted. A deleted user's GAIDs become free again, except of one who was
 * ever in a category: such a GAID could never be registered again at the real AMP either.
 */
function remove(context: Context, id: bigint): void {
  const { db } = context;
  const open = one(
    db,
    'SELECT 1 FROM assignments WHERE user_id = ? AND distributed = 0 AND deleted = 0 LIMIT 1',
    id,
  );
  if (open) throw invalid('registered_user', 'The registered user has assignments that are not distributed.');
  atomically(db, () => {
    const ever = one<{ ever_in_category: bigint }>(db, 'SELECT ever_in_category FROM users WHERE id = ?', id);
    if (ever?.ever_in_category !== 1n) run(db, 'DELETE FROM user_gaids WHERE user_id = ?', id);
    run(db, 'DELETE FROM category_users WHERE user_id = ?', id);
    run(db, 'UPDATE users SET deleted = 1 WHERE id = ?', id);
  });
}

/** The body of `gaids/add` and `gaids/set-default` is a bare JSON string. */
function bareGaid(body: unknown): string {
  if (typeof body !== 'string') throw invalid('GAID', 'Not a valid string.');
  return body;
}

export const userRoutes: readonly Route[] = [
  get('/registered_users', 'manager', (context) =>
    ok(all<UserRow>(context.db, `${SELECT} ORDER BY u.id`).map(userView)),
  ),
  post('/registered_users/add', 'manager', (context, { body, account }) => {
    const fields = object(body);
    const name = text(fields['name'], 'name', { min: 1, max: 255 });
    const isCompany = flag(fields['is_company'], 'is_company', false);
    const given = fields['GAID'];
    const gaid = given === undefined || given === null || given === '' ? null : text(given, 'GAID');
    if (gaid !== null) requireFreeGaid(context, gaid);
    const creator = account?.id ?? 0n;
    const id = atomically(context.db, () => insertUser(context.db, { name, isCompany, gaid, creator }));
    return created(userView(userRow(context.db, id)));
  }),
  get('/registered_users/:id', 'manager', (context, { params }) =>
    ok(userView(userRow(context.db, params['id'] ?? ''))),
  ),
  put('/registered_users/:id/edit', 'manager', (context, { params, body }) => {
    const { id } = userRow(context.db, params['id'] ?? '');
    const name = text(object(body)['name'], 'name', { min: 1, max: 255 });
    run(context.db, 'UPDATE users SET name = ? WHERE id = ?', name, id);
    return ok(userView(userRow(context.db, id)));
  }),
  del('/registered_users/:id/delete', 'manager', (context, { params }) => {
    remove(context, userRow(context.db, params['id'] ?? '').id);
    return GONE;
  }),
  get('/registered_users/:id/gaids', 'manager', (context, { params }) => {
    const { id } = userRow(context.db, params['id'] ?? '');
    const rows = all<{ gaid: string }>(
      context.db,
      'SELECT gaid FROM user_gaids WHERE user_id = ? ORDER BY seq',
      id,
    );
    return ok(rows.map((row) => row.gaid));
  }),
  post('/registered_users/:id/gaids/add', 'manager', (context, { params, body }) => {
    const { id } = userRow(context.db, params['id'] ?? '');
    const gaid = bareGaid(body);
    requireFreeGaid(context, gaid);
    atomically(context.db, () => linkGaid(context.db, id, gaid));
    return EMPTY_OK;
  }),
  post('/registered_users/:id/gaids/set-default', 'manager', (context, { params, body }) => {
    const { id } = userRow(context.db, params['id'] ?? '');
    const gaid = bareGaid(body);
    if (!one(context.db, 'SELECT 1 FROM user_gaids WHERE user_id = ? AND gaid = ?', id, gaid)) {
      throw invalid('GAID', 'The GAID is not associated with the registered user.');
    }
    run(context.db, 'UPDATE user_gaids SET is_default = (gaid = ?) WHERE user_id = ?', gaid, id);
    return EMPTY_OK;
  }),
];
