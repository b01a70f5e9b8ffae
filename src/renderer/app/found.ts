import type { useNavigate } from '@tanstack/react-router';
import { useAsk } from '../bridge/hooks.ts';
import type { Command } from './commands.ts';

const HOLDERS_SHOWN = 6;

/** What a search in the palette finds among holders, assets, categories, allocations and operations. */
export function useFound(text: string, navigate: ReturnType<typeof useNavigate>): Command[] {
  const search = text.trim();
  const enabled = search.length > 1;
  const holders = useAsk(
    'holders.list',
    { search, offset: 0, limit: HOLDERS_SHOWN },
    { enabled, keep: true },
  );
  const assets = useAsk('assets.list', {}, { enabled });
  const categories = useAsk('categories.list', {}, { enabled });
  const allocations = useAsk('allocations.list', {}, { enabled });
  const operations = useAsk('operations.list', { offset: 0, limit: 200 }, { enabled });
  if (!enabled) return [];
  const found = (key: string, label: string, note: string, run: () => void): Command => ({
    key,
    group: 'Found',
    label,
    note,
    run,
  });
  return [
    ...(holders.data?.rows ?? []).map((holder) => ({
      ...found(`holder-${holder.id}`, holder.name, `Holder ${holder.id}`, () => {
        void navigate({ to: '/holders', search: { holder: holder.id } });
      }),
      also: `${holder.gaid ?? ''} ${holder.id} ${search}`,
    })),
    ...(assets.data?.assets ?? []).map((asset) => ({
      ...found(`asset-${asset.assetUuid}`, asset.name, `Asset ${asset.ticker ?? ''}`, () => {
        void navigate({ to: '/assets', search: { asset: asset.assetUuid } });
      }),
      also: `${asset.ticker ?? ''} ${asset.assetId} ${asset.assetUuid}`,
    })),
    ...(categories.data?.categories ?? []).map((category) =>
      found(`category-${category.id}`, category.name, 'Category', () => {
        void navigate({ to: '/categories', search: { category: category.id } });
      }),
    ),
    ...(allocations.data?.allocations ?? []).map((allocation) =>
      found(`allocation-${allocation.id}`, allocation.name, 'Allocation', () => {
        void navigate({ to: '/allocations/$allocationId', params: { allocationId: allocation.id } });
      }),
    ),
    ...(operations.data?.rows ?? []).map((operation) => ({
      ...found(`operation-${operation.id}`, operation.title, 'Operation', () => {
        void navigate({ to: '/operations/$operationId', params: { operationId: operation.id } });
      }),
      // A few letters are in every other transaction id; six are meant.
      also: search.length < 6 ? '' : operation.batches.map((batch) => batch.txid ?? '').join(' '),
    })),
  ];
}
