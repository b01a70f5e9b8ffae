import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Envelope, EventEnvelope } from '../../src/shared/contract/index.ts';

// Runs the program as it is built for the window, with Electron itself stood in for: what the bundle holds, where it
// finds its threads, native and wasm parts, and the order of the shell's steps are the real ones.
const root = path.join(import.meta.dirname, '../..');
let dir: string;
let child: ChildProcess;
let steps: unknown[][];
const events: EventEnvelope[] = [];
let errors = '';

interface Message {
  id?: number;
  value?: unknown;
  ready?: unknown[][];
  sent?: [string, EventEnvelope];
  exit?: number;
}

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'sluice-window-'));
  child = fork(path.join(root, 'out/main/index.js'), ['--data', dir], {
    cwd: dir,
    execArgv: ['--import', path.join(root, 'test/support/fake-electron.mjs')],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.on('message', ({ sent }: Message) => sent && events.push(sent[1]));
  steps = await new Promise((resolve, reject) => {
    child.on('message', ({ ready }: Message) => ready && resolve(ready));
    child.once('exit', (code) => reject(new Error(`It ended (${code}): ${errors}`)));
  });
});
afterAll(async () => {
  child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

let lastId = 0;
function ask(what: object): Promise<unknown> {
  const id = ++lastId;
  return new Promise((resolve) => {
    const listen = (message: Message): void => {
      if (message.id !== id) return;
      child.off('message', listen);
      resolve(message.value);
    };
    child.on('message', listen);
    child.send({ id, ...what });
  });
}

async function call(name: string, args: object = {}): Promise<unknown> {
  const envelope = (await ask({ call: name, args })) as Envelope;
  if (!envelope.ok) throw new Error(`${name}: ${envelope.error.message}\n${errors}`);
  return envelope.value;
}

describe('the program as built for the window', () => {
  it('shuts the page in before it opens a window', () => {
    const names = steps.map(([name]) => name);
    const window = names.indexOf('window');
    for (const guard of [
      'enableSandbox',
      'schemes',
      'permission requests',
      'device permissions',
      'requests',
    ]) {
      expect(names.indexOf(guard)).toBeGreaterThanOrEqual(0);
      expect(names.indexOf(guard)).toBeLessThan(window);
    }
    expect(steps).toContainEqual(['setPath', 'userData', path.join(dir, 'window')]);
    expect(steps).toContainEqual(['window', path.join(root, 'out/preload/index.cjs')]);
    expect(steps.at(-1)).toEqual(['loadURL', 'desk://app/']);
  });

  it('serves its page and every file that the page names', async () => {
    const page = (await ask({ page: 'desk://app/' })) as { text: string; headers: Record<string, string> };
    expect(page.text).toContain('<div id="root">');
    expect(page.headers['content-security-policy']).toContain(`connect-src 'none'`);
    const named = [...page.text.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, file]) => file);
    expect(named.length).toBeGreaterThanOrEqual(3);
    for (const file of named)
      expect(await ask({ page: `desk://app/${file}` })).toMatchObject({ status: 200 });
  });

  it('opens a Sandbox profile, its simulated world running beside it, and reads the treasury', async () => {
    expect(await call('app.info')).toMatchObject({ host: 'electron', dataDir: dir });
    const { id } = (await call('profiles.create', { name: 'S', network: 'sandbox' })) as { id: string };
    await call('profiles.open', { id });
    expect(await call('sandbox.mine', { blocks: 1 })).toMatchObject({ height: expect.any(Number) });
    await call('sync.run');
    const { lines } = (await call('treasury.overview')) as { lines: { kind: string }[] };
    expect(lines.filter(({ kind }) => kind === 'asset').length).toBeGreaterThan(0);
    expect(events).toContainEqual({ name: 'profile.changed', data: { id } });
  });

  it('closes the desk before it ends', async () => {
    const exit = once(child, 'exit');
    child.send({ quit: true });
    expect(await exit).toEqual([0, null]);
  });
});
