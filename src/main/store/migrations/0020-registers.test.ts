import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from 'better-sqlite3';
import { databaseAt, migrateTo, tables } from '../../../../test/support/migration.ts';

let db: Database;
beforeEach(() => {
  db = databaseAt(20);
});

function addHolder(id: number, name: string): void {
  db.prepare(
    `INSERT INTO holder (id, name, gaid, is_company, sort_key, search_key) VALUES (?, ?, NULL, 0, ?, ?)`,
  ).run(id, name, name.toLowerCase(), name.toLowerCase());
}

function addRow(change: Partial<Record<string, unknown>> = {}): void {
  const row = { amount: 5, state: 'open', operation: null, txid: null, ...change };
  db.prepare(
    `INSERT INTO allocation_row (allocation_id, holder_id, holder_name, sort_key, amount, note, state, operation_id, txid)
     VALUES ('a', 1, 'Ann', 'ann', :amount, '', :state, :operation, :txid)`,
  ).run(row);
}

describe('the step to registers', () => {
  it('starts with a copy that was never read', () => {
    const fresh = databaseAt(10);
    migrateTo(fresh, 20);
    expect(tables(fresh, 'register_state', 'holder', 'allocation')).toEqual({
      register_state: [{ id: 1n, version: 0n, synced_at: null }],
      holder: [],
      allocation: [],
    });
  });

  it('lets a renamed holder be renamed in allocations as well', () => {
    addHolder(1, 'Ann');
    db.exec(`INSERT INTO allocation VALUES ('a', 1, 'May', 'u', NULL, 0, 0, 0)`);
    addRow();
    db.exec(`UPDATE holder SET name = 'Anna', sort_key = 'anna' WHERE id = 1`);
    expect(db.prepare(`SELECT holder_name, sort_key FROM allocation_row`).all()).toEqual([
      { holder_name: 'Anna', sort_key: 'anna' },
    ]);
  });

  it.each([
    ['nothing', { amount: 0 }],
    ['a negative amount', { amount: -1 }],
    ['more than 21 million coins', { amount: 2_100_000_000_000_001 }],
    ['a payment without an operation', { state: 'paid', txid: 'f' }],
    ['an open row in an operation', { operation: 'o' }],
    ['a paid row without a transaction', { state: 'paid', operation: 'o' }],
  ])('refuses an allocation row of %s', (_what, change) => {
    db.exec(`INSERT INTO allocation VALUES ('a', 1, 'May', 'u', NULL, 0, 0, 0)`);
    expect(() => addRow(change)).toThrow(/CHECK/);
    expect(() => addRow()).not.toThrow();
  });

  it('takes the rows of an import or an allocation away with it', () => {
    db.exec(`INSERT INTO allocation VALUES ('a', 1, 'May', 'u', NULL, 0, 0, 0)`);
    addRow();
    db.exec(`DELETE FROM allocation`);
    expect(tables(db, 'allocation_row')).toEqual({ allocation_row: [] });
  });
});
