/**
 * The one place that loads wallycore. Loading it makes the process fall over at any uncaught exception, whatever
 * handlers there are (emscripten's habit), so the listener that it installs is taken away again.
 */
const before = new Set(process.listeners('uncaughtException'));
export const wally = await import('wallycore');
for (const listener of process.listeners('uncaughtException')) {
  if (!before.has(listener)) process.removeListener('uncaughtException', listener);
}
