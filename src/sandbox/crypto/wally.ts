/**
 * The sandbox's own copy of the libwally loader. The package adds a listener for uncaught exceptions when it loads,
 * which would turn every crash of the host into silence: what it added is taken away again.
 */
const before = new Set(process.listeners('uncaughtException'));
const loaded = await import('wallycore');
for (const listener of process.listeners('uncaughtException')) {
  if (!before.has(listener)) process.removeListener('uncaughtException', listener);
}

export const wally = loaded;
