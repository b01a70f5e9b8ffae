import { describe, expect, it } from 'vitest';
import { databaseAt, migrateTo, tables } from '../../../test/support/migration.ts';
import { schemaVersion } from './migrate.ts';
import { migrations as released } from './migrations/index.ts';
import type { Migration } from './types.ts';

const step = (version: number, sql: string, name = `step-${version}`): Migration => ({
  version,
  name,
  up: (db) => db.exec(sql),
});
const parent = step(10, 'CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT) STRICT');
const child = step(
  20,
  'CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parent (id)) STRICT',
);

describe('the released migrations', () => {
  it('are numbered 10, 20, 30 … in the order of the list, or between', () => {
    const numbers = released.map(({ version }) => version);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    const tens = numbers.filter((version) => version % 10 === 0);
    expect(tens).toEqual(tens.map((_, at) => (at + 1) * 10));
    expect(new Set(released.map(({ name }) => name)).size).toBe(released.length);
  });

  it('make tables that are all STRICT', () => {
    const db = databaseAt(released.at(-1)?.version ?? 0);
    const loose = db
      .prepare(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT GLOB 'sqlite_*'",
      )
      .pluck()
      .all();
    expect(loose).toEqual([]);
  });
});

describe('migrating', () => {
  it('runs what is pending and keeps the rows that were there', () => {
    const db = databaseAt(10, [parent]);
    db.exec("INSERT INTO parent VALUES (1, 'a'), (2, 'b')");
    const rename = step(
      20,
      'ALTER TABLE parent ADD COLUMN label TEXT; UPDATE parent SET label = upper(name)',
    );
    migrateTo(db, 20, [parent, rename]);
    expect(schemaVersion(db)).toBe(20);
    expect(tables(db, 'parent')).toEqual({
      parent: [
        { id: 1n, name: 'a', label: 'A' },
        { id: 2n, name: 'b', label: 'B' },
      ],
    });
  });

  it('does all of it or nothing', () => {
    const db = databaseAt(10, [parent]);
    const bad = step(30, 'CREATE TABLE other (id INTEGER PRIMARY KEY) STRICT; SELECT broken');
    expect(() => migrateTo(db, 30, [parent, child, bad])).toThrow('broken');
    expect(schemaVersion(db)).toBe(10);
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE name IN ('child', 'other')").all()).toEqual([]);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1n);
    migrateTo(db, 20, [parent, child]);
    expect(schemaVersion(db)).toBe(20);
  });

  it('lets a step rebuild a table that others refer to, and refuses to leave orphans', () => {
    const rebuild = `
      CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
      INSERT INTO new_parent SELECT id, coalesce(name, '') FROM parent;
      DROP TABLE parent;
      ALTER TABLE new_parent RENAME TO parent;
    `;
    const db = databaseAt(20, [parent, child]);
    db.exec('INSERT INTO parent VALUES (1, NULL); INSERT INTO child VALUES (7, 1)');
    expect(() => migrateTo(db, 30, [parent, child, step(30, 'DELETE FROM parent')])).toThrow('rows of child');
    migrateTo(db, 30, [parent, child, step(30, rebuild)]);
    expect(tables(db, 'parent', 'child')).toEqual({
      parent: [{ id: 1n, name: '' }],
      child: [{ id: 7n, parent: 1n }],
    });
    expect(() => db.exec('INSERT INTO child VALUES (8, 99)')).toThrow('FOREIGN KEY');
  });

  it('refuses databases whose history this program does not know', () => {
    const future = { code: 'DATABASE_FROM_FUTURE' };
    const cases: [readonly Migration[], readonly Migration[]][] = [
      // written by a newer program
      [[parent, child], [parent]],
      // a step was put below the schema of the database, or is missing from the list
      [
        [parent, step(30, 'SELECT 1')],
        [parent, child, step(30, 'SELECT 1')],
      ],
      [
        [parent, step(15, 'SELECT 1'), child],
        [parent, child],
      ],
      // the same number, but another step
      [[step(10, 'SELECT 1', 'other')], [parent]],
    ];
    for (const [before, now] of cases) {
      const db = databaseAt(100, before);
      const version = schemaVersion(db);
      expect(() => migrateTo(db, 100, now)).toThrow(expect.objectContaining(future));
      expect(schemaVersion(db)).toBe(version);
    }
    const foreign = databaseAt(0, []);
    foreign.pragma('user_version = 10');
    expect(() => migrateTo(foreign, 100, [parent])).toThrow(expect.objectContaining(future));
  });

  it('refuses a list whose numbers do not rise', () => {
    for (const list of [[child, parent], [parent, parent], [step(0, 'SELECT 1')], [step(1.5, 'SELECT 1')]]) {
      expect(() => databaseAt(100, list)).toThrow('numbers must rise');
    }
  });
});

describe('migration 10, audit', () => {
  it('makes an empty chain, facts and settings', () => {
    const db = databaseAt(10);
    expect(tables(db, 'audit', 'audit_head', 'meta', 'setting', 'migration')).toEqual({
      audit: [],
      audit_head: [{ one: 1n, seq: 0n, hash: '0'.repeat(64) }],
      meta: [],
      setting: [],
      migration: [{ version: 10n, name: 'audit', at: 0n }],
    });
  });
});
