import { SluiceError } from '../../../shared/errors.ts';

/** Where a server is, for people: no path, no credentials. */
export function shownServer(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the server';
}

export function chainUnreachable(message: string, cause?: unknown): SluiceError {
  return new SluiceError('CHAIN_UNREACHABLE', message, {
    next: 'Check the network and the address of the chain server in the settings of custody; what is known from earlier stays on screen.',
    cause,
  });
}

export function chainTimeout(message: string): SluiceError {
  return new SluiceError('CHAIN_TIMEOUT', message, {
    next: 'The desk looks again by itself. If it happens often, choose another chain server in the settings of custody.',
  });
}

export function chainBusy(message: string): SluiceError {
  return new SluiceError('CHAIN_BUSY', message, {
    next: 'The desk looks again later by itself. If it happens often, choose another chain server or the desk’s own node.',
  });
}

export function chainAnswerInvalid(message: string, cause?: unknown): SluiceError {
  return new SluiceError('CHAIN_ANSWER_INVALID', message, {
    next: 'Check in the settings of custody that the address is that of an Esplora of this network.',
    cause,
  });
}

/** A transaction that the network does not take. `reason` is the node’s. */
export function chainRefused(reason: string): SluiceError {
  return new SluiceError('CHAIN_REFUSED', `The network does not take the transaction: ${reason}`, {
    next: 'Nothing was paid. Look at the reason; coins that were spent elsewhere need a new transaction.',
  });
}

export function givenUp(): SluiceError {
  return new SluiceError('CANCELLED', 'Looking at the chain was given up.', { next: 'Try again.' });
}

export function watchBroken(message: string, cause?: unknown): SluiceError {
  return new SluiceError('LIQUID_UNAVAILABLE', message, {
    next: 'Try again. If it happens every time, restart the program and look at its log.',
    cause,
  });
}
