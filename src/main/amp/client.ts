import {
  account,
  categories,
  gaids,
  managers,
  registeredUsers,
  type Account,
  type Gaids,
  type Managers,
} from './areas/people.ts';
import { assets, type Assets } from './areas/assets.ts';
import { assignments, distributions, type Assignments } from './areas/payments.ts';
import { createHttp, type AmpClientOptions } from './http.ts';
import * as shapes from './shapes/people.ts';
import type { AmpPort } from './types.ts';

/** The whole issuer API: what the port names, and the rest of it. */
export interface AmpClient extends AmpPort {
  gaids: AmpPort['gaids'] & Gaids;
  assets: AmpPort['assets'] & Assets;
  assignments: AmpPort['assignments'] & Assignments;
  managers: Managers;
  account: Account;
}

/**
 * A client of AMP's issuer API. Reads are repeated once on a broken connection, changes never; the token is obtained on
 * first use, kept in the token store and replaced once when AMP refuses it.
 */
export function createAmpClient(options: AmpClientOptions): AmpClient {
  const http = createHttp(options);
  return {
    info: () => http.ask('info', shapes.info),
    registeredUsers: registeredUsers(http),
    gaids: gaids(http),
    categories: categories(http),
    managers: managers(http),
    assets: assets(http),
    assignments: assignments(http),
    distributions: distributions(http),
    account: account(http),
  };
}
