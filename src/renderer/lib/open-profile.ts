import { createContext, use } from 'react';
import type { Profile, Role } from '../../shared/contract/index.ts';

/** The profile that is open; null before one is. */
export const OpenProfile = createContext<Profile | null>(null);

export function useOpenProfile(): Profile | null {
  return use(OpenProfile);
}

/** Whose pages are shown. Before a profile is open they are a desk's. */
export function useRole(): Role {
  return use(OpenProfile)?.role ?? 'desk';
}
