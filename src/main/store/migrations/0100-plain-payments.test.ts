import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from 'better-sqlite3';
import { databaseAt, migrateTo, tables } from '../../../../test/support/migration.ts';

let db: Database;
beforeEach(() => {
  db = databaseAt(70);
  db.exec(
    `INSERT INTO operation (id, kind, origin, title, asset_uuid, asset_id, ticker, precision, allocation_id, signer,
       fee_rate, fee_ceiling, sequential, state, created_at, changed_at, finished_at)
     VALUES ('o', 'distribute', 'adopted', 'May', 'u', 'a', 'T', 2, 'l', 'node', '0.1', 1000, 1, 'done', 1, 2, 3);
     INSERT INTO batch (id, operation_id, seq, step, state, sentence) VALUES ('b', 'o', 1, 'built', 'running', '')`,
  );
  migrateTo(db, 100);
});

const ADD = `INSERT INTO operation (id, kind, origin, title, asset_uuid, asset_id, precision, signer, fee_rate,
   fee_ceiling, state, created_at, changed_at) VALUES (?, ?, ?, 'x', ?, 'a', 8, 'node', '0.1', 1, 'running', 1, 1)`;

describe('the step to plain payments', () => {
  it('keeps every distribution as it was, with its batches', () => {
    expect(tables(db, 'operation', 'batch')).toMatchObject({
      operation: [
        {
          id: 'o',
          kind: 'distribute',
          origin: 'adopted',
          asset_uuid: 'u',
          ticker: 'T',
          allocation_id: 'l',
          fee_rate: '0.1',
          fee_ceiling: 1000n,
          sequential: 1n,
          state: 'done',
          finished_at: 3n,
        },
      ],
      batch: [{ id: 'b', operation_id: 'o' }],
    });
  });

  it('has payments without an asset at AMP, and no distribution without one', () => {
    const add = db.prepare(ADD);
    expect(add.run('p', 'send', 'payment', null).changes).toBe(1);
    expect(() => add.run('q', 'send', 'payment', 'u')).toThrow(/CHECK/);
    expect(() => add.run('q', 'distribute', 'allocation', null)).toThrow(/CHECK/);
    expect(() => add.run('q', 'burn', 'payment', null)).toThrow(/CHECK/);
  });

  it('still ties batches to an operation that there is', () => {
    db.prepare(ADD).run('p', 'send', 'payment', null);
    const add = db.prepare(
      `INSERT INTO batch (id, operation_id, seq, step, state, sentence) VALUES (?, ?, 1, 'created', 'running', '')`,
    );
    expect(add.run('c', 'p').changes).toBe(1);
    expect(() => add.run('d', 'gone')).toThrow(/FOREIGN KEY/);
  });
});
