import type { Args, Network, Profile } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';

function refuse(field: string, message: string, next: string): never {
  throw new SluiceError('INVALID_ARGUMENT', message, { next, field });
}

/** Whether an address can only be answered by this machine. */
function isLoopback(url: URL): boolean {
  return ['localhost', '[::1]'].includes(url.hostname) || /^127\.\d+\.\d+\.\d+$/.test(url.hostname);
}

/** A profile's name: one line, without characters that would garble a message or a terminal. */
export function checkName(name: string): string {
  const clean = name.normalize('NFC').trim().replace(/\s+/g, ' ');
  if (/\p{Cc}|\p{Cf}/u.test(clean)) {
    refuse('name', 'The name has characters that cannot be seen.', 'Type the name again.');
  }
  if (clean === '') refuse('name', 'The name is empty.', 'Give the profile a name.');
  return clean;
}

/** A Sandbox brings its own AMP and node, and a signer has neither. */
export function refuseNeedlessConnection({ role, network }: Pick<Profile, 'role' | 'network'>): void {
  if (role === 'signer')
    refuse('connection', 'A signer has no connection: it uses no network.', 'Leave the connection out.');
  if (network === 'sandbox')
    refuse(
      'connection',
      'A Sandbox profile brings its own AMP and node.',
      'Leave the connection out, or choose another network.',
    );
}

/** Whether what was given fits the network and the role of a new profile. */
export function checkMaking({
  network,
  role = 'desk',
  connection,
  sandbox,
  signer,
}: Args<'profiles.create'>): void {
  if (connection !== undefined) refuseNeedlessConnection({ role, network });
  if (role === 'signer') {
    const needless = sandbox !== undefined ? 'sandbox' : signer !== undefined ? 'signer' : null;
    if (needless)
      refuse(needless, `A signer’s profile takes no “${needless}”.`, 'Give a name and a network only.');
    return;
  }
  if (network !== 'sandbox' && connection === undefined) {
    refuse(
      'connection',
      'The addresses of AMP and of the node are missing.',
      'Give the connection; only a Sandbox profile and a signer work without one.',
    );
  }
  if (network !== 'sandbox' && sandbox !== undefined) {
    refuse(
      'sandbox',
      'Options of the sandbox do not fit this network.',
      'Leave “sandbox” out, or choose the network sandbox.',
    );
  }
}

/** Names that look the same to a person count as the same. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

function checkUrl(text: string, field: string, what: string): URL {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    refuse(
      field,
      `The address of ${what} has a user name or password in it.`,
      'Enter them in their own fields: addresses are stored in the clear.',
    );
  }
  if (url.search !== '' || url.hash !== '') {
    refuse(field, `The address of ${what} ends in “${url.search}${url.hash}”.`, 'Leave that part out.');
  }
  return url;
}

const bare = (url: URL) => url.href.replace(/\/+$/, '');

/** AMP's address. Outside this machine a real network's AMP is spoken to over TLS only: the token rules the asset. */
export function checkAmpUrl(text: string, network: Network): string {
  const url = checkUrl(text, 'connection.ampUrl', 'AMP');
  const real = network === 'liquidv1' || network === 'liquidtestnet';
  if (real && url.protocol === 'http:' && !isLoopback(url)) {
    refuse(
      'connection.ampUrl',
      'AMP would be spoken to without encryption.',
      'Use an address that begins with https://.',
    );
  }
  return bare(url);
}

export function checkElementsUrl(text: string): string {
  return bare(checkUrl(text, 'connection.elementsUrl', 'the node'));
}

function mayFollow(before: string, after: string): boolean {
  if (before === '') return false;
  const [from, to] = [new URL(before), new URL(after)];
  return from.origin === to.origin || (isLoopback(from) && isLoopback(to));
}

interface Addresses {
  ampUrl: string;
  elementsUrl: string;
}

/**
 * A stored password goes to a new address only when it is typed again, or when both are ports of this machine.
 * Otherwise whoever can change or try an address could have the password sent to a machine of theirs. Throws
 * INVALID_ARGUMENT naming the password that is missing. For changing a connection and for trying one.
 */
export function refuseStrayPasswords(
  stored: Addresses,
  given: { [K in keyof Addresses | 'ampPassword' | 'elementsPassword']?: string | undefined },
): void {
  const sides = [
    ['ampUrl', 'ampPassword', 'AMP'],
    ['elementsUrl', 'elementsPassword', 'the node'],
  ] as const;
  for (const [address, password, what] of sides) {
    const to = given[address];
    if (to === undefined || given[password] || mayFollow(stored[address], to)) continue;
    refuse(
      `connection.${password}`,
      `The address of ${what} has changed and its password was not entered.`,
      'Enter the password again: a stored one is not sent to another machine unasked.',
    );
  }
}
