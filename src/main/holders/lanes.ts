/**
 * Works on one item after the other, several at once. After a failure nothing new is begun; what is under way is
 * finished, and then the first failure is thrown.
 */
export async function inLanes<T>(
  lanes: number,
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let stopped = false;
  async function lane(): Promise<void> {
    for (let next = iterator.next(); !next.done && !stopped; next = iterator.next()) {
      try {
        await work(next.value);
      } catch (error) {
        stopped = true;
        throw error;
      }
    }
  }
  const running = Array.from({ length: lanes }, lane);
  await Promise.allSettled(running);
  await Promise.all(running);
}
