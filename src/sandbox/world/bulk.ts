import { ISSUER_ID, all, insertUser, joinCategory, one } from '../amp/index.ts';
import type { Context } from '../amp/index.ts';
import { BULK } from './gaids.ts';
import { person } from './people.ts';

export interface BulkHolders {
  count: number;
  /** Category ids; all categories when absent. */
  categories?: number[];
}

/** Where names of the bulk begin, so that they are not those of the first holders. */
const NAMES_FROM = 1_000;

/**
 * Registers many holders at once, each with a GAID and in the given categories: what a big run needs and what would
 * take an hour by one call each. Throws RangeError for a category that does not exist.
 */
export function addManyHolders(
  context: Context,
  wanted: BulkHolders,
): { added: number; firstId: number; lastId: number } {
  const { db, green } = context;
  const known = all<{ id: bigint }>(db, 'SELECT id FROM categories ORDER BY id').map((row) => row.id);
  const categories = wanted.categories?.map(BigInt) ?? known;
  const unknown = categories.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new RangeError(`There is no category ${unknown}.`);
  return db.transaction(() => {
    const saved = one<{ value: string }>(db, `SELECT value FROM meta WHERE key = 'bulk'`);
    const start = Number(saved?.value ?? 0);
    let first = 0n;
    let last = 0n;
    for (let number = start; number < start + wanted.count; number++) {
      last = insertUser(db, {
        ...person(NAMES_FROM + number),
        gaid: green.gaids.of(BULK + number),
        creator: ISSUER_ID,
      });
      first ||= last;
      for (const category of categories) joinCategory(db, category, last);
    }
    db.prepare(
      `INSERT INTO meta VALUES ('bulk', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    ).run((start + wanted.count).toString());
    return { added: wanted.count, firstId: Number(first), lastId: Number(last) };
  })();
}
