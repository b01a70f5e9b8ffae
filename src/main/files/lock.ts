import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import Database from 'better-sqlite3';
import { SluiceError } from '../../shared/errors.ts';
import { mayWrite, readOnly, storageError } from './errors.ts';

export interface Lock {
  release(): void;
}

export interface LockOptions {
  /** What is locked, for the message: `profile “Acme”`. */
  what: string;
  /** Milliseconds to wait for the other holder (blocking). A process that was just killed needs a moment to go. */
  waitMs?: number;
}

function holderOf(path: string): string {
  try {
    const { pid, host } = JSON.parse(readFileSync(`${path}.holder`, 'utf8')) as {
      pid: unknown;
      host: unknown;
    };
    if (typeof pid !== 'number' || typeof host !== 'string') return '';
    return host === hostname() ? ` (process ${pid})` : ` (process ${pid} on ${host})`;
  } catch {
    return '';
  }
}

/**
 * Takes a lock that belongs to this process until it is released or the process dies, whatever way it dies.
 *
 * The lock is one that the operating system holds on `path` (SQLite takes it, as it does for its own databases), so
 * there is no stale lock to recognise: a file with a process id in it says nothing once ids are used again. Who holds
 * it stands beside it in `<path>.holder`, for the message only. Throws PROFILE_BUSY when somebody else has it, also
 * when that is another part of this process. Nothing else may open `path`: on POSIX systems a process loses its locks
 * on a file as soon as it closes any handle of it.
 */
export function acquireLock(path: string, options: LockOptions): Lock {
  let handle: Database.Database | null = null;
  try {
    // SQLite would open it for reading then, and "hold" a lock that is none.
    if (!mayWrite(path)) throw readOnly(path);
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
    handle = new Database(path, { timeout: options.waitMs ?? 1000 });
    handle.pragma('journal_mode = MEMORY');
    handle.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    handle?.close();
    const failure = storageError(error, path);
    if (failure?.code !== 'PROFILE_BUSY') throw failure ?? error;
    throw new SluiceError('PROFILE_BUSY', `Another Sluice${holderOf(path)} has ${options.what} open.`, {
      next: 'Work in that one, or close it and try again. Two at once could undo each other’s work, or pay twice.',
      cause: error,
    });
  }
  const held = handle;
  writeHolder(path);
  let released = false;
  return {
    release() {
      if (released) return;
      released = true;
      rmSync(`${path}.holder`, { force: true });
      held.close();
    },
  };
}

/** The holder's name is a courtesy: without room or right to write it the lock still holds. */
function writeHolder(path: string): void {
  try {
    const holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
    writeFileSync(`${path}.holder`, JSON.stringify(holder), { mode: 0o600 });
  } catch {
    rmSync(`${path}.holder`, { force: true });
  }
}

/**
 * Holds the lock while `work` runs; for short changes that two processes may make at once. The work must not wait for
 * anything: whoever wants the lock meanwhile blocks its process.
 */
export function withLock<T>(path: string, options: LockOptions, work: () => T): T {
  const lock = acquireLock(path, options);
  try {
    return work();
  } finally {
    lock.release();
  }
}
