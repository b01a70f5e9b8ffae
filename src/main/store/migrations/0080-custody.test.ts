import type { Database } from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { databaseAt, migrateTo, tables } from '../../../../test/support/migration.ts';

let db: Database;
beforeEach(() => {
  db = databaseAt(80);
});

const wallet = {
  id: 'w',
  kind: 'amp0',
  policy: 'p',
  keyKind: 'keychain',
  fingerprint: '00000001',
  peer: null,
  ampId: 'GA1',
  pointer: 1,
};

function addWallet(change: Partial<Record<keyof typeof wallet, unknown>> = {}): void {
  db.prepare(
    `INSERT INTO custody_wallet VALUES (:id, :kind, 'Omnibus', 'omnibus', '', 0, :policy, 'wid', 'elsh(…)', 'slip77', 1,
       :keyKind, :fingerprint, :peer, :ampId, :pointer, NULL, NULL, NULL, 0, 0, 0, NULL, NULL, NULL, NULL, 0, 0)`,
  ).run({ ...wallet, ...change });
}

function addPayment(): void {
  db.exec(`
    INSERT INTO custody_transaction VALUES ('t', x'00');
    INSERT INTO custody_entry VALUES ('w', 't', 'incoming', 0, NULL, NULL, 1);
    INSERT INTO custody_effect VALUES ('w', 't', 'a', 5);
    INSERT INTO custody_output VALUES ('w', 't', 0, '00', 0, 3, 'a', 5, '', '', 1);
  `);
}

describe('the step to custody', () => {
  it('begins without wallets in a desk that has none', () => {
    const before = databaseAt(70);
    migrateTo(before, 80);
    expect(tables(before, 'custody_wallet', 'custody_update', 'custody_notice')).toEqual({
      custody_wallet: [],
      custody_update: [],
      custody_notice: [],
    });
  });

  it.each([
    ['an AMP0 account without its AMP ID', { ampId: null }],
    ['an AMP ID of a wallet that is no AMP0 account', { kind: 'amp2' }],
    ['a key at a signer that nobody knows', { keyKind: 'signer' }],
    ['a key without its fingerprint', { fingerprint: null }],
  ])('refuses %s', (_what, change) => {
    expect(() => addWallet(change)).toThrow(/CHECK/);
    expect(() => addWallet()).not.toThrow();
  });

  it('refuses the same wallet twice', () => {
    addWallet();
    expect(() => addWallet({ id: 'v' })).toThrow(/UNIQUE/);
  });

  it('takes what a transaction did to a wallet away with it', () => {
    addWallet();
    addPayment();
    db.exec(`DELETE FROM custody_entry`);
    expect(tables(db, 'custody_effect', 'custody_output')).toEqual({
      custody_effect: [],
      custody_output: [],
    });
  });

  it('keeps a transaction that a wallet still shows', () => {
    addWallet();
    addPayment();
    expect(() => db.exec(`DELETE FROM custody_transaction`)).toThrow(/FOREIGN KEY/);
  });
});
