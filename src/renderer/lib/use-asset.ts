import type { Asset } from '../../shared/contract/index.ts';
import { useAsk } from '../bridge/hooks.ts';

/** Finds assets by uuid among the issuer's, which are few. */
export function useAssets(): { all: readonly Asset[]; byUuid: (uuid: string) => Asset | undefined } {
  const assets = useAsk('assets.list', {});
  const all = assets.data?.assets ?? [];
  return { all, byUuid: (uuid) => all.find((asset) => asset.assetUuid === uuid) };
}
