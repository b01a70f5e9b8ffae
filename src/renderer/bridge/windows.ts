/** Rows per request: about three screens, so that scrolling rarely shows a skeleton. */
export const WINDOW = 120;

/** Offsets of the windows that cover the positions `first` to `last`, both included. */
export function windowsFor(first: number, last: number): number[] {
  const from = Math.max(0, Math.floor(first / WINDOW));
  const to = Math.max(from, Math.floor(last / WINDOW));
  return Array.from({ length: to - from + 1 }, (_, index) => (from + index) * WINDOW);
}
