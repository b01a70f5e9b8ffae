import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { SluiceError } from '../../shared/errors.ts';

/** Below this many free bytes a failed write is put down to a full disk. */
const NO_ROOM = 64 * 1024;

const FULL = new Set(['SQLITE_FULL', 'ENOSPC', 'EDQUOT', 'EFBIG']);
const READ_ONLY = new Set(['EROFS', 'EACCES', 'EPERM', 'SQLITE_PERM', 'SQLITE_AUTH']);
const CORRUPT = new Set(['SQLITE_NOTADB', 'SQLITE_FORMAT']);
const FAILED = new Set(['EIO', 'EMFILE', 'ENFILE', 'ENODEV', 'ESTALE']);

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** The file itself, or the nearest folder above it that exists. */
function nearest(path: string): string {
  let found = path;
  while (!existsSync(found) && dirname(found) !== found) found = dirname(found);
  return found;
}

/** Whether the system lets this account write to the file, or make it. */
export function mayWrite(path: string): boolean {
  try {
    accessSync(nearest(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether the disk that holds `path` has no room left. */
function diskIsFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(nearest(path), { bigint: true });
    return bavail * bsize < NO_ROOM;
  } catch {
    return false;
  }
}

function diskFull(path: string, cause?: unknown): SluiceError {
  return new SluiceError('DISK_FULL', `The disk that holds ${path} is full. This step was not recorded.`, {
    next: 'Free some space (100 MB is plenty), then try again. What was recorded before is safe, and work under way goes on from its last recorded step.',
    cause,
  });
}

export function readOnly(path: string, cause?: unknown): SluiceError {
  return new SluiceError('DATABASE_READ_ONLY', `Sluice may not write to ${path}.`, {
    next: 'Check that the disk is not mounted read-only and that the file and its folder belong to your account, then open the profile again.',
    cause,
  });
}

export function corrupt(path: string, detail: string, next: string, cause?: unknown): SluiceError {
  return new SluiceError('DATABASE_CORRUPT', `The database ${path} is damaged: ${detail}`, { next, cause });
}

/**
 * What a failure of SQLite or of the file system means to a person, or null when it is neither. `path` is the file
 * that was being used. SQLite reports a full disk in several ways (SQLITE_FULL from a write, SQLITE_IOERR_SHMSIZE from
 * the shared memory of the WAL), so an I/O error is looked at together with the room that is left.
 * Codes: https://sqlite.org/rescode.html
 */
export function storageError(error: unknown, path: string): SluiceError | null {
  if (error instanceof SluiceError) return error;
  const code = codeOf(error);
  if (code === null) return null;
  if (FULL.has(code)) return diskFull(path, error);
  if (code.startsWith('SQLITE_READONLY') || READ_ONLY.has(code)) return readOnly(path, error);
  if (code.startsWith('SQLITE_CORRUPT') || CORRUPT.has(code)) {
    const detail = error instanceof Error ? `${error.message}.` : 'SQLite cannot read it.';
    return corrupt(path, detail, 'Stop here and go back to the newest backup of this profile.', error);
  }
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CANTOPEN') || FAILED.has(code)) {
    if (diskIsFull(path)) return diskFull(path, error);
    if (!mayWrite(path) || !mayWrite(dirname(path))) return readOnly(path, error);
    return new SluiceError('DISK_FAILED', `The disk refused to read or write ${path} (${code}).`, {
      next: 'Check that the disk is connected and healthy and that the folder exists and is yours, then open the profile again.',
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new SluiceError('PROFILE_BUSY', `Another program is using ${path}.`, {
      next: 'Close the other Sluice (or the database tool) that has this file open, then try again.',
      cause: error,
    });
  }
  return null;
}

/** Runs file work so that its failures reach a person in words. */
export function inWords<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storageError(error, path) ?? error;
  }
}
