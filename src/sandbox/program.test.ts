import { describe, expect, it } from 'vitest';
import { defaultKind, startProgram } from './program.ts';
import { spawnSandbox } from './spawn.ts';

describe('the sandbox as a program', () => {
  it('is a thread in the window, which has no Node to start, and a process elsewhere', () => {
    expect(defaultKind({ ...process.versions, electron: '45.4.1' })).toBe('thread');
    expect(defaultKind(process.versions)).toBe('process');
  });

  it.each(['process', 'thread'] as const)('runs as a %s, answers, and ends with its parent', async (kind) => {
    const sandbox = await spawnSandbox({ world: 'empty' }, kind);
    const mine = () => fetch(new URL('/mine', sandbox.control), { method: 'POST', body: '{"blocks":1}' });
    expect((await mine()).status).toBe(200);
    await sandbox.close();
    await sandbox.close();
    await expect(mine()).rejects.toThrow();
  });

  it.each(['process', 'thread'] as const)('says why it did not start as a %s', async (kind) => {
    await expect(spawnSandbox({ ampPort: 99_999 }, kind)).rejects.toThrow('--amp-port must be a number');
    const program = startProgram(['--nonsense'], kind);
    program.stdout.resume();
    program.stderr.resume();
    expect(await program.ended).toBe('1');
  });
});
