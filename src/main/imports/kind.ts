import type { ColumnSpec } from './csv/columns.ts';

export interface RowProblem {
  /** The desk's name of the column; null when the row as a whole is meant. */
  column: string | null;
  message: string;
}

/** A row as its kind reads it: text by the desk's column names, trimmed; columns that the file lacks are ''. */
export type RowCells = Readonly<Record<string, string>>;

/** What a kind makes of one row by itself; duplicates within the file are found by `key`. */
export interface RowVerdict {
  status: 'good' | 'wrong' | 'duplicate';
  problems: RowProblem[];
  /** Rows of one file with the same key mean the same thing; null when the row means nothing yet. */
  key: string | null;
  holderId: number | null;
  /** Base units. */
  amount: bigint | null;
  note: string;
  /** JSON of whatever else the kind needs at commit. */
  data: string;
}

export type CheckRow = (cells: RowCells) => RowVerdict;

export interface ImportContext {
  assetUuid: string | null;
  /** JSON, from `survey`. */
  survey: string;
}

/** One kind of file: its columns and what makes a row right. Implemented by the folders that own the data. */
export interface ImportKind {
  kind: 'holders' | 'allocation';
  /** How this kind calls a second row with the same key: "The same holder". */
  duplicateWords: string;
  columns: readonly ColumnSpec[];
  /** Throws CSV_MALFORMED when columns that cannot be done without are missing; both lists are the desk's names. */
  requireColumns(present: ReadonlySet<string>): void;
  /** Grows whenever what rows are compared with has changed: rows checked at another version are checked again. */
  version(): bigint;
  /** Looks at the whole file before its rows are checked, e.g. for the decimal sign in use. Returns JSON. */
  survey(rows: Iterable<RowCells>): string;
  /** Loads what rows are compared with and returns the check. `rows` is how many will be checked. */
  begin(context: ImportContext, rows: readonly RowCells[]): Promise<CheckRow>;
}
