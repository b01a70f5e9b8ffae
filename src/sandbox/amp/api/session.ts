import { object, text } from '../http/body.ts';
import { ok, unauthenticated } from '../http/answers.ts';
import { get, mutatingGet, post } from '../http/router.ts';
import type { Route } from '../http/router.ts';
import { obtainToken, renewToken, setPassword } from './accounts.ts';

export const API_VERSION = '0.1.13';

/** What changed when, in the words of this simulation; clients only look whether the versions are there. */
const CHANGELOG: Readonly<Record<string, string>> = {
  '0.1.0': 'Assignments are locked and unlocked; vesting; GAID validation.',
  '0.1.1': 'The issuer authorization endpoint is asked.',
  '0.1.10': 'assets/{assetUuid}/txs.',
  '0.1.11': 'asset_id and reissuance token data in txs.',
  '0.1.12': 'unblinded_url, update-blinders.',
  '0.1.13': 'GAID in assignments.',
  '0.1.2': 'precision.',
  '0.1.3': 'blacklisted in the asset summary.',
  '0.1.4': 'is_locked, asset lock and unlock, gaids/{gaid}/address.',
  '0.1.5': 'lost-outputs, refresh-token, change-password, managers; assignment edit is gone.',
  '0.1.6': 'Categories are associated under categories/.',
  '0.1.7': 'assignments/create takes one assignment; investors are registered users.',
  '0.1.8': 'vesting_timestamp, reissuance_token_id.',
  '0.1.9': 'Blinders in activities.',
};

export const sessionRoutes: readonly Route[] = [
  get('/info', 'anyone', () => ok({ version: API_VERSION, notes: 'A simulation for the sandbox.' })),
  get('/changelog', 'manager', () => ok(CHANGELOG)),
  post('/user/obtain_token', 'anyone', (context, { body }) => {
    const fields = object(body);
    const username = text(fields['username'], 'username');
    const password = text(fields['password'], 'password');
    return ok({ token: obtainToken(context, username, password) });
  }),
  mutatingGet('/user/refresh-token', 'issuer', (context, { account }) => {
    if (!account) throw unauthenticated();
    return ok({ token: renewToken(context, account.id) });
  }),
  post('/user/change-password', 'issuer', (context, { account, body }) => {
    if (!account) throw unauthenticated();
    const password = text(object(body)['password'], 'password', { min: 8, max: 128 });
    const { username, token } = setPassword(context, account.id, password);
    return ok({ username, password, token });
  }),
];
