import { setImmediate } from 'node:timers/promises';

/** Lets everything else that waits for the event loop have its turn, in the middle of long work. */
export async function breathe(): Promise<void> {
  await setImmediate();
}

/** Calls `work` with slices of at most `size`, and lets the event loop turn between them. */
export async function inSlices<T>(
  items: readonly T[],
  size: number,
  work: (slice: readonly T[], done: number) => void,
): Promise<void> {
  for (let start = 0; start < items.length; start += size) {
    work(items.slice(start, start + size), start);
    await breathe();
  }
}
