import { z } from 'zod';
import { decodeCanonical, encodeCanonical } from '../cbor.ts';
import { fromBytewords, toBytewords } from './bytewords.ts';
import { cut, fountain, type Part } from './fountain.ts';

/** Bytes of the message in one picture unless somebody asks for another number: a QR code that usual cameras read. */
export const DEFAULT_FRAME_BYTES = 400;
/** Most frames that a message is cut into. More would be filmed for a quarter of an hour and solved for longer. */
export const MAX_FRAMES = 4096;
/** Largest message that is made or put together: 4,096 frames of 1,500 bytes do not come to more. */
export const MAX_MESSAGE_BYTES = 6 * 1024 * 1024;

/** How many frames a message takes at least. */
export const framesFor = (messageBytes: number, most: number): number => cut(messageBytes, most).count;

/** Frames of a UR (BCR-2020-005, BCR-2024-001), upper case for the alphanumeric mode of QR codes: `number` from 1. */
export function urFrames(
  type: string,
  message: Uint8Array,
  most: number,
): { needed: number; frame(number: number): string } {
  const source = fountain(message, most);
  if (source.count === 1) {
    const text = `ur:${type}/${toBytewords(message)}`.toUpperCase();
    return { needed: 1, frame: () => text };
  }
  return {
    needed: source.count,
    frame(number) {
      const { count, messageBytes, checksum, data } = source.part(number);
      const cbor = encodeCanonical([number, count, messageBytes, checksum, data]);
      return `ur:${type}/${number}-${count}/${toBytewords(cbor)}`.toUpperCase();
    },
  };
}

const u32 = z.number().int().min(1).max(0xffff_ffff);
const partItems = z.tuple([
  u32,
  z.number().int().min(1).max(MAX_FRAMES),
  z.number().int().min(1).max(MAX_MESSAGE_BYTES),
  z.number().int().min(0).max(0xffff_ffff),
  z.instanceof(Uint8Array),
]);

/** One text of a QR code that is a UR: all of it, or a part. */
export type Frame = { type: string; whole: Uint8Array } | { type: string; part: Part };

/** Reads one frame, upper or lower case. Null when it is no UR, or not in order: it is then as if it had not been seen. */
export function readFrame(text: string): Frame | null {
  const match = /^ur:([a-z0-9-]+)\/(?:(\d+)-(\d+)\/)?([a-z]+)$/.exec(text.trim().toLowerCase());
  if (!match) return null;
  const [, type = '', number, count, words = ''] = match;
  const bytes = fromBytewords(words);
  if (!bytes) return null;
  if (number === undefined) return { type, whole: bytes };
  let cbor: unknown;
  try {
    cbor = decodeCanonical(bytes);
  } catch {
    return null;
  }
  const items = partItems.safeParse(cbor);
  if (!items.success) return null;
  const [seq, seqCount, messageBytes, checksum, data] = items.data;
  const fits =
    seq === Number(number) &&
    seqCount === Number(count) &&
    data.length * seqCount >= messageBytes &&
    data.length * (seqCount - 1) < messageBytes;
  return fits ? { type, part: { number: seq, count: seqCount, messageBytes, checksum, data } } : null;
}
