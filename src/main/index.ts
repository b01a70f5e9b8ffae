import path from 'node:path';
import { app } from 'electron';
import { openDesk } from './desk/index.ts';
import { launchOptions } from './hosting/index.ts';
import { runShell } from './shell/index.ts';

// The built program stands at out/main/index.js.
const root = path.join(import.meta.dirname, '../..');

runShell({
  launch: launchOptions(process.argv.slice(app.isPackaged ? 1 : 2), { tolerant: true }),
  openDesk,
  files: {
    page: path.join(root, 'out/renderer'),
    preload: path.join(root, 'out/preload/index.cjs'),
    icon: path.join(root, 'resources/icon.png'),
  },
  devServer: process.env['ELECTRON_RENDERER_URL'] ?? null,
});
