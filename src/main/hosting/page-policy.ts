/**
 * Headers under which the page runs: its own files only, nothing inline, nothing from elsewhere.
 *
 * @param connect where the page may connect to: nowhere in a window, its own server in a browser
 */
export function pageHeaders(connect: readonly string[]): Record<string, string> {
  const policy = [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self'`,
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
    // The camera reads the QR codes of bundles; it is asked for when a person wants it, and the page's own only.
    'Permissions-Policy': 'camera=(self), microphone=(), geolocation=(), serial=(), usb=(), hid=()',
    'Cache-Control': 'no-store',
  };
}
