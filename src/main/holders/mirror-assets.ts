import type { Asset } from '../../shared/contract/index.ts';
import type { AmpAsset } from '../amp/types.ts';
import type { Store } from '../store/types.ts';
import type { createRegisterState } from './register.ts';

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

/** Assets and what they require of holders, in the desk's copy. */
export function createAssetMirror({ db }: Store, state: ReturnType<typeof createRegisterState>) {
  const sql = {
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
  };

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
    writeAsset,
    dropAsset,

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
