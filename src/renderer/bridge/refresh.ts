import type { Query, QueryClient } from '@tanstack/react-query';
import type { CallName } from '../../shared/contract/index.ts';

/** Answers that are being asked for again, and whether something has made them stale once more since they were asked. */
const underWay = new WeakMap<Query, { again: boolean }>();

/**
 * Asks again for the answers of these calls that are on the page; the others are asked for when they are looked at.
 * However often an answer is made stale while it is on its way, it is asked for once more and not each time: a desk that
 * is busy and tells much would otherwise be asked faster than it answers.
 */
export async function refresh(client: QueryClient, names: readonly CallName[] | 'everything'): Promise<void> {
  const stale = names === 'everything' ? null : new Set<string>(names);
  const concerned = client
    .getQueryCache()
    .findAll({ predicate: (query) => stale === null || stale.has(String(query.queryKey[0])) });
  await Promise.all(concerned.map((query) => askAgain(client, query)));
}

async function askAgain(client: QueryClient, query: Query): Promise<void> {
  const asked = underWay.get(query);
  if (asked) {
    asked.again = true;
    return;
  }
  const asking = { again: true };
  underWay.set(query, asking);
  // A first answer that is on its way is waited for and not asked for anew, and may be of before the event.
  const first = query.state.data === undefined && query.state.fetchStatus === 'fetching';
  try {
    if (first) await client.invalidateQueries({ predicate: (each) => each === query });
    while (asking.again) {
      asking.again = false;
      await client.invalidateQueries({ predicate: (each) => each === query });
    }
  } finally {
    underWay.delete(query);
  }
}
