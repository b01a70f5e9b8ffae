import type { Outgoing } from '../../shared/contract/index.ts';
import { DEFAULT_FRAME_BYTES, framesFor } from './ur/index.ts';

/** Pictures a second that a usual camera reads without losing most of them. */
const FRAMES_PER_SECOND = 5;
/** Longest that somebody is asked to hold a camera still: some 70 kB, a request of about ten recipients. */
const PATIENCE_SECONDS = 40;

function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function timeText(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  return `${Math.round(seconds / 60)} minutes`;
}

/** A sent bundle as people get it: a file, and whether pictures are sensible for its size. */
export function outgoingOf(bundleId: string, fileName: string, content: Uint8Array): Outgoing {
  const bytes = content.length;
  const frames = framesFor(bytes, DEFAULT_FRAME_BYTES);
  const seconds = Math.ceil(frames / FRAMES_PER_SECOND);
  const advice = seconds <= PATIENCE_SECONDS ? 'qr' : 'file';
  const pictures =
    frames === 1
      ? 'one QR code'
      : `${frames.toLocaleString('en-US')} QR codes, about ${timeText(seconds)} of film`;
  return {
    bundleId,
    fileName,
    content: Buffer.from(content).toString('base64'),
    bytes,
    frames,
    seconds,
    advice,
    adviceText:
      advice === 'qr'
        ? `${sizeText(bytes)} are ${pictures}: a camera does, and a file as well.`
        : `${sizeText(bytes)} would be ${pictures}: carry it as a file.`,
  };
}

/** Stem of a file's name without anything that a file system or a shell could take amiss. */
export function fileNameOf(name: string): string {
  const stem = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80);
  return `${stem === '' ? 'bundle' : stem}.sluice`;
}
