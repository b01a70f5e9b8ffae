import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

const THREAD = /new URL\(\s*(['"])(\.{1,2}\/[^'"]+\.ts)\1\s*,\s*import\.meta\.url\s*\)/g;
const PLACE = /__SLUICE_THREAD_([\w$-]+)__/g;

/**
 * Bundles the programs of worker threads. In the sources a thread is started from `new URL('./worker.ts',
 * import.meta.url)`, which Node runs as it is; this plugin makes a file of its own of each and puts its name there.
 */
export function threadEntries(): Plugin {
  return {
    name: 'sluice:thread-entries',
    apply: 'build',
    transform: {
      order: 'pre',
      handler(code, id) {
        if (!code.includes('import.meta.url')) return null;
        const from = path.dirname(id);
        return code.replaceAll(THREAD, (whole: string, _quote: string, relative: string) => {
          const file = path.resolve(from, relative);
          if (!existsSync(file)) return whole;
          const reference = this.emitFile({ type: 'chunk', id: file });
          return `new URL("__SLUICE_THREAD_${reference}__", import.meta.url)`;
        });
      },
    },
    renderChunk(code, chunk) {
      if (!code.includes('__SLUICE_THREAD_')) return null;
      const from = path.posix.dirname(chunk.fileName);
      return code.replaceAll(PLACE, (_whole, reference: string) => {
        const relative = path.posix.relative(from, this.getFileName(reference));
        return relative.startsWith('.') ? relative : `./${relative}`;
      });
    },
  };
}
