/**
 * The one place that loads wallycore. Loading it makes the process fall over at any uncaught exception, whatever
 * handlers there are (emscripten's habit), so the listener that it installs is taken away again.
 */
const before = new Set(process.listeners('uncaughtException'));
export const wally = await import('wallycore');
for (const listener of process.listeners('uncaughtException')) {
  if (!before.has(listener)) process.removeListener('uncaughtException', listener);
}

/** wally's buffers share big blocks of memory, which would be copied whole from thread to thread. */
export const own = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

/** Runs a call that the library may refuse: null then. What a panic throws goes on up. */
export function refusable<T>(call: () => T): T | null {
  try {
    return call();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    return null;
  }
}
