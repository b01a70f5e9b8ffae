import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../../shared/errors.ts';
import type { ColumnSpec } from './columns.ts';
import { decodeFile, MAX_FILE_BYTES } from './decode.ts';
import { guardCell, unguardCell } from './guard.ts';
import { readCsv } from './read.ts';
import { MAX_RECORDS, tokenize } from './tokenize.ts';
import { writeCsv } from './write.ts';

const SPECS: readonly ColumnSpec[] = [
  { name: 'holder', aliases: ['recipient'] },
  { name: 'amount', aliases: ['Number of shares'] },
  { name: 'note', aliases: [] },
];

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (text: string | Uint8Array) => readCsv(typeof text === 'string' ? utf8(text) : text, SPECS);

async function refusal(text: string | Uint8Array): Promise<SluiceError> {
  try {
    await read(text);
  } catch (error) {
    expect(error).toBeInstanceOf(SluiceError);
    return error as SluiceError;
  }
  throw new Error('It was read.');
}

describe('reading a CSV file', () => {
  it.each([
    ['commas', 'holder,amount,note\nAnn,1,x\n', ','],
    ['semicolons', 'holder;amount;note\r\nAnn;1;x\r\n', ';'],
    ['tabs', 'holder\tamount\tnote\nAnn\t1\tx', '\t'],
    ['Excel’s own line', 'sep=;\nholder;amount;note\nAnn;1;x', ';'],
    ['old Mac line ends', 'holder,amount,note\rAnn,1,x\r', ','],
  ])('finds out that cells are parted by %s', async (_what, text, delimiter) => {
    const file = await read(text);
    expect(file.delimiter).toBe(delimiter);
    expect(file.rows.map((row) => row.cells)).toEqual([['Ann', '1', 'x']]);
  });

  it('is not misled by another delimiter within cells', async () => {
    const file = await read('holder;amount;note\n"Meier, Ann, Dr.";1,5;a,b,c\n');
    expect(file.delimiter).toBe(';');
    expect(file.rows[0]?.cells).toEqual(['Meier, Ann, Dr.', '1,5', 'a,b,c']);
  });

  it('knows columns whatever their case, dashes and spaces', async () => {
    const { columns } = await read('RECIPIENT , number_of-Shares\nAnn,1\n');
    expect([...columns.position]).toEqual([
      ['holder', 0],
      ['amount', 1],
    ]);
  });

  it('says in which encoding the file was, and reads it', async () => {
    const text = 'holder,amount\nJosé Müller,1\n';
    const latin = Buffer.from(text, 'latin1');
    const little = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    const big = Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()]);
    for (const [bytes, encoding] of [
      [utf8(text), 'UTF-8'],
      [utf8(`\uFEFF${text}`), 'UTF-8'],
      [latin, 'Windows-1252'],
      [little, 'UTF-16 LE'],
      [big, 'UTF-16 BE'],
    ] as const) {
      const file = await read(bytes);
      expect(file.encoding).toBe(encoding);
      expect(file.rows[0]?.cells[0]).toBe('José Müller');
    }
  });

  it('reads the euro sign and dashes of Windows-1252', () => {
    expect(decodeFile(Uint8Array.of(0x61, 0x80, 0x96)).text).toBe('a€–');
  });

  it('numbers rows by the line at which they begin', async () => {
    const file = await read(
      'holder,amount,note\r\nAnn,1,"two\r\nlines"\r\n\r\nBob,2,x\r\n,,\r\nCid,3,"a""b"',
    );
    expect(file.rows.map((row) => [row.line, row.cells[0]])).toEqual([
      [2, 'Ann'],
      [5, 'Bob'],
      [7, 'Cid'],
    ]);
    expect(file.rows[2]?.cells[2]).toBe('a"b');
  });

  it('tells of too many and too few cells in the row that has them', async () => {
    const file = await read('holder,amount,note\nAnn,1,250,x\nBob\nCid,3,x,,\nDora,4,x\n');
    expect(file.rows.map((row) => row.shapeProblem?.slice(0, 36) ?? null)).toEqual([
      'The row has 4 cells and the header 3',
      'The row has 1 cell and the header 3.',
      null,
      null,
    ]);
  });

  it('ignores empty columns at the right edge and the column of problems', async () => {
    const file = await read('holder,amount,problem,,\nAnn,1,old,,\n');
    expect(file.rows[0]).toMatchObject({ cells: ['Ann', '1', 'old'], shapeProblem: null });
  });
});

describe('refusing a CSV file', () => {
  const bytes = (...list: number[]) => Uint8Array.from([...list, ...Array<number>(40).fill(0x20)]);
  it.each<[string, string | Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(), /file is empty/],
    ['nothing but blanks', ' \n\t\n', /no text/],
    ['nothing but a mark', '\uFEFF', /no text/],
    ['an Excel workbook', bytes(0x50, 0x4b, 3, 4), /Excel or OpenDocument workbook/],
    ['an old Excel workbook', bytes(0xd0, 0xcf, 0x11, 0xe0), /old Excel workbook/],
    ['a PDF', utf8('%PDF-1.7 …'), /a PDF/],
    ['an image', bytes(0x89, 0x50, 0x4e, 0x47), /an image/],
    ['UTF-16 without its mark', Buffer.from('holder,amount\nA,1', 'utf16le'), /Line 1 contains a NUL byte/],
    ['a NUL byte', 'holder,amount\nAnn,1\nB\0b,2', /Line 3 contains a NUL byte/],
    ['a control character', 'holder,amount\nAnn,\u00071', /Line 2 contains the control character U\+0007/],
    ['UTF-16 cut off', Uint8Array.of(0xff, 0xfe, 0x41), /UTF-16 LE, but it is cut off/],
    [
      'UTF-8 that is not',
      Uint8Array.of(0xef, 0xbb, 0xbf, 0x41, 0xff),
      /UTF-8, but some of its bytes are not/,
    ],
    ['a header alone', 'holder,amount\n\n', /a header and no rows/],
    ['rows without a header', 'Ann,12\nBob,13', /Line 1 must name the columns.*“Ann”, “12”/],
    ['an unknown column', 'holder,amuont\nAnn,1', /a column is not known: “amuont”/],
    ['a column without a name', 'holder,,amount\nAnn,,1', /column 2 \(no name\)/],
    [
      'a column that stands twice',
      'holder,amount,Recipient\nAnn,1,Bob',
      /“holder” stands twice \(columns 1 and 3\)/,
    ],
    [
      'an unclosed quotation mark',
      'holder,amount\nAnn,1\n"Bob,2\nCid,3',
      /Line 3: the quotation mark that opens cell 1/,
    ],
    [
      'a quotation mark within a cell',
      'holder,amount\nAnn "the" B,1',
      /Line 2: a quotation mark stands in the middle of cell 1/,
    ],
    [
      'text after a closing quotation mark',
      'holder,amount\n"Ann"x,1',
      /Line 2: after the closing quotation mark of cell 1 comes “x”/,
    ],
  ])('refuses %s and says what would be right', async (_what, content, message) => {
    const error = await refusal(content);
    expect(error.code).toBe('CSV_MALFORMED');
    expect(error.message).toMatch(message);
    expect(error.next.length).toBeGreaterThan(20);
  });

  it('names the columns it knows when one is wrong', async () => {
    expect((await refusal('holder,amuont\nAnn,1')).next).toBe(
      'Rename or remove it. Columns: holder, amount, note.',
    );
  });

  it('refuses a file or a number of rows beyond all measure', async () => {
    expect((await refusal(new Uint8Array(MAX_FILE_BYTES + 1).fill(0x41))).message).toMatch(
      /33 MB; at most 32 MB/,
    );
    expect((await refusal(`holder,amount\n${'a,1\n'.repeat(MAX_RECORDS + 1)}`)).message).toMatch(
      /more than 250,000 rows/,
    );
  });
});

describe('whatever is in a file', () => {
  const wild = fc.array(
    fc.oneof(
      fc.constantFrom(
        '"',
        '""',
        ',',
        ';',
        '\t',
        '\n',
        '\r',
        '\r\n',
        "'",
        '=',
        'holder',
        'amount',
        'note',
        ' ',
      ),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    ),
    { maxLength: 40 },
  );

  it('fails in words and never otherwise', async () => {
    await fc.assert(
      fc.asyncProperty(wild, fc.boolean(), async (parts, headed) => {
        const text = `${headed ? 'holder,amount,note\n' : ''}${parts.join('')}`;
        await read(text).catch((error: unknown) => {
          expect(error).toMatchObject({ name: 'SluiceError', code: 'CSV_MALFORMED' });
        });
      }),
      { numRuns: 1500 },
    );
  });

  it('fails in words for any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
        await read(bytes).catch((error: unknown) => expect(error).toMatchObject({ code: 'CSV_MALFORMED' }));
      }),
    );
  });

  it('is split as csv-parse splits it, and refused where csv-parse refuses it', () => {
    fc.assert(
      fc.property(wild, (parts) => {
        const text = parts.join('');
        const orRefusal = (work: () => string[][]): string[][] | 'refused' => {
          try {
            return work();
          } catch {
            return 'refused';
          }
        };
        const theirs = orRefusal(() => {
          const ends = ['\r\n', '\n', '\r'];
          const records: string[][] = parse(text, { relax_column_count: true, record_delimiter: ends });
          return records.filter((cells) => cells.some((one) => one.trim() !== ''));
        });
        const ours = orRefusal(() => [...tokenize(text, ',')].map((record) => record.cells));
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 3000 },
    );
  });

  it('keeps its line numbers: the named line begins with the record', () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', ',', '"', '\n', '\r\n', '\r'),
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 1, maxLength: 3 }), { maxLength: 8 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        (records, end) => {
          const kept = records.filter((cells) => cells.some((text) => text.trim() !== ''));
          const texts = kept.map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(','));
          const found = [...tokenize(texts.join(end), ',')];
          expect(found.map((record) => record.cells)).toEqual(kept);
          found.forEach((record, index) => {
            const before = texts
              .slice(0, index)
              .map((text) => text + end)
              .join('');
            expect(record.line).toBe(before.split(/\r\n|\n|\r/).length);
          });
        },
      ),
    );
  });

  it('comes back as it was written, in every delimiter, formulas included', async () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.string({
        unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', '"', ',', ';', 'a', ' '),
        maxLength: 6,
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(',', ';', '\t'),
        async (written, delimiter) => {
          const rows = written
            .map((cells) => cells.map((text) => text.replace(/(?![\t\n\r])\p{Cc}/gu, '')))
            .filter((cells) => cells.some((text) => text.trim() !== ''));
          if (rows.length === 0) return;
          const text = writeCsv(['holder', 'amount', 'note'], rows, delimiter);
          const file = await read(text);
          expect(file.rows.map((row) => row.cells)).toEqual(rows);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never gives a spreadsheet program a formula', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', 'a'), maxLength: 5 }),
        (text) => {
          expect(guardCell(text)).not.toMatch(/^[=+\-@\t\r]/);
          expect(unguardCell(guardCell(text))).toBe(text);
        },
      ),
    );
  });
});
