import { prevTxid, toHex } from '../../crypto/index.ts';
import type { Transaction } from '../../crypto/index.ts';
import type { FollowedBlock, FollowerStore } from '../node/follower.ts';
import { all, atomically, one, run } from './database.ts';
import type { Db } from './database.ts';

/** A transaction in a block that is being recorded. */
export interface RecordedTransaction {
  txid: string;
  tx: Transaction;
  blockHash: string;
  height: number;
  /** Seconds since the epoch. */
  time: number;
}

/**
 * Records of each block who spends what, which payments went to addresses that Green handed out, and where the
 * transactions stand that were reported. `also` is told of each transaction, within the same database transaction.
 */
export function chainStore(db: Db, also: (recorded: RecordedTransaction) => void): FollowerStore {
  return {
    tip() {
      const row = one<{ height: bigint; hash: string }>(
        db,
        'SELECT height, hash FROM chain_blocks ORDER BY height DESC LIMIT 1',
      );
      return row ? { height: Number(row.height), hash: row.hash } : null;
    },
    hashAt(height) {
      return (
        one<{ hash: string }>(db, 'SELECT hash FROM chain_blocks WHERE height = ?', height)?.hash ?? null
      );
    },
    add(block) {
      atomically(db, () => record(db, block, also));
    },
    rollback(height) {
      atomically(db, () => {
        run(db, 'UPDATE transactions SET height = NULL, time = NULL WHERE height >= ?', height);
        run(db, 'UPDATE activities SET height = NULL, time = NULL WHERE height >= ?', height);
        for (const table of ['chain_blocks', 'chain_spends', 'chain_payments']) {
          run(db, `DELETE FROM ${table} WHERE height >= ?`, height);
        }
      });
    },
  };
}

function record(db: Db, block: FollowedBlock, also: (recorded: RecordedTransaction) => void): void {
  run(db, 'INSERT INTO chain_blocks VALUES (?, ?)', block.height, block.hash);
  for (const { txid, tx } of block.transactions) {
    run(db, 'UPDATE transactions SET height = ?, time = ? WHERE txid = ?', block.height, block.time, txid);
    run(db, 'UPDATE activities SET height = ?, time = ? WHERE txid = ?', block.height, block.time, txid);
    for (const input of tx.inputs) {
      run(
        db,
        'INSERT OR REPLACE INTO chain_spends VALUES (?, ?, ?, ?)',
        prevTxid(input),
        input.vout,
        txid,
        block.height,
      );
    }
    tx.outputs.forEach((output, vout) => {
      const script = toHex(output.script);
      if (!one(db, 'SELECT 1 FROM green_addresses WHERE script = ?', script)) return;
      run(db, 'INSERT OR REPLACE INTO chain_payments VALUES (?, ?, ?, ?)', script, txid, vout, block.height);
    });
    also({ txid, tx, blockHash: block.hash, height: block.height, time: block.time });
  }
}

/** Transactions of the active chain that pay an address of this distribution. */
export function paymentsOf(db: Db, distributionUuid: string): string[] {
  return all<{ txid: string }>(
    db,
    `SELECT DISTINCT p.txid FROM assignments a JOIN chain_payments p ON p.script = a.script
     WHERE a.distribution_uuid = ?`,
    distributionUuid,
  ).map((row) => row.txid);
}
