import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeDesk, fakeProfile } from '../../test/support/fake-desk.ts';
import { contract, type Handlers } from '../shared/contract/index.ts';
import { SluiceError } from '../shared/errors.ts';
import { run } from './run.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'sluice-cli-'));
});
afterAll(() => rm(dir, { recursive: true }));

interface Printed {
  exitCode: number;
  json: Record<string, unknown>;
}

function cli(handlers: Partial<Handlers> = {}, input = '') {
  const desk = fakeDesk(handlers);
  const opened: unknown[] = [];
  const call = async (...argv: string[]): Promise<Printed> => {
    const { output, exitCode } = await run(argv, {
      openDesk: (options) => {
        opened.push(options);
        return Promise.resolve(desk);
      },
      readInput: () => Promise.resolve(input),
    });
    return { exitCode, json: JSON.parse(output) as Record<string, unknown> };
  };
  return { call, desk, opened };
}

const summary = {
  id: 'i1',
  kind: 'holders' as const,
  fileName: '',
  delimiter: ',',
  encoding: 'utf-8',
  columns: [],
  counts: { total: 0, good: 0, wrong: 0, duplicate: 0 },
  importedBefore: null,
  createdAt: 0,
  committedAt: null,
};

function withProfiles(...names: string[]) {
  const opened: string[] = [];
  const profiles = names.map((name, index) => fakeProfile({ id: `p${index}`, name }));
  const handlers: Partial<Handlers> = {
    'profiles.list': () => ({ profiles }),
    'profiles.open': ({ id }) => {
      opened.push(id);
      return profiles[0] ?? fakeProfile();
    },
    'categories.list': () => ({ categories: [] }),
  };
  return { handlers, opened };
}

describe('a call', () => {
  it('prints its result as JSON and closes the desk', async () => {
    const { call, desk, opened } = cli({ 'profiles.list': () => ({ profiles: [] }) });
    expect(await call('profiles.list', '--data', '/d')).toEqual({ exitCode: 0, json: { profiles: [] } });
    expect(opened).toEqual([{ dataDir: '/d', host: 'cli' }]);
    expect(desk.closed()).toBe(true);
  });

  it('that fails prints code, message and next, exits non-zero, and still closes the desk', async () => {
    const { call, desk } = cli({
      'secrets.status': () => {
        throw new SluiceError('DISK_FULL', 'The disk is full.', { next: 'Make room.' });
      },
    });
    expect(await call('secrets.status')).toEqual({
      exitCode: 1,
      json: { error: { code: 'DISK_FULL', message: 'The disk is full.', next: 'Make room.' } },
    });
    expect(desk.closed()).toBe(true);
  });

  it.each([
    [['profiles.lits'], 'NOT_FOUND', 1],
    [['profiles.list', '{bad'], 'INVALID_ARGUMENT', 2],
    [['profiles.list', '{}', 'more'], 'INVALID_ARGUMENT', 2],
    [['profiles.list', '--colour'], 'INVALID_ARGUMENT', 2],
    [['profiles.open', '{"id":7}'], 'INVALID_ARGUMENT', 2],
    [['profiles.open', '{"id":"x","force":true}'], 'INVALID_ARGUMENT', 2],
  ])('put wrongly is refused in words: %j', async (argv, code, exitCode) => {
    const printed = await cli().call(...argv);
    expect(printed).toMatchObject({ exitCode, json: { error: { code } } });
    expect((printed.json['error'] as { next: string }).next).not.toBe('');
  });

  it('reads its arguments from the input with -', async () => {
    const seen: unknown[] = [];
    const handlers: Partial<Handlers> = {
      'profiles.open': (args) => {
        seen.push(args);
        return fakeProfile();
      },
    };
    await cli(handlers, '{"id":"from-input"}').call('profiles.open', '-');
    expect(seen).toEqual([{ id: 'from-input' }]);
  });
});

describe('files', () => {
  it('are read where the contract wants bytes, and named', async () => {
    const file = path.join(dir, 'holders.csv');
    await writeFile(file, Buffer.from([0xff, 0x00, 0x41]));
    const seen: unknown[] = [];
    const { handlers } = withProfiles('Sandbox');
    handlers['holders.importPreview'] = (args) => {
      seen.push(args);
      return summary;
    };
    const { call } = cli(handlers);
    await call('holders.importPreview', JSON.stringify({ content: `@${file}` }));
    await call('holders.importPreview', JSON.stringify({ content: `@${file}`, fileName: 'other.csv' }));
    expect(seen).toEqual([
      { fileName: 'holders.csv', content: '/wBB' },
      { fileName: 'other.csv', content: '/wBB' },
    ]);
  });

  it('are read deep inside the arguments too, without inventing a name', async () => {
    const file = path.join(dir, 'key.json');
    await writeFile(file, 'A');
    const seen: unknown[] = [];
    const { handlers } = withProfiles('Sandbox');
    handlers['treasury.setUp'] = (args) => {
      seen.push(args);
      return { wallet: 'w', signer: 'keychain', fingerprint: null };
    };
    const key = { kind: 'backup', content: `@${file}`, passphrase: 'p' };
    await cli(handlers).call('treasury.setUp', JSON.stringify({ wallet: 'w', mode: 'watch-only', key }));
    expect(seen).toEqual([{ wallet: 'w', mode: 'watch-only', key: { ...key, content: 'QQ==' } }]);
  });

  it('that are not there are named', async () => {
    const printed = await cli().call('holders.importPreview', '{"content":"@/no/such.csv"}');
    expect(printed).toMatchObject({
      exitCode: 2,
      json: { error: { message: 'There is no such file: /no/such.csv', field: 'content' } },
    });
  });

  it('are not read where the contract takes text', async () => {
    const seen: unknown[] = [];
    const { handlers } = withProfiles('Sandbox');
    handlers['categories.add'] = (args) => {
      seen.push(args.name);
      return { id: 1, name: args.name, description: '', holders: 0, assets: [] };
    };
    await cli(handlers).call('categories.add', '{"name":"@home"}');
    expect(seen).toEqual(['@home']);
  });
});

describe('the profile', () => {
  it('is the named one', async () => {
    const { handlers, opened } = withProfiles('A', 'B');
    expect((await cli(handlers).call('categories.list', '--profile', 'B')).exitCode).toBe(0);
    expect(opened).toEqual(['p1']);
  });
  it('is the only one when none is named', async () => {
    const { handlers, opened } = withProfiles('A');
    await cli(handlers).call('categories.list');
    expect(opened).toEqual(['p0']);
  });
  it('must be named when there are several and none was ever open', async () => {
    const { handlers } = withProfiles('A', 'B');
    expect(await cli(handlers).call('categories.list')).toMatchObject({
      exitCode: 1,
      json: { error: { code: 'NO_PROFILE', next: 'Name one with --profile: A, B.' } },
    });
  });
  it('must be made first', async () => {
    const printed = await cli(withProfiles().handlers).call('categories.list');
    expect(JSON.stringify(printed.json)).toContain('profiles.create');
  });
  it('is not opened for what needs none', async () => {
    const { handlers, opened } = withProfiles('A');
    await cli(handlers).call('profiles.list');
    expect(opened).toEqual([]);
  });
});

describe('help', () => {
  it('lists every command of the contract with its arguments, without opening a desk', async () => {
    const { call, opened } = cli();
    const { exitCode, json } = await call('help');
    expect(exitCode).toBe(0);
    const commands = json['commands'] as Record<string, { args: unknown }>;
    expect(Object.keys(commands)).toEqual(Object.keys(contract));
    expect(commands['allocations.addRow']?.args).toEqual({
      id: 'string',
      holderId: 'integer',
      amount: 'string',
      'note?': 'string',
    });
    expect(Object.keys(commands)).toEqual(
      expect.arrayContaining([
        'bundles.get',
        'arrangement.create',
        'signing.round',
        'signer.sign',
        'jade.devices',
      ]),
    );
    expect(json['notes']).toContainEqual(expect.stringContaining('SLUICE_JADE_PORTS'));
    expect(opened).toEqual([]);
    expect(await call()).toEqual({ exitCode, json });
  });
  it.each(Object.keys(contract))('explains %s in full', async (name) => {
    const { exitCode, json } = await cli().call('help', name);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      name,
      args: expect.anything() as unknown,
      result: expect.anything() as unknown,
    });
    // One object, or one of several that differ by a field.
    const { args } = json as { args: { type?: string; oneOf?: { type?: string }[] } };
    for (const each of args.oneOf ?? [args]) expect(each.type).toBe('object');
    expect(await cli().call(name, '--help')).toEqual({ exitCode, json });
  });
  it('knows no command of another name', async () => {
    expect(await cli().call('help', 'nope')).toMatchObject({
      exitCode: 1,
      json: { error: { code: 'NOT_FOUND' } },
    });
  });
});
