import { createHash } from 'node:crypto';
import type { BatchRecord } from '../operations/index.ts';
import type { Store } from '../store/types.ts';

/** What was asked of a paired signer. */
export interface StoredRequest {
  id: string;
  operationId: string;
  peerId: string;
  bundleId: string | null;
  state: 'out' | 'signed' | 'refused';
  batchIds: string[];
  expiresAt: number;
  sentAt: number;
}

interface Row {
  id: string;
  operation_id: string;
  peer_id: string;
  bundle_id: string | null;
  state: StoredRequest['state'];
  expires_at: bigint;
  sent_at: bigint;
}

/** Requests to signers. Everything that writes belongs inside `store.tx`. */
export interface Requests {
  find(id: string): StoredRequest | null;
  /** One that is out with the same transactions and has not expired: it is not made a second time. */
  same(operationId: string, peerId: string, digest: string, now: number): StoredRequest | null;
  insert(request: Omit<StoredRequest, 'bundleId' | 'state'> & { digest: string }): void;
  setBundle(id: string, bundleId: string): void;
  decide(id: string, state: 'signed' | 'refused', reason: string | null, at: number): void;
}

export function createRequests({ db }: Pick<Store, 'db'>): Requests {
  const batches = db
    .prepare<[string], string>(
      'SELECT batch_id FROM signing_request_batch WHERE request_id = ? ORDER BY batch_id',
    )
    .pluck();
  const requestOf = (row: Row | undefined): StoredRequest | null =>
    row
      ? {
          id: row.id,
          operationId: row.operation_id,
          peerId: row.peer_id,
          bundleId: row.bundle_id,
          state: row.state,
          batchIds: batches.all(row.id),
          expiresAt: Number(row.expires_at),
          sentAt: Number(row.sent_at),
        }
      : null;
  const byId = db.prepare<[string], Row>('SELECT * FROM signing_request WHERE id = ?');
  const out = db.prepare<[string, string, string, number], Row>(
    `SELECT * FROM signing_request WHERE operation_id = ? AND peer_id = ? AND digest = ? AND expires_at > ?
       AND state <> 'refused' ORDER BY rowid DESC LIMIT 1`,
  );
  return {
    find: (id) => requestOf(byId.get(id)),
    same: (operationId, peerId, digest, now) => requestOf(out.get(operationId, peerId, digest, now)),
    insert({ id, operationId, peerId, digest, batchIds, sentAt, expiresAt }) {
      db.prepare(
        `INSERT INTO signing_request (id, operation_id, peer_id, digest, state, sent_at, expires_at)
         VALUES (?, ?, ?, ?, 'out', ?, ?)`,
      ).run(id, operationId, peerId, digest, sentAt, expiresAt);
      const insert = db.prepare('INSERT INTO signing_request_batch (request_id, batch_id) VALUES (?, ?)');
      for (const batchId of batchIds) insert.run(id, batchId);
    },
    setBundle(id, bundleId) {
      db.prepare('UPDATE signing_request SET bundle_id = ? WHERE id = ?').run(bundleId, id);
    },
    decide(id, state, reason, at) {
      db.prepare('UPDATE signing_request SET state = ?, reason = ?, decided_at = ? WHERE id = ?').run(
        state,
        reason,
        at,
        id,
      );
    },
  };
}

/** What batches are to be signed as: their transactions. */
export function digestOf(batches: readonly Pick<BatchRecord, 'id' | 'txid'>[]): string {
  const hash = createHash('sha256');
  for (const { id, txid } of batches) hash.update(`${id}:${txid ?? ''};`);
  return hash.digest('hex');
}
