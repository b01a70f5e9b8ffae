import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-first-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ output: string; errors: string; status: number | null }> {
  const child = spawn('sh', ['docs/examples/first-distribution.sh', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', SLUICE_DATA: path.join(folder, 'not-this-one') },
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const [output, errors, [status]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { output, errors, status };
}

/** The figures that stand under an asset's name in the reconciliation. */
function figures(output: string, asset: string): Record<string, string> {
  const lines = output.slice(output.indexOf(`\n${asset}\n`) + 1).split('\n');
  const own = lines.slice(1, 1 + lines.slice(1).findIndex((line) => !line.startsWith('  ')));
  return Object.fromEntries(
    own.map((line) => /^ {2}(.+?) +(-?\d+)$/.exec(line)?.slice(1) ?? ['words', line]),
  );
}

describe.skipIf(process.platform === 'win32')('docs/examples/first-distribution.sh', () => {
  it(
    'pays 200 holders from an empty folder and ends with books that agree',
    { timeout: 600_000 },
    async () => {
      const { output, errors, status } = await run(path.join(folder, 'data'));
      expect({ errors, status }, output).toEqual({ errors: '', status: 0 });
      expect(output).toContain('3 of 200 rows are wrong:\nline 18: ');
      expect(output).toContain('\n200 holders in 3 batches of 75, 75, 50\n');
      expect(output.match(/^batch \d: reported, [0-9a-f]{64}$/gm)).toHaveLength(3);
      // 200 payments of docs/examples/allocation.csv as corrected, and the four of the Sandbox's past.
      const paid = 407_746_102 + 85_250_075;
      const left = String(2_500_000_000 - paid);
      expect(figures(output, 'Alder Grove 4.25% Notes 2031')).toMatchObject({
        issued: '2500000000',
        distributed: String(paid),
        'node holds': left,
        'AMP expects': left,
        difference: '0',
      });
      expect(figures(output, 'Grove Euro')).toMatchObject({ distributed: '0', difference: '0' });
      expect(output).toContain(`\nBy AMP, 204 holders own ${paid} of AG31.\n`);
      expect(output.trimEnd().split('\n').at(-1)).toMatch(/^Audit trail: \d+ entries, all intact\./);
    },
  );

  it('stops with the words of the desk where a call fails', { timeout: 120_000 }, async () => {
    // The same folder again has that profile already.
    const { output, errors, status } = await run(path.join(folder, 'data'));
    expect(status).not.toBe(0);
    expect(errors).toMatch(/^\{"error":\{"code":"/);
    expect(output).not.toContain('7. Reconciliation');
  });
});
