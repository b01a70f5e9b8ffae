import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from 'better-sqlite3';
import { databaseAt, migrateTo, tables } from '../../../../test/support/migration.ts';

const TABLES = ['coin', 'output', 'recipient', 'request', 'step'].map((part) => `custody_spend_${part}`);
let db: Database;
beforeEach(() => {
  db = databaseAt(80);
  db.exec(
    `INSERT INTO custody_wallet (id, kind, name, purpose, owner, archived, policy_id, wid, public_descriptor, blinding,
       chains, key_kind, fingerprint, next_external, next_internal, last_index, birthday, created_at)
     VALUES ('w', 'amp2', 'Hot', 'hot', '', 0, 'p', 'wid', 'd', 'slip77', 2, 'keychain', '0a0b0c0d', 0, 0, 0, 1, 1)`,
  );
  migrateTo(db, 90);
});

function spend(id: string, change: Record<string, unknown> = {}): void {
  const row = { wallet: 'w', first: 'server', state: 'open', txid: `txid of ${id}`, ...change };
  db.prepare(
    `INSERT INTO custody_spend (id, wallet_id, title, asset_id, asset_name, precision, fee, fee_ceiling, first, state, txid,
       pset, created_at, changed_at) VALUES (?, :wallet, 'Pay', 'a', 'Alder', 2, 5, 9, :first, :state, :txid, 'p', 1, 1)`,
  ).run(id, row);
}

describe('the step to spends of custody wallets', () => {
  it('begins without any', () => {
    expect(Object.values(tables(db, 'custody_spend', ...TABLES)).flat()).toEqual([]);
  });

  it('keeps spends of wallets that there are, in states that there are, each transaction once', () => {
    spend('one');
    expect(() => spend('two', { wallet: 'gone' })).toThrow(/FOREIGN KEY/);
    expect(() => spend('two', { state: 'lost' })).toThrow(/CHECK/);
    expect(() => spend('two', { first: 'nobody' })).toThrow(/CHECK/);
    expect(() => spend('two', { txid: 'txid of one' })).toThrow(/UNIQUE/);
  });

  it('holds a coin for one spend at a time', () => {
    spend('one');
    spend('two');
    const hold = db.prepare(`INSERT INTO custody_spend_coin VALUES (?, 'coin', 0, 'a', 5, 'ab', 'vb', 1)`);
    hold.run('one');
    expect(() => hold.run('two')).toThrow(/UNIQUE/);
    db.exec(`UPDATE custody_spend_coin SET held = 0 WHERE spend_id = 'one'`);
    expect(hold.run('two').changes).toBe(1);
  });
});
