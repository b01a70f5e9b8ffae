import { confirmationsOf } from '../books/confirmations.ts';
import type { Context } from '../context.ts';
import { EMPTY_OK, GONE, invalid, notFound, ok, registryError } from '../http/answers.ts';
import { list, object, text } from '../http/body.ts';
import { del, get, mutatingGet, post, put } from '../http/router.ts';
import type { Route } from '../http/router.ts';
import { all, atomically, one, run } from '../store/database.ts';
import type { Db } from '../store/database.ts';

export interface AssetRow {
  asset_uuid: string;
  asset_id: string;
  token_id: string | null;
  /** Of the issuance, internal byte order as hex. */
  entropy: string;
  creator: bigint;
  name: string;
  ticker: string;
  precision: bigint;
  domain: string;
  pubkey: string;
  is_confidential: bigint;
  transfer_restricted: bigint;
  issued: bigint;
  tokens: bigint;
  txid: string;
  reissued: bigint;
  distributed: bigint;
  burned: bigint;
  is_registered: bigint;
  is_authorized: bigint;
  is_locked: bigint;
  endpoint: string;
  memo: string;
}

const COLUMNS = `asset_uuid, asset_id, token_id, entropy, creator, name, ticker, precision, domain, pubkey,
  is_confidential, transfer_restricted, issued, tokens, txid, reissued, distributed, burned, is_registered,
  is_authorized, is_locked, endpoint, memo`;

/** Throws 404 for an asset that does not exist or was deleted. */
export function assetRow(db: Db, assetUuid: string): AssetRow {
  const row = one<AssetRow>(
    db,
    `SELECT ${COLUMNS} FROM assets WHERE asset_uuid = ? AND deleted = 0`,
    assetUuid,
  );
  if (!row) throw notFound();
  return row;
}

export function assetRows(db: Db): AssetRow[] {
  return all<AssetRow>(db, `SELECT ${COLUMNS} FROM assets WHERE deleted = 0 ORDER BY seq`);
}

/** Categories that a receiver must be in, every one of them. */
export function requirementsOf(db: Db, assetUuid: string): bigint[] {
  return all<{ category_id: bigint }>(
    db,
    'SELECT category_id FROM category_assets WHERE asset_uuid = ? ORDER BY category_id',
    assetUuid,
  ).map((row) => row.category_id);
}

export function assetView(db: Db, row: AssetRow): unknown {
  return {
    name: row.name,
    asset_uuid: row.asset_uuid,
    issuer: row.creator,
    asset_id: row.asset_id,
    reissuance_token_id: row.token_id,
    requirements: requirementsOf(db, row.asset_uuid),
    ticker: row.ticker,
    precision: row.precision,
    domain: row.domain,
    pubkey: row.pubkey,
    is_registered: row.is_registered === 1n,
    is_authorized: row.is_authorized === 1n,
    is_locked: row.is_locked === 1n,
    issuer_authorization_endpoint: row.endpoint,
    transfer_restricted: row.transfer_restricted === 1n,
    // The name of old, still answered beside the new one.
    investors_restricted: row.transfer_restricted === 1n,
  };
}

function answer(db: Db, assetUuid: string) {
  return ok(assetView(db, assetRow(db, assetUuid)));
}

function setFlag(column: 'is_locked' | 'is_registered' | 'is_authorized', value: boolean) {
  return (db: Db, assetUuid: string) => {
    run(db, `UPDATE assets SET ${column} = ? WHERE asset_uuid = ?`, value ? 1 : 0, assetUuid);
    return answer(db, assetUuid);
  };
}

/** The documents say "more than 2" in one place and "at least 2" in another; the stricter is simulated. */
const AUTHORIZE_CONFIRMATIONS = 3;

async function authorize(context: Context, assetUuid: string) {
  const row = assetRow(context.db, assetUuid);
  if (row.is_authorized === 1n) return answer(context.db, assetUuid);
  if ((await confirmationsOf(context, row.txid)) < AUTHORIZE_CONFIRMATIONS) {
    throw invalid('asset', 'The issuance transaction needs more than 2 confirmations.');
  }
  return setFlag('is_authorized', true)(context.db, assetUuid);
}

async function register(context: Context, assetUuid: string) {
  const row = assetRow(context.db, assetUuid);
  if (row.is_registered === 1n) throw registryError('The asset is already registered.');
  if ((await confirmationsOf(context, row.txid)) < 1) {
    throw registryError('The issuance transaction is not confirmed.');
  }
  return setFlag('is_registered', true)(context.db, assetUuid);
}

function treasuryAddresses(db: Db, assetUuid: string): string[] {
  return all<{ address: string }>(
    db,
    'SELECT address FROM treasury_addresses WHERE asset_uuid = ? ORDER BY seq',
    assetUuid,
  ).map((row) => row.address);
}

/** All of the list or nothing of it. */
async function addTreasuryAddresses(context: Context, assetUuid: string, body: unknown): Promise<void> {
  const { db, chain } = context;
  const addresses = list(body, 'addresses').map((one) => text(one, 'addresses'));
  const known = new Set(treasuryAddresses(db, assetUuid));
  for (const address of addresses) {
    if (!(await chain.address(address))) throw invalid('addresses', `Invalid value: ${address}`);
    if (known.has(address)) throw invalid('addresses', `Address ${address} has already been added.`);
    known.add(address);
  }
  atomically(db, () => {
    let seq = known.size;
    for (const address of addresses) {
      run(db, 'INSERT INTO treasury_addresses VALUES (?, ?, ?)', assetUuid, address, seq++);
    }
  });
}

export const assetRoutes: readonly Route[] = [
  get('/assets', 'issuer', ({ db }) => ok(assetRows(db).map((row) => assetView(db, row)))),
  get('/assets/:asset', 'manager-asset', ({ db }, { params }) => answer(db, params['asset'] ?? '')),
  put('/assets/:asset/edit', 'issuer', ({ db }, { params, body }) => {
    const { asset_uuid } = assetRow(db, params['asset'] ?? '');
    const endpoint = text(object(body)['issuer_authorization_endpoint'], 'issuer_authorization_endpoint', {
      min: 0,
      max: 255,
      pattern: /^(?:https?:\/\/\S+)?$/,
    });
    run(db, 'UPDATE assets SET endpoint = ? WHERE asset_uuid = ?', endpoint, asset_uuid);
    return answer(db, asset_uuid);
  }),
  del('/assets/:asset/delete', 'issuer', ({ db }, { params }) => {
    const { asset_uuid } = assetRow(db, params['asset'] ?? '');
    run(db, 'UPDATE assets SET deleted = 1 WHERE asset_uuid = ?', asset_uuid);
    return GONE;
  }),
  mutatingGet('/assets/:asset/register', 'issuer', (context, { params }) =>
    register(context, params['asset'] ?? ''),
  ),
  mutatingGet('/assets/:asset/register-authorized', 'issuer', (context, { params }) =>
    authorize(context, params['asset'] ?? ''),
  ),
  put('/assets/:asset/lock', 'issuer', ({ db }, { params }) =>
    setFlag('is_locked', true)(db, assetRow(db, params['asset'] ?? '').asset_uuid),
  ),
  put('/assets/:asset/unlock', 'issuer', ({ db }, { params }) =>
    setFlag('is_locked', false)(db, assetRow(db, params['asset'] ?? '').asset_uuid),
  ),
  get('/assets/:asset/memo', 'issuer', ({ db }, { params }) => ok(assetRow(db, params['asset'] ?? '').memo)),
  post('/assets/:asset/memo/set', 'issuer', ({ db }, { params, body }) => {
    const { asset_uuid } = assetRow(db, params['asset'] ?? '');
    const memo = text(body, 'memo', { min: 0, max: 100_000 });
    run(db, 'UPDATE assets SET memo = ? WHERE asset_uuid = ?', memo, asset_uuid);
    return EMPTY_OK;
  }),
  get('/assets/:asset/treasury-addresses', 'issuer', ({ db }, { params }) =>
    ok(treasuryAddresses(db, assetRow(db, params['asset'] ?? '').asset_uuid)),
  ),
  post('/assets/:asset/treasury-addresses/add', 'issuer', async (context, { params, body }) => {
    const { asset_uuid } = assetRow(context.db, params['asset'] ?? '');
    await addTreasuryAddresses(context, asset_uuid, body);
    return EMPTY_OK;
  }),
  del('/assets/:asset/treasury-addresses/delete', 'issuer', ({ db }, { params, body }) => {
    const { asset_uuid } = assetRow(db, params['asset'] ?? '');
    const addresses = list(body, 'addresses').map((one) => text(one, 'addresses'));
    atomically(db, () => {
      for (const address of addresses) {
        run(db, 'DELETE FROM treasury_addresses WHERE asset_uuid = ? AND address = ?', asset_uuid, address);
      }
    });
    return GONE;
  }),
];
