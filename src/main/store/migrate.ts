import type { Database } from 'better-sqlite3';
import { SluiceError } from '../../shared/errors.ts';
import type { Migration } from './types.ts';

/** Reads PRAGMA user_version: 0 for a new database. */
export function schemaVersion(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

function checkList(migrations: readonly Migration[]): void {
  let before = 0;
  for (const { version, name } of migrations) {
    if (!Number.isInteger(version) || version <= before) {
      throw new Error(`Migration ${version} (${name}) stands after ${before}: numbers must rise.`);
    }
    before = version;
  }
}

function fromFuture(path: string, detail: string): SluiceError {
  return new SluiceError('DATABASE_FROM_FUTURE', `The database ${path} ${detail}.`, {
    next: 'Install the newer Sluice that wrote it. This one has changed nothing in it.',
  });
}

/** Names and numbers of the steps that this database went through. */
function applied(db: Database): Map<number, string> {
  const exists = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'").get();
  if (exists === undefined) return new Map();
  const rows = db.prepare<[], { version: bigint; name: string }>('SELECT version, name FROM migration').all();
  return new Map(rows.map((row) => [Number(row.version), row.name]));
}

/**
 * The steps that are still to run. Refuses a database that knows a step which this program does not know, and one that
 * is past a step which it never went through: its tables are not what the code expects.
 */
export function pendingMigrations(db: Database, migrations: readonly Migration[], path: string): Migration[] {
  checkList(migrations);
  const current = schemaVersion(db);
  const newest = migrations.at(-1)?.version ?? 0;
  if (current > newest) {
    throw fromFuture(path, `was written by a newer Sluice (schema ${current}; this one knows ${newest})`);
  }
  const done = applied(db);
  const known = new Map(migrations.map((migration) => [migration.version, migration.name]));
  for (const [version, name] of done) {
    if (known.get(version) !== name) {
      throw fromFuture(path, `went through step ${version} (${name}), which this Sluice does not know`);
    }
  }
  const missed = migrations.find(({ version }) => version <= current && !done.has(version));
  if (missed !== undefined || (current > 0 && !done.has(current))) {
    throw fromFuture(
      path,
      `has schema ${current} but never went through ${missed ? `step ${missed.version} (${missed.name})` : 'that step'}`,
    );
  }
  return migrations.filter(({ version }) => version > current);
}

/**
 * Brings a database to the newest schema: all pending steps in one transaction with the version number, so that it is
 * either where it was or where it should be. Foreign keys are off meanwhile (a step may rebuild a table) and checked
 * before the commit. Returns the numbers of the steps that ran. `now` gives milliseconds since 1970.
 */
export function migrate(
  db: Database,
  migrations: readonly Migration[],
  options: { path: string; now: () => number },
): number[] {
  const pending = pendingMigrations(db, migrations, options.path);
  if (pending.length === 0) return [];
  db.pragma('foreign_keys = OFF');
  try {
    db.transaction(() => {
      db.exec(
        'CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL) STRICT',
      );
      const record = db.prepare('INSERT INTO migration (version, name, at) VALUES (?, ?, ?)');
      for (const { version, name, up } of pending) {
        up(db);
        record.run(version, name, BigInt(options.now()));
        db.pragma(`user_version = ${version}`);
      }
      const orphans = db.pragma('foreign_key_check') as { table: string }[];
      if (orphans.length > 0) {
        throw new Error(`The migration would leave rows of ${orphans[0]?.table} without what they refer to.`);
      }
    }).immediate();
  } finally {
    db.pragma('foreign_keys = ON');
  }
  return pending.map(({ version }) => version);
}
