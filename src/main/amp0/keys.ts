import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  pbkdf2,
  randomBytes,
  scrypt,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { Amp0Credentials } from './types.ts';

/**
 * What Green's clients work out of keys and passwords. Sources: GDK (`client_blob.cpp`, `utils.cpp`, `ga_session.cpp`) and
 * LWK (`lwk_wollet/src/amp0.rs`), which agree. No elliptic curve is needed.
 */

const stretch = promisify(pbkdf2);
const scryptAsync = promisify<
  Buffer,
  Buffer,
  number,
  { N: number; r: number; p: number; maxmem: number },
  Buffer
>(scrypt);

const ROUNDS = 2048;

/** 32 steps below Green's key that only this owner's addresses have: HMAC-SHA512 of chain code and public key of m/18241'. */
export function gaitPathHex(registerPubkey: string, registerChainCode: string): string {
  return createHmac('sha512', 'GreenAddress.it HD wallet path')
    .update(Buffer.from(registerChainCode + registerPubkey, 'hex'))
    .digest('hex');
}

/** The path as numbers: 64 bytes are 32 big-endian words. Null for anything else. */
export function gaitSteps(hex: string): number[] | null {
  if (!/^[0-9a-fA-F]{128}$/.test(hex)) return null;
  const bytes = Buffer.from(hex, 'hex');
  return Array.from({ length: 32 }, (_, index) => bytes.readUInt16BE(index * 2));
}

export interface BlobKeys {
  /** AES-256. */
  seal: Buffer;
  /** HMAC-SHA256 over the sealed blob, by which Green knows which blob an update replaces. */
  mac: Buffer;
}

/** @param blobPubkey of m/1885434739', hex */
export async function blobKeys(blobPubkey: string): Promise<BlobKeys> {
  const stretched = await stretch(Buffer.from(blobPubkey, 'hex'), 'blobsalt', ROUNDS, 64, 'sha512');
  const mac = stretched.subarray(32);
  return { seal: createHash('sha256').update(mac).digest(), mac };
}

/** What Green is told instead of name and password, and the key that opens the key of the blob. */
export interface WatchOnlyKeys {
  /** Hex. */
  username: string;
  password: string;
  blob: Buffer;
}

/** Takes a second or so, off the main thread. */
export async function watchOnlyKeys({ username, password }: Amp0Credentials): Promise<WatchOnlyKeys> {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(username));
  const entropy = await scryptAsync(
    Buffer.concat([length, Buffer.from(username + password)]),
    Buffer.from('_wo_salt'),
    64,
    { N: 2 ** 14, r: 8, p: 8, maxmem: 64 * 1024 * 1024 },
  );
  const derive = (number: number, name: string) =>
    stretch(entropy, Buffer.concat([Buffer.from([number]), Buffer.from(name)]), ROUNDS, 32, 'sha512');
  const [user, pass, blob] = await Promise.all([
    derive(1, 'wo_user'),
    derive(2, 'wo_pass'),
    derive(3, 'wo_blob'),
  ]);
  return { username: user.toString('hex'), password: pass.toString('hex'), blob };
}

/** The blob's key for whoever knows the watch-only password: hex of IV and AES-256-CBC. */
export function wrapBlobKey(seal: Buffer, wrapping: Buffer): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', wrapping, iv);
  return Buffer.concat([iv, cipher.update(seal), cipher.final()]).toString('hex');
}

/** Null when the password does not open it. */
export function unwrapBlobKey(hex: string, wrapping: Buffer): Buffer | null {
  if (!/^(?:[0-9a-fA-F]{2}){32,1024}$/.test(hex)) return null;
  const bytes = Buffer.from(hex, 'hex');
  try {
    const decipher = createDecipheriv('aes-256-cbc', wrapping, bytes.subarray(0, 16));
    const key = Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]);
    return key.length === 32 ? key : null;
  } catch {
    return null;
  }
}
