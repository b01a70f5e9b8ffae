import type { Asset } from '../../shared/contract/index.ts';
import type { PlainAsset } from '../operations/index.ts';

/** What is known of an asset that AMP does not govern. */
export type NamedAsset = Pick<PlainAsset, 'name' | 'ticker' | 'precision'>;

export interface PlainAssetDeps {
  policyAsset: () => Promise<string>;
  /** AMP's, as the desk's copy of its registers has them. */
  assets: () => readonly Asset[];
  /** Null for an asset that no register of this desk names. */
  named: (assetId: string) => NamedAsset | null;
}

/** What an asset is to a plain payment: L-BTC, one that AMP governs, or any other; without a name it counts in base units. */
export function createPlainAssets({ policyAsset, assets, named }: PlainAssetDeps) {
  return async (assetId: string): Promise<PlainAsset> => {
    if (assetId === (await policyAsset()))
      return { assetId, name: 'L-BTC', ticker: 'L-BTC', precision: 8, governed: null };
    for (const { name, ticker, precision, assetId: own, reissuanceTokenId } of assets()) {
      if (own === assetId) return { assetId, name, ticker, precision, governed: 'asset' };
      if (reissuanceTokenId === assetId)
        return { assetId, name: `Token of ${name}`, ticker: null, precision: 0, governed: 'token' };
    }
    const known = named(assetId) ?? { name: `${assetId.slice(0, 12)}…`, ticker: null, precision: 0 };
    return { assetId, ...known, governed: null };
  };
}
