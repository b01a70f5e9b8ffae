import { fromHex, join, toHex } from './bytes.ts';
import { SluiceError } from '../../shared/errors.ts';

/** Length of one piece of the device's reply, bytes. */
export const PIECE = 3008;
/** `pset` and its separator. */
const MAGIC = '70736574ff';
const GENESIS = toHex(new Uint8Array([0xfc, 0x04, ...Buffer.from('pset'), 0x02]));
/** Key of our own field: proprietary, `sluice`, subtype 0. Other software passes it over. */
const PADDING = new Uint8Array([0xfc, 0x06, ...Buffer.from('sluice'), 0x00]);

const INPUT_COUNT = 0x04;
const BIP32_DERIVATION = 0x06;

/** The global field with the genesis hash that the firmware adds (ELIP-101): key of 7 bytes, value of 32, two lengths. */
const GENESIS_SIZE = 41;
/** A partial signature: key of 34 bytes, DER with sighash byte of 70 to 73, two lengths. */
const SIGNATURE_SIZE = [106, 109] as const;

interface Field {
  key: Uint8Array;
  value: Uint8Array;
  start: number;
  end: number;
}

function broken(): SluiceError {
  return new SluiceError('PSET_INVALID', 'The PSET could not be read.', {
    next: 'Prepare the batch again.',
  });
}

function compactSize(bytes: Uint8Array, at: number): [value: number, next: number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = bytes[at];
  if (first === undefined) throw broken();
  const width = first < 0xfd ? 0 : first === 0xfd ? 2 : first === 0xfe ? 4 : 9;
  if (width === 9 || at + 1 + width > bytes.length) throw broken();
  if (width === 0) return [first, at + 1];
  return [width === 2 ? view.getUint16(at + 1, true) : view.getUint32(at + 1, true), at + 1 + width];
}

/** The fields of one map and where the next begins. */
function readMap(bytes: Uint8Array, from: number): { fields: Field[]; next: number } {
  const fields: Field[] = [];
  let at = from;
  for (;;) {
    const start = at;
    const [keyLength, keyAt] = compactSize(bytes, at);
    if (keyLength === 0) return { fields, next: keyAt };
    const [valueLength, valueAt] = compactSize(bytes, keyAt + keyLength);
    const end = valueAt + valueLength;
    if (end > bytes.length) throw broken();
    fields.push({
      key: bytes.subarray(keyAt, keyAt + keyLength),
      value: bytes.subarray(valueAt, end),
      start,
      end,
    });
    at = end;
  }
}

function globals(pset: Uint8Array): { fields: Field[]; next: number } {
  if (toHex(pset.subarray(0, 5)) !== MAGIC) throw broken();
  return readMap(pset, 5);
}

/** How many signatures a key will add: one for each of its keys that an input names. */
export function signaturesFor(pset: Uint8Array, fingerprint: string): number {
  const head = globals(pset);
  const count = head.fields.find(({ key }) => key.length === 1 && key[0] === INPUT_COUNT);
  if (!count) throw broken();
  const own = toHex(fromHex(fingerprint, 'fingerprint', 4));
  let signatures = 0;
  let at = head.next;
  for (let left = compactSize(count.value, 0)[0]; left > 0; left -= 1) {
    const { fields, next } = readMap(pset, at);
    at = next;
    signatures += fields.filter(
      ({ key, value }) => key[0] === BIP32_DERIVATION && toHex(value.subarray(0, 4)) === own,
    ).length;
  }
  return signatures;
}

/** Least and greatest length that the signed PSET can have, bytes. */
export function signedSize(pset: Uint8Array, signatures: number): [least: number, most: number] {
  const hasGenesis = globals(pset).fields.some(({ key }) => toHex(key) === GENESIS);
  const base = pset.length + (hasGenesis ? 0 : GENESIS_SIZE);
  return [base + signatures * SIGNATURE_SIZE[0], base + signatures * SIGNATURE_SIZE[1]];
}

/**
 * The PSET, longer by an unknown global field where the signed one might be an exact multiple of 3008 bytes: the firmware
 * then counts one piece too many and restarts right after the approval (`nmsgs = length / 3008 + 1`, measured).
 */
export function padded(pset: Uint8Array, signatures: number): Uint8Array {
  const [least, most] = signedSize(pset, signatures);
  if (!meets(least, most)) return pset;
  const at = globals(pset).next - 1;
  for (let length = 1; length < 0xfd; length += 1) {
    const field = join([
      new Uint8Array([PADDING.length]),
      PADDING,
      new Uint8Array([length]),
      new Uint8Array(length),
    ]);
    if (!meets(least + field.length, most + field.length)) {
      return join([pset.subarray(0, at), field, pset.subarray(at)]);
    }
  }
  // So many signatures that every length may be hit: the other way of signing is for that.
  return pset;
}

/** The PSET without the field that `padded` may have added. */
export function unpadded(pset: Uint8Array): Uint8Array {
  const field = globals(pset).fields.find(({ key }) => toHex(key) === toHex(PADDING));
  return field ? join([pset.subarray(0, field.start), pset.subarray(field.end)]) : pset;
}

/** Whether a multiple of a piece lies in the range. */
function meets(least: number, most: number): boolean {
  return Math.floor(most / PIECE) * PIECE >= least;
}
