/** Files that survive a crash: atomic writes, locks that die with their process, failures in words. */
export { ensurePrivateFolder, syncFolder, writeFileAtomic } from './atomic.ts';
export { corrupt, inWords, storageError } from './errors.ts';
export { acquireLock, withLock, type Lock } from './lock.ts';
