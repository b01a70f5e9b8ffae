/** What somebody chose or dropped: pictures of QR codes, their texts written down, a bare PSET, or a bundle. */
export type FileKind = 'picture' | 'codes' | 'pset' | 'bundle';

const PSET_MAGIC = [0x70, 0x73, 0x65, 0x74, 0xff];
const PSET_BASE64 = 'cHNldP';
const MOST_LETTERS = 64;

/** Told by the bytes and not by the name, which anybody may change. */
export function kindOfFile(type: string, bytes: Uint8Array): FileKind {
  if (type.startsWith('image/')) return 'picture';
  if (PSET_MAGIC.every((byte, index) => bytes[index] === byte)) return 'pset';
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, MOST_LETTERS)).trimStart();
  if (start.startsWith(PSET_BASE64)) return 'pset';
  return /^ur:/i.test(start) ? 'codes' : 'bundle';
}

/** The texts of codes that were written down, one a line. */
export function codesOf(text: string): string[] {
  return text
    .split(/\s+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
