import type { Store } from '../store/types.ts';

const queues = new WeakMap<Store, Map<string, Promise<unknown>>>();

/** Runs work on one thing (an import, an allocation) after whatever else is under way on it in this database. */
export async function exclusive<T>(store: Store, id: string, work: () => Promise<T>): Promise<T> {
  let queue = queues.get(store);
  if (!queue) queues.set(store, (queue = new Map<string, Promise<unknown>>()));
  const before = queue.get(id) ?? Promise.resolve();
  const mine = before.then(work, work);
  const settled = mine.catch(() => undefined);
  queue.set(id, settled);
  try {
    return await mine;
  } finally {
    if (queue.get(id) === settled) queue.delete(id);
  }
}
