import type { Context } from '../context.ts';
import { one } from '../store/database.ts';

/** Confirmations of a transaction in AMP's books, by what AMP read off the chain; 0 while it is in no block. */
export async function confirmationsOf(context: Context, txid: string): Promise<number> {
  const tip = await context.follower.catchUp();
  const height = one<{ height: bigint | null }>(
    context.db,
    'SELECT height FROM transactions WHERE txid = ? LIMIT 1',
    txid,
  )?.height;
  return height == null ? 0 : tip - Number(height) + 1;
}
