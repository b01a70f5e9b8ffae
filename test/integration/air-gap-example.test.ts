import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-air-gap-example-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(dir: string): Promise<{ output: string; errors: string; status: number | null }> {
  const child = spawn('sh', ['docs/examples/air-gap.sh', dir], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', SLUICE_DATA: path.join(folder, 'not-this-one') },
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const [output, errors, [status]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { output, errors, status };
}

describe.skipIf(process.platform === 'win32')('docs/examples/air-gap.sh', () => {
  it('signs a distribution on another folder than it is prepared in', { timeout: 900_000 }, async () => {
    const { output, errors, status } = await run(path.join(folder, 'both'));
    expect({ errors, status }, output).toEqual({ errors: '', status: 0 });
    expect(output).toContain('\ngood: Recipients match the approved allocation one to one\n');
    expect(output).not.toMatch(/^(wrong|attention): /m);
    const shown = (who: string) =>
      new RegExp(`^${who}: +((?:[0-9a-f]{4} ){7}[0-9a-f]{4})$`, 'm').exec(output)?.[1];
    expect(shown('signer')).toBeDefined();
    expect(shown('signer')).toBe(shown('desk'));
    expect(output).toMatch(/^batch 1: reported, [0-9a-f]{64}$/m);
    expect(output.match(/^Audit trail: \d+ entries, all intact\.$/gm)).toHaveLength(2);
    expect(await readdir(path.join(folder, 'both/carried'))).toEqual(
      expect.arrayContaining(['keys.sluice', 'signed.sluice', 'treasury.sluice', 'unsigned.sluice']),
    );
  });

  it('stops with the words of the program where a call fails', { timeout: 120_000 }, async () => {
    // The same folders again have vaults and profiles already.
    const { output, errors, status } = await run(path.join(folder, 'both'));
    expect(status).not.toBe(0);
    expect(errors).toMatch(/^\{"error":\{"code":"/);
    expect(output).not.toContain('5. The request');
  });
});
