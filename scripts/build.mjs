// Builds the window's three bundles into out/ and notes when.
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { ownNode, root, run, say } from './system.mjs';

const STAMP = path.join(root, 'out/.built');
const SOURCES = ['src/main', 'src/preload', 'src/renderer', 'src/sandbox', 'src/shared'];
const SINGLE = ['electron.vite.config.ts', 'package-lock.json', 'scripts/thread-entries.ts'];

/** Whether out/ is younger than everything it is made of. */
export function isBuilt() {
  if (!existsSync(STAMP) || !existsSync(path.join(root, 'out/renderer/index.html'))) return false;
  const builtAt = statSync(STAMP).mtimeMs;
  return [...SINGLE.map((file) => path.join(root, file)), ...SOURCES.flatMap(sourceFiles)].every(
    (file) => statSync(file).mtimeMs <= builtAt,
  );
}

/** Builds everything; returns the exit code. */
export function build() {
  say('Building…');
  const startedAt = new Date();
  const cli = path.join(root, 'node_modules/electron-vite/bin/electron-vite.js');
  const code = run(ownNode(), [cli, 'build', '--logLevel', 'warn'], { NODE_ENV: 'production' });
  if (code !== 0) return code;
  mkdirSync(path.dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, `${startedAt.toISOString()}\n`);
  return 0;
}

function sourceFiles(dir) {
  const full = path.join(root, dir);
  if (!existsSync(full)) return [];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exit(build());
