import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from 'better-sqlite3';
import { databaseAt, migrateTo } from '../../../../test/support/migration.ts';

let db: Database;
beforeEach(() => {
  db = databaseAt(30);
  addHolder(1, 'ann meier');
  migrateTo(db, 40);
});

function addHolder(id: number, key: string): void {
  db.prepare(
    `INSERT INTO holder (id, name, gaid, is_company, sort_key, search_key) VALUES (?, ?, NULL, 0, ?, ?)`,
  ).run(id, key, key, key);
}

function found(trigram: string): bigint[] {
  return db
    .prepare<[string], bigint>(`SELECT rowid FROM holder_search WHERE holder_search MATCH ? ORDER BY rowid`)
    .pluck()
    .all(`"${trigram}"`);
}

/** SQLite compares the index with the table that it is of; it throws where they differ. */
function checkIndex(): void {
  db.exec(`INSERT INTO holder_search (holder_search, rank) VALUES ('integrity-check', 1)`);
}

describe('the step to holder search', () => {
  it('finds the holders that were there before', () => {
    expect(found('mei')).toEqual([1n]);
    expect(found('MEI')).toEqual([]);
    checkIndex();
  });

  it('follows what is added, changed and removed', () => {
    addHolder(2, 'bob meier');
    expect(found('mei')).toEqual([1n, 2n]);
    db.exec(`UPDATE holder SET search_key = 'bob haddad' WHERE id = 2`);
    expect(found('mei')).toEqual([1n]);
    expect(found('had')).toEqual([2n]);
    db.exec(`DELETE FROM holder WHERE id = 1`);
    expect(found('mei')).toEqual([]);
    checkIndex();
  });

  it('follows a holder that is written over, whether or not its text changes', () => {
    const upsert = db.prepare(
      `INSERT INTO holder (id, name, gaid, is_company, sort_key, search_key) VALUES (1, 'x', NULL, 0, 'x', ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, search_key = excluded.search_key`,
    );
    upsert.run('ann meier');
    expect(found('mei')).toEqual([1n]);
    upsert.run('ann rossi');
    expect(found('mei')).toEqual([]);
    expect(found('oss')).toEqual([1n]);
    checkIndex();
  });

  it('forgets what is rolled back', () => {
    db.exec('BEGIN');
    addHolder(3, 'carl meier');
    db.exec('ROLLBACK');
    expect(found('mei')).toEqual([1n]);
    checkIndex();
  });
});
