import type { CallContext, Handlers, Profile } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';

/** Who opens the profile that a host was started with. */
export const startedActor: CallContext = { actor: 'start' };

/**
 * Which profile is meant: the named one, else the only one, else the one opened last. Null when there is none at all
 * or no telling which.
 */
export function chooseProfile(profiles: readonly Profile[], name: string | null): Profile | null {
  if (name !== null) {
    const named = profiles.find((profile) => profile.name === name) ?? profiles.find(({ id }) => id === name);
    if (named) return named;
    const names = profiles.map((profile) => `“${profile.name}”`).join(', ');
    throw new SluiceError('NOT_FOUND', `There is no profile named “${name}” in this data folder.`, {
      next:
        names === ''
          ? 'Make one with profiles.create.'
          : `Use one of ${names}, or make it with profiles.create.`,
      field: 'profile',
    });
  }
  if (profiles.length === 1) return profiles[0] ?? null;
  return profiles
    .filter((profile) => profile.lastOpenedAt !== null)
    .reduce<Profile | null>(
      (last, profile) => ((profile.lastOpenedAt ?? 0) > (last?.lastOpenedAt ?? -1) ? profile : last),
      null,
    );
}

/** Opens the profile that is meant and returns it; null when there was none to choose. */
export async function openProfile(
  handlers: Pick<Handlers, 'profiles.list' | 'profiles.open'>,
  name: string | null,
  context: CallContext,
): Promise<Profile | null> {
  const { profiles } = await handlers['profiles.list']({}, context);
  const chosen = chooseProfile(profiles, name);
  return chosen === null ? null : handlers['profiles.open']({ id: chosen.id }, context);
}
