import { z } from 'zod';
import { WALLET_KINDS, WALLET_PURPOSES } from '../../shared/contract/index.ts';

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
export const treasurySendSearch = z.object({ asset: text, to: text, label: text });
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

export const CUSTODY_TABS = ['wallets', 'payments', 'notices', 'issuer'] as const;
export type CustodyTab = (typeof CUSTODY_TABS)[number];
export const custodySearch = z.object({
  tab: oneOf(CUSTODY_TABS),
  search: text,
  kind: oneOf(WALLET_KINDS),
  purpose: oneOf(WALLET_PURPOSES),
  archived: flag,
  open: flag,
  asset: text,
});
export const WAYS_TO_WALLET = [
  'amp0',
  'amp0-watch',
  'amp2',
  'amp2-import',
  'single',
  'single-watch',
] as const;
export const newWalletSearch = z.object({ way: oneOf(WAYS_TO_WALLET) });
export const WALLET_TABS = ['balances', 'receive', 'history', 'coins', 'settings'] as const;
export type WalletTab = (typeof WALLET_TABS)[number];
export const walletSearch = z.object({ tab: oneOf(WALLET_TABS), search: text, asset: text, tx: text });
/** A payment half filled in: asset, whom to, how much (base units), from which coins (`txid:vout`). */
export const walletSendSearch = z.object({
  asset: text,
  to: text,
  amount: text,
  label: text,
  coins: z
    .array(z.string().regex(/^[0-9a-f]{64}:\d{1,6}$/))
    .optional()
    .catch(undefined),
});

export const signersSearch = z.object({ add: flag, bundle: text });
export const requestsSearch = z.object({ receive: flag });
export const pairingSearch = z.object({ add: flag, bundle: text });

export const SETTINGS_SECTIONS = [
  'profile',
  'seal',
  'secrets',
  'connections',
  'wallet',
  'custody',
  'limits',
  'appearance',
  'backup',
  'sandbox',
] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];
export const settingsSearch = z.object({ section: oneOf(SETTINGS_SECTIONS) });
