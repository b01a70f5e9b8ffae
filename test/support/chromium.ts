import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Browser {
  context: BrowserContext;
  page: Page;
  /** Everything the page complained about: errors, warnings, refusals by its content security policy. */
  complaints: string[];
  close(): Promise<void>;
}

/** A fresh Chromium with one page, on this machine's own build. */
export async function openBrowser(viewport = { width: 1440, height: 900 }): Promise<Browser> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'sluice-chromium-'));
  const context = await chromium.launchPersistentContext(dir, {
    executablePath: await chromiumPath(),
    headless: true,
    viewport,
    locale: 'en-US',
    reducedMotion: 'reduce',
    args: ARGS,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`${error.name}: ${error.message}`));
  page.on('console', (message) => {
    // Browsers ask every site for a favicon once; the host has none at the root.
    if (message.location().url.endsWith('/favicon.ico')) return;
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return {
    context,
    page,
    complaints,
    async close() {
      await context.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function chromiumPath(): Promise<string> {
  const system: unknown = await import(new URL('../../scripts/system.mjs', import.meta.url).href);
  const found = (system as { findChromium(): string | undefined }).findChromium();
  if (!found)
    throw new Error('No Chromium was found: `npm test` installs one, or name it in SLUICE_TEST_CHROMIUM.');
  return found;
}
