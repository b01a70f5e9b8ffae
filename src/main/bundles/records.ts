import type { Bundle, BundleKind } from '../../shared/contract/index.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Store } from '../store/index.ts';

/** Refused bundles that are remembered; older ones go. Those whose signature is good are counted apart from junk. */
const REFUSED_KEPT = 300;

interface Row {
  id: string;
  direction: Bundle['direction'];
  state: Bundle['state'];
  kind: BundleKind | null;
  peer_id: string | null;
  peer_name: string | null;
  seq: bigint | null;
  expires: bigint | null;
  file_name: string | null;
  bytes: bigint;
  sentence: string;
  at: bigint;
}

/** What the signature vouches for. */
export interface Claims {
  kind: BundleKind;
  peerId: string;
  seq: number;
  previous: string;
  expires: number;
}

interface Common {
  hash: string;
  bytes: number;
  sentence: string;
  at: number;
}

/** The table of bundles. Writes belong into `store.tx`. */
export function createBundleRecords(store: Store) {
  const { db } = store;
  const insert = db.prepare(
    `INSERT INTO bundle (id, direction, state, kind, peer_id, seq, previous, expires, file_name, bytes, sha256, code,
                         times, sentence, at)
     VALUES (:id, :direction, :state, :kind, :peerId, :seq, :previous, :expires, :fileName, :bytes, :hash, :code,
             :times, :sentence, :at)`,
  );
  const keep = db.prepare('INSERT INTO bundle_content VALUES (?, ?)');
  const content = db.prepare<[string], { file_name: string; content: Buffer }>(
    `SELECT file_name, content FROM bundle JOIN bundle_content ON bundle_id = id WHERE id = ?`,
  );
  const one = db.prepare<[string], Row>(
    `SELECT bundle.*, peer.name AS peer_name FROM bundle LEFT JOIN peer ON peer.id = bundle.peer_id
     WHERE bundle.id = ?`,
  );
  const taken = db.prepare<[string, string], { at: bigint; direction: string }>(
    `SELECT at, direction FROM bundle WHERE state <> 'refused' AND (sha256 = ? OR id = ?)`,
  );
  const heldBack = db
    .prepare<[string, string, number], string>(
      `SELECT previous FROM bundle WHERE state = 'refused' AND sha256 = ? AND peer_id = ? AND seq = ?`,
    )
    .pluck();
  const refusedBefore = db.prepare<[string], { times: bigint; code: string }>(
    `SELECT times, code FROM bundle WHERE id = ?`,
  );
  const forget = db.prepare('DELETE FROM bundle WHERE id = ?');
  const prune = db.prepare(
    `DELETE FROM bundle WHERE state = 'refused' AND (seq IS NULL) = :junk AND row <= (
       SELECT row FROM bundle WHERE state = 'refused' AND (seq IS NULL) = :junk
       ORDER BY row DESC LIMIT 1 OFFSET ${REFUSED_KEPT})`,
  );

  return {
    sent(bundle: Common & Claims & { id: string; fileName: string; content: Uint8Array }): void {
      const { content: bytes, ...row } = bundle;
      insert.run({ ...row, direction: 'sent', state: 'sent', code: null, times: 1 });
      keep.run(bundle.id, bytes);
    },

    accepted(bundle: Common & Claims & { id: string }): void {
      insert.run({
        ...bundle,
        direction: 'received',
        state: 'accepted',
        fileName: null,
        code: null,
        times: 1,
      });
    },

    /** Keeps why, never the bytes. Answers how often these bytes were refused for this reason before. */
    refused(bundle: Common & { code: ErrorCode; claims: Claims | null }): number {
      const { claims, ...row } = bundle;
      const id = `refused-${bundle.hash.slice(0, 32)}`;
      const before = refusedBefore.get(id);
      const times = before?.code === bundle.code ? Number(before.times) : 0;
      forget.run(id);
      const unknown = { kind: null, peerId: null, seq: null, previous: null, expires: null };
      insert.run({
        ...row,
        ...(claims ?? unknown),
        id,
        direction: 'received',
        state: 'refused',
        fileName: null,
        times: times + 1,
      });
      prune.run({ junk: claims === null ? 1 : 0 });
      return times;
    },

    /** Bytes and name of a bundle that was sent. */
    content: (id: string) => content.get(id) ?? null,

    /** Whether this bundle, or another one of its id, was taken in or sent from here before. */
    taken(hash: string, id: string): { at: number; direction: string } | null {
      const row = taken.get(hash, id);
      return row ? { at: Number(row.at), direction: row.direction } : null;
    },

    /** What came before a bundle that this peer did send, but that was refused here; null when there was none such. */
    heldBack: (hash: string, peerId: string, seq: number) => heldBack.get(hash, peerId, seq) ?? null,

    get(id: string): Bundle | null {
      const row = one.get(id);
      return row ? shown(row) : null;
    },

    list(query: { search?: string | undefined; offset: number; limit: number }): {
      rows: Bundle[];
      total: number;
    } {
      const search = query.search?.trim() ?? '';
      const like = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
      const columns = ['bundle.kind', 'peer.name', 'bundle.file_name', 'bundle.sentence', 'bundle.id'];
      const where =
        search === '' ? '' : `WHERE ${columns.map((name) => `${name} LIKE :like ESCAPE '\\'`).join(' OR ')}`;
      const from = `FROM bundle LEFT JOIN peer ON peer.id = bundle.peer_id ${where}`;
      const found = search === '' ? {} : { like };
      const total = db.prepare(`SELECT count(*) ${from}`).pluck().get(found) as bigint;
      const rows = db
        .prepare(
          `SELECT bundle.*, peer.name AS peer_name ${from} ORDER BY bundle.row DESC LIMIT :limit OFFSET :offset`,
        )
        .all({ ...found, limit: query.limit, offset: query.offset }) as Row[];
      return { rows: rows.map(shown), total: Number(total) };
    },
  };
}
export type BundleRecords = ReturnType<typeof createBundleRecords>;

function shown(row: Row): Bundle {
  const number = (value: bigint | null) => (value === null ? null : Number(value));
  return {
    id: row.id,
    direction: row.direction,
    kind: row.kind,
    peerId: row.peer_id,
    peerName: row.peer_name,
    seq: number(row.seq),
    fileName: row.file_name,
    bytes: Number(row.bytes),
    state: row.state,
    sentence: row.sentence,
    at: Number(row.at),
    expires: number(row.expires),
  };
}
