import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { acquireLock, ensurePrivateFolder, inWords, storageError, type Lock } from '../files/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { createAuditLog } from './audit.ts';
import { backupDatabase } from './backup.ts';
import { backupFolder, checkPages, openConnection, wayBack } from './connection.ts';
import { migrate, pendingMigrations, schemaVersion } from './migrate.ts';
import { migrations as released } from './migrations/index.ts';
import type { Migration, Store } from './types.ts';

export interface OpenStoreOptions {
  /** Defaults to every released step. */
  migrations?: readonly Migration[];
  /** Milliseconds since 1970. Defaults to the system's clock. */
  clock?: () => number;
  /** What the database belongs to, for the message when it is open elsewhere: `profile “Acme”`. */
  what?: string;
  /** Refuse to make a new database where there was one before: it must not start empty. */
  mustExist?: boolean;
}

/** A copy of the whole database as it was, before its schema changes: the way back from a migration that went wrong. */
function keepBefore(db: Database, path: string, pending: readonly Migration[]): void {
  const current = schemaVersion(db);
  if (current === 0 || pending.length === 0) return;
  ensurePrivateFolder(backupFolder(path));
  const copy = join(backupFolder(path), `before-schema-${pending.at(-1)?.version}-was-${current}.sqlite`);
  if (!existsSync(copy)) db.prepare('VACUUM INTO ?').run(copy);
}

function createTx(db: Database, path: string): Store['tx'] {
  function attempt<T>(begin: string, commit: string, rollback: string, work: () => T): T {
    db.exec(begin);
    try {
      const result = work();
      if (typeof result === 'object' && result !== null && 'then' in result) {
        throw new Error('A transaction cannot wait: its work must not be asynchronous.');
      }
      db.exec(commit);
      return result;
    } catch (error) {
      // SQLite has already rolled everything back after some failures (disk full, I/O).
      if (db.inTransaction) db.exec(rollback);
      throw error;
    }
  }
  return (work) => {
    try {
      return db.inTransaction
        ? attempt('SAVEPOINT inner', 'RELEASE inner', 'ROLLBACK TO inner; RELEASE inner', work)
        : attempt('BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK', work);
    } catch (error) {
      throw storageError(error, path) ?? error;
    }
  };
}

function openLocked(path: string, lock: Lock | null, options: OpenStoreOptions): Store {
  const now = options.clock ?? Date.now;
  const steps = options.migrations ?? released;
  const db = openConnection(path);
  try {
    checkPages(db, path, 'quick_check');
    inWords(path, () => {
      if (path !== ':memory:') keepBefore(db, path, pendingMigrations(db, steps, path));
      migrate(db, steps, { path, now });
    });
    return {
      db,
      tx: createTx(db, path),
      ...createAuditLog(db, now),
      backup: (target) => backupDatabase(db, target),
      close() {
        if (db.open) db.close();
        lock?.release();
      },
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Opens the database of one profile, or makes it. Nobody else can have it open meanwhile (PROFILE_BUSY). Every page is
 * looked at first; a damaged file is refused (DATABASE_CORRUPT) with the way back from a backup, a schema that this
 * program does not know likewise (DATABASE_FROM_FUTURE). `:memory:` is a database without a file, for tests.
 */
export function openStore(path: string, options: OpenStoreOptions = {}): Store {
  if (path === ':memory:') return openLocked(path, null, options);
  if (options.mustExist && !existsSync(path)) {
    throw new SluiceError('DATABASE_CORRUPT', `The database ${path} is gone.`, { next: wayBack(path) });
  }
  ensurePrivateFolder(dirname(path));
  const lock = acquireLock(`${path}.lock`, { what: options.what ?? 'this profile' });
  try {
    return openLocked(path, lock, options);
  } catch (error) {
    lock.release();
    throw withWayBack(error, path);
  }
}

/** A file that is no database at all fails before its pages can be checked; the way back is the same. */
function withWayBack(error: unknown, path: string): unknown {
  if (!(error instanceof SluiceError) || error.code !== 'DATABASE_CORRUPT') return error;
  return new SluiceError(error.code, error.message, { next: wayBack(path), cause: error });
}
