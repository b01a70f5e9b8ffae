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

/** What “the bundle before the first one” is called. */
export const NO_PREVIOUS = '0'.repeat(64);

const sized = (length: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === length);
const hexOf = (length: number) => sized(length).transform((bytes) => Buffer.from(bytes).toString('hex'));
const moment = z.number().int().min(0);

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
  let parts: Carried;
  try {
    parts = decodeCanonical(bytes);
  } catch (cause) {
    throw invalid('The bundle is cut off or damaged: it does not end where it says.', again, cause);
  }
  const [, headerBytes, sealed, signature] = parts as readonly Carried[];
  if (
    !(headerBytes instanceof Uint8Array) ||
    !(sealed instanceof Uint8Array) ||
    !(signature instanceof Uint8Array) ||
    signature.length !== SIGNATURE_BYTES
  ) {
    throw invalid('The bundle is damaged: its parts are not what they have to be.', again);
  }
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
