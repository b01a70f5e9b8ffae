import Database from 'better-sqlite3';
import { migrate } from '../../src/main/store/migrate.ts';
import { migrations as released } from '../../src/main/store/migrations/index.ts';
import type { Migration } from '../../src/main/store/types.ts';

/**
 * A database in memory with the schema as it was at `version`. Insert what a user of that version could have had, then
 * call `migrateTo` and compare whole tables.
 */
export function databaseAt(version: number, migrations: readonly Migration[] = released): Database.Database {
  const db = new Database(':memory:');
  db.defaultSafeIntegers(true);
  db.pragma('foreign_keys = ON');
  migrateTo(db, version, migrations);
  return db;
}

/** Runs the steps up to and with `version`. */
export function migrateTo(
  db: Database.Database,
  version: number,
  migrations: readonly Migration[] = released,
): void {
  const steps = migrations.filter((migration) => migration.version <= version);
  migrate(db, steps, { path: ':memory:', now: () => 0 });
}

/** Whole tables, by name, rows in order of their keys: what migration tests compare. */
export function tables(db: Database.Database, ...names: string[]): Record<string, unknown[]> {
  return Object.fromEntries(
    names.map((name) => [name, db.prepare(`SELECT * FROM "${name}" ORDER BY 1`).all()]),
  );
}
