import type { Migration } from '../types.ts';

/**
 * The audit chain, facts about the database itself (`meta`) and the profile's settings.
 *
 * The triggers stop mistakes of our own code, not somebody who holds the file: they can be dropped. The chain then
 * shows what was done. `audit_head` makes a cut-off tail visible, which a chain alone cannot show.
 */
export const audit: Migration = {
  version: 10,
  name: 'audit',
  up(db) {
    db.exec(`
      CREATE TABLE audit (
        seq      INTEGER PRIMARY KEY CHECK (seq > 0),
        at       INTEGER NOT NULL,
        type     TEXT NOT NULL,
        subject  TEXT NOT NULL,
        actor    TEXT NOT NULL,
        data     TEXT NOT NULL CHECK (json_valid(data)),
        previous TEXT NOT NULL CHECK (length(previous) = 64),
        hash     TEXT NOT NULL CHECK (length(hash) = 64)
      ) STRICT;
      CREATE INDEX audit_by_subject ON audit (subject, seq);

      CREATE TABLE audit_head (
        one  INTEGER PRIMARY KEY CHECK (one = 1),
        seq  INTEGER NOT NULL,
        hash TEXT NOT NULL
      ) STRICT;
      INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, '${'0'.repeat(64)}');

      CREATE TRIGGER audit_follows BEFORE INSERT ON audit
      WHEN NEW.seq <> (SELECT seq + 1 FROM audit_head) OR NEW.previous <> (SELECT hash FROM audit_head)
      BEGIN SELECT RAISE(ABORT, 'an audit entry must follow the last one'); END;

      CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
      BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

      CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
      BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

      CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head
      BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

      CREATE TRIGGER audit_head_follows BEFORE UPDATE ON audit_head
      WHEN NOT EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq AND hash = NEW.hash AND previous = OLD.hash)
      BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

      CREATE TABLE meta (
        key   TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE setting (
        key   TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
