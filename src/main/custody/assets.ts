import type { CustodyAsset } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { formatGrouped } from '../../shared/money.ts';
import type { Store } from '../store/types.ts';
import type { CustodyDeps } from './deps.ts';

/** What an asset is called on this desk. */
export interface Assets {
  of(assetId: string): CustodyAsset;
  /** Throws NOT_ALLOWED for an asset whose name is not this desk’s to give. */
  refuseKnown(assetId: string): void;
  /** Inside `store.tx`. */
  name(asset: { assetId: string; name: string; ticker: string | null; precision: number }): void;
  /** `12.50 AG31`, for sentences. */
  inWords(assetId: string, value: bigint): string;
}

interface Row {
  name: string;
  ticker: string | null;
  precision: bigint;
}

/**
 * @param policyAsset L-BTC of this chain, as far as it is known yet
 */
export function createAssets(
  { db }: Pick<Store, 'db'>,
  deps: Pick<CustodyDeps, 'assetOf'>,
  policyAsset: () => string | null,
): Assets {
  const named = db.prepare<[string], Row>(
    'SELECT name, ticker, precision FROM custody_asset_name WHERE asset_id = ?',
  );
  const put = db.prepare(
    `INSERT INTO custody_asset_name (asset_id, name, ticker, precision) VALUES (:assetId, :name, :ticker, :precision)
     ON CONFLICT (asset_id) DO UPDATE SET name = excluded.name, ticker = excluded.ticker, precision = excluded.precision`,
  );

  function of(assetId: string): CustodyAsset {
    if (assetId === policyAsset()) {
      return { assetId, name: 'Liquid Bitcoin', ticker: 'L-BTC', precision: 8, kind: 'lbtc' };
    }
    const registered = deps.assetOf(assetId);
    if (registered) return { assetId, ...registered, kind: 'amp' };
    const own = named.get(assetId);
    if (own) {
      return { assetId, name: own.name, ticker: own.ticker, precision: Number(own.precision), kind: 'named' };
    }
    // Base units, until somebody says how many decimals it has.
    return { assetId, name: `Asset ${assetId.slice(0, 6)}`, ticker: null, precision: 0, kind: 'unknown' };
  }

  return {
    of,
    refuseKnown(assetId) {
      const { kind, name } = of(assetId);
      if (kind !== 'lbtc' && kind !== 'amp') return;
      throw new SluiceError('NOT_ALLOWED', `That asset has a name already: ${name}.`, {
        next: 'Its name comes from AMP’s registers or from the network and is not changed here.',
        field: 'assetId',
      });
    },
    name(asset) {
      put.run(asset);
    },
    inWords(assetId, value) {
      const { name, ticker, precision } = of(assetId);
      return `${formatGrouped(value, precision)} ${ticker ?? name}`;
    },
  };
}
