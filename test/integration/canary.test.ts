import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../src/main/store/index.ts';
import { leaksInFolder, leaksInText } from '../support/canary.ts';

const secret = 'canary-7f3e"9a ü';
const canaries = [{ label: 'password', secret }];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-canary-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('finds a secret in every form in which it could have been written', () => {
  const bytes = Buffer.from(secret);
  const texts = {
    plain: `password=${secret};`,
    json: JSON.stringify({ password: secret }),
    url: `http://u:${encodeURIComponent(secret)}@host/`,
    hex: bytes.toString('hex'),
    ...Object.fromEntries(
      ['', 'u', 'us', 'user:'].flatMap((before) =>
        ['', '!', '!!'].flatMap((after) => {
          const around = Buffer.from(before + secret + after);
          return [
            [`base64 ${before} ${after}`, `Basic ${around.toString('base64')}`],
            [`base64url ${before} ${after}`, around.toString('base64url')],
          ];
        }),
      ),
    ),
  };
  const found = leaksInText(texts, canaries).map(({ where }) => where);
  expect(found).toEqual(Object.keys(texts));
  expect(leaksInText({ log: 'nothing here', other: 'canary-7f3e' }, canaries)).toEqual([]);
});

it('finds a secret in files, in names of files, and in a database that is in use', () => {
  mkdirSync(join(folder, 'a', 'b'), { recursive: true });
  writeFileSync(
    join(folder, 'a', 'b', 'binary'),
    Buffer.concat([Buffer.alloc(5000, 0xff), Buffer.from(secret, 'utf16le')]),
  );
  writeFileSync(join(folder, 'a', 'canary-in-a-name'), '');
  const store = openStore(join(folder, 'profile.sqlite'));
  expect(leaksInFolder(folder, canaries).map(({ where }) => where)).toEqual([join('a', 'b', 'binary')]);
  store.tx(() => store.db.prepare("INSERT INTO meta VALUES ('x', ?)").run(secret));
  const all = leaksInFolder(folder, [...canaries, { label: 'name', secret: 'canary-in-a-name' }]);
  expect(all.map(({ where }) => where).sort()).toEqual(
    [join('a', 'b', 'binary'), 'profile.sqlite-wal', `the name ${join('a', 'canary-in-a-name')}`].sort(),
  );
  expect(() => openStore(join(folder, 'profile.sqlite'))).toThrow('Another Sluice');
  store.close();
});

it('does not take a canary that anything could look like', () => {
  expect(() => leaksInText({ log: '' }, [{ label: 'short', secret: 'abc' }])).toThrow('too short');
});
