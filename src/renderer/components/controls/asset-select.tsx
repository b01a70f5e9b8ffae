import type { ReactElement } from 'react';
import { useAssets } from '../../lib/use-asset.ts';
import { Select } from './select.tsx';

interface AssetSelectProps {
  value: string | undefined;
  onChange: (assetUuid: string) => void;
  error?: string | undefined;
  help?: string;
}

export function AssetSelect({ value, onChange, error, help }: AssetSelectProps): ReactElement {
  const { all } = useAssets();
  return (
    <Select
      label="Asset"
      placeholder="Choose an asset"
      options={all.map((asset) => ({
        key: asset.assetUuid,
        label: asset.ticker === null ? asset.name : `${asset.name} (${asset.ticker})`,
      }))}
      value={value}
      onChange={onChange}
      error={error}
      help={help}
    />
  );
}
