import { breathe } from '../breathe.ts';
import { type Columns, type ColumnSpec, detectDelimiter, readHeader } from './columns.ts';
import { decodeFile, malformed } from './decode.ts';
import { unguardCell } from './guard.ts';
import { tokenize } from './tokenize.ts';

export interface CsvRow {
  /** Line at which the record begins, counted from 1. */
  line: number;
  /** One text per header, formula guards removed. */
  cells: string[];
  /** Set when the record has too many or too few cells: what is wrong, in words. */
  shapeProblem: string | null;
}

export interface CsvFile {
  encoding: string;
  delimiter: string;
  columns: Columns;
  rows: CsvRow[];
}

const ROWS_PER_BREATH = 5000;

/**
 * Reads a whole CSV file of at most 32 MB, whatever its encoding and delimiter. What spoils the file throws
 * CSV_MALFORMED with the line and what would be right; what spoils a row is told in that row.
 */
export async function readCsv(bytes: Uint8Array, specs: readonly ColumnSpec[]): Promise<CsvFile> {
  const { text, encoding } = decodeFile(bytes);
  await breathe();
  const { delimiter, body, firstLine } = detectDelimiter(text, specs);
  let columns: Columns | null = null;
  const rows: CsvRow[] = [];
  for (const record of tokenize(body, delimiter, firstLine)) {
    if (columns === null) {
      columns = readHeader(record, specs);
      continue;
    }
    rows.push(toRow(record.line, record.cells, columns.headers.length));
    if (rows.length % ROWS_PER_BREATH === 0) await breathe();
  }
  if (columns === null || rows.length === 0) {
    throw malformed(
      'The file has a header and no rows.',
      'Choose a file with at least one row below the header.',
    );
  }
  return { encoding, delimiter, columns, rows };
}

function toRow(line: number, found: string[], wanted: number): CsvRow {
  const cells = found.map(unguardCell);
  // Spreadsheets end every line with the delimiters of columns that were once used.
  while (cells.length > wanted && cells.at(-1)?.trim() === '') cells.pop();
  let shapeProblem: string | null = null;
  if (cells.length > wanted) {
    shapeProblem = `The row has ${cells.length} cells and the header ${wanted}. A cell that contains the delimiter must stand in quotation marks.`;
    // What is too much stays readable in the last cell.
    cells.splice(wanted - 1, cells.length - wanted + 1, cells.slice(wanted - 1).join(' | '));
  } else if (cells.length < wanted) {
    shapeProblem = `The row has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} and the header ${wanted}. Empty cells need their delimiter.`;
    while (cells.length < wanted) cells.push('');
  }
  return { line, cells, shapeProblem };
}
