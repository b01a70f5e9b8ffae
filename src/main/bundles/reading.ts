import { plainText, urContent, type Shown } from './carried.ts';
import { assembly, readFrame, type Assembly } from './ur/index.ts';

/** How far the reading of QR codes has come. */
export interface Progress {
  have: number;
  needed: number | null;
  done: Shown | null;
  refused: number;
}

/**
 * Puts together what a camera reads, in any order and as often as it likes. The first frame of a sequence says which one
 * it is; texts of another, and whatever is no frame, are counted and change nothing.
 */
export function createReading() {
  let current: { type: string; parts: Assembly } | null = null;
  let done: Shown | null = null;
  let refused = 0;

  function read(text: string): void {
    const frame = readFrame(text);
    if (frame === null) {
      const plain = current === null ? plainText(text) : null;
      if (plain === null) refused += 1;
      else done = plain;
      return;
    }
    if ('whole' in frame) {
      const whole = current === null ? urContent(frame.type, frame.whole) : null;
      if (whole === null) refused += 1;
      else done = whole;
      return;
    }
    current ??= { type: frame.type, parts: assembly(frame.part) };
    if (current.type !== frame.type || !current.parts.fits(frame.part)) {
      refused += 1;
      return;
    }
    current.parts.add(frame.part);
    if (current.parts.have() < current.parts.count) return;
    const message = current.parts.message();
    done = message === null ? null : urContent(current.type, message);
    if (done !== null) return;
    // Frames that agree with each other and yet are no message: somebody made them so. It begins anew.
    refused += current.parts.count;
    current = null;
  }

  return {
    read(texts: readonly string[]): Progress {
      for (const text of texts) {
        if (done === null) read(text);
      }
      const whole = done === null ? 0 : 1;
      return {
        have: current?.parts.have() ?? whole,
        needed: current?.parts.count ?? (done === null ? null : 1),
        done,
        refused,
      };
    },
  };
}
