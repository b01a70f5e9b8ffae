import { createHash } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3';
import { canonicalJson } from './canonical.ts';
import type { AuditEntry, AuditInput, Store } from './types.ts';

/** What the first entry names as its predecessor. */
const GENESIS = '0'.repeat(64);

/** Entries are read in pieces, so that exporting or verifying never holds the connection for long. */
const PIECE = 1000;

interface AuditRow {
  seq: bigint;
  at: bigint;
  type: string;
  subject: string;
  actor: string;
  /** Canonical JSON, stored exactly as it was hashed. */
  data: string;
  previous: string;
  hash: string;
}

/** The text that is hashed, after the 64 hex digits of the previous hash. Keys stand in canonical order. */
function entryText(row: Omit<AuditRow, 'previous' | 'hash'>): string {
  return (
    `{"actor":${JSON.stringify(row.actor)},"at":${row.at},"data":${row.data},"seq":${row.seq},` +
    `"subject":${JSON.stringify(row.subject)},"type":${JSON.stringify(row.type)}}`
  );
}

function hashOf(previous: string, row: Omit<AuditRow, 'previous' | 'hash'>): string {
  return createHash('sha256').update(previous, 'utf8').update(entryText(row), 'utf8').digest('hex');
}

function toEntry(row: AuditRow): AuditEntry {
  return {
    seq: Number(row.seq),
    at: Number(row.at),
    type: row.type,
    subject: row.subject,
    actor: row.actor,
    data: JSON.parse(row.data) as Record<string, unknown>,
    previous: row.previous,
    hash: row.hash,
  };
}

type AuditLog = Pick<Store, 'audit' | 'auditHead' | 'auditList' | 'auditVerify' | 'auditAll'>;

/** The append-only chain of a database whose schema has it (migration 0010). `now` gives milliseconds since 1970. */
export function createAuditLog(db: Database, now: () => number): AuditLog {
  const head = db.prepare<[], { seq: bigint; hash: string }>('SELECT seq, hash FROM audit_head');
  const moveHead = db.prepare('UPDATE audit_head SET seq = ?, hash = ?');
  const insert = db.prepare(
    'INSERT INTO audit (seq, at, type, subject, actor, data, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const after: Statement<[bigint, number], AuditRow> = db.prepare(
    'SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?',
  );

  function readHead() {
    return head.get() ?? { seq: 0n, hash: GENESIS };
  }

  function* rows(): Iterable<AuditRow> {
    let from = 0n;
    for (;;) {
      const piece = after.all(from, PIECE);
      yield* piece;
      const last = piece.at(-1);
      if (last === undefined || piece.length < PIECE) return;
      from = last.seq;
    }
  }

  return {
    audit(entry: AuditInput) {
      if (!db.inTransaction) throw new Error('An audit entry belongs to the transaction of what it records.');
      const { seq, hash: previous } = readHead();
      const row = {
        seq: seq + 1n,
        at: BigInt(now()),
        type: entry.type,
        subject: entry.subject,
        actor: entry.actor ?? 'engine',
        data: canonicalJson(entry.data),
      };
      const hash = hashOf(previous, row);
      insert.run(row.seq, row.at, row.type, row.subject, row.actor, row.data, previous, hash);
      moveHead.run(row.seq, hash);
    },

    auditHead: () => readHead().hash,

    auditList({ search, subject, offset, limit }) {
      const where: string[] = [];
      const values: unknown[] = [];
      if (subject !== undefined) {
        where.push('subject = ?');
        values.push(subject);
      }
      if (search !== undefined && search.trim() !== '') {
        const like = `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`;
        const columns = ['type', 'subject', 'actor', 'data', 'hash'];
        where.push(`(${columns.map((column) => `${column} LIKE ? ESCAPE '\\'`).join(' OR ')})`);
        values.push(...columns.map(() => like));
      }
      const condition = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
      const total = db
        .prepare(`SELECT count(*) FROM audit ${condition}`)
        .pluck()
        .get(...values) as bigint;
      const found = db
        .prepare(`SELECT * FROM audit ${condition} ORDER BY seq DESC LIMIT ? OFFSET ?`)
        .all(...values, limit, offset) as AuditRow[];
      return { rows: found.map(toEntry), total: Number(total) };
    },

    auditVerify() {
      let previous = GENESIS;
      let entries = 0;
      const broken = (message: string) => ({
        ok: false,
        entries,
        head: readHead().hash,
        brokenAt: entries + 1,
        message: `${message} Everything before entry ${entries + 1} is intact.`,
      });
      for (const row of rows()) {
        const expected = entries + 1;
        if (row.seq !== BigInt(expected)) {
          return broken(`Entry ${expected} is missing: the next one found is ${row.seq}.`);
        }
        if (row.previous !== previous)
          return broken(`Entry ${expected} does not follow the entry before it.`);
        if (hashOf(previous, row) !== row.hash)
          return broken(`Entry ${expected} was changed after it was written.`);
        previous = row.hash;
        entries = expected;
      }
      const recorded = readHead();
      if (recorded.seq !== BigInt(entries) || recorded.hash !== previous) {
        return broken(
          recorded.seq > BigInt(entries)
            ? `Entries ${entries + 1} to ${recorded.seq} were cut off.`
            : 'The recorded head does not match the last entry.',
        );
      }
      const message = entries === 1 ? '1 entry, all intact.' : `${entries} entries, all intact.`;
      return { ok: true, entries, head: previous, brokenAt: null, message };
    },

    *auditAll() {
      for (const row of rows()) yield toEntry(row);
    },
  };
}
