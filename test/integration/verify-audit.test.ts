import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../src/main/store/index.ts';

const script = fileURLToPath(new URL('../../scripts/verify-audit.mjs', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-verify-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function verify(lines: string[], ...args: string[]): { status: number | null; said: string } {
  const file = join(folder, 'audit.jsonl');
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  const result = spawnSync(process.execPath, [script, file, ...args], { encoding: 'utf8' });
  return { status: result.status, said: (result.stdout + result.stderr).trim() };
}

it('an exported audit trail can be checked, and its faults found, without the desk', () => {
  const store = openStore(':memory:');
  const heads: string[] = [];
  for (let i = 0; i < 5; i += 1) {
    store.tx(() =>
      store.audit({
        type: 'note.added',
        subject: `ü ${i}`,
        data: { z: 1e21, a: [i, null, { big: 5n, text: '€ 🔑' }] },
      }),
    );
    heads.push(store.auditHead());
  }
  const lines = [...store.auditAll()].map((entry) => JSON.stringify(entry));
  const [, second = '', , , last = ''] = heads;

  expect(verify(lines)).toEqual({ status: 0, said: `5 entries, all intact. Head: ${last}` });
  expect(verify(lines, second).status).toBe(0);
  expect(verify([])).toMatchObject({ status: 0 });

  const without = (at: number) => lines.filter((_, n) => n !== at);
  expect(verify(without(2))).toEqual({
    status: 1,
    said: expect.stringContaining('entry 3 is missing') as string,
  });
  const changed = lines.map((line, n) => (n === 3 ? line.replace('€', '$') : line));
  expect(verify(changed)).toEqual({
    status: 1,
    said: expect.stringContaining('Line 4: the entry was changed') as string,
  });
  // A tail that was cut off leaves a good chain: only a head that was noted elsewhere shows it.
  expect(verify(lines.slice(0, 4)).status).toBe(0);
  expect(verify(lines.slice(0, 4), last)).toEqual({
    status: 1,
    said: expect.stringContaining('noted head') as string,
  });
  expect(verify([...lines, '{'])).toEqual({
    status: 1,
    said: expect.stringContaining('Line 6: this is not JSON') as string,
  });
});
