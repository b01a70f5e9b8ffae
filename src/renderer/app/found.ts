import type { useNavigate } from '@tanstack/react-router';
import type { Role } from '../../shared/contract/index.ts';
import { useAsk } from '../bridge/hooks.ts';
import { KIND_NAMES, PURPOSES } from '../lib/custody-words.ts';
import type { Command } from './commands.ts';

const HOLDERS_SHOWN = 6;

type Navigate = ReturnType<typeof useNavigate>;

/** What a search in the palette finds: at a desk what is registered and under way, at a signer the requests. */
export function useFound(text: string, role: Role, navigate: Navigate): Command[] {
  const ofDesk = useFoundAtDesk(role === 'desk' ? text : '', navigate);
  const ofSigner = useFoundAtSigner(role === 'signer' ? text : '', navigate);
  return [...ofDesk, ...ofSigner];
}

/**
 * What a holder is found by, besides the name. The desk also finds by what is not shown here, so the text that was searched
 * counts as well, but only for the answer to it: while the next answer is on its way the rows of the last one are still
 * there, and must not be offered for words that they have nothing to do with.
 */
export function holderWords(
  { gaid, id }: { gaid: string | null; id: number },
  search: string,
  answered: boolean,
): string {
  return `${gaid ?? ''} ${id} ${answered ? search : ''}`;
}

function useFoundAtDesk(text: string, navigate: Navigate): Command[] {
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
  const wallets = useAsk('custody.wallets', {}, { enabled });
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
      also: holderWords(holder, search, !holders.isPlaceholderData),
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
    ...(wallets.data?.wallets ?? []).map((wallet) => ({
      ...found(`wallet-${wallet.id}`, wallet.name, `Custody wallet, ${KIND_NAMES[wallet.kind]}`, () => {
        void navigate({ to: '/custody/$walletId', params: { walletId: wallet.id } });
      }),
      also: `${wallet.owner} ${wallet.ampId ?? ''} ${wallet.wid} ${PURPOSES[wallet.purpose].name}`,
    })),
    ...(operations.data?.rows ?? []).map((operation) => ({
      ...found(`operation-${operation.id}`, operation.title, 'Operation', () => {
        void navigate({ to: '/operations/$operationId', params: { operationId: operation.id } });
      }),
      // A few letters are in every other transaction id; six are meant.
      also: search.length < 6 ? '' : operation.batches.map((batch) => batch.txid ?? '').join(' '),
    })),
  ];
}

const REQUESTS_SEARCHED = 200;

function useFoundAtSigner(text: string, navigate: Navigate): Command[] {
  const enabled = text.trim().length > 1;
  const requests = useAsk('signer.requests', { offset: 0, limit: REQUESTS_SEARCHED }, { enabled });
  if (!enabled) return [];
  return (requests.data?.rows ?? []).map((request) => ({
    key: `request-${request.id}`,
    group: 'Found',
    label: request.title,
    note: `Request from ${request.from}`,
    also: `${request.treasury} ${request.assetName}`,
    run: () => {
      void navigate({ to: '/requests/$requestId', params: { requestId: request.id } });
    },
  }));
}
