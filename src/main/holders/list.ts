import type { Holder } from '../../shared/contract/index.ts';
import type { Store } from '../store/types.ts';
import type { Mirror } from './mirror.ts';
import { sortKey } from './names.ts';
import { trigramQuery } from './trigrams.ts';

export interface HolderFilter {
  search?: string | undefined;
  category?: number | undefined;
  gaid?: 'with' | 'without' | undefined;
  isCompany?: boolean | undefined;
}

export interface HolderQuery extends HolderFilter {
  sort?: { by: 'name' | 'id' | 'gaid' | 'isCompany'; direction: 'asc' | 'desc' } | undefined;
  offset: number;
  limit: number;
}

/** Most matches of a search that are found in one pass and sorted afterwards; more are met early in any order. */
const ONE_PASS = 500;
const REMEMBERED_TOTALS = 64;

/** Every order ends with the id, so that it is total and pages never overlap. */
const ORDER: Record<'name' | 'id' | 'gaid' | 'isCompany', Record<'asc' | 'desc', string>> = {
  name: { asc: 'sort_key, id', desc: 'sort_key DESC, id DESC' },
  id: { asc: 'id', desc: 'id DESC' },
  // Holders without a GAID stand last in both directions: they are looked for with the filter.
  gaid: { asc: 'gaid NULLS LAST, id', desc: 'gaid DESC, id DESC' },
  isCompany: { asc: 'is_company, sort_key, id', desc: 'is_company DESC, sort_key DESC, id DESC' },
};

/** Lists holders by the desk's copy; sorting, filtering and paging are SQLite's. */
export function createHolderList(store: Store, mirror: Mirror) {
  const { db } = store;
  const totals = new Map<string, number>();

  function where(filter: HolderFilter): { text: string; values: unknown[] } {
    const parts: string[] = [];
    const values: unknown[] = [];
    const words = sortKey(filter.search ?? '');
    if (words !== '') {
      const trigrams = trigramQuery(words);
      if (trigrams !== null) {
        parts.push(`id IN (SELECT rowid FROM holder_search WHERE holder_search MATCH ?)`);
        values.push(trigrams);
      }
      parts.push(`search_key LIKE ? ESCAPE '\\'`);
      values.push(`%${words.replace(/[\\%_]/g, '\\$&')}%`);
    }
    if (filter.category !== undefined) {
      parts.push(
        `EXISTS (SELECT 1 FROM holder_category m WHERE m.holder_id = holder.id AND m.category_id = ?)`,
      );
      values.push(filter.category);
    }
    if (filter.gaid !== undefined) parts.push(filter.gaid === 'with' ? 'gaid IS NOT NULL' : 'gaid IS NULL');
    if (filter.isCompany !== undefined) {
      parts.push('is_company = ?');
      values.push(filter.isCompany ? 1 : 0);
    }
    return { text: parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '', values };
  }

  function total(filter: HolderFilter, condition: { text: string; values: unknown[] }): number {
    const onlyCategory =
      filter.category !== undefined &&
      !sortKey(filter.search ?? '') &&
      filter.gaid === undefined &&
      filter.isCompany === undefined;
    const sql = onlyCategory
      ? `SELECT count(*) FROM holder_category WHERE category_id = ?`
      : `SELECT count(*) FROM holder ${condition.text}`;
    return Number(
      db
        .prepare<unknown[], bigint>(sql)
        .pluck()
        .get(...condition.values) ?? 0n,
    );
  }

  function remember(key: string, value: number): number {
    if (totals.size >= REMEMBERED_TOTALS) totals.clear();
    totals.set(key, value);
    return value;
  }

  const byId = db.prepare<[bigint], { id: bigint; name: string; gaid: string | null; is_company: bigint }>(
    `SELECT id, name, gaid, is_company FROM holder WHERE id = ?`,
  );

  function load(ids: readonly bigint[]): Holder[] {
    return ids.flatMap((id) => {
      const record = byId.get(id);
      return record ? [mirror.toHolder(record)] : [];
    });
  }

  return {
    list(query: HolderQuery): { rows: Holder[]; total: number } {
      const { sort, offset, limit, ...filter } = query;
      const condition = where(filter);
      const order = ORDER[sort?.by ?? 'name'][sort?.direction ?? 'asc'];
      const page = `ORDER BY ${order} LIMIT ? OFFSET ?`;
      const ids = db.prepare<unknown[], bigint>(`SELECT id FROM holder ${condition.text} ${page}`).pluck();
      const key = `${mirror.state.version()} ${JSON.stringify(filter)}`;
      let known = totals.get(key);
      if (filter.search && (known ?? 0) < ONE_PASS) {
        // Few matches are spread thinly: one pass over the table finds them all, whatever the order asked for.
        const found = db
          .prepare<unknown[], bigint>(`SELECT id FROM holder ${condition.text} LIMIT ${ONE_PASS}`)
          .pluck()
          .all(...condition.values);
        if (found.length < ONE_PASS) {
          remember(key, found.length);
          const sorted = db
            .prepare<unknown[], bigint>(
              `SELECT id FROM holder WHERE id IN (SELECT value FROM json_each(?)) ${page}`,
            )
            .pluck();
          return { rows: load(sorted.all(`[${found.join(',')}]`, limit, offset)), total: found.length };
        }
      }
      known ??= remember(key, total(filter, condition));
      return { rows: load(ids.all(...condition.values, limit, offset)), total: known };
    },

    /** Ids of all holders that match, by name, at most `limit` after the given position. */
    idsAfter(filter: HolderFilter, after: { sortKey: string; id: number } | null, limit: number) {
      const condition = where(filter);
      const text = `${condition.text} ${condition.text === '' ? 'WHERE' : 'AND'} (sort_key, id) > (?, ?)`;
      return db
        .prepare<unknown[], { id: bigint; sort_key: string }>(
          `SELECT id, sort_key FROM holder ${text} ORDER BY sort_key, id LIMIT ?`,
        )
        .all(...condition.values, after?.sortKey ?? '', after?.id ?? 0, limit);
    },
    load,
  };
}
