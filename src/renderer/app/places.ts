import type { Role } from '../../shared/contract/index.ts';
import type { IconName } from '../components/icon.tsx';

interface Listed {
  to: string;
  name: string;
  letter: string;
  icon: IconName;
}

/** The pages of a desk's left list, in its order. `letter` goes there after `g`. */
const DESK_PLACES = [
  { to: '/overview', name: 'Overview', letter: 'o', icon: 'overview' },
  { to: '/treasury', name: 'Treasury', letter: 't', icon: 'treasury' },
  { to: '/assets', name: 'Assets', letter: 'a', icon: 'assets' },
  { to: '/holders', name: 'Holders', letter: 'h', icon: 'holders' },
  { to: '/categories', name: 'Categories', letter: 'c', icon: 'categories' },
  { to: '/allocations', name: 'Allocations', letter: 'l', icon: 'allocations' },
  { to: '/operations', name: 'Operations', letter: 'p', icon: 'operations' },
  { to: '/custody', name: 'Custody', letter: 'w', icon: 'wallet' },
  { to: '/signers', name: 'Signers', letter: 'n', icon: 'key' },
  { to: '/audit', name: 'Audit', letter: 'u', icon: 'audit' },
  { to: '/settings', name: 'Settings', letter: 's', icon: 'settings' },
] as const satisfies readonly Listed[];

/** Those of a signer, which has no node, no AMP and no register. */
const SIGNER_PLACES = [
  { to: '/overview', name: 'Overview', letter: 'o', icon: 'overview' },
  { to: '/requests', name: 'Requests', letter: 'r', icon: 'requests' },
  { to: '/treasuries', name: 'Treasuries', letter: 't', icon: 'treasury' },
  { to: '/key', name: 'Key', letter: 'k', icon: 'key' },
  { to: '/pairing', name: 'Pairing', letter: 'p', icon: 'pair' },
  { to: '/audit', name: 'Audit', letter: 'u', icon: 'audit' },
  { to: '/settings', name: 'Settings', letter: 's', icon: 'settings' },
] as const satisfies readonly Listed[];

export type Place = (typeof DESK_PLACES)[number] | (typeof SIGNER_PLACES)[number];

export function placesOf(role: Role): readonly Place[] {
  return role === 'signer' ? SIGNER_PLACES : DESK_PLACES;
}

/** Whether an address leads to a page of this role. What both have, and the profiles, belong to everybody. */
export function belongsTo(role: Role, pathname: string): boolean {
  const within = ({ to }: Place): boolean => pathname === to || pathname.startsWith(`${to}/`);
  const other = placesOf(role === 'signer' ? 'desk' : 'signer');
  return placesOf(role).some(within) || !other.some(within);
}
