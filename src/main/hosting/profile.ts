import type { CallContext, Handlers, Profile } from '../../shared/contract/index.ts';
import { SluiceError, type ErrorCode } from '../../shared/errors.ts';

/** Who opens the profile that a host was started with. */
const START: CallContext = { actor: 'start' };

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

/**
 * Opens what a host was told to start with. A name that is not there is an error; a profile that cannot be opened yet (its
 * vault is locked, its sandbox does not start) is only told of, for a person can help that in the page.
 */
export async function openAtStart(
  handlers: Pick<Handlers, 'profiles.list' | 'profiles.open'>,
  name: string | null,
  say: (text: string) => void,
): Promise<void> {
  if (name === null) return;
  try {
    await openProfile(handlers, name, START);
  } catch (error) {
    const fatal = !(error instanceof SluiceError) || FATAL_AT_START.has(error.code);
    if (fatal) throw error;
    say(`${error.message} ${error.next}`);
  }
}

const FATAL_AT_START: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['NOT_FOUND', 'NOT_ALLOWED']);
