import { malformed } from './decode.ts';
import { type CsvRecord, tokenize } from './tokenize.ts';

/** One column that a kind of file may have. */
export interface ColumnSpec {
  /** The desk's word for it, as in the template. */
  name: string;
  /** Other spellings. Case, spaces, dashes and underscores do not matter. */
  aliases: readonly string[];
}

export interface Columns {
  /** The header cells of the file, unknown-name-free and without duplicates. */
  headers: string[];
  /** Position in the file by the desk's name. */
  position: Map<string, number>;
}

/** The column that annotated files carry; read back and ignored. */
export const PROBLEM_COLUMN = 'problem';

const DELIMITERS = [',', ';', '\t'] as const;

function fold(header: string): string {
  return header
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');
}

function specOf(header: string, specs: readonly ColumnSpec[]): string | null {
  const folded = fold(header);
  if (folded === PROBLEM_COLUMN) return PROBLEM_COLUMN;
  return (
    specs.find((spec) => [spec.name, ...spec.aliases].some((name) => fold(name) === folded))?.name ?? null
  );
}

function firstRecord(text: string, delimiter: string, firstLine: number): CsvRecord | null {
  const first = tokenize(text, delimiter, firstLine).next();
  return first.done ? null : first.value;
}

/**
 * Which delimiter the file uses: the one that makes most known columns of its first line, then the one that makes most
 * cells. A first line `sep=;` (as Excel writes it) decides it outright.
 */
export function detectDelimiter(
  text: string,
  specs: readonly ColumnSpec[],
): { delimiter: string; body: string; firstLine: number } {
  const declared = /^sep=([,;\t])(\r\n|\n|\r)/i.exec(text);
  if (declared) {
    return { delimiter: declared[1] ?? ',', body: text.slice(declared[0].length), firstLine: 2 };
  }
  let best = { delimiter: ',', known: -1, cells: 0 };
  for (const delimiter of DELIMITERS) {
    let header: CsvRecord | null;
    try {
      header = firstRecord(text, delimiter, 1);
    } catch {
      // Quoted cells look wrong under the wrong delimiter; under the right one they do not.
      continue;
    }
    const cells = header?.cells ?? [];
    const known = cells.filter((cell) => specOf(cell, specs) !== null).length;
    if (known > best.known || (known === best.known && cells.length > best.cells)) {
      best = { delimiter, known, cells: cells.length };
    }
  }
  // Wrong under every delimiter: let the first say why.
  if (best.known < 0) firstRecord(text, best.delimiter, 1);
  return { delimiter: best.delimiter, body: text, firstLine: 1 };
}

/**
 * Reads the header. Every column must be known and stand once; a cell that is misspelt must not be passed over, since
 * what it holds may be what the person cares for. Throws CSV_MALFORMED that names the column and what is expected.
 */
export function readHeader(record: CsvRecord, specs: readonly ColumnSpec[]): Columns {
  const expected = specs.map((spec) => spec.name).join(', ');
  const cells = [...record.cells];
  while (cells.length > 0 && cells.at(-1)?.trim() === '') cells.pop();
  const position = new Map<string, number>();
  const unknown: string[] = [];
  cells.forEach((cell, index) => {
    const name = specOf(cell, specs);
    if (name === null) {
      unknown.push(cell.trim() === '' ? `column ${index + 1} (no name)` : `“${cell.trim()}”`);
      return;
    }
    const before = position.get(name);
    if (before !== undefined) {
      throw malformed(
        `Line ${record.line}: the column “${name}” stands twice (columns ${before + 1} and ${index + 1}).`,
        'Remove one of the two.',
      );
    }
    position.set(name, index);
  });
  if (unknown.length > 0) {
    const none = position.size === 0;
    throw malformed(
      none
        ? `Line ${record.line} must name the columns, and none of its cells is a column: ${unknown.slice(0, 5).join(', ')}.`
        : `Line ${record.line}: ${unknown.length === 1 ? 'a column is' : 'columns are'} not known: ${unknown.slice(0, 5).join(', ')}.`,
      none
        ? `Put a header line above the rows. Columns: ${expected}.`
        : `Rename or remove ${unknown.length === 1 ? 'it' : 'them'}. Columns: ${expected}.`,
    );
  }
  return { headers: cells.map((cell) => cell.trim()), position };
}
