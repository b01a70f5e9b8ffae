import { SluiceError, type ErrorCode } from '../../shared/errors.ts';
import type { ExchangeFault } from '../../shared/exchange.ts';

/** What is to be said when Green does not do as it should. None of these sentences ever holds a secret. */

const ADDRESS = 'Check Green’s address under Settings and this machine’s network';

/** Green's address in messages: without a query, a name or a password. */
export function shown(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`.replace(/\/$/, '');
  } catch {
    return 'its address';
  }
}

/** Why there is no connection, or no longer one. */
export function unreachable(where: string, fault: ExchangeFault): SluiceError {
  if (fault === 'timeout') return timedOut(where, 'the connection');
  const message = {
    interrupted: `The connection to Green at ${where} was given up.`,
    refused: `Nothing answers at ${where}: Green is down or its address is wrong.`,
    'unknown-host': `The host name in ${where} cannot be found.`,
    tls: `No secure connection to ${where}: its certificate is not accepted.`,
    broken: `The connection to Green at ${where} broke off.`,
    'too-large': `Green at ${where} answers more than the desk reads.`,
  }[fault];
  return new SluiceError('COSIGNER_UNREACHABLE', message, {
    next:
      fault === 'tls'
        ? 'Check this machine’s clock and that no program breaks open secure connections. Do not go on without it.'
        : fault === 'broken' || fault === 'interrupted'
          ? 'Try again; the desk makes a new connection.'
          : `${ADDRESS}, then try again.`,
  });
}

export function closed(where: string, what: string, reason: string): SluiceError {
  const why = reason === '' ? '' : ` It says: “${reason}”.`;
  return new SluiceError('COSIGNER_UNREACHABLE', `Green at ${where} closed the connection (${what}).${why}`, {
    next: 'Try again; the desk makes a new connection.',
  });
}

/** @param what what was asked, e.g. “the login” */
export function timedOut(where: string, what: string): SluiceError {
  return new SluiceError('COSIGNER_TIMEOUT', `Green at ${where} did not answer in time (${what}).`, {
    next: 'Try again. What may have happened there all the same is looked up before anything is done twice.',
  });
}

export function answerTooLong(where: string, limit: string): SluiceError {
  return new SluiceError(
    'COSIGNER_ANSWER_INVALID',
    `Green at ${where} answers more than ${limit}, which the desk does not read.`,
    { next: 'Try again. If it lasts, check Green’s address under Settings; the account itself is safe.' },
  );
}

/** @param reason what is wrong with it, as the end of a sentence */
export function answerInvalid(where: string, reason: string): SluiceError {
  return new SluiceError('COSIGNER_ANSWER_INVALID', `Green at ${where} cannot be understood: ${reason}.`, {
    next: 'Nothing of it was used. Try again; if it lasts, check Green’s address under Settings.',
  });
}

/** Something that is no Green server took the request for a connection. */
export function notGreen(where: string, status: number): SluiceError {
  if (status >= 500 || status === 429) {
    return new SluiceError('COSIGNER_UNAVAILABLE', `Green at ${where} is in trouble (HTTP ${status}).`, {
      next: 'Wait a little, then try again. Nothing was changed.',
    });
  }
  return new SluiceError(
    'COSIGNER_ANSWER_INVALID',
    `At ${where} something else than Green answers (HTTP ${status}).`,
    { next: `${ADDRESS}; no login page of this network may stand in between.` },
  );
}

export function ownerUnknown(words: string): SluiceError {
  return new SluiceError('COSIGNER_UNAUTHORIZED', `Green does not accept this login${quoted(words)}`, {
    next: 'The words, their passphrase or the network are not those of the account. Use the key that the account was made with, on the same network.',
  });
}

export function watchOnlyUnknown(words: string): SluiceError {
  return new SluiceError(
    'COSIGNER_UNAUTHORIZED',
    `Green does not know this watch-only name, or its password is wrong${quoted(words)}`,
    {
      next: 'Enter name and password again; mind capital letters, and the network. The owner of the key can make new ones.',
    },
  );
}

export function refused(what: string, words: string, next: string): SluiceError {
  return new SluiceError('COSIGNER_REFUSED', `Green refuses ${what}${quoted(words)}`, { next });
}

export function invalid(message: string, next: string): SluiceError {
  return new SluiceError('INVALID_ARGUMENT' satisfies ErrorCode, message, { next });
}

function quoted(words: string): string {
  return words === '' ? '.' : `: ${words.replace(/[.\s]+$/, '')}.`;
}

/** Longest piece of a server's words that is shown. */
const MOST_WORDS = 300;

/**
 * A server's words for a person: one line, no control or bidirectional characters, not too long, and without anything
 * secret that the server may repeat.
 */
export function clean(text: string, secrets: readonly string[] = []): string {
  const plain = secrets
    .filter((secret) => secret.length >= 6)
    .reduce((words, secret) => words.replaceAll(secret, '•••'), text)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return plain.length > MOST_WORDS ? `${plain.slice(0, MOST_WORDS)}…` : plain;
}
