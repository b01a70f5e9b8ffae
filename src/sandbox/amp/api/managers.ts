import type { Context } from '../context.ts';
import { EMPTY_OK, created, forbidden, ok, unauthenticated } from '../http/answers.ts';
import { object, text } from '../http/body.ts';
import { get, post, put } from '../http/router.ts';
import type { AmpRequest, Route } from '../http/router.ts';
import { run } from '../store/database.ts';
import { addManager, assetsOf, manager, managers, setPassword } from './accounts.ts';
import type { Account } from './accounts.ts';
import { assetRow } from './assets.ts';

function view(context: Context, account: Account): unknown {
  return {
    id: account.id,
    username: account.username,
    is_locked: account.isLocked,
    assets: assetsOf(context.db, account.id),
  };
}

function setLocked(context: Context, { params }: AmpRequest, locked: boolean): unknown {
  const { id } = manager(context.db, params['id'] ?? '');
  run(context.db, 'UPDATE accounts SET is_locked = ? WHERE id = ?', locked ? 1 : 0, id);
  return view(context, { ...manager(context.db, id.toString()) });
}

export const managerRoutes: readonly Route[] = [
  get('/managers', 'issuer', (context) => ok(managers(context.db).map((one) => view(context, one)))),
  get('/managers/me', 'manager', (context, { account }) => {
    if (!account) throw unauthenticated();
    if (account.role !== 'manager') throw forbidden();
    return ok(view(context, account));
  }),
  post('/managers/create', 'issuer', (context, { body }) => {
    const fields = object(body);
    const username = text(fields['username'], 'username', { max: 150 });
    const password = text(fields['password'], 'password', { min: 8, max: 128 });
    return created(view(context, addManager(context.db, username, password)));
  }),
  get('/managers/:id', 'issuer', (context, { params }) =>
    ok(view(context, manager(context.db, params['id'] ?? ''))),
  ),
  put('/managers/:id/lock', 'issuer', (context, request) => ok(setLocked(context, request, true))),
  put('/managers/:id/unlock', 'issuer', (context, request) => ok(setLocked(context, request, false))),
  post('/managers/:id/change-password', 'issuer', (context, { params, body }) => {
    const { id } = manager(context.db, params['id'] ?? '');
    const password = text(object(body)['password'], 'password', { min: 8, max: 128 });
    return ok({ ...setPassword(context, id, password), password });
  }),
  put('/managers/:id/assets/:asset/add', 'issuer', (context, { params }) => {
    const { id } = manager(context.db, params['id'] ?? '');
    const { asset_uuid } = assetRow(context.db, params['asset'] ?? '');
    run(context.db, 'INSERT OR IGNORE INTO manager_assets VALUES (?, ?)', id, asset_uuid);
    return EMPTY_OK;
  }),
  put('/managers/:id/assets/:asset/remove', 'issuer', (context, { params }) => {
    const { id } = manager(context.db, params['id'] ?? '');
    const { asset_uuid } = assetRow(context.db, params['asset'] ?? '');
    run(context.db, 'DELETE FROM manager_assets WHERE manager_id = ? AND asset_uuid = ?', id, asset_uuid);
    return EMPTY_OK;
  }),
];
