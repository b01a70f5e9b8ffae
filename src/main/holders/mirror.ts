import type { Asset, Holder } from '../../shared/contract/index.ts';
import type { AmpAsset, AmpCategory, AmpRegisteredUser } from '../amp/types.ts';
import type { Store } from '../store/types.ts';
import { nameKey, sortKey } from './names.ts';
import { createRegisterState } from './register.ts';

export interface CategoryRow {
  id: number;
  name: string;
  description: string;
  holders: number;
  assets: string[];
}

interface HolderRecord {
  id: bigint;
  name: string;
  gaid: string | null;
  is_company: bigint;
}

interface AssetRecord {
  asset_uuid: string;
  asset_id: string;
  name: string;
  ticker: string | null;
  precision: bigint;
  domain: string | null;
  issuer_pubkey: string | null;
  reissuance_token_id: string | null;
  is_registered: bigint;
  is_authorized: bigint;
  is_locked: bigint;
  transfer_restricted: bigint;
}

export function searchKey(id: number, name: string, gaids: readonly string[]): string {
  return [sortKey(name), ...gaids.map((gaid) => gaid.toLowerCase()), String(id)].join('\n');
}

/**
 * The desk's copy of AMP's registers. Writing methods are called inside `store.tx`; those named `put…` and `forget…`
 * are for what the desk itself changed and mark it as newer than any list under way.
 */
export function createMirror(store: Store) {
  const { db } = store;
  const state = createRegisterState(store);
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
    asset: db.prepare<[string], AssetRecord>(`SELECT * FROM asset WHERE asset_uuid = ?`),
    assets: db.prepare<[], AssetRecord>(`SELECT * FROM asset ORDER BY name COLLATE NOCASE, asset_uuid`),
    requirements: db.prepare<[string], { category_id: bigint }>(
      `SELECT category_id FROM asset_requirement WHERE asset_uuid = ? ORDER BY category_id`,
    ),
    upsertAsset: db.prepare(
      `INSERT INTO asset (asset_uuid, asset_id, name, ticker, precision, domain, issuer_pubkey, reissuance_token_id,
         is_registered, is_authorized, is_locked, transfer_restricted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (asset_uuid) DO UPDATE SET asset_id = excluded.asset_id, name = excluded.name,
         ticker = excluded.ticker, precision = excluded.precision, domain = excluded.domain,
         issuer_pubkey = excluded.issuer_pubkey, reissuance_token_id = excluded.reissuance_token_id,
         is_registered = excluded.is_registered, is_authorized = excluded.is_authorized,
         is_locked = excluded.is_locked, transfer_restricted = excluded.transfer_restricted`,
    ),
    removeAsset: db.prepare(`DELETE FROM asset WHERE asset_uuid = ?`),
    removeRequirements: db.prepare(`DELETE FROM asset_requirement WHERE asset_uuid = ?`),
    addRequirement: db.prepare(
      `INSERT OR IGNORE INTO asset_requirement (asset_uuid, category_id) VALUES (?, ?)`,
    ),
    removeRequirement: db.prepare(`DELETE FROM asset_requirement WHERE asset_uuid = ? AND category_id = ?`),
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

  function toAsset(record: AssetRecord): Asset {
    return {
      assetUuid: record.asset_uuid,
      assetId: record.asset_id,
      name: record.name,
      ticker: record.ticker,
      precision: Number(record.precision),
      domain: record.domain,
      issuerPubkey: record.issuer_pubkey,
      reissuanceTokenId: record.reissuance_token_id,
      requirements: sql.requirements.all(record.asset_uuid).map((row) => Number(row.category_id)),
      isRegistered: record.is_registered === 1n,
      isAuthorized: record.is_authorized === 1n,
      isLocked: record.is_locked === 1n,
      transferRestricted: record.transfer_restricted === 1n,
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

  function writeCategory(category: Pick<AmpCategory, 'id' | 'name' | 'description'>): void {
    sql.upsertCategory.run(category.id, category.name, category.description);
  }

  function dropCategory(id: number): void {
    sql.removeMembers.run(id);
    sql.removeFromAssets.run(id);
    sql.removeCategory.run(id);
  }

  function writeAsset(asset: AmpAsset): void {
    sql.upsertAsset.run(
      asset.assetUuid,
      asset.assetId,
      asset.name,
      asset.ticker,
      asset.precision,
      asset.domain,
      asset.pubkey,
      asset.reissuanceTokenId,
      asset.isRegistered ? 1 : 0,
      asset.isAuthorized ? 1 : 0,
      asset.isLocked ? 1 : 0,
      asset.transferRestricted ? 1 : 0,
    );
    sql.removeRequirements.run(asset.assetUuid);
    for (const category of asset.requirements) sql.addRequirement.run(asset.assetUuid, category);
  }

  function dropAsset(assetUuid: string): void {
    sql.removeRequirements.run(assetUuid);
    sql.removeAsset.run(assetUuid);
  }

  return {
    state,
    writeHolder,
    dropHolder,
    writeCategory,
    dropCategory,
    writeAsset,
    dropAsset,
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

    asset(assetUuid: string): Asset | null {
      const record = sql.asset.get(assetUuid);
      return record ? toAsset(record) : null;
    },
    assets(): Asset[] {
      return sql.assets.all().map(toAsset);
    },
    putRequirement(assetUuid: string, category: number, required: boolean): void {
      if (required) sql.addRequirement.run(assetUuid, category);
      else sql.removeRequirement.run(assetUuid, category);
      state.touch('asset', assetUuid);
    },
    putAsset(asset: AmpAsset): void {
      writeAsset(asset);
      state.touch('asset', asset.assetUuid);
    },
  };
}

export type Mirror = ReturnType<typeof createMirror>;
