import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeDesk, fakeProfile } from '../../../test/support/fake-desk.ts';
import { SluiceError, type ErrorCode } from '../../shared/errors.ts';
import {
  chooseProfile,
  defaultDataDir,
  fileFor,
  launchOptions,
  loadPage,
  openAtStart,
  openProfile,
} from './index.ts';

describe('defaultDataDir', () => {
  it('is the platform’s folder for the data of applications', () => {
    expect(defaultDataDir('linux', {}, '/home/ada')).toBe('/home/ada/.local/share/sluice');
    expect(defaultDataDir('linux', { XDG_DATA_HOME: '/data' }, '/home/ada')).toBe('/data/sluice');
    expect(defaultDataDir('linux', { XDG_DATA_HOME: 'data' }, '/home/ada')).toBe(
      '/home/ada/.local/share/sluice',
    );
    expect(defaultDataDir('darwin', {}, '/Users/ada')).toBe('/Users/ada/Library/Application Support/Sluice');
    expect(defaultDataDir('win32', { APPDATA: 'C:/A' }, 'C:/Users/ada')).toMatch(/^C:\/A[\\/]Sluice$/);
  });
  it('is what SLUICE_DATA says', () => {
    expect(defaultDataDir('linux', { SLUICE_DATA: '/x', XDG_DATA_HOME: '/y' }, '/home/ada')).toBe('/x');
  });
});

describe('launchOptions', () => {
  it('reads port, data folder and profile', () => {
    expect(launchOptions(['--browser', '--port', '8080', '--data', '/d', '--profile', 'ACME'])).toEqual({
      dataDir: '/d',
      port: 8080,
      profile: 'ACME',
    });
    expect(launchOptions([])).toMatchObject({ port: 0, profile: null });
  });
  it.each([
    ['--port', '-1'],
    ['--port', '65536'],
    ['--port', '80a'],
    ['--port', ''],
    ['--prot', '1'],
    ['extra'],
  ])('refuses %s %s', (...argv) => {
    expect(() => launchOptions(argv)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});

describe('launchOptions of a window', () => {
  it('passes over what is meant for Chromium', () => {
    const argv = ['--no-sandbox', '--data', '/d', '--ozone-platform=x11', '.', '--profile=A'];
    expect(launchOptions(argv, { tolerant: true })).toEqual({ dataDir: '/d', port: 0, profile: 'A' });
  });
});

describe('chooseProfile', () => {
  const a = fakeProfile({ id: 'a', name: 'A', lastOpenedAt: 5 });
  const b = fakeProfile({ id: 'b', name: 'B', lastOpenedAt: 9 });
  const c = fakeProfile({ id: 'c', name: 'a' });

  it('takes the named one, by name before id', () => {
    expect(chooseProfile([a, b, c], 'A')).toBe(a);
    expect(chooseProfile([a, b, c], 'a')).toBe(c);
    expect(chooseProfile([a, b], 'b')).toBe(b);
  });
  it('names those there are when the named one is not among them', () => {
    expect(() => chooseProfile([a, b], 'Z')).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', next: expect.stringContaining('“A”, “B”') as string }),
    );
  });
  it('takes the only one, else the one opened last, else none', () => {
    expect(chooseProfile([c], null)).toBe(c);
    expect(chooseProfile([a, b, c], null)).toBe(b);
    expect(chooseProfile([c, { ...c, id: 'd' }], null)).toBeNull();
    expect(chooseProfile([], null)).toBeNull();
  });
  it('opens what was chosen', async () => {
    const opened: string[] = [];
    const handlers = {
      'profiles.list': () => ({ profiles: [a, b] }),
      'profiles.open': ({ id }: { id: string }) => {
        opened.push(id);
        return a;
      },
    };
    await openProfile(handlers, 'A', { actor: 'test' });
    expect(opened).toEqual(['a']);
  });
});

describe('openAtStart', () => {
  function desk(failure?: ErrorCode) {
    const opened: string[] = [];
    const said: string[] = [];
    const { handlers } = fakeDesk({
      'profiles.list': () => ({ profiles: [fakeProfile()] }),
      'profiles.open': ({ id }) => {
        if (failure) throw new SluiceError(failure, 'It failed.', { next: 'Help it.' });
        opened.push(id);
        return fakeProfile();
      },
    });
    return {
      opened,
      said,
      open: (name: string | null) => openAtStart(handlers, name, (text) => said.push(text)),
    };
  }

  it('opens the named profile, or none', async () => {
    const { opened, open } = desk();
    await open(null);
    expect(opened).toEqual([]);
    await open('Sandbox');
    expect(opened).toEqual(['p1']);
  });
  it('goes on, and says why, when a person can still help', async () => {
    const { said, open } = desk('VAULT_LOCKED');
    await open('Sandbox');
    expect(said).toEqual(['It failed. Help it.']);
  });
  it('stops when there is no such profile or it is not allowed here', async () => {
    await expect(desk().open('Other')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(desk('NOT_ALLOWED').open('Sandbox')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });
});

describe('loadPage', () => {
  it('knows the built files by exact path, and the page as /', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'sluice-page-'));
    try {
      await mkdir(path.join(dir, 'assets'));
      await writeFile(path.join(dir, 'index.html'), '<head></head>');
      await writeFile(path.join(dir, 'assets', 'a.js'), '1');
      await writeFile(path.join(dir, 'notes.txt'), 'not part of the page');
      await symlink('/etc/hostname', path.join(dir, 'assets', 'out.js'));
      const page = await loadPage(dir);
      expect([...page.keys()].sort()).toEqual(['/assets/a.js', '/index.html']);
      expect(fileFor(page, '/assets/a.js')?.body.toString()).toBe('1');
      expect(fileFor(page, '/')).toBe(page.get('/index.html'));
      for (const wrong of ['/notes.txt', '/operations', '/assets/b.js', '/../x.js', 'index'])
        expect(fileFor(page, wrong)).toBeUndefined();
    } finally {
      await rm(dir, { recursive: true });
    }
  });
  it('says what to do when the page was not built', async () => {
    await expect(loadPage('/nonexistent')).rejects.toMatchObject({
      next: expect.stringContaining('npm run build') as string,
    });
  });
});
