import { SluiceError } from '../../shared/errors.ts';
import type { PinOracle } from './types.ts';

/** Hosts of the maker's blind oracle. j8d.io is the short name of the other. */
const HOSTS: ReadonlySet<string> = new Set(['j8d.io', 'jadepin.blockstream.com']);
const TIMEOUT_MS = 30_000;
/** The answer is some 200 bytes of JSON. */
const MOST_ANSWER = 16 * 1024;

/** The oracle could not be asked. `again`: it may answer another time, so the Jade may offer to retry. */
export class OracleError extends SluiceError {
  readonly again: boolean;

  constructor(message: string, next: string, again: boolean, cause?: unknown) {
    super('JADE_ORACLE', message, { next, cause });
    this.again = again;
  }
}

export interface PinOracleOptions {
  /** `fetch` of the host program, so that its proxy settings apply. */
  fetch: typeof globalThis.fetch;
  /** Origins that may be asked besides the maker's, over http as well: a Sandbox's simulated oracle. */
  allow?: readonly string[];
}

/**
 * Carries the requests of a Jade to its blind oracle over HTTPS. The oracle holds one half of what opens the wallet and
 * learns neither PIN nor keys; what passes here is sealed between Jade and oracle. Only the maker's hosts are asked: a
 * device that names another one may be somebody else's. Rejects with JADE_ORACLE naming the host.
 */
export function createPinOracle(options: PinOracleOptions): PinOracle {
  const allowed = new Set(options.allow ?? []);
  return async ({ urls, data }) => {
    const url = choose(urls, allowed);
    let answer: unknown;
    try {
      const response = await options.fetch(url.href, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(data),
        redirect: 'error',
        credentials: 'omit',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) throw unreachable(url.host, `it answered with status ${response.status}`);
      const text = await response.text();
      if (text.length > MOST_ANSWER) throw unreachable(url.host, 'its answer is too long');
      answer = JSON.parse(text);
    } catch (error) {
      if (error instanceof OracleError) throw error;
      throw unreachable(url.host, why(error), error);
    }
    if (answer === null || typeof answer !== 'object' || Array.isArray(answer)) {
      throw unreachable(url.host, 'its answer is not what a Jade reads');
    }
    return answer;
  };
}

function why(error: unknown): string {
  if (error instanceof SyntaxError) return 'its answer is not what a Jade reads';
  if (error instanceof Error && error.name === 'TimeoutError') return 'it did not answer within 30 seconds';
  return 'it could not be reached, or sent the request elsewhere';
}

function unreachable(host: string, reason: string, cause?: unknown): OracleError {
  return new OracleError(
    `The Jade’s PIN oracle ${host} did not help: ${reason}.`,
    'Check that this machine may reach it (network, proxy, firewall), then unlock again.',
    true,
    cause,
  );
}

/** The first address that may be asked. Onion addresses need a network that Sluice does not have. */
function choose(urls: readonly string[], allowed: ReadonlySet<string>): URL {
  const refusedHosts: string[] = [];
  for (const text of urls) {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (!url || url.hostname.endsWith('.onion')) continue;
    if (allowed.has(url.origin)) return url;
    const plain = url.username === '' && url.password === '' && url.port === '';
    if (url.protocol === 'https:' && plain && HOSTS.has(url.hostname)) return url;
    refusedHosts.push(`${url.protocol}//${url.host}`.slice(0, 100));
  }
  if (refusedHosts.length > 0) {
    throw new OracleError(
      `This Jade asks for the PIN oracle ${refusedHosts.join(', ')}, which is not its maker’s.`,
      'If somebody set up an oracle of their own on it, unlock it with the program that was used for that; otherwise do not use this device.',
      false,
    );
  }
  throw new OracleError(
    'This Jade names no PIN oracle that can be reached from here.',
    'Set its oracle back to the maker’s on the device (Settings, Blind Oracle).',
    false,
  );
}
