import type { Peer, Received, SigningRequestRow } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { amount } from '../../shared/money.ts';
import { readPayload, signRequestPayload, type Known, type SignRequest } from '../signing/index.ts';
import type { Store } from '../store/types.ts';
import { digestOf, requestOf, requestText } from './request-text.ts';
import type { SignedFor } from './signed-for.ts';

/** A request as it lies in the database. */
export interface StoredRequest {
  row: SigningRequestRow;
  peerId: string;
  treasuryId: string;
  resultBundle: string | null;
  content(): SignRequest;
}

export interface Requests {
  /** Understands a bundle of kind `sign-request`. It is kept, and checked when somebody looks at it. */
  receive(
    payload: unknown,
    from: Peer,
    bundle: { expiresAt: number },
  ): Promise<() => Pick<Received, 'sentence' | 'goTo'>>;
  page(offset: number, limit: number): { rows: SigningRequestRow[]; total: number };
  waiting(): number;
  /** Throws NOT_FOUND. */
  get(id: string): StoredRequest;
  /**
   * The last request of an asset and a treasury or wallet that was signed here, as a review compares with it, and what the
   * asset was called when it was last signed for at all.
   */
  last(assetId: string, of: { treasuryId: string; except: string }): Pick<Known, 'last' | 'asset'>;
  /** What was signed here for these batches. */
  signedBefore(batchIds: readonly string[]): NonNullable<Known['signed']>;
  /** Inside a transaction: notes the decision and what was signed. */
  decide(
    id: string,
    decision: {
      state: 'signed' | 'refused';
      reason: string | null;
      resultBundle: string;
      signed: readonly { batchId: string; txid: string; inputs: readonly string[] }[];
    },
  ): void;
}

interface Row {
  id: string;
  kind: SignRequest['kind'];
  peer_id: string;
  peer_name: string;
  treasury_id: string;
  treasury: string;
  title: string;
  asset_name: string;
  ticker: string | null;
  precision: bigint;
  total: bigint;
  recipients: bigint;
  transactions: bigint;
  digest: string;
  state: 'waiting' | 'signed' | 'refused';
  reason: string | null;
  received_at: bigint;
  expires_at: bigint;
  decided_at: bigint | null;
  result_bundle: string | null;
}

const SELECT = `
  SELECT r.id, r.kind, r.peer_id, r.peer_name, r.treasury_id, t.name AS treasury, r.title, r.asset_name, r.ticker, r.precision,
    r.total, r.recipients, r.transactions, r.digest, r.state, r.reason, r.received_at, r.expires_at, r.decided_at,
    r.result_bundle
  FROM signer_request r JOIN signer_wallet t ON t.id = r.treasury_id`;

export function createRequests(deps: {
  store: Store;
  signedFor: Pick<SignedFor, 'find'>;
  clock: () => number;
}): Requests {
  const { store, signedFor, clock } = deps;
  const { db } = store;

  function rowOf(row: Row): SigningRequestRow {
    const expired = row.state === 'waiting' && Number(row.expires_at) <= clock();
    return {
      id: row.id,
      kind: row.kind,
      title: row.title,
      from: row.peer_name,
      treasury: row.treasury,
      assetName: row.asset_name,
      ticker: row.ticker,
      precision: Number(row.precision),
      total: amount(row.total),
      recipients: Number(row.recipients),
      transactions: Number(row.transactions),
      state: expired ? 'expired' : row.state,
      reason: row.reason,
      receivedAt: Number(row.received_at),
      expires: Number(row.expires_at),
      decidedAt: row.decided_at === null ? null : Number(row.decided_at),
    };
  }

  function stored(id: string): Row | undefined {
    return db.prepare<[string], Row>(`${SELECT} WHERE r.id = ?`).get(id);
  }

  return {
    async receive(payload, from, { expiresAt }) {
      const request = readPayload(signRequestPayload, payload);
      const treasury = await signedFor.find(request.treasury);
      if (!treasury) {
        throw new SluiceError(
          'BUNDLE_FOREIGN',
          'The request is for a treasury or wallet that this signer does not know.',
          {
            next: 'Have the desk send it first, and compare its fingerprint.',
          },
        );
      }
      if (treasury.peerId !== from.id) {
        throw new SluiceError(
          'BUNDLE_FOREIGN',
          `“${treasury.name}” was sent by another desk than “${from.name}”.`,
          {
            next: 'Only the desk that sent a treasury or wallet may ask for signatures of it.',
          },
        );
      }
      const text = requestText(request);
      const digest = digestOf(text);
      const before = stored(request.requestId);
      if (before && before.digest !== digest) {
        throw new SluiceError('CONFLICT', 'The request has the number of another one that came before.', {
          next: 'Find out at the desk how that came about; nothing was changed here.',
        });
      }
      const goTo = { page: 'request', id: request.requestId } as const;
      return () => {
        if (before) {
          return { sentence: `“${request.title}” came again; it is the same request.`, goTo };
        }
        const total = request.allocation.reduce((sum, row) => sum + row.amount, 0n);
        db.prepare(
          `INSERT INTO signer_request (id, kind, peer_id, peer_name, treasury_id, operation_id, title, asset_id, asset_name,
             ticker, precision, total, recipients, transactions, content, digest, state, received_at, expires_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?)`,
        ).run(
          request.requestId,
          request.kind,
          from.id,
          from.name,
          treasury.id,
          request.operationId,
          request.title,
          request.asset.assetId,
          request.asset.name,
          request.asset.ticker,
          request.asset.precision,
          total,
          request.allocation.length,
          request.transactions.length,
          text,
          digest,
          clock(),
          expiresAt,
        );
        return {
          sentence: `“${request.title}”: ${request.allocation.length} ${request.allocation.length === 1 ? 'recipient' : 'recipients'}, to be checked and signed.`,
          goTo,
        };
      };
    },
    page(offset, limit) {
      const rows = db
        .prepare<[number, number], Row>(`${SELECT} ORDER BY r.received_at DESC, r.id LIMIT ? OFFSET ?`)
        .all(limit, offset);
      const total = db.prepare<[], bigint>('SELECT count(*) FROM signer_request').pluck().get() ?? 0n;
      return { rows: rows.map(rowOf), total: Number(total) };
    },
    waiting() {
      const count = db
        .prepare<[number], bigint>(
          `SELECT count(*) FROM signer_request WHERE state = 'waiting' AND expires_at > ?`,
        )
        .pluck()
        .get(clock());
      return Number(count ?? 0n);
    },
    get(id) {
      const row = stored(id);
      if (!row) {
        throw new SluiceError('NOT_FOUND', 'This signer has no such request.', {
          next: 'Choose one from the list, or take in the desk’s bundle.',
        });
      }
      return {
        row: rowOf(row),
        peerId: row.peer_id,
        treasuryId: row.treasury_id,
        resultBundle: row.result_bundle,
        content() {
          const text = db
            .prepare<[string], string>('SELECT content FROM signer_request WHERE id = ?')
            .pluck()
            .get(id);
          if (text === undefined || digestOf(text) !== row.digest) {
            throw new SluiceError('DATABASE_CORRUPT', 'The request is not as it was received.', {
              next: 'Have the desk send it again, and look at this machine’s disk.',
            });
          }
          return requestOf(text);
        },
      };
    },
    last(assetId, { treasuryId, except }) {
      const find = (where: string, ...args: string[]) =>
        db
          .prepare<string[], { content: string; decided_at: bigint }>(
            `SELECT content, decided_at FROM signer_request
             WHERE asset_id = ? AND id <> ? AND state = 'signed' ${where} ORDER BY decided_at DESC, id LIMIT 1`,
          )
          .get(assetId, except, ...args);
      const named = find('');
      if (!named) return { last: null, asset: null };
      const { asset } = requestOf(named.content);
      const row = find('AND treasury_id = ?', treasuryId);
      if (!row) return { last: null, asset };
      const { allocation } = requestOf(row.content);
      return {
        last: {
          at: Number(row.decided_at),
          total: allocation.reduce((sum, each) => sum + each.amount, 0n),
          recipients: allocation.map(({ gaid, address }) => ({ gaid, address })),
        },
        asset,
      };
    },
    signedBefore(batchIds) {
      const find = db.prepare<[string], { batch_id: string; txid: string; inputs: string }>(
        'SELECT batch_id, txid, inputs FROM signer_signed WHERE batch_id = ?',
      );
      return batchIds.flatMap((batchId) =>
        find.all(batchId).map(({ batch_id, txid, inputs }) => ({
          batchId: batch_id,
          txid,
          inputs: JSON.parse(inputs) as string[],
        })),
      );
    },
    decide(id, { state, reason, resultBundle, signed }) {
      db.prepare(
        `UPDATE signer_request SET state = ?, reason = ?, decided_at = ?, result_bundle = ? WHERE id = ?`,
      ).run(state, reason, clock(), resultBundle, id);
      const note = db.prepare(
        `INSERT INTO signer_signed (batch_id, txid, request_id, inputs) VALUES (?, ?, ?, ?)
         ON CONFLICT (batch_id, txid) DO NOTHING`,
      );
      for (const { batchId, txid, inputs } of signed) note.run(batchId, txid, id, JSON.stringify(inputs));
    },
  };
}
