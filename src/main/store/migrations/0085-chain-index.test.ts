import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from 'better-sqlite3';
import { databaseAt, migrateTo, tables } from '../../../../test/support/migration.ts';

let db: Database;
beforeEach(() => {
  db = databaseAt(80);
  migrateTo(db, 85);
});

describe('the step to an index of the desk’s own node', () => {
  it('starts without anything followed', () => {
    expect(tables(db, 'chain_state', 'chain_script', 'chain_transaction')).toEqual({
      chain_state: [],
      chain_script: [],
      chain_transaction: [],
    });
  });

  it('forgets with a transaction what it touched and paid', () => {
    db.exec(`
      INSERT INTO chain_transaction VALUES ('t', 7, 'h', 1);
      INSERT INTO chain_touch VALUES ('s', 't');
      INSERT INTO chain_output VALUES ('t', 0, 's');
      DELETE FROM chain_transaction WHERE height > 6;
    `);
    expect(tables(db, 'chain_touch', 'chain_output')).toEqual({ chain_touch: [], chain_output: [] });
  });

  it('knows one script by an address', () => {
    db.exec(`INSERT INTO chain_script VALUES ('a', 'ert1', 1, NULL)`);
    expect(() => db.exec(`INSERT INTO chain_script VALUES ('b', 'ert1', 1, NULL)`)).toThrow(/UNIQUE/);
  });
});
