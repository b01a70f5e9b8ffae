import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract } from '../../src/shared/contract/index.ts';

const root = path.join(import.meta.dirname, '../..');
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'sluice-hosts-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function cli(...args: string[]) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['src/cli/main.ts', ...args, '--data', dir],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    },
  );
  return { stdout, stderr, status };
}

describe('the command line, as a process', () => {
  it('prints one JSON document and nothing else', () => {
    const { stdout, stderr, status } = cli('app.info');
    expect(JSON.parse(stdout)).toMatchObject({ host: 'cli', dataDir: dir });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });
  it('prints a long document through a pipe to its end', () => {
    const { stdout } = cli('help');
    const { commands } = JSON.parse(stdout) as { commands: object };
    expect(Object.keys(commands)).toEqual(Object.keys(contract));
  });
  it('tells a failure by its exit code and in words', () => {
    const { stdout, status } = cli('profiles.open', '{"id":"nobody"}');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });
});

describe('npm start without a window', () => {
  it('prints one address that lets a browser in, answers calls, and ends when told to', async () => {
    const child = spawn(process.execPath, ['scripts/start.mjs', '--browser', '--data', path.join(dir, 'b')], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const lines: string[] = [];
    const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    await once(reader, 'line');
    const url = /^Sluice: (http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+)$/.exec(lines[0] ?? '')?.[1] ?? '';
    const cookie = (await fetch(url)).headers.get('set-cookie')?.split(';')[0] ?? '';
    const { origin } = new URL(url);
    const page = await fetch(origin, { headers: { cookie } });
    expect(await page.text()).toContain('<div id="root">');
    const answer = await fetch(`${origin}/api/call`, {
      method: 'POST',
      headers: { cookie, origin, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'app.info', args: {} }),
    });
    expect(await answer.json()).toMatchObject({ ok: true, value: { host: 'browser' } });
    child.kill('SIGTERM');
    const [code] = (await ended) as [number];
    expect(code).toBe(0);
    expect(lines).toHaveLength(1);
  });
});
