import type { ImportSummary } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Store } from '../store/types.ts';
import type { RowProblem, RowVerdict } from './kind.ts';
import {
  ownStatus,
  rank,
  STATUS,
  toHead,
  toRow,
  type HeadRecord,
  type ImportHead,
  type ImportState,
  type RowRecord,
  type StagedRow,
} from './staged.ts';

export function importNotFound(): SluiceError {
  return new SluiceError('NOT_FOUND', 'This import is not here any more.', {
    next: 'Choose the file again.',
    field: 'id',
  });
}

/** Reads and writes the tables `import` and `import_row`. Writing methods are called inside `store.tx`. */
export function createStaging(store: Store) {
  const { db } = store;
  const HEAD = `SELECT id, kind, state, file_name, sha256, delimiter, encoding, columns, asset_uuid, survey,
    checked_version, created_at, committed_at FROM import`;
  const ROW = `SELECT line, cells, shape_problem, status, problems, key, duplicate_of, holder_id, amount, note, data,
    journal FROM import_row`;
  const sql = {
    head: db.prepare<[string], HeadRecord>(`${HEAD} WHERE id = ? AND state <> 'reading'`),
    insertHead: db.prepare(
      `INSERT INTO import (id, kind, state, file_name, sha256, delimiter, encoding, columns, asset_uuid, survey,
         checked_version, created_at) VALUES (?, ?, 'reading', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    setState: db.prepare(`UPDATE import SET state = ?, committed_at = ? WHERE id = ?`),
    setChecked: db.prepare(`UPDATE import SET checked_version = ? WHERE id = ?`),
    remove: db.prepare(`DELETE FROM import WHERE id = ?`),
    removeUnread: db.prepare(`DELETE FROM import WHERE state = 'reading'`),
    reopen: db.prepare(`UPDATE import SET state = 'open' WHERE state = 'committing'`),
    before: db.prepare<[string, string, string, string | null], { at: bigint | null }>(
      `SELECT max(committed_at) AS at FROM import WHERE sha256 = ? AND kind = ? AND id <> ? AND asset_uuid IS ?`,
    ),
    counts: db.prepare<[string], { status: bigint; n: bigint }>(
      `SELECT status, count(*) AS n FROM import_row WHERE import_id = ? GROUP BY status`,
    ),
    insertRow: db.prepare(
      `INSERT INTO import_row (import_id, line, cells, shape_problem, status, problems, key, duplicate_of, holder_id,
         amount, note, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    judge: db.prepare(
      `UPDATE import_row SET status = ?, problems = ?, key = ?, duplicate_of = ?, holder_id = ?, amount = ?, note = ?,
         data = ? WHERE import_id = ? AND line = ?`,
    ),
    setCells: db.prepare(
      `UPDATE import_row SET cells = ?, shape_problem = NULL, journal = 'none' WHERE import_id = ? AND line = ?`,
    ),
    setDuplicate: db.prepare(
      `UPDATE import_row SET duplicate_of = ?, status = ? WHERE import_id = ? AND line = ?`,
    ),
    removeRow: db.prepare(`DELETE FROM import_row WHERE import_id = ? AND line = ?`),
    row: db.prepare<[string, number], RowRecord>(`${ROW} WHERE import_id = ? AND line = ?`),
    after: db.prepare<[string, number, number], RowRecord>(
      `${ROW} WHERE import_id = ? AND line > ? ORDER BY line LIMIT ?`,
    ),
    page: db.prepare<[string, number, number], RowRecord>(
      `${ROW} WHERE import_id = ? ORDER BY status, line LIMIT ? OFFSET ?`,
    ),
    pageOf: db.prepare<[string, number, number, number], RowRecord>(
      `${ROW} WHERE import_id = ? AND status = ? ORDER BY line LIMIT ? OFFSET ?`,
    ),
    withKey: db.prepare<[string, string], RowRecord>(`${ROW} WHERE import_id = ? AND key = ? ORDER BY line`),
    setJournal: db.prepare(
      `UPDATE import_row SET journal = ?, holder_id = ?, data = ? WHERE import_id = ? AND line = ?`,
    ),
    setOwnProblems: db.prepare(
      `UPDATE import_row SET journal = 'refused', status = 0, problems = ? WHERE import_id = ? AND line = ?`,
    ),
  };

  function head(id: string): ImportHead {
    const record = sql.head.get(id);
    if (!record) throw importNotFound();
    return toHead(record);
  }

  function counts(id: string): ImportSummary['counts'] {
    const found = { total: 0, good: 0, wrong: 0, duplicate: 0 };
    for (const { status, n } of sql.counts.all(id)) {
      found[STATUS[Number(status)] ?? 'wrong'] += Number(n);
      found.total += Number(n);
    }
    return found;
  }

  return {
    head,
    counts,
    summary(id: string): ImportSummary {
      const found = head(id);
      const at = sql.before.get(found.sha256, found.kind, id, found.assetUuid)?.at ?? null;
      return {
        id,
        kind: found.kind,
        fileName: found.fileName,
        delimiter: found.delimiter,
        encoding: found.encoding,
        columns: found.headers,
        counts: counts(id),
        importedBefore: at === null ? null : Number(at),
        createdAt: found.createdAt,
        committedAt: found.committedAt,
      };
    },
    insertHead(found: Omit<ImportHead, 'state' | 'committedAt'>): void {
      sql.insertHead.run(
        found.id,
        found.kind,
        found.fileName,
        found.sha256,
        found.delimiter,
        found.encoding,
        JSON.stringify(found.headers),
        found.assetUuid,
        found.survey,
        found.checkedVersion,
        found.createdAt,
      );
    },
    /** Commits that a crash cut off: their rows tell how far they went, and a further commit carries on. */
    reopenCommitting(): void {
      sql.reopen.run();
    },
    setState(id: string, state: ImportState, committedAt: number | null = null): void {
      sql.setState.run(state, committedAt, id);
    },
    setChecked(id: string, version: bigint): void {
      sql.setChecked.run(version, id);
    },
    remove(id: string): void {
      sql.remove.run(id);
    },
    /** Files whose reading was cut off by a crash. */
    removeUnread(): void {
      sql.removeUnread.run();
    },
    insertRow(
      id: string,
      line: number,
      cells: readonly string[],
      shapeProblem: string | null,
      verdict: RowVerdict,
      duplicateOf: number | null,
    ): void {
      sql.insertRow.run(
        id,
        line,
        JSON.stringify(cells),
        shapeProblem,
        rank(verdict.status, duplicateOf),
        JSON.stringify(verdict.problems),
        verdict.key,
        duplicateOf,
        verdict.holderId,
        verdict.amount,
        verdict.note,
        verdict.data,
      );
    },
    judge(id: string, line: number, verdict: RowVerdict, duplicateOf: number | null): void {
      sql.judge.run(
        rank(verdict.status, duplicateOf),
        JSON.stringify(verdict.problems),
        verdict.key,
        duplicateOf,
        verdict.holderId,
        verdict.amount,
        verdict.note,
        verdict.data,
        id,
        line,
      );
    },
    setCells(id: string, line: number, cells: readonly string[]): void {
      sql.setCells.run(JSON.stringify(cells), id, line);
    },
    /** Settles anew which row of a key is the first and which repeat it. */
    regroup(id: string, key: string): void {
      const group = sql.withKey.all(id, key).map(toRow);
      const first = group[0];
      for (const row of group) {
        const duplicateOf = row === first ? null : (first?.line ?? null);
        if (duplicateOf === row.duplicateOf) continue;
        const own = ownStatus(row);
        sql.setDuplicate.run(duplicateOf, rank(own, duplicateOf), id, row.line);
      }
    },
    removeRow(id: string, line: number): void {
      sql.removeRow.run(id, line);
    },
    row(id: string, line: number): StagedRow {
      const record = sql.row.get(id, line);
      if (!record) {
        throw new SluiceError('NOT_FOUND', `This import has no row that begins in line ${line}.`, {
          next: 'Load the rows again.',
          field: 'line',
        });
      }
      return toRow(record);
    },
    /** Rows in the order of the file, page by page. */
    after(id: string, line: number, limit: number): StagedRow[] {
      return sql.after.all(id, line, limit).map(toRow);
    },
    page(id: string, status: StagedRow['status'] | undefined, offset: number, limit: number): StagedRow[] {
      const records =
        status === undefined
          ? sql.page.all(id, limit, offset)
          : sql.pageOf.all(id, STATUS.indexOf(status), limit, offset);
      return records.map(toRow);
    },
    setJournal(
      id: string,
      row: StagedRow,
      journal: StagedRow['journal'],
      holderId: number | null,
      data: string,
    ) {
      sql.setJournal.run(journal, holderId, data, id, row.line);
    },
    /** Marks a row that the outside refused. */
    refuse(id: string, line: number, problems: RowProblem[]): void {
      sql.setOwnProblems.run(JSON.stringify(problems), id, line);
    },
  };
}
