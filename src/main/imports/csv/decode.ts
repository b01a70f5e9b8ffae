import { SluiceError } from '../../../shared/errors.ts';

/** Largest file that is read: about 300,000 rows of the width people send. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;

export interface DecodedFile {
  text: string;
  /** The encoding that was found, as shown to the person. */
  encoding: 'UTF-8' | 'UTF-16 LE' | 'UTF-16 BE' | 'Windows-1252';
}

export function malformed(message: string, next: string, cause?: unknown): SluiceError {
  return new SluiceError('CSV_MALFORMED', message, { next, field: 'content', cause });
}

const SAVE_AS_CSV =
  'Open it in the program that made it and save the sheet as “CSV UTF-8”, then choose that file.';

/** First bytes of files that people choose by mistake. */
const MAGIC: readonly { bytes: readonly number[]; what: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: 'an Excel or OpenDocument workbook (or another ZIP archive)' },
  { bytes: [0x50, 0x4b, 0x05, 0x06], what: 'an empty ZIP archive' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], what: 'an old Excel workbook (.xls)' },
  { bytes: [0x25, 0x50, 0x44, 0x46], what: 'a PDF' },
  { bytes: [0x1f, 0x8b], what: 'a gzip archive' },
  { bytes: [0x89, 0x50, 0x4e, 0x47], what: 'an image' },
  { bytes: [0xff, 0xd8, 0xff], what: 'an image' },
];

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

function decodeStrictly(bytes: Uint8Array, label: string): string | null {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function decodeUtf16(bytes: Uint8Array, bigEndian: boolean): string {
  // Not every host has the big-endian decoder: the bytes are swapped instead.
  const body = Buffer.from(bytes.subarray(2));
  const name = bigEndian ? 'UTF-16 BE' : 'UTF-16 LE';
  const text = body.length % 2 === 0 ? decodeStrictly(bigEndian ? body.swap16() : body, 'utf-16le') : null;
  if (text === null) {
    throw malformed(
      `The file says that it is ${name}, but it is cut off or damaged.`,
      'Save it again as “CSV UTF-8” and choose the new file.',
    );
  }
  return text;
}

function lineOf(text: string, index: number): number {
  return (text.slice(0, index).match(/\r\n|\n|\r/g)?.length ?? 0) + 1;
}

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

function refuseControlCharacters(text: string): void {
  const found = CONTROL.exec(text);
  if (!found) return;
  const line = lineOf(text, found.index);
  if (found[0] === '\u0000') {
    throw malformed(
      `Line ${line} contains a NUL byte: this is no text, or UTF-16 without its mark.`,
      'Save the file as “CSV UTF-8” and choose it again.',
    );
  }
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  throw malformed(
    `Line ${line} contains the control character U+${code}, which no text has.`,
    'Remove it in a text editor, or save the sheet again as “CSV UTF-8”.',
  );
}

/**
 * Finds out how a file is encoded: the mark at its start (UTF-8, UTF-16), else UTF-8, else Windows-1252, which older
 * spreadsheet programs write. Throws CSV_MALFORMED for whatever is no text.
 */
export function decodeFile(bytes: Uint8Array): DecodedFile {
  if (bytes.length === 0) {
    throw malformed('The file is empty.', 'Choose a file with a header line and at least one row.');
  }
  if (bytes.length > MAX_FILE_BYTES) {
    throw malformed(
      `The file has ${Math.ceil(bytes.length / 1024 / 1024)} MB; at most ${MAX_FILE_BYTES / 1024 / 1024} MB are read.`,
      'Split it into several files.',
    );
  }
  const known = MAGIC.find((magic) => startsWith(bytes, magic.bytes));
  if (known) throw malformed(`This is ${known.what}, not a CSV file.`, SAVE_AS_CSV);

  let decoded: DecodedFile;
  if (startsWith(bytes, [0xff, 0xfe])) {
    decoded = { text: decodeUtf16(bytes, false), encoding: 'UTF-16 LE' };
  } else if (startsWith(bytes, [0xfe, 0xff])) {
    decoded = { text: decodeUtf16(bytes, true), encoding: 'UTF-16 BE' };
  } else {
    const marked = startsWith(bytes, [0xef, 0xbb, 0xbf]);
    const utf8 = decodeStrictly(marked ? bytes.subarray(3) : bytes, 'utf-8');
    if (utf8 !== null) {
      decoded = { text: utf8, encoding: 'UTF-8' };
    } else if (marked) {
      throw malformed(
        'The file says that it is UTF-8, but some of its bytes are not.',
        'Save it again as “CSV UTF-8” and choose the new file.',
      );
    } else {
      decoded = { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'Windows-1252' };
    }
  }
  refuseControlCharacters(decoded.text);
  if (decoded.text.trim() === '') {
    throw malformed('The file has no text in it.', 'Choose a file with a header line and at least one row.');
  }
  return decoded;
}
