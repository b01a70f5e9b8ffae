import type { WalletView, WatchedTransaction } from '../liquid/index.ts';
import type { Store } from '../store/types.ts';

/** What a look at the chain changed in a wallet. */
export interface Changes {
  /** Transactions that were not there before. */
  added: WatchedTransaction[];
  /** Those that were unconfirmed before and are in a block now. */
  confirmed: WatchedTransaction[];
  /** Txids that the chain does not have any more: replaced, or in a block that was given up. */
  gone: string[];
}

/** Writes what LWK knows of a wallet into the tables it is shown from. Belongs inside `store.tx`. */
export interface Projection {
  /** What LWK found, as it serialized it: it is never opened here. */
  updates(walletId: string): Buffer[];
  append(walletId: string, update: Uint8Array): void;
  /** One update that stands for the first `count`. */
  replace(walletId: string, count: number, update: Uint8Array): void;
  write(walletId: string, view: WalletView): Changes;
}

interface Known {
  txid: string;
  height: bigint | null;
  time: bigint | null;
  type: string;
  outputs: bigint;
  effects: string;
}

export function createProjection({ db }: Pick<Store, 'db'>): Projection {
  const contents = db
    .prepare<[string], Buffer>('SELECT content FROM custody_update WHERE wallet_id = ? ORDER BY seq')
    .pluck();
  const append = db.prepare(
    `INSERT INTO custody_update SELECT :walletId, coalesce(max(seq), 0) + 1, :content FROM custody_update
     WHERE wallet_id = :walletId`,
  );
  const known = db.prepare<[string], Known>(
    `SELECT txid, height, time, type,
       (SELECT count(*) FROM custody_output o WHERE o.wallet_id = e.wallet_id AND o.txid = e.txid) AS outputs,
       (SELECT coalesce(group_concat(asset_id || ':' || value), '') FROM custody_effect f
         WHERE f.wallet_id = e.wallet_id AND f.txid = e.txid) AS effects
     FROM custody_entry e WHERE wallet_id = ?`,
  );
  const keepRaw = db.prepare(
    'INSERT INTO custody_transaction (txid, raw) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  const newestSeen = db.prepare<[], bigint>('SELECT coalesce(max(seen), 0) FROM custody_entry').pluck();
  const insertEntry = db.prepare(
    'INSERT INTO custody_entry (wallet_id, txid, type, fee, height, time, seen) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const updateEntry = db.prepare(
    'UPDATE custody_entry SET type = ?, fee = ?, height = ?, time = ? WHERE wallet_id = ? AND txid = ?',
  );
  const removeEntry = db.prepare('DELETE FROM custody_entry WHERE wallet_id = ? AND txid = ?');
  const removeRaw = db.prepare(
    `DELETE FROM custody_transaction WHERE txid = :txid
     AND NOT EXISTS (SELECT 1 FROM custody_entry WHERE txid = :txid)`,
  );
  const removeEffects = db.prepare('DELETE FROM custody_effect WHERE wallet_id = ? AND txid = ?');
  const insertEffect = db.prepare('INSERT INTO custody_effect VALUES (?, ?, ?, ?)');
  const insertOutput = db.prepare(
    `INSERT INTO custody_output VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING`,
  );
  const unspent = db.prepare<[string], { txid: string; vout: bigint }>(
    'SELECT txid, vout FROM custody_output WHERE wallet_id = ? AND unspent = 1',
  );
  const setUnspent = db.prepare(
    'UPDATE custody_output SET unspent = ? WHERE wallet_id = ? AND txid = ? AND vout = ?',
  );

  function writeEffects(walletId: string, transaction: WatchedTransaction): void {
    removeEffects.run(walletId, transaction.txid);
    for (const { assetId, value } of transaction.effects) {
      insertEffect.run(walletId, transaction.txid, assetId, value);
    }
    for (const output of transaction.outputs) {
      insertOutput.run(
        walletId,
        output.txid,
        output.vout,
        output.script,
        output.chain,
        output.index,
        output.assetId,
        output.value,
        output.assetBlinder,
        output.amountBlinder,
      );
    }
  }

  function writeUnspent(walletId: string, view: WalletView): void {
    const now = new Set(view.coins.map(({ txid, vout }) => `${txid}:${vout}`));
    for (const { txid, vout } of unspent.all(walletId)) {
      if (!now.delete(`${txid}:${vout}`)) setUnspent.run(0, walletId, txid, vout);
    }
    for (const point of now) {
      const [txid, vout] = point.split(':');
      setUnspent.run(1, walletId, txid, Number(vout));
    }
  }

  return {
    updates: (walletId) => contents.all(walletId),
    append(walletId, update) {
      append.run({ walletId, content: Buffer.from(update) });
    },
    replace(walletId, count, update) {
      const later = contents.all(walletId).slice(count);
      db.prepare('DELETE FROM custody_update WHERE wallet_id = ?').run(walletId);
      for (const content of [Buffer.from(update), ...later]) append.run({ walletId, content });
    },
    write(walletId, view) {
      const before = new Map(known.all(walletId).map((row) => [row.txid, row]));
      const changes: Changes = { added: [], confirmed: [], gone: [] };
      let seen = Number(newestSeen.get() ?? 0n);
      // LWK gives the newest first; what is older was seen first.
      for (const transaction of [...view.transactions].reverse()) {
        const { txid, type, fee, height, time, effects, outputs } = transaction;
        const old = before.get(txid);
        before.delete(txid);
        if (!old) {
          seen += 1;
          keepRaw.run(txid, Buffer.from(transaction.hex, 'hex'));
          insertEntry.run(walletId, txid, type, fee, height, height === null ? null : time, seen);
          writeEffects(walletId, transaction);
          changes.added.push(transaction);
          continue;
        }
        if (old.height === null && height !== null) changes.confirmed.push(transaction);
        if (old.type !== type || numberOf(old.height) !== height || numberOf(old.time) !== time) {
          updateEntry.run(type, fee, height, height === null ? null : time, walletId, txid);
        }
        // Places that became known later open more of the same transaction.
        if (Number(old.outputs) !== outputs.length || old.effects !== effectsText(effects)) {
          writeEffects(walletId, transaction);
        }
      }
      for (const txid of before.keys()) {
        removeEntry.run(walletId, txid);
        removeRaw.run({ txid });
        changes.gone.push(txid);
      }
      writeUnspent(walletId, view);
      return changes;
    },
  };
}

/** As SQLite puts the rows of a primary key together. */
function effectsText(effects: WatchedTransaction['effects']): string {
  return [...effects]
    .sort((a, b) => (a.assetId < b.assetId ? -1 : 1))
    .map(({ assetId, value }) => `${assetId}:${value}`)
    .join(',');
}

function numberOf(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
