import { randomBytes } from 'node:crypto';
import type { PageFile } from './page.ts';

/** A fresh nonce for the style elements that the component library writes at run time. */
export function newNonce(): string {
  return randomBytes(18).toString('base64');
}

/**
 * Headers under which the page runs: its own files only, nothing inline, nothing from elsewhere.
 *
 * @param connect where the page may connect to: nowhere in a window, its own server in a browser
 */
export function pageHeaders(nonce: string, connect: readonly string[]): Record<string, string> {
  const policy = [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `connect-src ${connect.length === 0 ? `'none'` : connect.join(' ')}`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
    `base-uri 'none'`,
    `require-trusted-types-for 'script'`,
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), serial=(), usb=(), hid=(), bluetooth=()',
    'Cache-Control': 'no-store',
  };
}

/** The file as it is served: the page is told its nonce where the component library looks for it. */
export function withNonce(file: PageFile, nonce: string): Buffer {
  if (!file.type.startsWith('text/html')) return file.body;
  const meta = `<head><meta property="csp-nonce" nonce="${nonce}">`;
  return Buffer.from(file.body.toString('utf8').replace('<head>', meta));
}
