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

/** libwally's constants that are used here; the package's types leave them out. */
export const WALLY = {
  KEY_PRIVATE: 0x0,
  KEY_PUBLIC: 0x1,
  SKIP_HASH: 0x2,
  TEST_PRIVATE: 0x04358394,
  ECDSA: 0x1,
  GRIND_R: 0x4,
} as const;
