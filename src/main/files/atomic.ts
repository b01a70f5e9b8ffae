import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { randomBytes } from 'node:crypto';
import { inWords } from './errors.ts';

/** Makes the names inside a folder durable. Windows has no such call: there the rename itself is journalled. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Replaces a file so that a crash at any moment leaves either the old bytes or the new ones, never a mixture: written
 * beside it, synced, renamed over it, folder synced. Only its owner may read it (0600).
 */
export function writeFileAtomic(path: string, bytes: string | Uint8Array): void {
  inWords(path, () => {
    const folder = dirname(path);
    const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      const handle = openSync(beside, 'wx', 0o600);
      try {
        const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
        for (let at = 0; at < buffer.length;) at += writeSync(handle, buffer, at);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(beside, path);
      syncFolder(folder);
    } catch (error) {
      rmSync(beside, { force: true });
      throw error;
    }
  });
}

/** Makes a folder that only its owner may enter (0700), with those above it. */
export function ensurePrivateFolder(path: string): void {
  inWords(path, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
}
