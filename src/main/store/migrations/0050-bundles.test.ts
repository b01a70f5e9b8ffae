import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from 'better-sqlite3';
import { databaseAt, migrateTo, tables } from '../../../../test/support/migration.ts';

let db: Database;
beforeEach(() => {
  db = databaseAt(50);
});

function addPeer(change: Partial<Record<string, unknown>> = {}): void {
  const row = { sent: 0, sentHash: null, received: 0, receivedHash: null, role: 'signer', ...change };
  db.prepare(
    `INSERT INTO peer VALUES ('p', 'Vault', :role, x'a0', 1, NULL, :sent, :sentHash, :received, :receivedHash)`,
  ).run(row);
}

function addBundle(change: Partial<Record<string, unknown>> = {}): void {
  const row = {
    id: 'b',
    direction: 'received',
    state: 'accepted',
    kind: 'keys',
    peer: 'p',
    seq: 1,
    previous: '00',
    code: null,
    times: 1,
    ...change,
  };
  db.prepare(
    `INSERT INTO bundle (id, direction, state, kind, peer_id, seq, previous, bytes, sha256, code, times, sentence, at)
     VALUES (:id, :direction, :state, :kind, :peer, :seq, :previous, 10, 'ff', :code, :times, '', 1)`,
  ).run(row);
}

describe('the step to bundles', () => {
  it('starts with nobody paired and nothing sent', () => {
    const fresh = databaseAt(40);
    migrateTo(fresh, 50);
    expect(tables(fresh, 'identity', 'peer', 'bundle', 'bundle_content')).toEqual({
      identity: [],
      peer: [],
      bundle: [],
      bundle_content: [],
    });
  });

  it.each([
    ['a role that there is not', { role: 'boss' }],
    ['a number without the hash of that bundle', { sent: 1 }],
    ['a hash without a number', { receivedHash: 'ff' }],
    ['a number below nothing', { received: -1, receivedHash: 'ff' }],
  ])('refuses a peer with %s', (_what, change) => {
    expect(() => addPeer(change)).toThrow(/CHECK/);
    expect(() => addPeer()).not.toThrow();
  });

  it.each([
    ['sent, but refused', { direction: 'sent', state: 'refused', code: 'X' }],
    ['received, but sent', { state: 'sent' }],
    ['refused without a reason', { state: 'refused' }],
    ['accepted with a reason against it', { code: 'X' }],
    ['accepted from nobody', { peer: null }],
    ['accepted without a number', { seq: null, previous: null }],
    ['numbered without what came before', { previous: null }],
    ['never offered', { times: 0 }],
  ])('refuses a bundle that was %s', (_what, change) => {
    addPeer();
    expect(() => addBundle(change)).toThrow(/CHECK/);
    expect(() => addBundle()).not.toThrow();
  });

  it('takes in one bundle once, and keeps bytes of known bundles only', () => {
    addPeer();
    addBundle();
    expect(() => addBundle()).toThrow(/UNIQUE/);
    expect(() => db.exec(`INSERT INTO bundle_content VALUES ('other', x'00')`)).toThrow(/FOREIGN KEY/);
    expect(() => db.exec(`INSERT INTO bundle_content VALUES ('b', x'00')`)).not.toThrow();
  });
});
