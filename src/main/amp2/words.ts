import { SluiceError } from '../../shared/errors.ts';
import type { ExchangeAnswer, ExchangeError } from '../../shared/exchange.ts';
import { refusal } from './refusals.ts';

/** What is to be said when AMP2 does not do as it should. */

const CHECK = 'Check its address under Settings and this machine’s network';

/** Address in messages: without name, password and query. */
export function shown(base: URL): string {
  return `${base.origin}${base.pathname}`.replace(/\/$/, '');
}

/** @param what what was asked, e.g. “the cosignature” */
export function noAnswer(where: string, what: string, error: ExchangeError): SluiceError {
  switch (error.fault) {
    case 'interrupted':
      return new SluiceError('CANCELLED', `The request to AMP2 (${what}) was interrupted.`, {
        next: 'Nothing, if it was meant. The same request can be sent again.',
      });
    case 'timeout':
      return new SluiceError('COSIGNER_TIMEOUT', `AMP2 at ${where} did not answer in time (${what}).`, {
        next: 'Try again: the same request gives the same answer.',
      });
    case 'too-large':
      return new SluiceError(
        'COSIGNER_ANSWER_INVALID',
        `The answer of AMP2 at ${where} is larger than the desk reads (${what}).`,
        { next: `${CHECK}.` },
      );
    case 'refused':
      return new SluiceError(
        'COSIGNER_UNREACHABLE',
        `Nothing answers at ${where}: AMP2 is down or its address is wrong.`,
        { next: `${CHECK}, then try again.` },
      );
    case 'unknown-host':
      return new SluiceError('COSIGNER_UNREACHABLE', `The host name in ${where} cannot be found.`, {
        next: `${CHECK}, then try again.`,
      });
    case 'tls':
      return new SluiceError(
        'COSIGNER_UNREACHABLE',
        `No secure connection to ${where}: its certificate is not accepted.`,
        {
          next: 'Check this machine’s clock and that no program breaks open secure connections. Do not go on without it.',
        },
      );
    case 'broken':
      return new SluiceError(
        'COSIGNER_UNREACHABLE',
        `The connection to AMP2 at ${where} broke off (${what}).`,
        {
          next: 'Try again: the same request gives the same answer.',
        },
      );
  }
}

export function unreadable(where: string, what: string): SluiceError {
  return new SluiceError(
    'COSIGNER_ANSWER_INVALID',
    `The answer of AMP2 at ${where} cannot be understood (${what}).`,
    {
      next: 'Nothing of it was used. Try again; if it lasts, check the address under Settings and whether it is AMP2’s own or a proxy’s.',
    },
  );
}

export function isHtml(answer: ExchangeAnswer): boolean {
  return /html/i.test(answer.contentType) || /^\s*</.test(answer.text);
}

/** A web page where data should be: a maintenance page, a login page of the network, or a wrong address. */
export function page(where: string, status: number): SluiceError {
  return new SluiceError(
    'COSIGNER_ANSWER_INVALID',
    `At ${where} a web page answers (HTTP ${status}), not AMP2.`,
    { next: `${CHECK}; no login page of this network may stand in between.` },
  );
}

/** Whether another try may help: the server is in trouble, and has decided nothing. */
export function isTrouble(answer: ExchangeAnswer): boolean {
  return answer.status >= 500;
}

export function trouble(where: string, answer: ExchangeAnswer): SluiceError {
  const said = isHtml(answer) ? '' : saidBy(answer.text).message;
  return new SluiceError(
    'COSIGNER_UNAVAILABLE',
    `AMP2 at ${where} is in trouble (HTTP ${answer.status})${end(said)}`,
    { next: 'Wait a little, then try again: the same request gives the same answer.' },
  );
}

/** What a status below 500 other than 200 means, whatever was asked. */
export function declined(where: string, answer: ExchangeAnswer): SluiceError | null {
  const { status } = answer;
  if (status === 429) {
    return new SluiceError('COSIGNER_UNAVAILABLE', 'AMP2 wants fewer requests (HTTP 429).', {
      next: 'Wait a minute, then try again.',
    });
  }
  if (status === 408) {
    return new SluiceError('COSIGNER_TIMEOUT', `AMP2 at ${where} gave up waiting for the request.`, {
      next: 'Try again: the same request gives the same answer.',
    });
  }
  if (status === 401 || status === 407) {
    return new SluiceError('COSIGNER_UNAUTHORIZED', `AMP2 at ${where} wants a login (HTTP ${status}).`, {
      next: 'Ask the operator of the proxy for an address that this machine may use without one.',
    });
  }
  if (isHtml(answer)) return page(where, status);
  if (status < 200 || (status >= 300 && status < 400)) {
    return new SluiceError(
      'COSIGNER_ANSWER_INVALID',
      `AMP2’s address ${where} points elsewhere (HTTP ${status}).`,
      { next: 'Enter AMP2’s own address; the desk does not follow redirects.' },
    );
  }
  return null;
}

/** A registration that AMP2 does not take. */
export function notRegistered(answer: ExchangeAnswer): SluiceError {
  const { message } = saidBy(answer.text);
  if (answer.status === 403) {
    return new SluiceError(
      'CONFLICT',
      `These keys are registered with AMP2 already, with other blinding keys${end(message)}`,
      {
        next: 'Take up the wallet with the descriptor that was registered first (the one with its blinding key), or make a wallet with another key or account.',
      },
    );
  }
  return new SluiceError('DESCRIPTOR_INVALID', `AMP2 does not accept the descriptor${end(message)}`, {
    next: 'Check that it names AMP2’s key as its operator gave it, and keys of this network; the server takes 2-of-2 wallets only.',
  });
}

/** A cosignature that AMP2 does not give. */
export function notCosigned(answer: ExchangeAnswer): SluiceError {
  const said = saidBy(answer.text);
  const rule = refusal(said.error, said.message);
  return new SluiceError(
    'COSIGNER_REFUSED',
    said.message === '' ? `${rule.what}.` : `${rule.what} (“${said.message}”).`,
    { next: rule.next },
  );
}

const MOST_WORDS = 300;

/**
 * The code and the sentence of an error answer. The proxy says `{"error": code, "message": sentence}`, the server
 * `{"error": sentence}` or anything.
 */
export function saidBy(text: string): { error: string; message: string } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { error: '', message: clean(text) };
  }
  if (typeof body === 'string') return { error: '', message: clean(body) };
  if (typeof body !== 'object' || body === null) return { error: '', message: '' };
  const { error, message, detail } = body as Record<string, unknown>;
  const code = typeof error === 'string' ? clean(error) : '';
  const sentence = [message, detail, error].find((one) => typeof one === 'string' && one !== '');
  return { error: code, message: typeof sentence === 'string' ? clean(sentence) : clean(text) };
}

/** A server's words for a person: one line, no control or bidirectional characters, not too long. */
function clean(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return plain.length > MOST_WORDS ? `${plain.slice(0, MOST_WORDS)}…` : plain;
}

function end(words: string): string {
  return words === '' ? '.' : `: ${words.replace(/[.\s]+$/, '')}.`;
}
