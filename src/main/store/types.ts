import type { Database } from 'better-sqlite3';

export interface AuditInput {
  /** What happened, `area.verb` in the past: `operation.started`, `batch.broadcast`. */
  type: string;
  /** What it happened to: an id, `operation:…`, `holder:44`. */
  subject: string;
  /** JSON; bigints are written as text. No secrets. */
  data: Record<string, unknown>;
  /** Defaults to the engine itself. */
  actor?: string;
}

export interface AuditEntry {
  seq: number;
  at: number;
  type: string;
  subject: string;
  actor: string;
  data: Record<string, unknown>;
  hash: string;
  previous: string;
}

/** The open database of one profile. Integers come back as bigint (safe integers are on for every statement). */
export interface Store {
  readonly db: Database;
  /**
   * One IMMEDIATE transaction; a call inside another joins it. SQLite's failures become DISK_FULL, DATABASE_READ_ONLY
   * or DATABASE_CORRUPT.
   */
  tx<T>(work: () => T): T;
  /** Appends to the audit chain. Must be called inside `tx`, with the change that it records. */
  audit(entry: AuditInput): void;
  auditHead(): string;
  auditList(query: {
    search?: string | undefined;
    subject?: string | undefined;
    offset: number;
    limit: number;
  }): { rows: AuditEntry[]; total: number };
  auditVerify(): { ok: boolean; entries: number; head: string; brokenAt: number | null; message: string };
  /** Oldest first, for export. */
  auditAll(): Iterable<AuditEntry>;
  /** Copies the database while it is in use and opens the copy to check it. */
  backup(path: string): Promise<{ bytes: number; auditHead: string }>;
  close(): void;
}

/** One step of the schema. Versions are multiples of ten, so that a fix fits between. */
export interface Migration {
  version: number;
  name: string;
  up(db: Database): void;
}
