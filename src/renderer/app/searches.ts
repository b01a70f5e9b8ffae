import { z } from 'zod';

/**
 * What the address of each page may carry. Anything unknown or malformed is left out instead of failing: an address is
 * also what a person types.
 */
const text = z.string().optional().catch(undefined);
const number = z.number().int().positive().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const direction = z.enum(['asc', 'desc']).optional().catch(undefined);

function oneOf<const K extends readonly [string, ...string[]]>(keys: K) {
  return z.enum(keys).optional().catch(undefined);
}

export const treasurySearch = z.object({ asset: text });
export const assetsSearch = z.object({
  search: text,
  asset: text,
  tab: oneOf(['summary', 'ownerships', 'activities', 'requirements']),
});
export const holdersSearch = z.object({
  search: text,
  category: number,
  gaid: oneOf(['with', 'without']),
  company: flag,
  by: oneOf(['name', 'id', 'gaid', 'isCompany']),
  direction,
  holder: number,
  add: flag,
});
export const categoriesSearch = z.object({ search: text, category: number, add: flag });
export const allocationsSearch = z.object({ add: flag });
export const allocationSearch = z.object({
  search: text,
  problems: flag,
  by: oneOf(['id', 'holderName', 'amount']),
  direction,
  row: number,
  add: flag,
});
export const importSearch = z.object({
  status: oneOf(['wrong', 'duplicate', 'good']),
  line: number,
  asset: text,
});
export const chooseSearch = z.object({ asset: text });
export const planSearch = z.object({ size: z.number().int().min(1).max(80).optional().catch(undefined) });
export const operationsSearch = z.object({ state: oneOf(['open', 'finished']) });
export const operationSearch = z.object({ batch: text });
export const pendingSearch = z.object({ distribution: text });
export const newProfileSearch = z.object({ role: oneOf(['desk', 'signer']) });
export const auditSearch = z.object({ search: text, entry: number });

export const signersSearch = z.object({ add: flag, bundle: text });
export const requestsSearch = z.object({ receive: flag });
export const pairingSearch = z.object({ add: flag, bundle: text });

export const SETTINGS_SECTIONS = [
  'profile',
  'seal',
  'secrets',
  'connections',
  'wallet',
  'limits',
  'appearance',
  'backup',
  'sandbox',
] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];
export const settingsSearch = z.object({ section: oneOf(SETTINGS_SECTIONS) });
