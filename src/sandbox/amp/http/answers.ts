/**
 * What a handler gives back. AMP's bodies have no single shape, so each handler says its own; the failures below are
 * the shapes that its clients have met.
 */
export interface Answer {
  status: number;
  /** Absent: an empty body. */
  json?: unknown;
  html?: string;
  /** Sent as it is, with the type JSON: what a garbled answer looks like. */
  raw?: string;
  headers?: Record<string, string>;
}

export function ok(json: unknown): Answer {
  return { status: 200, json };
}

export function created(json: unknown): Answer {
  return { status: 201, json };
}

/** Confirms, cancel, `treasury-addresses/add` and their like: 200 with no body at all. */
export const EMPTY_OK: Answer = { status: 200 };

/** Deletes of registered users, categories, assets and assignments. */
export const GONE: Answer = { status: 204 };

export class AmpError extends Error {
  readonly answer: Answer;

  constructor(answer: Answer, message: string) {
    super(message);
    this.name = 'AmpError';
    this.answer = answer;
  }
}

function detail(status: number, text: string, headers?: Record<string, string>): AmpError {
  return new AmpError({ status, json: { detail: text }, ...(headers ? { headers } : {}) }, text);
}

export const unauthenticated = (text = 'Authentication credentials were not provided.'): AmpError =>
  detail(401, text, { 'www-authenticate': 'Token' });

export const forbidden = (text = 'You do not have permission to perform this action.'): AmpError =>
  detail(403, text);

export const notFound = (): AmpError => detail(404, 'Not found.');

export const methodNotAllowed = (method: string): AmpError => detail(405, `Method "${method}" not allowed.`);

/** The validation dictionary `{"<field>": ["…"]}`, HTTP 400. */
export function invalid(field: string, text: string): AmpError {
  return new AmpError({ status: 400, json: { [field]: [text] } }, `${field}: ${text}`);
}

/** The registry's form of a refusal: a capital E, HTTP 400. */
export function registryError(text: string): AmpError {
  return new AmpError({ status: 400, json: { Error: text } }, text);
}

/** A path that no route has gets the web framework's page, not JSON. */
export const NO_SUCH_PAGE: Answer = {
  status: 404,
  html: '<!doctype html>\n<html lang="en">\n<head>\n  <title>Not Found</title>\n</head>\n<body>\n  <h1>Not Found</h1><p>The requested resource was not found on this server.</p>\n</body>\n</html>\n',
};
