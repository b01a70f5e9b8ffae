import type { ImportRow } from '../../shared/contract/index.ts';
import type { RowProblem, RowVerdict } from './kind.ts';

export type ImportState = 'reading' | 'open' | 'committing' | 'committed';

export interface ImportHead {
  id: string;
  kind: 'holders' | 'allocation';
  state: ImportState;
  fileName: string;
  sha256: string;
  delimiter: string;
  encoding: string;
  headers: string[];
  assetUuid: string | null;
  survey: string;
  checkedVersion: bigint;
  createdAt: number;
  committedAt: number | null;
}

/** A row as it is kept. */
export interface StagedRow {
  line: number;
  cells: string[];
  shapeProblem: string | null;
  status: 'good' | 'wrong' | 'duplicate';
  problems: RowProblem[];
  key: string | null;
  duplicateOf: number | null;
  holderId: number | null;
  amount: bigint | null;
  note: string;
  data: string;
  journal: 'none' | 'intent' | 'registered' | 'done' | 'refused';
}

/** In the order in which rows are shown; the position is what is stored. */
export const STATUS = ['wrong', 'duplicate', 'good'] as const;

export interface HeadRecord {
  id: string;
  kind: 'holders' | 'allocation';
  state: ImportState;
  file_name: string;
  sha256: string;
  delimiter: string;
  encoding: string;
  columns: string;
  asset_uuid: string | null;
  survey: string;
  checked_version: bigint;
  created_at: bigint;
  committed_at: bigint | null;
}

export interface RowRecord {
  line: bigint;
  cells: string;
  shape_problem: string | null;
  status: bigint;
  problems: string;
  key: string | null;
  duplicate_of: bigint | null;
  holder_id: bigint | null;
  amount: bigint | null;
  note: string;
  data: string;
  journal: StagedRow['journal'];
}

export function toHead(record: HeadRecord): ImportHead {
  return {
    id: record.id,
    kind: record.kind,
    state: record.state,
    fileName: record.file_name,
    sha256: record.sha256,
    delimiter: record.delimiter,
    encoding: record.encoding,
    headers: JSON.parse(record.columns) as string[],
    assetUuid: record.asset_uuid,
    survey: record.survey,
    checkedVersion: record.checked_version,
    createdAt: Number(record.created_at),
    committedAt: record.committed_at === null ? null : Number(record.committed_at),
  };
}

export function toRow(record: RowRecord): StagedRow {
  return {
    line: Number(record.line),
    cells: JSON.parse(record.cells) as string[],
    shapeProblem: record.shape_problem,
    status: STATUS[Number(record.status)] ?? 'wrong',
    problems: JSON.parse(record.problems) as RowProblem[],
    key: record.key,
    duplicateOf: record.duplicate_of === null ? null : Number(record.duplicate_of),
    holderId: record.holder_id === null ? null : Number(record.holder_id),
    amount: record.amount,
    note: record.note,
    data: record.data,
    journal: record.journal,
  };
}

/** A row that is duplicate by itself (known to AMP already) stays so whatever the file repeats. */
export function ownStatus(row: StagedRow): RowVerdict['status'] {
  if (row.shapeProblem !== null) return 'wrong';
  if (row.problems.length === 0) return 'good';
  return row.status === 'duplicate' ? 'duplicate' : 'wrong';
}

export function rank(status: RowVerdict['status'], duplicateOf: number | null): number {
  if (status === 'wrong') return 0;
  return status === 'duplicate' || duplicateOf !== null ? 1 : 2;
}

/** A row as the contract shows it. */
export function describeRow(
  row: StagedRow,
  headers: readonly string[],
  headerOf: (column: string) => string | null,
  duplicateWords: string,
): ImportRow {
  const problems: ImportRow['problems'] = row.problems.map((problem) => ({
    column: problem.column === null ? null : headerOf(problem.column),
    message: problem.message,
  }));
  if (row.shapeProblem !== null) problems.unshift({ column: null, message: row.shapeProblem });
  if (row.duplicateOf !== null) {
    problems.push({
      column: null,
      message: `${duplicateWords} stands in line ${row.duplicateOf} already. Correct one of the two rows or leave it out.`,
    });
  }
  return {
    line: row.line,
    status: row.status,
    cells: Object.fromEntries(headers.map((header, index) => [header, row.cells[index] ?? ''])),
    problems,
  };
}
