import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from 'better-sqlite3';
import { databaseAt, migrateTo, tables } from '../../../../test/support/migration.ts';

let db: Database;
beforeEach(() => {
  db = databaseAt(100);
  db.exec(
    `INSERT INTO signer_treasury (id, name, network, genesis_hash, policy_asset, threshold, cosigners, descriptor, peer_id,
       furthest, received_at) VALUES ('t', 'Vault', 'regtest', 'g', 'p', 2, '[]', 'd', 'desk', 7, 1);
     INSERT INTO signer_request (id, peer_id, peer_name, treasury_id, operation_id, title, asset_id, asset_name, ticker,
       precision, total, recipients, transactions, content, digest, state, received_at, expires_at)
     VALUES ('r', 'desk', 'Front office', 't', 'o', 'May', 'a', 'Alder', 'ALD', 2, 5, 1, 1, '{}', 'd', 'waiting', 1, 2);
     INSERT INTO offered_key VALUES ('vault', 'f', 'signer', 'Vault room', '{}', 1)`,
  );
  migrateTo(db, 110);
});

describe('the step to custody at a signer', () => {
  it('keeps treasuries and what was asked of them', () => {
    expect(tables(db, 'signer_wallet')).toMatchObject({
      signer_wallet: [{ id: 't', name: 'Vault', threshold: 2n, furthest: 7n, kind: 'treasury' }],
    });
    expect(tables(db, 'signer_request')).toMatchObject({ signer_request: [{ id: 'r', treasury_id: 't' }] });
  });

  it('takes requests of wallets that it knows, and of no others', () => {
    const ask = (id: string, wallet: string) =>
      db
        .prepare(
          `INSERT INTO signer_request SELECT ?, peer_id, peer_name, ?, operation_id, title, asset_id, asset_name, ticker,
             precision, total, recipients, transactions, content, digest, state, reason, received_at, expires_at,
             decided_at, result_bundle, 'send' FROM signer_request WHERE id = 'r'`,
        )
        .run(id, wallet);
    const wallet = db.prepare(
      `INSERT INTO signer_wallet (id, kind, name, network, genesis_hash, policy_asset, threshold, cosigners, descriptor,
         peer_id, received_at) VALUES (?, ?, 'Hot', 'regtest', 'g', 'p', 2, '[]', 'd', 'desk', 1)`,
    );
    wallet.run('w', 'amp0');
    expect(() => wallet.run('x', 'node')).toThrow(/CHECK/);
    expect(ask('r2', 'w').changes).toBe(1);
    expect(() => ask('r3', 'gone')).toThrow(/FOREIGN KEY/);
  });

  it('keeps offered keys, without any for custody', () => {
    expect(tables(db, 'offered_key')).toMatchObject({ offered_key: [{ fingerprint: 'f', custody: null }] });
  });

  it('keeps a login with its answer or without one', () => {
    const add = db.prepare(
      `INSERT INTO signer_login VALUES (?, 'desk', 'Front office', 'Account', 'f', 'c', 1, 2, ?, ?)`,
    );
    add.run('1', null, null);
    add.run('2', 3, 'bundle');
    expect(() => add.run('3', 3, null)).toThrow(/CHECK/);
  });
});
