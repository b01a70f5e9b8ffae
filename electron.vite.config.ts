import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { threadEntries } from './scripts/thread-entries.ts';

const here = (file: string): string => path.join(import.meta.dirname, file);

/** The three bundles of the window: main process, preload, page. The browser host serves the same page. */
export default defineConfig({
  main: {
    plugins: [threadEntries()],
    build: {
      target: 'node24',
      // Dependencies stay where they are: native and wasm parts are found beside their own code.
      externalizeDeps: { include: ['keytar'] },
      rolldownOptions: {
        input: { index: here('src/main/index.ts') },
      },
    },
  },
  preload: {
    build: {
      target: 'node24',
      // A sandboxed preload can require nothing but electron: it is one file.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: here('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: here('src/renderer'),
    plugins: [react()],
    build: {
      target: 'chrome152',
      // One file is right for a page that is read from this machine.
      chunkSizeWarningLimit: 4096,
      minify: true,
      // Fonts and pictures stay files: the page's policy knows no inline sources but small pictures.
      assetsInlineLimit: 0,
      rolldownOptions: { input: { index: here('src/renderer/index.html') } },
    },
  },
});
