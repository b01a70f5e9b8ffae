import { beforeAll, describe, expect, it } from 'vitest';
import { documentedMessage } from '../../../test/support/message-table.ts';
import { fileOf, openRegisters, type Registers } from '../../../test/support/registers.ts';
import { SluiceError } from '../../shared/errors.ts';
import { MAX_FILE_BYTES } from './csv/decode.ts';

const bytes = (...start: number[]) => Buffer.from([...start, ...Array<number>(40).fill(0x20)]);

/** Files that cannot be read as a whole. */
const FILES: [situation: string, content: string | Buffer][] = [
  ['empty file', Buffer.alloc(0)],
  ['file of blanks', ' \n \n'],
  ['Excel workbook chosen as CSV', bytes(0x50, 0x4b, 3, 4)],
  ['old Excel workbook chosen as CSV', bytes(0xd0, 0xcf, 0x11, 0xe0)],
  ['PDF chosen as CSV', bytes(0x25, 0x50, 0x44, 0x46)],
  ['file too large', Buffer.alloc(MAX_FILE_BYTES + 1, 0x41)],
  ['too many rows', `holder,amount\n${'a,1\n'.repeat(250_001)}`],
  ['UTF-16 without its mark', Buffer.from('holder,amount\nAnn,1', 'utf16le')],
  ['UTF-16 cut off', Buffer.from([0xff, 0xfe, 0x41])],
  ['marked as UTF-8 and is not', Buffer.from([0xef, 0xbb, 0xbf, 0x41, 0xff])],
  ['control character', 'holder,amount\nAnn,\u00071\n'],
  ['no header line', 'Ann,12\nBob,13\n'],
  ['header without rows', 'holder,amount\n'],
  ['unknown column', 'holder,amuont\nAnn,1\n'],
  ['column without a name', 'holder,,amount\nAnn,,1\n'],
  ['column twice', 'holder,amount,Amount\nAnn,1,2\n'],
  ['no column for the holders', 'amount,note\n1,x\n'],
  ['no column for the amounts', 'holder,note\nAnn,x\n'],
  ['quotation mark never closed', 'holder,amount\nAnn,1\n"Bob,2\nCid,3\n'],
  ['quotation mark within a cell', 'holder,amount\nAnn "the" B,1\n'],
  ['text after a closing quotation mark', 'holder,amount\n"Ann"x,1\n'],
];

/** Rows that cannot be used; the rest of the file can. */
const ROWS: [situation: string, row: string][] = [
  ['row with too many cells', 'Ann,1,250,x'],
  ['row with too few cells', 'Ann,1'],
  ['holder missing', ',5,'],
  ['unknown holder', 'Zed,5,'],
  ['ambiguous holder', 'Eve,5,'],
  ['holder without a GAID', 'Nogaid,5,'],
  ['category missing', 'Dora,5,'],
  ['amount missing', 'Ann,,'],
  ['amount zero', 'Ann,0,'],
  ['amount negative', 'Ann,-5,'],
  ['amount with too many decimals', 'Ann,5.1234,'],
  ['amount that can be read in two ways', 'Ann,"1,250",'],
  ['amount shortened by a spreadsheet', 'Ann,1.25E+06,'],
  ['amount too large', 'Ann,21000000000000.01,'],
  ['no amount at all', 'Ann,five,'],
  ['note too long', `Ann,5,${'x'.repeat(501)}`],
  ['same holder twice', 'Ann,5,\nAnn,6,'],
];

let desk: Registers;
let assetUuid: string;

beforeAll(async () => {
  desk = openRegisters();
  const { id } = desk.amp.addCategory('EU');
  const inEu = { categories: [id] };
  for (const name of ['Ann', 'Eve', 'Eve']) desk.amp.addUser(name, inEu);
  desk.amp.addUser('Nogaid', { ...inEu, gaid: null });
  desk.amp.addUser('Dora');
  assetUuid = desk.amp.addAsset('ACME', { requirements: [id] }).assetUuid;
  await desk.sync.run({}, desk.who);
});

async function preview(content: string | Buffer) {
  const base64 = typeof content === 'string' ? fileOf(content) : content.toString('base64');
  return desk.allocations.importPreview({ assetUuid, fileName: 'may.csv', content: base64 }, desk.who);
}

async function refusal(call: () => Promise<unknown>) {
  try {
    await call();
  } catch (error) {
    if (error instanceof SluiceError) return { code: error.code, message: error.message, next: error.next };
    throw error;
  }
  throw new Error('It was not refused.');
}

/** What the table shows of a row: its problems, as the person reads them beside it. */
async function problem(row: string) {
  const { id } = await preview(`holder,amount,note\n${row}\n`);
  const { rows } = await desk.imports.rows({ id, offset: 0, limit: 1 }, desk.who);
  const [worst] = rows;
  return {
    code: worst?.status ?? '',
    message: worst?.problems.map((one) => one.message).join(' ') ?? '',
    next: 'Correct the row in place, leave it out, or repair the annotated file and import that.',
  };
}

describe('what a person reads of a CSV file is what the table says', () => {
  it.each(FILES)('%s', async (situation, content) => {
    expect(documentedMessage(situation)).toEqual(await refusal(() => preview(content)));
  });

  it.each(ROWS)('%s', async (situation, row) => {
    expect(documentedMessage(situation)).toEqual(await problem(row));
  });

  it('import with wrong rows committed', async () => {
    const { id } = await preview('holder,amount\nAnn,5\nZed,6\nAnn,7\n');
    const said = await refusal(async () => desk.allocations.importCommit({ id, name: 'May' }, desk.who));
    expect(documentedMessage('import with wrong rows committed')).toEqual(said);
  });
});
