import type { Context } from '../context.ts';
import { GONE, created, notFound, ok } from '../http/answers.ts';
import { object, text } from '../http/body.ts';
import { del, get, post, put } from '../http/router.ts';
import type { AmpRequest, Route } from '../http/router.ts';
import { all, atomically, one, run } from '../store/database.ts';
import type { Db } from '../store/database.ts';
import { assetRow } from './assets.ts';
import { userRow } from './users.ts';

interface CategoryRow {
  id: bigint;
  name: string;
  description: string;
}

function categoryRow(db: Db, id: string | undefined): CategoryRow {
  const row = /^\d{1,15}$/.test(id ?? '')
    ? one<CategoryRow>(db, 'SELECT * FROM categories WHERE id = ?', BigInt(id ?? ''))
    : undefined;
  if (!row) throw notFound();
  return row;
}

function view(db: Db, row: CategoryRow): unknown {
  const users = all<{ user_id: bigint }>(
    db,
    'SELECT user_id FROM category_users WHERE category_id = ? ORDER BY user_id',
    row.id,
  ).map((one) => one.user_id);
  const assets = all<{ asset_uuid: string }>(
    db,
    `SELECT c.asset_uuid FROM category_assets c JOIN assets a USING (asset_uuid)
     WHERE c.category_id = ? AND a.deleted = 0 ORDER BY a.seq`,
    row.id,
  ).map((one) => one.asset_uuid);
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    registered_users: users,
    // The name of old, still answered beside the new one.
    investors: users,
    assets,
  };
}

export function insertCategory(db: Db, name: string, description: string): bigint {
  return BigInt(
    run(db, 'INSERT INTO categories (name, description) VALUES (?, ?)', name, description).lastInsertRowid,
  );
}

export function joinCategory(db: Db, categoryId: bigint, userId: bigint): void {
  run(db, 'INSERT OR IGNORE INTO category_users VALUES (?, ?)', userId, categoryId);
  run(db, 'UPDATE users SET ever_in_category = 1 WHERE id = ?', userId);
}

export function requireCategory(db: Db, categoryId: bigint, assetUuid: string): void {
  run(db, 'INSERT OR IGNORE INTO category_assets VALUES (?, ?)', assetUuid, categoryId);
}

/** Carries out a change of the category in the path and answers with the category as it is then. */
function changing(change: (db: Db, category: CategoryRow, request: AmpRequest) => void) {
  return (context: Context, request: AmpRequest) => {
    const { db } = context;
    const category = categoryRow(db, request.params['id']);
    atomically(db, () => {
      change(db, category, request);
    });
    return ok(view(db, categoryRow(db, request.params['id'])));
  };
}

export const categoryRoutes: readonly Route[] = [
  get('/categories', 'manager', ({ db }) =>
    ok(all<CategoryRow>(db, 'SELECT * FROM categories ORDER BY id').map((row) => view(db, row))),
  ),
  post('/categories/add', 'issuer', ({ db }, { body }) => {
    const fields = object(body);
    const name = text(fields['name'], 'name', { min: 1, max: 255 });
    const description = text(fields['description'] ?? '', 'description', { min: 0, max: 1023 });
    return created(view(db, categoryRow(db, insertCategory(db, name, description).toString())));
  }),
  get('/categories/:id', 'manager', ({ db }, { params }) => ok(view(db, categoryRow(db, params['id'])))),
  put(
    '/categories/:id/edit',
    'issuer',
    changing((db, category, { body }) => {
      const fields = object(body);
      const name = text(fields['name'] ?? category.name, 'name', { min: 1, max: 255 });
      const description = text(fields['description'] ?? category.description, 'description', {
        min: 0,
        max: 1023,
      });
      run(db, 'UPDATE categories SET name = ?, description = ? WHERE id = ?', name, description, category.id);
    }),
  ),
  del('/categories/:id/delete', 'issuer', ({ db }, { params }) => {
    const { id } = categoryRow(db, params['id']);
    atomically(db, () => {
      run(db, 'DELETE FROM category_users WHERE category_id = ?', id);
      run(db, 'DELETE FROM category_assets WHERE category_id = ?', id);
      run(db, 'DELETE FROM categories WHERE id = ?', id);
    });
    return GONE;
  }),
  put(
    '/categories/:id/registered_users/:user/add',
    'issuer',
    changing((db, category, { params }) => {
      joinCategory(db, category.id, userRow(db, params['user'] ?? '').id);
    }),
  ),
  put(
    '/categories/:id/registered_users/:user/remove',
    'issuer',
    changing((db, category, { params }) => {
      const { id } = userRow(db, params['user'] ?? '');
      run(db, 'DELETE FROM category_users WHERE user_id = ? AND category_id = ?', id, category.id);
    }),
  ),
  put(
    '/categories/:id/assets/:asset/add',
    'issuer',
    changing((db, category, { params }) => {
      requireCategory(db, category.id, assetRow(db, params['asset'] ?? '').asset_uuid);
    }),
  ),
  put(
    '/categories/:id/assets/:asset/remove',
    'issuer',
    changing((db, category, { params }) => {
      const { asset_uuid } = assetRow(db, params['asset'] ?? '');
      run(
        db,
        'DELETE FROM category_assets WHERE asset_uuid = ? AND category_id = ?',
        asset_uuid,
        category.id,
      );
    }),
  ),
];
