import { SluiceError } from '../../shared/errors.ts';
import { parseLossless } from '../../shared/lossless.ts';

/** One HTTP answer of AMP, body read in full. */
export interface AmpAnswer {
  status: number;
  contentType: string;
  text: string;
  retryAfter: string | null;
  /** Target of a redirect. */
  location?: string | null;
}

/** AMP's name in messages: its address without a query, which never carries credentials. */
export function shownBase(base: URL): string {
  return `${base.origin}${base.pathname}`.replace(/\/$/, '');
}

export function isHtml(answer: AmpAnswer): boolean {
  return /html/i.test(answer.contentType) || /^\s*</.test(answer.text);
}

/** What follows when nobody knows what AMP did: a question can be asked again, a change must be asked after. */
export function aftermath(change: boolean): string {
  return change
    ? 'The desk asks AMP what became of the request, and does not send it twice.'
    : 'Nothing was changed; try again.';
}

/** Takes every secret out of a text before anybody sees it. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((clean, secret) => clean.replaceAll(secret, '•••'), text);
}

const LABELS: ReadonlySet<string> = new Set(['detail', 'error', 'message', 'non_field_errors']);

/**
 * AMP's error bodies have no common shape: `{"detail": …}`, `{"Error": …}`, or a dictionary of fields with a text or a
 * list of texts. All of them become one line; '' when there is nothing to quote.
 */
export function flattenError(body: unknown, depth = 0): string {
  if (typeof body === 'string') return body.trim();
  if (typeof body === 'number' || typeof body === 'boolean') return String(body);
  if (body === null || typeof body !== 'object' || depth > 5) return '';
  if (Array.isArray(body)) {
    return body
      .map((item) => flattenError(item, depth + 1))
      .filter((text) => text !== '')
      .join(' ');
  }
  return Object.entries(body)
    .map(([key, value]) => [key, flattenError(value, depth + 1)] as const)
    .filter(([, text]) => text !== '')
    .map(([key, text]) => (LABELS.has(key.toLowerCase()) ? text : `${key}: ${text}`))
    .join('; ');
}

/** The sentence in an error answer: flattened JSON, or short plain text; never a page of HTML. */
export function errorText(answer: AmpAnswer): string {
  if (answer.text.trim() === '' || isHtml(answer)) return '';
  let line: string;
  try {
    line = flattenError(parseLossless(answer.text));
  } catch {
    line = answer.text.trim();
  }
  line = line.replace(/\s+/g, ' ');
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

/** An error that hides in an answer of 200: a non-empty `error` or `Error`. */
export function hiddenError(body: unknown): string | null {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return null;
  for (const key of ['error', 'Error']) {
    const text = flattenError((body as Record<string, unknown>)[key]);
    if (text !== '') return text;
  }
  return null;
}

/** Whether AMP refused because of the token, in which case it has certainly not carried out the request. */
export function isTokenRefusal(answer: AmpAnswer): boolean {
  if (answer.status === 401) return true;
  if (answer.status !== 403) return false;
  const text = errorText(answer);
  return /token|credential|authenticat/i.test(text) && !/permission/i.test(text);
}

/** What an answer other than 2xx means, in words. */
export function explainStatus(
  answer: AmpAnswer,
  base: URL,
  secrets: readonly string[],
  change: boolean,
): SluiceError {
  const said = redact(errorText(answer), secrets);
  const quoted = said === '' ? '' : `: ${said}`;
  const where = shownBase(base);
  const { status } = answer;

  if (status >= 500) {
    return new SluiceError(
      'AMP_UNAVAILABLE',
      `AMP at ${where} is in trouble (HTTP ${status})${quoted}.`.replace('..', '.'),
      {
        next: `${aftermath(change)} If it lasts, write to Blockstream’s AMP support.`,
      },
    );
  }
  if (status === 429) {
    const wait = /^\d+$/.test(answer.retryAfter ?? '') ? ` for ${answer.retryAfter} seconds` : '';
    return new SluiceError('AMP_UNAVAILABLE', `AMP wants fewer requests and asks to wait${wait}.`, {
      next: 'Wait; the desk tries again by itself.',
    });
  }
  if (status >= 300 && status < 400) {
    return new SluiceError(
      'AMP_ANSWER_INVALID',
      `AMP’s address ${where} points elsewhere (redirect ${status}).`,
      {
        next: 'Enter AMP’s own address, ending in /api; the desk does not follow redirects.',
      },
    );
  }
  if (status === 403) {
    return new SluiceError(
      'AMP_FORBIDDEN',
      isHtml(answer)
        ? 'Something in front of AMP refuses this machine (HTTP 403).'
        : `This AMP account may not do that${quoted}.`.replace('..', '.'),
      {
        next: 'Use the issuer’s account, or ask for the right; a manager account sees only what the issuer gave it.',
      },
    );
  }
  if (isHtml(answer)) return explainPage(answer, base, change);
  if (status === 404) {
    return new SluiceError('AMP_NOT_FOUND', `AMP does not have it${quoted}.`.replace('..', '.'), {
      next: 'Reload; it may have been removed in the meantime.',
    });
  }
  if (status === 408) {
    return new SluiceError('AMP_TIMEOUT', 'AMP gave up waiting for the request.', { next: 'Try again.' });
  }
  return new SluiceError(
    'AMP_REFUSED',
    said === '' ? `AMP refused the request (HTTP ${status}).` : `AMP refused: ${said}`,
    {
      next: 'Correct what AMP names and try again.',
    },
  );
}

/** A web page where data should be: a maintenance page, a captive portal, or a wrong address. */
export function explainPage(answer: AmpAnswer, base: URL, change: boolean): SluiceError {
  return new SluiceError(
    'AMP_ANSWER_INVALID',
    `At ${shownBase(base)} a web page answers (HTTP ${answer.status}), not AMP’s interface.`,
    {
      next: `Check that the address ends in /api and that no login page of this network stands in between. ${aftermath(change)}`,
    },
  );
}

export function unreadable(what: string, change: boolean): SluiceError {
  return new SluiceError('AMP_ANSWER_INVALID', `AMP’s answer to ${what} breaks off or is not JSON.`, {
    next: `${aftermath(change)} If it lasts, look for a proxy in between.`,
  });
}
