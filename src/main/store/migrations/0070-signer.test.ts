import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from 'better-sqlite3';
import { databaseAt, migrateTo, tables } from '../../../../test/support/migration.ts';

let db: Database;
beforeEach(() => {
  db = databaseAt(60);
  migrateTo(db, 70);
  db.exec(
    `INSERT INTO signer_treasury VALUES ('t', 'Vault', 'regtest', 'g', 'p', 2, '[]', 'elwsh()', 'peer', 0, 1)`,
  );
});

function addRequest(state: string, decidedAt: number | null): void {
  db.prepare(
    `INSERT INTO signer_request (id, peer_id, peer_name, treasury_id, operation_id, title, asset_id, asset_name, precision,
       total, recipients, transactions, content, digest, state, received_at, expires_at, decided_at)
     VALUES ('r', 'peer', 'Desk', 't', 'o', 'Pay', 'a', 'Notes', 2, 5, 1, 1, '{}', 'd', ?, 1, 2, ?)`,
  ).run(state, decidedAt);
}

describe('the step to a signer', () => {
  it('starts without requests', () => {
    expect(
      tables(databaseAt(70), 'signer_treasury', 'signer_request', 'signer_signed', 'signer_jade'),
    ).toEqual({
      signer_treasury: [],
      signer_request: [],
      signer_signed: [],
      signer_jade: [],
    });
  });

  it.each([
    ['a signed request without its time', 'signed', null],
    ['a waiting one with a decision', 'waiting', 3],
    ['a state that there is not', 'expired', 3],
  ])('refuses %s', (_what, state, decidedAt) => {
    expect(() => addRequest(state, decidedAt)).toThrow(/CHECK/);
    expect(() => addRequest('waiting', null)).not.toThrow();
  });

  it('keeps a treasury that requests belong to', () => {
    addRequest('refused', 3);
    expect(() => db.exec('DELETE FROM signer_treasury')).toThrow(/FOREIGN KEY/);
  });
});
