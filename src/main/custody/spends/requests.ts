import type { Store } from '../../store/types.ts';

/** What was asked of a paired signer. */
export interface StoredRequest {
  id: string;
  spendId: string;
  peerId: string;
  bundleId: string | null;
  state: 'out' | 'signed' | 'refused';
}

interface Row {
  id: string;
  spend_id: string;
  peer_id: string;
  bundle_id: string | null;
  state: StoredRequest['state'];
}

/** Requests to signers about spends. What writes belongs inside `store.tx`. */
export interface Requests {
  find(id: string): StoredRequest | null;
  /** One of the same transaction that has not expired and was not refused: it is not made a second time. */
  same(spendId: string, peerId: string, digest: string, now: number): StoredRequest | null;
  insert(request: {
    id: string;
    spendId: string;
    peerId: string;
    digest: string;
    sentAt: number;
    expiresAt: number;
  }): void;
  setBundle(id: string, bundleId: string): void;
  decide(id: string, state: 'signed' | 'refused', reason: string | null, at: number): void;
}

export function createRequests({ db }: Pick<Store, 'db'>): Requests {
  const read = (row: Row | undefined): StoredRequest | null =>
    row
      ? {
          id: row.id,
          spendId: row.spend_id,
          peerId: row.peer_id,
          bundleId: row.bundle_id,
          state: row.state,
        }
      : null;
  return {
    find: (id) => read(db.prepare<[string], Row>('SELECT * FROM custody_spend_request WHERE id = ?').get(id)),
    same: (spendId, peerId, digest, now) =>
      read(
        db
          .prepare<[string, string, string, number], Row>(
            `SELECT * FROM custody_spend_request WHERE spend_id = ? AND peer_id = ? AND digest = ? AND expires_at > ?
               AND state <> 'refused' ORDER BY rowid DESC LIMIT 1`,
          )
          .get(spendId, peerId, digest, now),
      ),
    insert({ id, spendId, peerId, digest, sentAt, expiresAt }) {
      db.prepare(
        `INSERT INTO custody_spend_request (id, spend_id, peer_id, digest, state, sent_at, expires_at)
         VALUES (?, ?, ?, ?, 'out', ?, ?)`,
      ).run(id, spendId, peerId, digest, sentAt, expiresAt);
    },
    setBundle(id, bundleId) {
      db.prepare('UPDATE custody_spend_request SET bundle_id = ? WHERE id = ?').run(bundleId, id);
    },
    decide(id, state, reason, at) {
      db.prepare('UPDATE custody_spend_request SET state = ?, reason = ?, decided_at = ? WHERE id = ?').run(
        state,
        reason,
        at,
        id,
      );
    },
  };
}
