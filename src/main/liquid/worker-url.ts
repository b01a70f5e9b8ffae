import { existsSync } from 'node:fs';

/**
 * Where the worker's program is: beside this file when it runs from source; `liquid-worker.js`, an entry of its own, when
 * it runs from the bundle (where this file may sit in a folder of shared chunks).
 */
export function workerUrl(): URL {
  const here = import.meta.url;
  if (here.endsWith('.ts')) return new URL('./worker.ts', here);
  const beside = new URL('./liquid-worker.js', here);
  return existsSync(beside) ? beside : new URL('../liquid-worker.js', here);
}
