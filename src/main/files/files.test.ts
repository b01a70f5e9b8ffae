import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireLock, storageError, withLock, writeFileAtomic } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('writing a file atomically', () => {
  it('replaces it whole, for its owner only, and leaves nothing beside it', () => {
    const path = join(folder, 'list.json');
    writeFileSync(path, 'old '.repeat(1000));
    writeFileAtomic(path, 'new ünïcode');
    expect(readFileSync(path, 'utf8')).toBe('new ünïcode');
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['list.json']);
  });

  it('leaves the old one, and nothing else, when it cannot be put in place', () => {
    const path = join(folder, 'list.json');
    // A file cannot be renamed over a folder that holds something.
    mkdirSync(path);
    writeFileSync(join(path, 'inside'), 'old');
    expect(() => writeFileAtomic(path, 'new')).toThrow();
    expect(readdirSync(folder)).toEqual(['list.json']);
    expect(readFileSync(join(path, 'inside'), 'utf8')).toBe('old');
  });
});

describe('a lock', () => {
  const path = () => join(folder, 'thing.lock');

  it('belongs to one holder, who is named to the other, and can be taken again after', () => {
    const lock = acquireLock(path(), { what: 'the thing' });
    expect(() => acquireLock(path(), { what: 'the thing', waitMs: 0 })).toThrow(
      `Another Sluice (process ${process.pid}) has the thing open.`,
    );
    lock.release();
    lock.release();
    acquireLock(path(), { what: 'the thing', waitMs: 0 }).release();
    expect(readdirSync(folder)).toEqual(['thing.lock']);
  });

  it('is not stopped by what a crashed holder left behind', () => {
    writeFileSync(`${path()}.holder`, JSON.stringify({ pid: process.pid, host: 'elsewhere' }));
    acquireLock(path(), { what: 'the thing', waitMs: 0 }).release();
  });

  it('is released when the work under it fails', () => {
    expect(() =>
      withLock(path(), { what: 'the thing', waitMs: 0 }, () => {
        throw new Error('failed');
      }),
    ).toThrow('failed');
    expect(withLock(path(), { what: 'the thing', waitMs: 0 }, () => 7)).toBe(7);
  });
});

describe('failures of the disk in words', () => {
  const failure = (code: string) => Object.assign(new Error('said the system'), { code });
  const known: [string, string][] = [
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['SQLITE_FULL', 'DISK_FULL'],
    ['EROFS', 'DATABASE_READ_ONLY'],
    ['EACCES', 'DATABASE_READ_ONLY'],
    ['SQLITE_READONLY', 'DATABASE_READ_ONLY'],
    ['SQLITE_READONLY_DBMOVED', 'DATABASE_READ_ONLY'],
    ['SQLITE_CORRUPT', 'DATABASE_CORRUPT'],
    ['SQLITE_CORRUPT_INDEX', 'DATABASE_CORRUPT'],
    ['SQLITE_NOTADB', 'DATABASE_CORRUPT'],
    ['SQLITE_IOERR_FSYNC', 'DISK_FAILED'],
    ['SQLITE_CANTOPEN', 'DISK_FAILED'],
    ['EIO', 'DISK_FAILED'],
    ['SQLITE_BUSY', 'PROFILE_BUSY'],
  ];
  it.each(known)('%s is %s', (code, expected) => {
    const error = storageError(failure(code), join(folder, 'profile.sqlite'));
    expect(error?.code).toBe(expected);
    expect(error?.message).toContain('profile.sqlite');
    expect(error?.next).toMatch(/\.$/);
  });

  it('leaves everything else alone', () => {
    for (const error of [failure('SQLITE_CONSTRAINT'), new Error('x'), null, 'text', { code: 5 }]) {
      expect(storageError(error, folder)).toBeNull();
    }
  });
});
