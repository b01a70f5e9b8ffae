import type { AmpCategory } from '../amp/types.ts';
import type { Store } from '../store/types.ts';
import type { createRegisterState } from './register.ts';

export interface CategoryRow {
  id: number;
  name: string;
  description: string;
  holders: number;
  assets: string[];
}

/** Categories, in the desk's copy. */
export function createCategoryMirror({ db }: Store, state: ReturnType<typeof createRegisterState>) {
  const sql = {
    upsertCategory: db.prepare(
      `INSERT INTO category (id, name, description) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description`,
    ),
    removeCategory: db.prepare(`DELETE FROM category WHERE id = ?`),
    removeMembers: db.prepare(`DELETE FROM holder_category WHERE category_id = ?`),
    removeFromAssets: db.prepare(`DELETE FROM asset_requirement WHERE category_id = ?`),
    categories: db.prepare<[], { id: bigint; name: string; description: string; holders: bigint }>(
      `SELECT c.id, c.name, c.description, coalesce(m.n, 0) AS holders FROM category c
       LEFT JOIN (SELECT category_id, count(*) AS n FROM holder_category GROUP BY category_id) m
         ON m.category_id = c.id
       ORDER BY c.name COLLATE NOCASE, c.id`,
    ),
    category: db.prepare<[number], { id: bigint; name: string; description: string; holders: bigint }>(
      `SELECT id, name, description,
         (SELECT count(*) FROM holder_category m WHERE m.category_id = category.id) AS holders
       FROM category WHERE id = ?`,
    ),
    requirementsAll: db.prepare<[], { asset_uuid: string; category_id: bigint }>(
      `SELECT asset_uuid, category_id FROM asset_requirement ORDER BY asset_uuid, category_id`,
    ),
  };

  function writeCategory(category: Pick<AmpCategory, 'id' | 'name' | 'description'>): void {
    sql.upsertCategory.run(category.id, category.name, category.description);
  }

  function dropCategory(id: number): void {
    sql.removeMembers.run(id);
    sql.removeFromAssets.run(id);
    sql.removeCategory.run(id);
  }

  return {
    writeCategory,
    dropCategory,

    categories(): CategoryRow[] {
      const assets = new Map<number, string[]>();
      for (const row of sql.requirementsAll.all()) {
        const id = Number(row.category_id);
        assets.set(id, [...(assets.get(id) ?? []), row.asset_uuid]);
      }
      return sql.categories.all().map((row) => ({
        id: Number(row.id),
        name: row.name,
        description: row.description,
        holders: Number(row.holders),
        assets: assets.get(Number(row.id)) ?? [],
      }));
    },
    category(id: number): CategoryRow | null {
      const row = sql.category.get(id);
      if (!row) return null;
      const assets = sql.requirementsAll.all().filter((item) => Number(item.category_id) === id);
      return {
        id,
        name: row.name,
        description: row.description,
        holders: Number(row.holders),
        assets: assets.map((item) => item.asset_uuid),
      };
    },
    putCategory(category: Pick<AmpCategory, 'id' | 'name' | 'description'>): void {
      writeCategory(category);
      state.touch('category', category.id);
    },
    forgetCategory(id: number): void {
      dropCategory(id);
      state.touch('category', id);
    },
  };
}
