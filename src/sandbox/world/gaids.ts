import { one } from '../amp/index.ts';
import type { Context } from '../amp/index.ts';

/**
 * Account numbers at the simulated Green: the first holders of the world, then those that are handed out for a person
 * to register, then those of `POST /world/holders`.
 */
export const FIRST_HOLDERS = 0;
export const SPARE = 100_000;
export const BULK = 10_000_000;

/** How many spare GAIDs are named at a start; any number of others is as valid. */
const NAMED = 600;

/** Valid GAIDs that nobody has registered. */
export function spareGaids(context: Context): string[] {
  const found: string[] = [];
  for (let number = SPARE; found.length < NAMED && number < BULK; number++) {
    const gaid = context.green.gaids.of(number);
    if (!one(context.db, 'SELECT 1 FROM user_gaids WHERE gaid = ?', gaid)) found.push(gaid);
  }
  return found;
}
