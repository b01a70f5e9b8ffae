import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const missing =
  process.platform === 'linux'
    ? ['dbus-run-session', 'gnome-keyring-daemon'].filter((program) => !has(program))
    : ['a Secret Service (this is not Linux)'];

const secretsUrl = new URL('../../src/main/keychain/index.ts', import.meta.url).href;

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sluice-keyring-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Runs a program of its own, as the keyring belongs to a session, and reads the JSON it prints last. */
function run(command: string[], body: string): unknown {
  const script = `
    import { createSecrets } from ${JSON.stringify(secretsUrl)};
    const secrets = createSecrets({ dataDir: ${JSON.stringify(home)}, env: {}, keychainTimeoutMs: 10000 });
    const say = (value) => process.stdout.write('\\n' + JSON.stringify(value), () => process.exit(0));
    ${body}
  `;
  const [program = '', ...args] = [...command, process.execPath, '--input-type=module', '-e', script];
  const result = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: 50_000,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      XDG_DATA_HOME: home,
      XDG_RUNTIME_DIR: home,
      XDG_CONFIG_HOME: home,
    },
  });
  const last = result.stdout.trim().split('\n').at(-1) ?? '';
  if (result.status !== 0)
    throw new Error(`exit ${result.status} ${result.signal}: ${result.stdout}${result.stderr}`);
  return JSON.parse(last);
}

const unlocked = [
  'dbus-run-session',
  '--',
  'sh',
  '-c',
  'printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$@"',
  'sh',
];

describe(`keytar${missing.length > 0 ? ` (skipped: ${missing.join(' and ')} not here)` : ''}`, () => {
  it.skipIf(missing.length > 0)('keeps, finds and forgets secrets in a real keyring', () => {
    const answer = run(
      unlocked,
      `
      const before = await secrets.status();
      await secrets.set('p1/amp-password', 'ünïcode 🔑 ' + 'x'.repeat(2000));
      await secrets.set('p1/amp-token', 'token');
      await secrets.set('p2/amp-token', 'other');
      const long = await secrets.get('p1/amp-password');
      await secrets.remove('p1/amp-token');
      const removed = await secrets.get('p1/amp-token');
      await secrets.removeAll('p1/');
      say({ before, length: long.length, removed, gone: await secrets.get('p1/amp-password'), kept: await secrets.get('p2/amp-token') });
      `,
    );
    expect(answer).toMatchObject({
      before: { store: 'keychain', keychainAvailable: true, keychainProblem: null, unlocked: true },
      length: 'ünïcode 🔑 '.length + 2000,
      removed: null,
      gone: null,
      kept: 'other',
    });
  });

  it.skipIf(missing.length > 0)('finds them again in another session', () => {
    run(unlocked, `await secrets.set('p1/amp-token', 'kept'); say({});`);
    expect(run(unlocked, `say({ found: await secrets.get('p1/amp-token') });`)).toEqual({ found: 'kept' });
  });
});

it.skipIf(process.platform !== 'linux')(
  'says what is wrong on a machine without a session, and does not crash',
  () => {
    const status = run([], `say(await secrets.status());`);
    expect(status).toMatchObject({ store: 'none', keychainAvailable: false, unlocked: false });
    expect((status as { keychainProblem: string }).keychainProblem).not.toBe('');
  },
);
