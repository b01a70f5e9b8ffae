import { SluiceError } from '../../shared/errors.ts';
import type { AmpPort, AmpRegisteredUser } from '../amp/types.ts';
import type { Store } from '../store/types.ts';
import type { Mirror } from './mirror.ts';
import { settle } from './settle.ts';

export interface NewHolder {
  name: string;
  isCompany: boolean;
  gaid: string | undefined;
}

const underWay = new WeakMap<Store, Set<string>>();

/**
 * What a lost answer left at AMP: with a GAID the one user who has it; without, a user of that name who is none of
 * `before`, the namesakes known when the request was sent.
 */
export async function findRegistered(
  amp: AmpPort,
  holder: NewHolder,
  before: ReadonlySet<number>,
): Promise<AmpRegisteredUser | null> {
  if (holder.gaid !== undefined) {
    const id = await amp.gaids.registeredUser(holder.gaid);
    if (id === null) return null;
    const user = await amp.registeredUsers.get(id);
    return user.name === holder.name && !before.has(user.id) ? user : null;
  }
  const users = await amp.registeredUsers.list();
  const found = users.filter(
    (user) =>
      user.name === holder.name &&
      user.gaid === null &&
      user.isCompany === holder.isCompany &&
      !before.has(user.id),
  );
  return found[0] ?? null;
}

/**
 * Registers one holder at AMP, once: the intent is in the audit chain before the request leaves, and a lost answer is
 * followed up by asking AMP, never by a second request. The caller records the outcome.
 */
export async function registerHolder(
  { store, amp, mirror }: { store: Store; amp: AmpPort; mirror: Mirror },
  holder: NewHolder,
  actor: string,
): Promise<{ user: AmpRegisteredUser; adopted: boolean }> {
  let busy = underWay.get(store);
  if (!busy) underWay.set(store, (busy = new Set()));
  const key = JSON.stringify([holder.name, holder.gaid ?? null]);
  if (busy.has(key)) {
    throw new SluiceError('CONFLICT', `“${holder.name}” is being registered right now.`, {
      next: 'Wait for the answer of the first request.',
    });
  }
  busy.add(key);
  try {
    const before = new Set(mirror.namesakes(holder.name).map((user) => user.id));
    store.tx(() =>
      store.audit({
        type: 'holder.registration-intended',
        subject: 'holders',
        actor,
        data: { name: holder.name, isCompany: holder.isCompany, gaid: holder.gaid ?? null },
      }),
    );
    const { outcome, adopted } = await settle(
      `register “${holder.name}”`,
      () => amp.registeredUsers.add(holder),
      () => findRegistered(amp, holder, before),
    );
    return { user: outcome, adopted };
  } finally {
    busy.delete(key);
  }
}
