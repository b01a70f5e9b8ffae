import type { Holder } from '../../shared/contract/index.ts';
import type { AmpRegisteredUser } from '../amp/types.ts';
import type { Store } from '../store/types.ts';
import { nameKey, sortKey } from './names.ts';
import type { createRegisterState } from './register.ts';

interface HolderRecord {
  id: bigint;
  name: string;
  gaid: string | null;
  is_company: bigint;
}

function searchKey(id: number, name: string, gaids: readonly string[]): string {
  return [sortKey(name), ...gaids.map((gaid) => gaid.toLowerCase()), String(id)].join('\n');
}

/** Holders, their GAIDs and their categories, in the desk's copy. */
export function createHolderMirror({ db }: Store, state: ReturnType<typeof createRegisterState>) {
  const sql = {
    holder: db.prepare<[number], HolderRecord>(`SELECT id, name, gaid, is_company FROM holder WHERE id = ?`),
    upsertHolder: db.prepare(
      `INSERT INTO holder (id, name, gaid, is_company, sort_key, search_key) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, gaid = excluded.gaid, is_company = excluded.is_company,
         sort_key = excluded.sort_key, search_key = excluded.search_key`,
    ),
    removeHolder: db.prepare(`DELETE FROM holder WHERE id = ?`),
    removeHolderCategories: db.prepare(`DELETE FROM holder_category WHERE holder_id = ?`),
    gaids: db.prepare<[number], { gaid: string }>(
      `SELECT gaid FROM holder_gaid WHERE holder_id = ? ORDER BY gaid`,
    ),
    addGaid: db.prepare(`INSERT OR IGNORE INTO holder_gaid (holder_id, gaid) VALUES (?, ?)`),
    removeGaids: db.prepare(`DELETE FROM holder_gaid WHERE holder_id = ?`),
    setGaid: db.prepare(`UPDATE holder SET gaid = ? WHERE id = ?`),
    setSearch: db.prepare(`UPDATE holder SET search_key = ? WHERE id = ?`),
    holderCategories: db.prepare<[number], { id: bigint; name: string | null }>(
      `SELECT m.category_id AS id, c.name AS name FROM holder_category m LEFT JOIN category c ON c.id = m.category_id
       WHERE m.holder_id = ? ORDER BY c.name, m.category_id`,
    ),
    join: db.prepare(`INSERT OR IGNORE INTO holder_category (holder_id, category_id) VALUES (?, ?)`),
    leave: db.prepare(`DELETE FROM holder_category WHERE holder_id = ? AND category_id = ?`),
    namesakes: db.prepare<[string], { id: bigint; name: string; gaid: string | null }>(
      `SELECT id, name, gaid FROM holder WHERE sort_key = ? ORDER BY id LIMIT 1000`,
    ),
    holderOfGaid: db.prepare<{ gaid: string }, { id: bigint }>(
      `SELECT id FROM holder WHERE gaid = :gaid
       UNION SELECT holder_id AS id FROM holder_gaid WHERE gaid = :gaid ORDER BY id LIMIT 1`,
    ),
    paidByOperation: db.prepare<[number], { found: bigint }>(
      `SELECT EXISTS (SELECT 1 FROM allocation_row WHERE holder_id = ? AND state = 'in-operation') AS found`,
    ),
  };

  function extraGaids(id: number, preferred: string | null): string[] {
    return sql.gaids
      .all(id)
      .map((row) => row.gaid)
      .filter((gaid) => gaid !== preferred);
  }

  function toHolder(record: HolderRecord): Holder {
    const id = Number(record.id);
    return {
      id,
      name: record.name,
      gaid: record.gaid,
      isCompany: record.is_company === 1n,
      categories: sql.holderCategories.all(id).map((row) => ({
        id: Number(row.id),
        name: row.name ?? `Category ${row.id}`,
      })),
    };
  }

  /** Writes a holder as AMP shows it, with its categories. */
  function writeHolder(user: AmpRegisteredUser): void {
    const gaids = [...(user.gaid === null ? [] : [user.gaid]), ...extraGaids(user.id, user.gaid)];
    sql.upsertHolder.run(
      user.id,
      user.name,
      user.gaid,
      user.isCompany ? 1 : 0,
      sortKey(user.name),
      searchKey(user.id, user.name, gaids),
    );
    sql.removeHolderCategories.run(user.id);
    for (const category of user.categories) sql.join.run(user.id, category);
  }

  function dropHolder(id: number): void {
    sql.removeHolderCategories.run(id);
    sql.removeHolder.run(id);
  }

  return {
    writeHolder,
    dropHolder,
    toHolder,

    holder(id: number): Holder | null {
      const record = sql.holder.get(id);
      return record ? toHolder(record) : null;
    },
    /** Holders of this name; capitals and spaces do not matter, accents do. */
    namesakes(name: string): { id: number; name: string; gaid: string | null }[] {
      const wanted = nameKey(name);
      return sql.namesakes
        .all(sortKey(name))
        .filter((row) => nameKey(row.name) === wanted)
        .map((row) => ({ id: Number(row.id), name: row.name, gaid: row.gaid }));
    },
    /** Who receives at a GAID, as far as the desk knows. */
    holderOfGaid(gaid: string): number | null {
      const found = sql.holderOfGaid.get({ gaid });
      return found ? Number(found.id) : null;
    },
    /** Whether a running operation is about to pay a holder. */
    isBeingPaid(holderId: number): boolean {
      return sql.paidByOperation.get(holderId)?.found === 1n;
    },
    putHolder(user: AmpRegisteredUser): void {
      writeHolder(user);
      state.touch('holder', user.id);
    },
    forgetHolder(id: number): void {
      dropHolder(id);
      state.touch('holder', id);
    },
    /** One more GAID of a holder, or another default one. */
    putGaid(id: number, gaid: string, isDefault: boolean): void {
      const holder = sql.holder.get(id);
      if (!holder) return;
      for (const one of [holder.gaid, gaid]) if (one !== null) sql.addGaid.run(id, one);
      const preferred = isDefault ? gaid : holder.gaid;
      sql.setGaid.run(preferred, id);
      sql.setSearch.run(
        searchKey(
          id,
          holder.name,
          sql.gaids.all(id).map((row) => row.gaid),
        ),
        id,
      );
      state.touch('holder', id);
    },
    /** Every GAID of a holder, as AMP lists them. */
    putGaids(id: number, gaids: readonly string[]): void {
      const holder = sql.holder.get(id);
      if (!holder) return;
      sql.removeGaids.run(id);
      for (const gaid of gaids) sql.addGaid.run(id, gaid);
      const all = [...(holder.gaid === null ? [] : [holder.gaid]), ...extraGaids(id, holder.gaid)];
      sql.setSearch.run(searchKey(id, holder.name, all), id);
    },
    /** Takes over what AMP shows of a holder, when it differs from the copy. */
    refreshHolder(user: AmpRegisteredUser, gaids: readonly string[]): void {
      const now = JSON.stringify([
        [user.name, user.gaid, user.isCompany, user.categories.toSorted((a, b) => a - b)],
        gaids.toSorted(),
      ]);
      const record = sql.holder.get(user.id);
      const holder = record ? toHolder(record) : null;
      const before = JSON.stringify([
        holder && [
          holder.name,
          holder.gaid,
          holder.isCompany,
          holder.categories.map((category) => category.id).toSorted((a, b) => a - b),
        ],
        sql.gaids.all(user.id).map((row) => row.gaid),
      ]);
      if (now === before) return;
      this.putHolder(user);
      this.putGaids(user.id, gaids);
    },
    putMembership(categoryId: number, holderId: number, member: boolean): void {
      if (member) sql.join.run(holderId, categoryId);
      else sql.leave.run(holderId, categoryId);
      state.touch('holder', holderId);
    },
  };
}
