export const HARDENED = 0x8000_0000;

/** Deeper than any wallet goes, Green's 35 steps among them. */
const MOST_STEPS = 64;

/** Steps of a path such as `84'/1'/0'` (also `m/84h/1h/0h`); null for anything else. */
export function readPath(text: string): number[] | null {
  const steps = text.replace(/^m\//, '').split('/', MOST_STEPS + 1);
  if (steps.length > MOST_STEPS) return null;
  const read = steps.map((step) => {
    const match = /^(\d{1,10})(['hH])?$/.exec(step);
    const number = match ? Number(match[1]) : HARDENED;
    return number < HARDENED ? number + (match?.[2] ? HARDENED : 0) : -1;
  });
  return read.includes(-1) ? null : read;
}

/** The one way in which paths are written here: `84'/1'/0'`. */
export function writePath(steps: readonly number[]): string {
  return steps.map((step) => (step >= HARDENED ? `${step - HARDENED}'` : String(step))).join('/');
}
