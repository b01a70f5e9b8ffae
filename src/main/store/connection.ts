import { closeSync, existsSync, openSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { corrupt, inWords } from '../files/index.ts';

const FULL = 2n;
const BUSY_MS = 5000;

/** Only its owner may read a database; SQLite gives the files beside it (-wal, -shm) the same rights. */
function createPrivate(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
}

function readBack(db: Database.Database, pragma: string, wanted: unknown): void {
  const found = db.pragma(pragma, { simple: true });
  if (found !== wanted) {
    throw new Error(`SQLite answers ${pragma} = ${String(found)} where ${String(wanted)} was asked for.`);
  }
}

/**
 * Opens a database file so that a commit that returned is on the disk. In WAL mode SQLite as compiled into
 * better-sqlite3 would run at synchronous=NORMAL, which may lose the newest commits when the power fails; hence FULL,
 * read back, since a pragma that does not take is silent. macOS needs fullfsync to get past the drive's cache.
 */
export function openConnection(path: string): Database.Database {
  const memory = path === ':memory:';
  return inWords(path, () => {
    if (!memory) createPrivate(path);
    const db = new Database(path, { timeout: BUSY_MS });
    try {
      db.defaultSafeIntegers(true);
      readBack(db, 'journal_mode = WAL', memory ? 'memory' : 'wal');
      db.pragma('synchronous = FULL');
      readBack(db, 'synchronous', FULL);
      if (process.platform === 'darwin') {
        db.pragma('fullfsync = ON');
        db.pragma('checkpoint_fullfsync = ON');
        readBack(db, 'fullfsync', 1n);
      }
      db.pragma('foreign_keys = ON');
      readBack(db, 'foreign_keys', 1n);
      // INSERT OR REPLACE fires delete triggers only with this, and the audit log leans on its triggers.
      db.pragma('recursive_triggers = ON');
      db.pragma('trusted_schema = OFF');
      db.pragma('cell_size_check = ON');
      // Sorting must not leave holders' names in a temporary file.
      db.pragma('temp_store = MEMORY');
    } catch (error) {
      db.close();
      throw error;
    }
    return db;
  });
}

/** Where the backups of a database stand: in `backups/` beside it. */
export function backupFolder(path: string): string {
  return join(dirname(path), 'backups');
}

function newestBackup(path: string): string | null {
  const folder = backupFolder(path);
  if (!existsSync(folder)) return null;
  const backups = readdirSync(folder)
    .filter((name) => name.endsWith('.sqlite'))
    .map((name) => ({ path: join(folder, name), at: statSync(join(folder, name)).mtimeMs }));
  return backups.sort((a, b) => a.at - b.at).at(-1)?.path ?? null;
}

/** What to do about a damaged database. Never "start empty": the engine would forget what it has paid. */
export function wayBack(path: string): string {
  const backup = newestBackup(path);
  if (backup === null) {
    return `There is no backup in ${backupFolder(path)}. Keep the file as it is and copy it before you try to repair it; do not start the profile anew before you know what it has paid.`;
  }
  const name = basename(path);
  return `Move ${name}, ${name}-wal and ${name}-shm to another folder, copy ${backup} to ${path}, and open the profile again. What happened after that backup is then asked from the node and AMP.`;
}

/** Reads every page and index; throws DATABASE_CORRUPT with what SQLite found first. */
export function checkPages(
  db: Database.Database,
  path: string,
  check: 'quick_check' | 'integrity_check',
): void {
  let verdict: unknown;
  try {
    verdict = db.pragma(`${check}(1)`, { simple: true });
  } catch (error) {
    throw corrupt(
      path,
      error instanceof Error ? `${error.message}.` : 'it cannot be read.',
      wayBack(path),
      error,
    );
  }
  if (verdict !== 'ok') throw corrupt(path, `${String(verdict)}.`, wayBack(path));
}
