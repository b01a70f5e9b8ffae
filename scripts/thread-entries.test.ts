import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from 'vite';
import { threadEntries } from './thread-entries.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'sluice-threads-'));
  const files = {
    'package.json': '{"type":"module"}',
    'main.ts': `
      export const start = async (): Promise<unknown> => (await import('./pool.ts')).start();
      export const missing = new URL('./nowhere.ts', import.meta.url).pathname;`,
    'pool.ts': `
      import { Worker } from 'node:worker_threads';
      import { word } from './word.ts';
      export const start = () => new Worker(new URL("./worker.ts", import.meta.url), { workerData: word });`,
    'worker.ts': `
      import { parentPort, workerData } from 'node:worker_threads';
      import { word } from './word.ts';
      parentPort?.postMessage(workerData + word);`,
    'word.ts': `export const word: string = 'sluice';`,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(dir, name), text);
  await build({
    root: dir,
    configFile: false,
    logLevel: 'silent',
    plugins: [threadEntries()],
    build: {
      ssr: true,
      outDir: 'out',
      rolldownOptions: { input: { index: path.join(dir, 'main.ts') }, output: { format: 'es' } },
    },
  });
});
afterAll(() => rm(dir, { recursive: true }));

describe('threadEntries', () => {
  it('bundles a worker’s program and starts it from a chunk in another folder', async () => {
    const bundle = (await import(pathToFileURL(path.join(dir, 'out/index.js')).href)) as {
      start: () => Promise<Worker>;
    };
    const worker = await bundle.start();
    const [message] = (await once(worker, 'message')) as [string];
    expect(message).toBe('sluicesluice');
    await worker.terminate();
  });

  it('leaves addresses of files that are not there alone', async () => {
    const bundle = (await import(pathToFileURL(path.join(dir, 'out/index.js')).href)) as { missing: string };
    expect(bundle.missing).toMatch(/nowhere\.ts$/);
  });
});
