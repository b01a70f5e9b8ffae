import type { JadeDevice } from '../../../shared/contract/index.ts';
import type { Meaning } from '../values/verdict.tsx';

type State = JadeDevice['state'];

export const JADE_STATE: Record<State, readonly [of: Meaning | 'neutral', word: string]> = {
  'not-jade': ['neutral', 'Not a Jade'],
  busy: ['attention', 'In use elsewhere'],
  'no-permission': ['attention', 'Not allowed'],
  'old-firmware': ['wrong', 'Firmware too old'],
  'wrong-network': ['wrong', 'Other network'],
  uninitialised: ['attention', 'No wallet yet'],
  locked: ['waiting', 'Locked'],
  ready: ['good', 'Ready'],
  'waiting-on-device': ['waiting', 'Asks on its screen'],
  lost: ['attention', 'Not connected'],
};

/** What is a Jade, or may be one, first; devices that are something else last. */
export function jadesFirst(devices: readonly JadeDevice[]): JadeDevice[] {
  const rank = ({ state }: JadeDevice): number => (state === 'not-jade' ? 1 : 0);
  return [...devices].sort((a, b) => rank(a) - rank(b));
}

/** Whether the operating system stands in the way, so that the rule for it helps. */
export function needsPermission(devices: readonly JadeDevice[]): boolean {
  return devices.some(({ state }) => state === 'no-permission');
}
