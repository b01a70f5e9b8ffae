import type { Result } from '../../shared/contract/index.ts';
import { counted } from '../lib/format.ts';
import type { WaitingItem } from './waiting.ts';

export interface SignerFacts {
  status: Result<'signer.status'> | undefined;
  peers: Result<'pairing.peers'>['peers'] | undefined;
  /** Requests that wait, newest first. */
  requests: Result<'signer.requests'>['rows'] | undefined;
  logins: Result<'signer.logins'>['logins'] | undefined;
}

/** Everything that waits at a signer, most pressing first: a network, what is missing, what is to be decided. */
export function signerItems({ status, peers, requests, logins }: SignerFacts): WaitingItem[] {
  return [
    ...(status ? network(status) : []),
    ...(status ? key(status) : []),
    ...(peers ? pairing(peers, status) : []),
    ...(requests ?? []).filter(({ state }) => state === 'waiting').map(asked),
    ...(logins ?? []).filter(({ state }) => state === 'waiting').map(login),
  ];
}

function network({ interfaces, stopped }: Result<'signer.status'>): WaitingItem[] {
  const items: WaitingItem[] = [];
  if (stopped > 0) {
    items.push({
      key: 'stopped',
      place: '/overview',
      meaning: 'wrong',
      text: `${counted(stopped, 'connection was', 'connections were')} tried and stopped.`,
      detail:
        'This signer opens none by itself. Something in it is not as it should be: sign nothing, and find out.',
      action: 'Look at the audit trail',
      target: { page: 'audit' },
    });
  }
  if (interfaces.length > 0) {
    items.push({
      key: 'network',
      place: '/overview',
      meaning: 'attention',
      text: 'This machine is connected to a network.',
      detail: `${interfaces.join(', ')} ${interfaces.length === 1 ? 'is' : 'are'} up. The signer uses none, but other programs can: pull the cable and switch off the radio.`,
      action: 'See the seal',
      target: { page: 'seal' },
    });
  }
  return items;
}

function key(status: Result<'signer.status'>): WaitingItem[] {
  if (status.key) return [];
  return [
    {
      key: 'key',
      place: '/key',
      meaning: 'attention',
      text: 'This signer has no key.',
      detail: 'Make a new one, restore one from its words, or sign with a Jade.',
      action: 'Set up key',
      target: { page: 'key' },
    },
  ];
}

function pairing(
  peers: Result<'pairing.peers'>['peers'],
  status: Result<'signer.status'> | undefined,
): WaitingItem[] {
  if (peers.length === 0) {
    return [
      {
        key: 'pairing',
        place: '/pairing',
        meaning: 'attention',
        text: 'This signer is paired with no desk.',
        detail: 'Requests are taken from paired desks only.',
        action: 'Pair with a desk',
        target: { page: 'pairing' },
      },
    ];
  }
  if (status?.key && status.treasuries.length === 0) {
    return [
      {
        key: 'treasury',
        place: '/treasuries',
        meaning: 'waiting',
        text: 'No treasury is known here yet.',
        detail: 'Send the keys to the desk; it answers with the treasury that they sign for.',
        action: 'Send keys',
        target: { page: 'treasuries' },
      },
    ];
  }
  return [];
}

function asked(request: Result<'signer.requests'>['rows'][number]): WaitingItem {
  return {
    key: `request-${request.id}`,
    place: '/requests',
    meaning: 'waiting',
    text: request.title,
    detail: `From ${request.from}, for ${request.kind === 'send' ? '' : 'the treasury '}${request.treasury}.`,
    action: 'Review request',
    target: { page: 'request', id: request.id },
  };
}

function login(asked: Result<'signer.logins'>['logins'][number]): WaitingItem {
  return {
    key: `login-${asked.id}`,
    place: '/requests',
    meaning: 'waiting',
    text: `AMP0 login for “${asked.name}”`,
    detail: `${asked.from} asks for the signature of a challenge. It can move nothing.`,
    action: 'Read login',
    target: { page: 'login', id: asked.id },
  };
}
