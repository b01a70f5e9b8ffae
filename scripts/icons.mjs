// Draws resources/icon.png from resources/icon.svg with a Chromium of this machine: `node scripts/icons.mjs`.
// electron-builder makes each platform's own format from the picture.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { chromium } from 'playwright-core';
import { findChromium, root, say } from './system.mjs';

const SIZE = 1024;

const executablePath = findChromium();
if (!executablePath) {
  say('Drawing the icon needs a Chromium: install one, or point SLUICE_TEST_CHROMIUM at it.');
  process.exit(1);
}
const svg = readFileSync(path.join(root, 'resources/icon.svg')).toString('base64');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
  await page.setContent(
    `<body style="margin:0"><img width="${SIZE}" height="${SIZE}" src="data:image/svg+xml;base64,${svg}">`,
  );
  await page.screenshot({ path: path.join(root, 'resources/icon.png'), omitBackground: true });
} finally {
  await browser.close();
}
