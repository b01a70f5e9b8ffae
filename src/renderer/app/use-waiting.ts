import type { BridgeError } from '../bridge/bridge-error.ts';
import { useAsk } from '../bridge/hooks.ts';
import { waitingItems, type WaitingItem } from './waiting.ts';

const EVERY = 20_000;

export interface Waiting {
  items: readonly WaitingItem[];
  /** `partly`: something could not be asked, so that an empty list means nothing. */
  state: 'loading' | 'partly' | 'known';
  error: BridgeError | null;
  retry: () => void;
}

/** What waits for a person, from answers that the Overview and the left list share. */
export function useWaiting(): Waiting {
  const operations = useAsk('operations.list', { state: 'open', offset: 0, limit: 100 }, { every: EVERY });
  const allocations = useAsk('allocations.list', {});
  const pending = useAsk('operations.pendingAtAmp', {});
  const treasury = useAsk('treasury.overview', {}, { every: EVERY });
  const health = useAsk('health.get', {}, { every: EVERY });
  const wallet = useAsk('treasury.wallet', {});
  const sync = useAsk('sync.status', {});
  const spends = useAsk('custody.spends', { open: true, offset: 0, limit: 100 }, { every: EVERY });
  const setups = useAsk('custody.setups', {});
  const wallets = useAsk('custody.wallets', {}, { every: EVERY });
  const answers = [sync, operations, allocations, pending, treasury, health, wallet, spends, setups, wallets];
  const failed = answers.filter((answer) => answer.isError && answer.data === undefined);
  const loading = answers.some((answer) => answer.isPending);
  const items = waitingItems({
    operations: operations.data?.rows,
    allocations: allocations.data?.allocations,
    pending: pending.data?.pending,
    lines: treasury.data?.lines,
    health: health.data,
    wallet: wallet.data,
    sync: sync.data,
    spends: spends.data?.rows,
    setups: setups.data?.setups,
    wallets: wallets.data?.wallets,
  });
  return {
    items,
    state: failed.length > 0 ? 'partly' : loading ? 'loading' : 'known',
    error: failed[0]?.error ?? null,
    retry: () => {
      for (const answer of failed) void answer.refetch();
    },
  };
}
