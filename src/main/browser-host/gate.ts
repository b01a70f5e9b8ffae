import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is turned away, or null when it may pass. */
export type Refusal = { status: number; message: string; next: string } | null;

const STRANGE_SITE = {
  status: 403,
  message: 'This request does not come from the Sluice page.',
  next: 'Open Sluice at the address that it printed.',
};

/**
 * Decides who may talk to the browser host. One secret in the printed address is exchanged, once, for a cookie that
 * scripts cannot read; Host and Origin are compared on every request, so that neither a name that was made to point at
 * this machine (DNS rebinding) nor a form on another site (CSRF) gets through.
 */
export class Gate {
  readonly origin: string;
  readonly cookieName: string;
  readonly #host: string;
  readonly #session = secret();
  #token: string | null = secret();

  /** @param port the loopback port that the server listens on */
  constructor(port: number) {
    this.#host = `127.0.0.1:${port}`;
    this.origin = `http://${this.#host}`;
    // Cookies know no ports: the name keeps two desks on one machine apart.
    this.cookieName = `sluice-${port}`;
  }

  /** The address that lets one browser in, once. */
  get entryUrl(): string {
    return `${this.origin}/?token=${this.#token ?? ''}`;
  }

  /** The value for Set-Cookie if the token is right and was never used; it is dead afterwards. */
  redeem(token: string): string | null {
    if (this.#token === null || !same(token, this.#token)) return null;
    this.#token = null;
    return `${this.cookieName}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** Whether the request was made to this machine by name, from this page or from no page at all. */
  checkSource(headers: IncomingHttpHeaders): Refusal {
    if (headers.host !== this.#host) {
      return {
        status: 403,
        message: 'Sluice answers only at the address that it printed.',
        next: `Open ${this.origin}/.`,
      };
    }
    if (headers.origin !== undefined && headers.origin !== this.origin) return STRANGE_SITE;
    return null;
  }

  /** For whatever changes or tells something: the page's own origin, said outright, and the cookie. */
  checkCaller(headers: IncomingHttpHeaders): Refusal {
    const refusal = this.checkSource(headers);
    if (refusal) return refusal;
    if (headers.origin !== this.origin) return STRANGE_SITE;
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') return STRANGE_SITE;
    return this.checkSession(headers);
  }

  /** Whether the request carries the cookie. */
  checkSession(headers: IncomingHttpHeaders): Refusal {
    if (same(cookie(headers.cookie, this.cookieName) ?? '', this.#session)) return null;
    return {
      status: 401,
      message: 'This browser has not been let in.',
      next: 'Open the address with the token that Sluice printed when it started. It works once; start Sluice again for another.',
    };
  }
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

function same(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function cookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
