import { useAsk } from '../bridge/hooks.ts';
import { waitingItems, type WaitingItem } from './waiting.ts';

const EVERY = 20_000;

/** What waits for a person, from answers that the Overview and the left list share. */
export function useWaiting(): readonly WaitingItem[] {
  const operations = useAsk('operations.list', { state: 'open', offset: 0, limit: 100 }, { every: EVERY });
  const allocations = useAsk('allocations.list', {});
  const pending = useAsk('operations.pendingAtAmp', {});
  const treasury = useAsk('treasury.overview', {}, { every: EVERY });
  const health = useAsk('health.get', {}, { every: EVERY });
  const wallet = useAsk('treasury.wallet', {});
  return waitingItems({
    operations: operations.data?.rows,
    allocations: allocations.data?.allocations,
    pending: pending.data?.pending,
    lines: treasury.data?.lines,
    health: health.data,
    wallet: wallet.data,
  });
}
