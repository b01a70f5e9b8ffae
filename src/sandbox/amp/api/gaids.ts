import type { Context } from '../context.ts';
import { NoAddressLeft } from '../green/accounts.ts';
import { notFound, ok } from '../http/answers.ts';
import { get, mutatingGet } from '../http/router.ts';
import type { Route } from '../http/router.ts';
import { all } from '../store/database.ts';
import { assetRow } from './assets.ts';
import { userOfGaid, userView } from './users.ts';

interface Balance {
  asset_uuid: string;
  asset_id: string;
  balance: bigint;
}

/** What an account holds of the issuer's assets, by AMP's books. Throws 404 for an account that does not exist. */
async function balances(context: Context, gaid: string): Promise<Balance[]> {
  if (!context.green.has(gaid)) throw notFound();
  await context.follower.catchUp();
  return all<Balance>(
    context.db,
    `SELECT a.asset_uuid, a.asset_id, sum(o.amount) AS balance
     FROM outputs o JOIN assets a USING (asset_uuid)
     WHERE o.gaid = ? AND o.is_token = 0 AND o.spent_txid IS NULL AND a.deleted = 0
     GROUP BY a.asset_uuid ORDER BY a.seq`,
    gaid,
  );
}

export const gaidRoutes: readonly Route[] = [
  get('/gaids/:gaid/validate', 'manager', (context, { params }) =>
    context.green.has(params['gaid'] ?? '')
      ? ok({ is_valid: true })
      : ok({ is_valid: false, error: 'Invalid GAID' }),
  ),
  mutatingGet('/gaids/:gaid/address', 'issuer', (context, { params }) => {
    const gaid = params['gaid'] ?? '';
    if (!context.green.has(gaid)) return ok({ address: '', error: 'Invalid GAID' });
    try {
      return ok({ address: context.green.freshAddress(gaid).address, error: '' });
    } catch (error) {
      if (error instanceof NoAddressLeft) return ok({ address: '', error: error.message });
      throw error;
    }
  }),
  get('/gaids/:gaid/registered_user', 'issuer', (context, { params }) => {
    const user = userOfGaid(context.db, params['gaid'] ?? '');
    if (!user) throw notFound();
    return ok(userView(user));
  }),
  get('/gaids/:gaid/balance', 'issuer', async (context, { params }) =>
    ok(await balances(context, params['gaid'] ?? '')),
  ),
  get('/gaids/:gaid/balance/:asset', 'issuer', async (context, { params }) => {
    const { asset_uuid, asset_id } = assetRow(context.db, params['asset'] ?? '');
    const held = (await balances(context, params['gaid'] ?? '')).find(
      (entry) => entry.asset_uuid === asset_uuid,
    );
    return ok(held ?? { asset_uuid, asset_id, balance: 0n });
  }),
];
