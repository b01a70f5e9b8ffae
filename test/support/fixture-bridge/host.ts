import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { startBrowserHost } from '../../../src/main/browser-host/index.ts';
import { loadPage, type Page } from '../../../src/main/hosting/index.ts';
import { fakeDesk } from '../fake-desk.ts';
import { fixtureHandlers, type Scene } from './handlers.ts';

/** The page as it is built for the product, in memory. */
export async function buildPage(): Promise<Page> {
  const outDir = await mkdtemp(path.join(os.tmpdir(), 'sluice-page-'));
  try {
    await build({
      configFile: false,
      root: path.join(import.meta.dirname, '../../../src/renderer'),
      base: './',
      plugins: [react()],
      logLevel: 'error',
      build: {
        outDir,
        emptyOutDir: true,
        target: 'chrome152',
        assetsInlineLimit: 0,
        minify: false,
        chunkSizeWarningLimit: 9000,
      },
    });
    return await loadPage(outDir);
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}

/** The browser host of the product, policy and all, with made-up data behind it. */
export async function startFixtureHost(page: Page, scene: Scene, holders?: number) {
  return startBrowserHost({ desk: fakeDesk(fixtureHandlers(scene, holders)), page, port: 0 });
}
