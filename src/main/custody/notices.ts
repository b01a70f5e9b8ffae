import { randomBytes } from 'node:crypto';
import type { Emit, Notice } from '../../shared/contract/index.ts';
import type { Store } from '../store/types.ts';
import type { WalletsPort } from './types.ts';

/** Notices that are kept; older ones go. */
const KEPT = 1000;

export interface Notices {
  /** Inside `store.tx`; told once it is committed. */
  add(what: Parameters<WalletsPort['notice']>[0]): void;
  page(query: { offset: number; limit: number }): { rows: Notice[]; total: number };
  unread(): number;
  readAll(): void;
}

interface Row {
  id: string;
  at: bigint;
  verdict: Notice['verdict'];
  text: string;
  wallet_id: string;
  spend_id: string | null;
  txid: string | null;
  read: bigint;
}

export function createNotices({ db }: Pick<Store, 'db'>, clock: () => number, emit: Emit): Notices {
  const insert = db.prepare(
    `INSERT INTO custody_notice (id, at, verdict, text, wallet_id, spend_id, txid, read)
     VALUES (?, ?, ?, ?, ?, ?, ?, 0)`,
  );
  const prune = db.prepare(
    `DELETE FROM custody_notice WHERE row <= (SELECT row FROM custody_notice ORDER BY row DESC LIMIT 1 OFFSET ${KEPT})`,
  );
  const page = db.prepare<[number, number], Row>(
    'SELECT * FROM custody_notice ORDER BY row DESC LIMIT ? OFFSET ?',
  );
  const total = db.prepare<[], bigint>('SELECT count(*) FROM custody_notice').pluck();
  const unread = db.prepare<[], bigint>('SELECT count(*) FROM custody_notice WHERE read = 0').pluck();
  return {
    add({ walletId, verdict, text, spendId, txid }) {
      const id = randomBytes(9).toString('base64url');
      insert.run(id, clock(), verdict, text, walletId, spendId ?? null, txid ?? null);
      prune.run();
      setImmediate(() => emit('custody.notice', { id }));
    },
    page: ({ offset, limit }) => ({
      total: Number(total.get() ?? 0n),
      rows: page.all(limit, offset).map((row) => ({
        id: row.id,
        at: Number(row.at),
        verdict: row.verdict,
        text: row.text,
        walletId: row.wallet_id,
        spendId: row.spend_id,
        txid: row.txid,
        read: row.read === 1n,
      })),
    }),
    unread: () => Number(unread.get() ?? 0n),
    readAll() {
      db.prepare('UPDATE custody_notice SET read = 1 WHERE read = 0').run();
    },
  };
}
