import type { IconName } from '../components/icon.tsx';

/** The pages of the left list, in its order. `letter` goes there after `g`. */
export const PLACES = [
  { to: '/overview', name: 'Overview', letter: 'o', icon: 'overview' },
  { to: '/treasury', name: 'Treasury', letter: 't', icon: 'treasury' },
  { to: '/assets', name: 'Assets', letter: 'a', icon: 'assets' },
  { to: '/holders', name: 'Holders', letter: 'h', icon: 'holders' },
  { to: '/categories', name: 'Categories', letter: 'c', icon: 'categories' },
  { to: '/allocations', name: 'Allocations', letter: 'l', icon: 'allocations' },
  { to: '/operations', name: 'Operations', letter: 'p', icon: 'operations' },
  { to: '/audit', name: 'Audit', letter: 'u', icon: 'audit' },
  { to: '/settings', name: 'Settings', letter: 's', icon: 'settings' },
] as const satisfies readonly { to: string; name: string; letter: string; icon: IconName }[];

export type Place = (typeof PLACES)[number];
