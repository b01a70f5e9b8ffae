import {
  contract,
  type EventEnvelope,
  type EventName,
  type Handlers,
  type Profile,
} from '../../src/shared/contract/index.ts';
import { SluiceError } from '../../src/shared/errors.ts';
import type { Desk } from '../../src/main/desk/types.ts';

/** A desk whose handlers all refuse, but for those given; it tells the events that a test makes it tell. */
export function fakeDesk(some: Partial<Handlers> = {}): Desk & {
  tell(event: EventEnvelope): void;
  listeners(): number;
  closed(): boolean;
} {
  const listeners = new Set<(event: EventEnvelope<EventName>) => void>();
  let closed = false;
  const refuse = () => {
    throw new SluiceError('NO_PROFILE', 'No profile is open.', { next: 'Open one.' });
  };
  const all = Object.fromEntries(Object.keys(contract).map((name) => [name, refuse]));
  return {
    handlers: { ...(all as unknown as Handlers), ...some },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closed = true;
      return Promise.resolve();
    },
    tell: (event) => listeners.forEach((listener) => listener(event)),
    listeners: () => listeners.size,
    closed: () => closed,
  };
}

export function fakeProfile(change: Partial<Profile> = {}): Profile {
  return {
    id: 'p1',
    name: 'Sandbox',
    network: 'sandbox',
    role: 'desk',
    ampUrl: '',
    ampUsername: '',
    elementsUrl: '',
    elementsUsername: '',
    elementsWallet: '',
    signer: 'node',
    createdAt: 1,
    lastOpenedAt: null,
    ...change,
  };
}
