import { z } from 'zod';
import { whole, maybeWhole, maybeText, flag, units, someUnits } from './primitives.ts';

export const info = z
  .object({ version: z.union([z.string(), z.number()]).transform(String), notes: maybeText })
  .transform(({ version, notes }) => ({ version, notes }));

export const changelog = z
  .record(z.string(), z.unknown())
  .transform((entries) =>
    Object.fromEntries(Object.entries(entries).map(([version, text]) => [version, String(text)])),
  );

export const token = z.object({ token: z.string().min(1) });

export const registeredUser = z
  .object({
    id: whole,
    name: z.string(),
    GAID: maybeText,
    is_company: flag,
    categories: z.array(whole).nullish(),
    creator: maybeWhole,
  })
  .transform((user) => ({
    id: user.id,
    name: user.name,
    gaid: user.GAID,
    isCompany: user.is_company,
    categories: user.categories ?? [],
    creator: user.creator,
  }));

const userSummaryEntry = z
  .object({
    asset_uuid: z.string(),
    asset_id: z.string(),
    assignments_sum: someUnits,
    distributions_sum: someUnits,
    balance: someUnits,
  })
  .transform((entry) => ({
    assetUuid: entry.asset_uuid,
    assetId: entry.asset_id,
    assigned: entry.assignments_sum,
    distributed: entry.distributions_sum,
    balance: entry.balance,
  }));

/** One entry per asset; an API that gives a single object is understood too. */
export const userSummary = z.union([
  z.array(userSummaryEntry),
  userSummaryEntry.transform((entry) => [entry]),
]);

export const gaidList = z.array(z.string());

export const gaidValidity = z
  .object({ is_valid: z.boolean(), error: maybeText })
  .transform(({ is_valid, error }) => ({ valid: is_valid, error }));

export const gaidAddress = z.object({ address: maybeText, error: maybeText });

/** The whole user, its id, or nothing. */
export const gaidOwner = z.union([
  whole.nullable(),
  z.object({ id: whole }).transform(({ id }) => id),
  z.object({ registered_user: whole.nullable() }).transform(({ registered_user }) => registered_user),
]);

const gaidBalanceEntry = z
  .object({ asset_uuid: z.string(), asset_id: z.string(), balance: units })
  .transform((entry) => ({ assetUuid: entry.asset_uuid, assetId: entry.asset_id, balance: entry.balance }));

export const gaidBalance = z.array(gaidBalanceEntry);

export const gaidAssetBalance = gaidBalanceEntry;

export const category = z
  .object({
    id: whole,
    name: z.string(),
    description: maybeText,
    registered_users: z.array(whole).nullish(),
    investors: z.array(whole).nullish(),
    assets: z.array(z.string()).nullish(),
  })
  .transform((one) => ({
    id: one.id,
    name: one.name,
    description: one.description ?? '',
    registeredUsers: one.registered_users ?? one.investors ?? [],
    assets: one.assets ?? [],
  }));

export const manager = z
  .object({ id: whole, username: z.string(), is_locked: flag, assets: z.array(z.string()).nullish() })
  .transform((one) => ({
    id: one.id,
    username: one.username,
    locked: one.is_locked,
    assets: one.assets ?? [],
  }));
