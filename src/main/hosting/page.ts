import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { SluiceError } from '../../shared/errors.ts';

export interface PageFile {
  body: Buffer;
  type: string;
}

/** Every file of the built page by its URL path (`/index.html`, `/assets/…`). What is not in here is not served. */
export type Page = ReadonlyMap<string, PageFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/**
 * Reads the built page once. Requests are answered from this manifest by exact path, so no request can ever reach
 * another file, whatever its path says.
 */
export async function loadPage(dir: string): Promise<Page> {
  const page = new Map<string, PageFile>();
  let entries;
  try {
    entries = await readdir(dir, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw missing(dir, error);
  }
  for (const entry of entries) {
    const type = TYPES[path.extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = path.join(entry.parentPath, entry.name);
    const url = `/${path.relative(dir, file).split(path.sep).join('/')}`;
    page.set(url, { body: await readFile(file), type });
  }
  if (!page.has('/index.html')) throw missing(dir, undefined);
  return page;
}

/** The file for a URL path; `/` is the page itself (addresses inside it stand after the #). */
export function fileFor(page: Page, urlPath: string): PageFile | undefined {
  return page.get(urlPath === '/' ? '/index.html' : urlPath);
}

function missing(dir: string, cause: unknown): SluiceError {
  return new SluiceError('NOT_FOUND', `The built page is not in ${dir}.`, {
    next: 'Run `npm run build` and start again.',
    cause,
  });
}
