import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from 'better-sqlite3';
import { databaseAt, migrateTo, tables } from '../../../../test/support/migration.ts';

let db: Database;
beforeEach(() => {
  db = databaseAt(50);
  db.exec(
    `INSERT INTO operation (id, kind, origin, title, asset_uuid, asset_id, precision, signer, fee_rate, fee_ceiling,
       sequential, state, created_at, changed_at)
     VALUES ('o', 'distribute', 'allocation', 'May', 'u', 'a', 2, 'node', '0.1', 1000, 0, 'running', 1, 1);
     INSERT INTO batch (id, operation_id, seq, step, state, sentence) VALUES ('b', 'o', 1, 'built', 'running', '');
     INSERT INTO output (batch_id, vout, role, script, asset_id, amount) VALUES ('b', 0, 'recipient', '00', 'a', 5)`,
  );
  migrateTo(db, 60);
});

describe('the step to offline signing', () => {
  it('keeps what was built before, without what a signer would need of it', () => {
    expect(tables(db, 'output')).toMatchObject({
      output: [{ batch_id: 'b', amount: 5n, blinding_pubkey: null, ephemeral_key: null }],
    });
    const names = ['arrangement', 'offered_key', 'signature', 'signing_request', 'signing_request_batch'];
    expect(Object.values(tables(db, ...names)).flat()).toEqual([]);
  });

  it('keeps one signature of a key for each input of a batch', () => {
    const add = db.prepare(`INSERT INTO signature VALUES (?, ?, ?, 'f', 's', 'by hand', 1)`);
    add.run('b', 0, 'key');
    add.run('b', 1, 'key');
    expect(() => add.run('b', 0, 'key')).toThrow(/UNIQUE/);
    expect(() => add.run('other', 0, 'key')).toThrow(/FOREIGN KEY/);
  });

  it('keeps requests of operations that there are, in states that there are', () => {
    const add = db.prepare(
      `INSERT INTO signing_request (id, operation_id, peer_id, digest, state, sent_at, expires_at)
       VALUES (?, ?, 'p', 'd', ?, 1, 2)`,
    );
    expect(() => add.run('1', 'o', 'lost')).toThrow(/CHECK/);
    expect(() => add.run('1', 'gone', 'out')).toThrow(/FOREIGN KEY/);
    expect(add.run('1', 'o', 'out').changes).toBe(1);
  });
});
