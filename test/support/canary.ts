import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A secret that must not be found, and how a hit is named without repeating it. */
export interface Canary {
  label: string;
  secret: string;
}

/** Where a secret was found, in which form. */
export interface Leak {
  label: string;
  where: string;
  form: string;
}

/** The forms in which a secret could lie about unnoticed. Base64 depends on what stands before, hence three of it. */
function forms(secret: string): [string, Buffer][] {
  const bytes = Buffer.from(secret, 'utf8');
  const found: [string, Buffer][] = [
    ['plain', bytes],
    ['UTF-16', Buffer.from(secret, 'utf16le')],
    ['hex', Buffer.from(bytes.toString('hex'))],
    ['HEX', Buffer.from(bytes.toString('hex').toUpperCase())],
    ['URL-encoded', Buffer.from(encodeURIComponent(secret))],
    ['JSON', Buffer.from(JSON.stringify(secret).slice(1, -1))],
  ];
  for (const before of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and the last characters also depend on the neighbours.
    const middle = text.slice(before === 0 ? 0 : before + 1, bytes.length % 3 === 0 ? undefined : -1);
    found.push(['base64', Buffer.from(middle)], ['base64url', Buffer.from(toUrl(middle))]);
  }
  return found.filter(([, form]) => form.length >= 8);
}

const toUrl = (text: string) => text.replace(/\+/g, '-').replace(/\//g, '_');

function search(where: string, content: Buffer, canaries: readonly Canary[]): Leak[] {
  return canaries.flatMap(({ label, secret }) => {
    if (secret.length < 8) throw new Error(`The canary ${label} is too short to be recognised.`);
    const hit = forms(secret).find(([, form]) => content.includes(form));
    return hit ? [{ label, where, form: hit[0] }] : [];
  });
}

/** Looks for secrets in captured text: logs, answers, errors. */
export function leaksInText(texts: Record<string, string>, canaries: readonly Canary[]): Leak[] {
  return Object.entries(texts).flatMap(([where, text]) => search(where, Buffer.from(text, 'utf8'), canaries));
}

/**
 * Looks for secrets in the names and bytes of every file below a folder, databases with their WAL included. Lock files
 * are left alone: they are empty, and reading one in the process that holds it would drop the lock.
 */
export function leaksInFolder(folder: string, canaries: readonly Canary[]): Leak[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    const inName = search(`the name ${name}`, Buffer.from(name, 'utf8'), canaries);
    if (!entry.isFile() || entry.name.endsWith('.lock')) return inName;
    return [...inName, ...search(name, readFileSync(path), canaries)];
  });
}
