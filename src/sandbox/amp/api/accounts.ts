import { randomBytes } from 'node:crypto';
import type { Context } from '../context.ts';
import { forbidden, invalid, notFound, unauthenticated } from '../http/answers.ts';
import { all, one, run } from '../store/database.ts';
import type { Db } from '../store/database.ts';

export interface Account {
  id: bigint;
  username: string;
  role: 'issuer' | 'manager';
  isLocked: boolean;
}

interface AccountRow {
  id: bigint;
  username: string;
  password: string;
  role: 'issuer' | 'manager';
  is_locked: bigint;
  token: string | null;
  token_at: bigint | null;
}

function toAccount(row: AccountRow): Account {
  return { id: row.id, username: row.username, role: row.role, isLocked: row.is_locked === 1n };
}

/** The account number that AMP gives the issuer; shown as `creator` and `issuer` all over the API. */
export const ISSUER_ID = 23n;

/** The issuer's credentials; the account is made with these when there is none yet. */
export function issuerAccount(
  db: Db,
  username: string,
  password: string,
): { username: string; password: string } {
  run(
    db,
    `INSERT OR IGNORE INTO accounts (id, username, password, role) VALUES (?, ?, ?, 'issuer')`,
    ISSUER_ID,
    username,
    password,
  );
  const row = one<AccountRow>(db, 'SELECT * FROM accounts WHERE id = ?', ISSUER_ID);
  return { username: row?.username ?? username, password: row?.password ?? password };
}

/**
 * The token of these credentials: the one that is valid already, or a new one. Wrong credentials and a locked account
 * get the same 400.
 */
export function obtainToken(context: Context, username: string, password: string): string {
  const row = one<AccountRow>(context.db, 'SELECT * FROM accounts WHERE username = ?', username);
  if (row?.password !== password || row.is_locked === 1n) {
    throw invalid('non_field_errors', 'Unable to log in with provided credentials.');
  }
  if (row.token !== null && !expired(context, row.token_at)) return row.token;
  return renewToken(context, row.id);
}

/** A new token; the old one dies. */
export function renewToken(context: Context, id: bigint): string {
  const token = randomBytes(20).toString('hex');
  run(context.db, 'UPDATE accounts SET token = ?, token_at = ? WHERE id = ?', token, context.clock(), id);
  return token;
}

function expired(context: Context, at: bigint | null): boolean {
  const lifetime = context.options.tokenLifetimeSeconds;
  return lifetime !== null && at !== null && context.clock() - Number(at) >= lifetime * 1000;
}

/** Who sends `Authorization: token …`. Throws the 401 for a missing, unknown or expired token. */
export function authenticate(context: Context, header: string | undefined): Account {
  if (header === undefined) throw unauthenticated();
  const [scheme, token, ...rest] = header.split(' ');
  if (scheme?.toLowerCase() !== 'token') throw unauthenticated();
  if (token === undefined || token === '') {
    throw unauthenticated('Invalid token header. No credentials provided.');
  }
  if (rest.length > 0) {
    throw unauthenticated('Invalid token header. Token string should not contain spaces.');
  }
  const row = one<AccountRow>(context.db, 'SELECT * FROM accounts WHERE token = ?', token);
  if (!row || expired(context, row.token_at)) throw unauthenticated('Invalid token.');
  if (row.is_locked === 1n) throw unauthenticated('User inactive or deleted.');
  return toAccount(row);
}

export function setPassword(
  context: Context,
  id: bigint,
  password: string,
): { username: string; token: string } {
  run(context.db, 'UPDATE accounts SET password = ? WHERE id = ?', password, id);
  const username = one<AccountRow>(context.db, 'SELECT * FROM accounts WHERE id = ?', id)?.username ?? '';
  return { username, token: renewToken(context, id) };
}

/** Throws the 403 unless the issuer asks, or a manager to whom the issuer gave this asset. */
export function requireAsset(db: Db, account: Account, assetUuid: string): void {
  if (account.role === 'issuer') return;
  const given = one(
    db,
    'SELECT 1 FROM manager_assets WHERE manager_id = ? AND asset_uuid = ?',
    account.id,
    assetUuid,
  );
  if (!given) throw forbidden();
}

// Managers -------------------------------------------------------------------------------------------------------

export function managers(db: Db): Account[] {
  return all<AccountRow>(db, `SELECT * FROM accounts WHERE role = 'manager' ORDER BY id`).map(toAccount);
}

/** Throws 404. */
export function manager(db: Db, id: string): Account {
  const row = one<AccountRow>(
    db,
    `SELECT * FROM accounts WHERE role = 'manager' AND id = ?`,
    Number(id) || 0,
  );
  if (!row) throw notFound();
  return toAccount(row);
}

export function addManager(db: Db, username: string, password: string): Account {
  if (one(db, 'SELECT 1 FROM accounts WHERE username = ?', username)) {
    throw invalid('username', 'A user with that username already exists.');
  }
  const { lastInsertRowid } = run(
    db,
    `INSERT INTO accounts (username, password, role, is_locked) VALUES (?, ?, 'manager', 1)`,
    username,
    password,
  );
  return manager(db, lastInsertRowid.toString());
}

export function assetsOf(db: Db, managerId: bigint): string[] {
  return all<{ asset_uuid: string }>(
    db,
    'SELECT asset_uuid FROM manager_assets WHERE manager_id = ? ORDER BY asset_uuid',
    managerId,
  ).map((row) => row.asset_uuid);
}
