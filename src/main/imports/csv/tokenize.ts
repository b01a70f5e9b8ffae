import { malformed } from './decode.ts';

export interface CsvRecord {
  /** Line at which the record begins, counted from 1. A quoted cell may span several lines. */
  line: number;
  cells: string[];
}

/** Most rows that one file may have. */
export const MAX_RECORDS = 250_000;

function describe(char: string): string {
  return char === '\t' ? 'a tab' : `“${char}”`;
}

/**
 * Splits text into records, strictly by RFC 4180: cells are parted by `delimiter`, a cell in quotation marks may hold
 * delimiters, line breaks and doubled quotation marks, and a record ends at CRLF, LF or CR. Lines on which nothing
 * stands are left out, and so are those of nothing but delimiters (spreadsheets append them).
 *
 * Written here and not taken from csv-parse, whose line numbers count CRLF within quotes twice and whose error for an
 * unclosed quotation mark names the end of the file instead of the line to be repaired.
 *
 * Throws CSV_MALFORMED with the line for a misplaced or unclosed quotation mark: after one, every further cell would be
 * a guess.
 */
export function* tokenize(text: string, delimiter: string, firstLine = 1): Generator<CsvRecord> {
  const end = text.length;
  const plain = new RegExp(`["\\r\\n${delimiter === '\t' ? '\\t' : delimiter}]`, 'g');
  let position = 0;
  let line = firstLine;
  let records = 0;

  while (position < end) {
    const record: CsvRecord = { line, cells: [] };
    let recordEnds = false;
    while (!recordEnds) {
      let cell: string;
      if (text[position] === '"') {
        const openedAt = line;
        cell = '';
        position += 1;
        for (;;) {
          const close = text.indexOf('"', position);
          if (close === -1) {
            throw malformed(
              `Line ${openedAt}: the quotation mark that opens cell ${record.cells.length + 1} is never closed.`,
              'Close it, or write a quotation mark that belongs to the text twice ("").',
            );
          }
          cell += text.slice(position, close);
          position = close + 1;
          if (text[position] !== '"') break;
          cell += '"';
          position += 1;
        }
        line += lineBreaks(cell);
        const follows = text[position];
        if (follows !== undefined && follows !== delimiter && follows !== '\r' && follows !== '\n') {
          throw malformed(
            `Line ${line}: after the closing quotation mark of cell ${record.cells.length + 1} comes “${follows}” instead of ${describe(delimiter)} or the end of the line.`,
            'Put the whole cell into quotation marks, and write each of its own twice ("").',
          );
        }
      } else {
        plain.lastIndex = position;
        const stop = plain.exec(text)?.index ?? end;
        if (text[stop] === '"') {
          throw malformed(
            `Line ${line}: a quotation mark stands in the middle of cell ${record.cells.length + 1}.`,
            'Put the whole cell into quotation marks, and write each of its own twice ("").',
          );
        }
        cell = text.slice(position, stop);
        position = stop;
      }
      record.cells.push(cell);
      if (text[position] === delimiter) {
        position += 1;
        continue;
      }
      recordEnds = true;
      if (text[position] === '\r') position += text[position + 1] === '\n' ? 2 : 1;
      else if (text[position] === '\n') position += 1;
      line += 1;
    }
    if (record.cells.every((cell) => cell.trim() === '')) continue;
    records += 1;
    if (records > MAX_RECORDS + 1) {
      throw malformed(
        `The file has more than ${MAX_RECORDS.toLocaleString('en')} rows.`,
        'Split it into several files.',
      );
    }
    yield record;
  }
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charCodeAt(index);
    if (char === 10 || (char === 13 && text.charCodeAt(index + 1) !== 10)) count += 1;
  }
  return count;
}
