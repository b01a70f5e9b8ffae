import { randomBytes } from 'node:crypto';
import type { AreaHandlers } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { byteString, psetBytes, UR_TYPE } from './carried.ts';
import { createReading } from './reading.ts';
import { DEFAULT_FRAME_BYTES, framesFor, MAX_FRAMES, MAX_MESSAGE_BYTES, urFrames } from './ur/index.ts';

/** Longest text that is shown as it is; a QR code of it in byte mode is still read by a poor camera. */
const PLAIN_TEXT_BYTES = 800;
/** Mixtures shown after the fragments themselves: as many again, but a film has to begin again some time. */
const EXTRA_FRAMES = 512;
const SESSIONS = 8;
const SESSION_MS = 15 * 60 * 1000;

export interface QrDeps {
  /** Bytes of a bundle that was sent. Throws NOT_FOUND. */
  bundle: (id: string) => Uint8Array;
  clock: () => number;
}

/**
 * QR codes as texts: the page draws and films them. What was read is answered as base64 for a bundle and a PSET, and as
 * it stands for text. Readings are kept in memory, a few at a time, and forgotten after a quarter of an hour.
 */
export function createQr({ bundle, clock }: QrDeps): AreaHandlers<'qr'> {
  const sessions = new Map<string, { reading: ReturnType<typeof createReading>; at: number }>();

  function session(given: string | undefined): { id: string; reading: ReturnType<typeof createReading> } {
    const now = clock();
    for (const [id, { at }] of sessions) if (now - at > SESSION_MS) sessions.delete(id);
    const known = given === undefined ? undefined : sessions.get(given);
    const id = given !== undefined && known ? given : randomBytes(8).toString('hex');
    const reading = known?.reading ?? createReading();
    // Taken out and put back: the one that was not used for longest is the first.
    sessions.delete(id);
    sessions.set(id, { reading, at: now });
    const [oldest] = sessions.keys();
    if (sessions.size > SESSIONS && oldest !== undefined) sessions.delete(oldest);
    return { id, reading };
  }

  function film(type: string, message: Uint8Array, most: number) {
    const needed = framesFor(message.length, most);
    if (needed > MAX_FRAMES || message.length > MAX_MESSAGE_BYTES) {
      throw new SluiceError(
        'BUNDLE_TOO_LARGE',
        `${needed} QR codes would be needed; ${MAX_FRAMES} is the most that is sensible.`,
        { next: 'Carry it as a file, or put more bytes into each picture.' },
      );
    }
    const { frame } = urFrames(type, message, most);
    const shown = needed === 1 ? 1 : needed + Math.min(needed, EXTRA_FRAMES);
    return { frames: Array.from({ length: shown }, (_, index) => frame(index + 1)), needed, type };
  }

  return {
    frames({ of, bytesPerFrame = DEFAULT_FRAME_BYTES }) {
      switch (of.kind) {
        case 'bundle':
          return film(UR_TYPE.bundle, bundle(of.id), bytesPerFrame);
        case 'pset': {
          const bytes = psetBytes(Buffer.from(of.content, 'base64'));
          if (bytes) return film(UR_TYPE.pset, byteString(bytes), bytesPerFrame);
          throw new SluiceError('PSET_INVALID', 'This is not a PSET: it does not begin as one.', {
            next: 'Choose a PSET, binary or in base64.',
            field: 'of.content',
          });
        }
        case 'text': {
          const bytes = Buffer.from(of.text);
          const plain = bytes.length <= PLAIN_TEXT_BYTES && !/^\s*ur:/i.test(of.text);
          if (plain) return { frames: [of.text], needed: 1, type: 'text' };
          return film(UR_TYPE.text, byteString(bytes), bytesPerFrame);
        }
      }
    },

    read({ session: given, texts }) {
      const { id, reading } = session(given);
      const { have, needed, done, refused } = reading.read(texts);
      return {
        session: id,
        have,
        needed,
        done: done !== null,
        kind: done?.kind ?? null,
        content: done?.content ?? null,
        refused,
      };
    },
  };
}
