import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { bundleKind, network, type BundleKind, type Network } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { decodeCanonical, encodeCanonical } from './cbor.ts';
import { isSignedBy, newKeyPair, seal, SIGNATURE_BYTES, signBytes, unseal } from './keys.ts';
import type { Identity } from './identity.ts';
import type { Carried } from './types.ts';

/**
 * Largest bundle. A request of 1,000 recipients takes about 6 MB (a blinded output with its proofs is some 5 KB), so
 * this is room for about 5,000; and base64 of it still passes the contract's 48 MiB.
 */
export const MAX_BUNDLE_BYTES = 32 * 1024 * 1024;

const MAGIC = 'sluice-bundle';
/** How every bundle begins: a list of four, and the magic text. */
const BEGINNING = Buffer.concat([Buffer.from([0x84, 0x60 + MAGIC.length]), Buffer.from(MAGIC)]);
/** The signature is the last item: its CBOR head and its bytes. */
const SIGNATURE_ITEM_BYTES = 2 + SIGNATURE_BYTES;

/** CBOR head of a byte string; how many bytes of length follow it, and the least length that they are for. */
const BYTES_MAJOR = 0x40;
const LENGTH_BYTES: Readonly<Record<number, number>> = { 24: 1, 25: 2, 26: 4 };
const LEAST_LENGTH: Readonly<Record<number, number>> = { 24: 24, 25: 256, 26: 65_536 };
/** A header of version 1 has some 250 bytes. */
const MAX_HEADER_BYTES = 1024;

/** What “the bundle before the first one” is called. */
export const NO_PREVIOUS = '0'.repeat(64);

const sized = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === length);
const hexOf = (length: number) => sized(length).transform((bytes) => Buffer.from(bytes).toString('hex'));
/** As far as dates go: what is refused is told with its time. */
const moment = z.number().int().min(0).max(8_640_000_000_000_000);

const header = z.strictObject({
  v: z.literal(1),
  id: hexOf(16),
  kind: bundleKind,
  from: hexOf(16),
  to: hexOf(16),
  network,
  created: moment,
  expires: moment,
  seq: z.number().int().min(1),
  previous: hexOf(32),
  ephemeral: sized(32),
});
/** The readable part of a bundle: times in milliseconds since 1970, ids and hashes in hex. */
export type Header = z.output<typeof header>;

export interface Envelope {
  header: Header;
  /** SHA-256 of the whole file, hex: what the next bundle of this direction refers to. */
  hash: string;
  headerBytes: Uint8Array;
  sealed: Uint8Array;
  signed: Uint8Array;
  signature: Uint8Array;
}

export interface NewBundle {
  kind: BundleKind;
  to: { id: string; box: Uint8Array };
  network: Network;
  created: number;
  expires: number;
  seq: number;
  previous: string;
  payload: Carried;
}

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Whether bytes begin as every bundle does. */
export function looksLikeBundle(bytes: Uint8Array): boolean {
  return BEGINNING.equals(bytes.subarray(0, BEGINNING.length));
}

/** Makes the bytes of a bundle: see docs/bundle-format.md. Throws BUNDLE_TOO_LARGE. */
export function makeBundle(
  from: Identity,
  bundle: NewBundle,
): { id: string; bytes: Uint8Array; hash: string } {
  const id = randomBytes(16);
  const ephemeral = newKeyPair('x25519');
  const headerBytes = encodeCanonical({
    v: 1,
    id,
    kind: bundle.kind,
    from: Buffer.from(from.id, 'hex'),
    to: Buffer.from(bundle.to.id, 'hex'),
    network: bundle.network,
    created: bundle.created,
    expires: bundle.expires,
    seq: bundle.seq,
    previous: Buffer.from(bundle.previous, 'hex'),
    ephemeral: ephemeral.publicKey,
  });
  const sealed = seal(ephemeral, bundle.to.box, encodeCanonical(bundle.payload), headerBytes);
  const unsigned = encodeCanonical([MAGIC, headerBytes, sealed, new Uint8Array(SIGNATURE_BYTES)]);
  const signed = unsigned.subarray(0, -SIGNATURE_ITEM_BYTES);
  const bytes = Buffer.concat([
    signed,
    unsigned.subarray(-SIGNATURE_ITEM_BYTES, -SIGNATURE_BYTES),
    signBytes(from.sign.privateKey, signed),
  ]);
  if (bytes.length > MAX_BUNDLE_BYTES)
    throw tooLarge(bytes.length, 'Divide the work into smaller operations.');
  return { id: id.toString('hex'), bytes, hash: hashOf(bytes) };
}

/**
 * The three byte strings of a bundle, cut out by hand: nothing is built from bytes that nobody vouches for yet. In words
 * what is wrong with it otherwise.
 */
function cutUp(bytes: Uint8Array): readonly [Uint8Array, Uint8Array, Uint8Array] | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const items: Uint8Array[] = [];
  let at = BEGINNING.length;
  while (items.length < 3) {
    const cutOff = `The bundle is cut off: it has ${bytes.length} bytes and goes on.`;
    const head = bytes[at];
    if (head === undefined) return cutOff;
    const info = head - BYTES_MAJOR;
    const lengthBytes = LENGTH_BYTES[info] ?? 0;
    if (info < 0 || (info >= 24 && lengthBytes === 0))
      return 'The bundle is damaged: its parts are not bytes.';
    if (at + 1 + lengthBytes > bytes.length) return cutOff;
    const length = readLength(view, at, info);
    // The shortest form is the only one.
    if (lengthBytes > 0 && length < (LEAST_LENGTH[info] ?? 0)) {
      return 'The bundle is damaged: a length is not in its shortest form.';
    }
    const start = at + 1 + lengthBytes;
    at = start + length;
    if (at > bytes.length) return cutOff;
    items.push(bytes.subarray(start, at));
  }
  if (at < bytes.length) return `The bundle ends after ${at} bytes, but the file has ${bytes.length}.`;
  const [header, sealed, signature] = items;
  if (!header || !sealed || signature?.length !== SIGNATURE_BYTES || header.length > MAX_HEADER_BYTES) {
    return 'The bundle is damaged: its parts do not have their lengths.';
  }
  return [header, sealed, signature];
}

/** Length of the byte string whose head is at `at`. */
function readLength(view: DataView, at: number, info: number): number {
  if (info === 24) return view.getUint8(at + 1);
  if (info === 25) return view.getUint16(at + 1);
  return info === 26 ? view.getUint32(at + 1) : info;
}

/** Takes a bundle apart without believing any of it. Throws BUNDLE_TOO_LARGE and BUNDLE_INVALID. */
export function parseBundle(bytes: Uint8Array): Envelope {
  if (bytes.length > MAX_BUNDLE_BYTES) throw tooLarge(bytes.length, 'Choose the file that the sender named.');
  if (!looksLikeBundle(bytes)) {
    throw invalid(
      BEGINNING.subarray(0, bytes.length).equals(bytes)
        ? 'This file is cut off: it ends before the bundle has begun.'
        : 'This is not a bundle.',
      'Choose the file that the sender named; it ends in .sluice.',
    );
  }
  const again = 'Copy the file again from where it was made, or scan all pictures again.';
  const parts = cutUp(bytes);
  if (typeof parts === 'string') throw invalid(parts, again);
  const [headerBytes, sealed, signature] = parts;
  let fields: unknown;
  try {
    fields = decodeCanonical(headerBytes);
  } catch (cause) {
    throw invalid('The bundle is damaged: its header cannot be read.', again, cause);
  }
  const version = typeof fields === 'object' && fields !== null && 'v' in fields ? fields.v : null;
  if (typeof version === 'number' && version > 1) {
    throw invalid(
      `The bundle is of format version ${version}; this program reads version 1.`,
      'Update Sluice on this machine.',
    );
  }
  const read = header.safeParse(fields);
  if (!read.success) {
    const where = read.error.issues[0]?.path.join('.') ?? '';
    throw invalid(`The bundle’s header is not as it has to be${where === '' ? '' : ` (${where})`}.`, again);
  }
  return {
    header: read.data,
    hash: hashOf(bytes),
    headerBytes,
    sealed,
    signed: bytes.subarray(0, -SIGNATURE_ITEM_BYTES),
    signature,
  };
}

/** Throws BUNDLE_ALTERED unless every byte is as the holder of this Ed25519 key signed it. */
export function checkSignature(envelope: Envelope, key: Uint8Array): void {
  if (!isSignedBy(key, envelope.signed, envelope.signature)) {
    throw altered('The bundle was changed after it was signed, or its sender did not sign it.');
  }
}

/** Decrypts and decodes the payload. Throws BUNDLE_ALTERED and BUNDLE_INVALID. */
export function openPayload(envelope: Envelope, receiver: Identity): Carried {
  let plain: Uint8Array;
  try {
    plain = unseal(receiver.box, envelope.header.ephemeral, envelope.sealed, envelope.headerBytes);
  } catch {
    throw altered('The contents of the bundle cannot be decrypted with the key of this profile.');
  }
  try {
    return decodeCanonical(plain);
  } catch (cause) {
    throw invalid(
      'The contents of the bundle are not deterministic CBOR.',
      'Update Sluice on the machine that made it, and make it again.',
      cause,
    );
  }
}

function invalid(message: string, next: string, cause?: unknown): SluiceError {
  return new SluiceError('BUNDLE_INVALID', message, { next, cause });
}

function altered(message: string): SluiceError {
  return new SluiceError('BUNDLE_ALTERED', message, {
    next: 'Have it handed out again where it was made. If it happens again, do not trust the way in between.',
  });
}

function tooLarge(bytes: number, next: string): SluiceError {
  const megabytes = (count: number) => (count / 1024 / 1024).toFixed(1);
  return new SluiceError(
    'BUNDLE_TOO_LARGE',
    `${megabytes(bytes)} MiB; a bundle has at most ${megabytes(MAX_BUNDLE_BYTES)} MiB.`,
    { next },
  );
}
