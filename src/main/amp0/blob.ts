import { decode, encode } from '@msgpack/msgpack';
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { deflate, inflate, type InputType, type ZlibOptions } from 'node:zlib';
import { extendedKey, fingerprint } from './base58.ts';
import type { Amp0OwnerKeys } from './types.ts';

/**
 * The owner's blob at Green, which Green cannot read: base64 of a nonce (12 bytes) and AES-256-GCM of
 * `01 00 00 00 | length, little-endian | zlib(msgpack)`. Its content is an array of 32 places (GDK's `client_blob.cpp`):
 * 0 version, 1 account names, 2 memos, 3 hidden accounts, 4 SLIP-77 key, 5 watch-only data, the rest reserved. What the
 * desk does not know it keeps as it is, for other apps of the same owner write there too.
 */
export type Blob = unknown[];

const PLACES = 32;
const VERSION = 0;
const SLIP77 = 4;
const WATCH_ONLY = 5;
/** LWK's first version of a blob. */
const FIRST_VERSION = 4;
/** Most that a blob may hold once it is unpacked. */
const MOST_BYTES = 4 * 1024 * 1024;

const HARDENED = 0x80000000;
const pack = promisify<InputType, ZlibOptions, Buffer>(deflate);
const unpack = promisify<InputType, ZlibOptions, Buffer>(inflate);

/** Green says this of an owner without a blob. */
export const NO_BLOB = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
/** And this of one whose blob lies at a server of GDK's own. */
export const BLOB_ELSEWHERE = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=';

type Dictionary = Record<string, unknown>;

const dictionary = (value: unknown): Dictionary =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Dictionary) : {};

export async function sealBlob(blob: Blob, key: Buffer): Promise<string> {
  const plain = encode(blob, { useBigInt64: true });
  const head = Buffer.alloc(8);
  head[0] = 1;
  head.writeUInt32LE(plain.byteLength, 4);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = [cipher.update(head), cipher.update(await pack(plain, { level: 9 })), cipher.final()];
  return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]).toString('base64');
}

/** What a sealed blob holds; null when the key does not fit or it is damaged. */
export async function openBlob(sealed: string, key: Buffer): Promise<Blob | null> {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < 12 + 8 + 16) return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(-16));
    const plain = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
    const content = decode(await unpack(plain.subarray(8), { maxOutputLength: MOST_BYTES }), {
      useBigInt64: true,
    });
    return Array.isArray(content) && content.length > WATCH_ONLY ? (content as Blob) : null;
  } catch {
    return null;
  }
}

/** By which Green and its clients know a sealed blob. */
export function blobMac(sealed: string, key: Buffer): string {
  return createHmac('sha256', key).update(Buffer.from(sealed, 'base64')).digest('base64');
}

/** A first blob, as LWK writes it; keys that only the owner's apps use they add by themselves (GDK's `merge_xpubs`). */
export function newBlob(keys: Amp0OwnerKeys): Blob {
  const blob: Blob = Array.from({ length: PLACES }, () => null);
  blob[VERSION] = FIRST_VERSION;
  blob[SLIP77] = { key: keys.masterBlindingKey };
  blob[WATCH_ONLY] = { username: '', xpubs: { [keys.masterXpub]: [] } };
  return blob;
}

/** What the desk reads of a blob. */
export interface BlobFacts {
  /** Root key of the owner. */
  masterXpub: string | null;
  fingerprint: string | null;
  /** SLIP-77, 32 bytes in hex. GDK writes 64 bytes of which the last 32 count. */
  masterBlindingKey: string | null;
  /** By account pointer. */
  accounts: Map<number, string>;
}

export function blobFacts(blob: Blob): BlobFacts {
  const facts: BlobFacts = {
    masterXpub: null,
    fingerprint: null,
    masterBlindingKey: null,
    accounts: new Map(),
  };
  const slip77 = dictionary(blob[SLIP77])['key'];
  if (typeof slip77 === 'string' && /^(?:[0-9a-fA-F]{64}){1,2}$/.test(slip77)) {
    facts.masterBlindingKey = slip77.slice(-64).toLowerCase();
  }
  for (const [xpub, steps] of Object.entries(dictionary(dictionary(blob[WATCH_ONLY])['xpubs']))) {
    const key = extendedKey(xpub);
    if (key === null || !Array.isArray(steps)) continue;
    const [purpose, account, ...rest] = steps.map(Number);
    if (purpose === undefined) {
      facts.masterXpub = xpub;
      facts.fingerprint = fingerprint(key);
    } else if (purpose === HARDENED + 3 && account !== undefined && rest.length === 0) {
      facts.accounts.set(account - HARDENED, xpub);
    }
  }
  return facts;
}

/** With an account's xpub, and the blinding key where it is missing. */
export function withAccount(blob: Blob, pointer: number, xpub: string, masterBlindingKey: string): Blob {
  const slip77 = dictionary(blob[SLIP77]);
  return raised(blob, {
    [SLIP77]: blobFacts(blob).masterBlindingKey === null ? { ...slip77, key: masterBlindingKey } : slip77,
    [WATCH_ONLY]: withXpub(blob, xpub, [HARDENED + 3, HARDENED + pointer]),
  });
}

export function withUsername(blob: Blob, username: string): Blob {
  return raised(blob, { [WATCH_ONLY]: { ...dictionary(blob[WATCH_ONLY]), username } });
}

function withXpub(blob: Blob, xpub: string, path: number[]): Dictionary {
  const watchOnly = dictionary(blob[WATCH_ONLY]);
  return { ...watchOnly, xpubs: { ...dictionary(watchOnly['xpubs']), [xpub]: path } };
}

/** With places replaced and the version that tells other apps of it raised, as GDK does. */
function raised(blob: Blob, places: Record<number, unknown>): Blob {
  const version = blob[VERSION];
  const next =
    typeof version === 'bigint' ? version + 1n : typeof version === 'number' ? version + 1 : FIRST_VERSION;
  return blob.map((value, place) => (place === VERSION ? next : place in places ? places[place] : value));
}
