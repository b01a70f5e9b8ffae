import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openPost, pair, type TestPost } from '../../../test/support/bundles.ts';
import { encodeCanonical } from './cbor.ts';

/** The program of somebody who has nothing but docs/bundle-format.md. */
const reader = fileURLToPath(new URL('../../../docs/examples/read-bundle.mjs', import.meta.url));

let folder: string;
let desk: TestPost;
let vault: TestPost;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-bundle-'));
  desk = openPost('Acme', 'desk');
  vault = openPost('Vault', 'signer');
});
afterEach(() => rmSync(folder, { recursive: true }));

const payload = {
  requestId: 'r1',
  title: 'Dividend Q3, Zürich',
  amounts: [0, 23, 24, 255, 256, 65536, 2 ** 32, 2 ** 53 - 1, 2n ** 53n, 2n ** 64n - 1n, -1, 1 - 2 ** 53],
  pset: new Uint8Array(70_000).fill(5),
  empty: [{}, [], '', null, true, false],
};

async function sent() {
  const { a, b } = await pair(desk, vault);
  const sending = { to: b.id, payload, subject: 'x', name: 'pay', hours: 24 };
  await desk.post.send({ ...sending, kind: 'treasury' });
  const second = await desk.post.send({ ...sending, kind: 'sign-request' });
  const file = join(folder, 'bundle.sluice');
  writeFileSync(file, Buffer.from(second.content, 'base64'));
  const keys = join(folder, 'keys.json');
  writeFileSync(keys, vault.secrets.kept.get('identity') ?? '');
  const { card } = await desk.pairing.identity({}, desk.who);
  return { a, b, file, keys, card, id: second.bundleId };
}

it('is at most 60 lines', () => {
  expect(readFileSync(reader, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(60);
});

it('reads what the desk made', async () => {
  const { a, b, file, keys, card, id } = await sent();
  const printed = JSON.parse(
    execFileSync(process.execPath, [reader, file, keys, card], { encoding: 'utf8' }),
  ) as unknown;
  expect(printed).toMatchObject({
    header: {
      v: 1,
      id,
      kind: 'sign-request',
      from: a.id,
      to: b.id,
      network: 'regtest',
      seq: 2,
      created: 1_800_000_000_000,
      expires: 1_800_000_000_000 + 24 * 3_600_000,
    },
    payload: {
      requestId: 'r1',
      title: 'Dividend Q3, Zürich',
      amounts: [
        ...payload.amounts.slice(0, 8),
        '9007199254740992',
        '18446744073709551615',
        '-1',
        '-9007199254740991',
      ],
      pset: '05'.repeat(70_000),
      empty: payload.empty,
    },
  });
});

it('refuses a file that was changed, and one that does not end where it says', async () => {
  const { file, keys, card } = await sent();
  const bytes = readFileSync(file);
  const attempt = (changed: Uint8Array) => {
    writeFileSync(file, changed);
    return spawnSync(process.execPath, [reader, file, keys, card], { encoding: 'utf8' });
  };
  const flipped = Uint8Array.from(bytes);
  flipped[5000] = (flipped[5000] ?? 0) ^ 1;
  expect(attempt(flipped)).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('altered') as string,
  });
  expect(attempt(bytes.subarray(0, -1)).stderr).toContain('cut off');
  expect(attempt(Buffer.concat([bytes, encodeCanonical(1)])).stderr).toContain('bytes after the end');
  expect(attempt(bytes).status).toBe(0);
});
