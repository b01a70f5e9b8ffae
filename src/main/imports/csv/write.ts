import { stringify } from 'csv-stringify/sync';
import { guardCell } from './guard.ts';

/** Without the mark, Excel takes a file for Windows-1252 and spoils every name that is not plain English. */
const MARK = '\uFEFF';

/** A CSV text (UTF-8 with mark, CRLF): formula-like cells guarded, cells quoted where they must be. */
export function writeCsv(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  delimiter = ',',
): string {
  return `${MARK}${writeCsvRows([headers], delimiter)}${writeCsvRows(rows, delimiter)}`;
}

/** Rows alone, for files that are put together page by page. */
export function writeCsvRows(rows: readonly (readonly string[])[], delimiter = ','): string {
  return stringify(
    rows.map((row) => row.map(guardCell)),
    { delimiter, record_delimiter: '\r\n', quoted_match: /[\r\n\t,;"]|^\s|\s$/ },
  );
}
