import { decodeCanonical, encodeCanonical } from './cbor.ts';
import { looksLikeBundle } from './envelope.ts';
import type { Frame } from './ur/index.ts';

/** What somebody shows in QR codes: base64 of a bundle or of a binary PSET, or the text itself. */
export interface Shown {
  kind: 'bundle' | 'pset' | 'text';
  content: string;
}

/** UR types: our own carries a bundle as it is, the others a CBOR byte string. */
export const UR_TYPE = { bundle: 'sluice-bundle', pset: 'crypto-psbt', text: 'bytes' } as const;
/** `psbt` is the newer name of the registry for the same. */
const PSET_TYPES: readonly string[] = [UR_TYPE.pset, 'psbt'];

const PSET_MAGIC = Buffer.from('pset\xff', 'latin1');
const isPset = (bytes: Uint8Array) => PSET_MAGIC.equals(bytes.subarray(0, PSET_MAGIC.length));

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** A binary PSET from its bytes or from base64 text; null when it is neither. */
export function psetBytes(given: Uint8Array): Uint8Array | null {
  if (isPset(given)) return given;
  const text = Buffer.from(given).toString('latin1').trim();
  if (!/^[A-Za-z0-9+/\s]+={0,2}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  return isPset(bytes) ? bytes : null;
}

/** What a text that is no UR says: a PSET in base64, or just text. Null for what nobody writes into a QR code. */
export function plainText(text: string): Shown | null {
  if (text.trim() === '' || /^ur:/i.test(text.trim())) return null;
  const pset = psetBytes(Buffer.from(text));
  return pset ? { kind: 'pset', content: base64(pset) } : { kind: 'text', content: text };
}

/** What a whole UR carries. Null for a type that is not taken, or contents that are not of that type. */
export function urContent(type: Frame['type'], message: Uint8Array): Shown | null {
  if (type === UR_TYPE.bundle) {
    return looksLikeBundle(message) ? { kind: 'bundle', content: base64(message) } : null;
  }
  if (!PSET_TYPES.includes(type) && type !== UR_TYPE.text) return null;
  let bytes: unknown;
  try {
    bytes = decodeCanonical(message);
  } catch {
    return null;
  }
  if (!(bytes instanceof Uint8Array)) return null;
  if (isPset(bytes)) return { kind: 'pset', content: base64(bytes) };
  if (type !== UR_TYPE.text) return null;
  if (looksLikeBundle(bytes)) return { kind: 'bundle', content: base64(bytes) };
  try {
    return { kind: 'text', content: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return null;
  }
}

/** Bytes as the message of a UR whose type asks for a byte string. */
export const byteString = (bytes: Uint8Array): Uint8Array => encodeCanonical(bytes);
