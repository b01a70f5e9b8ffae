import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SluiceError } from '../../shared/errors.ts';
import { audit } from './migrations/0010-audit.ts';
import { openStore } from './open.ts';
import type { Migration, Store } from './types.ts';

let folder: string;
let path: string;
const open: Store[] = [];

function start(options?: Parameters<typeof openStore>[1]): Store {
  const store = openStore(path, options);
  open.push(store);
  return store;
}

function failure(work: () => unknown): SluiceError {
  try {
    work();
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
  throw new Error('It was expected to fail.');
}

const notes: Migration = {
  version: 20,
  name: 'notes',
  up: (db) => db.exec('CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT'),
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-store-'));
  path = join(folder, 'profile.sqlite');
});

afterEach(() => {
  for (const store of open.splice(0)) store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('openStore', () => {
  it('commits through the disk cache: WAL, synchronous FULL, foreign keys, and bigints', () => {
    const { db } = start();
    const value = (pragma: string) => db.pragma(pragma, { simple: true });
    expect(value('journal_mode')).toBe('wal');
    expect(value('synchronous')).toBe(2n);
    expect(value('foreign_keys')).toBe(1n);
    expect(db.prepare('SELECT 9007199254740993 AS big').get()).toEqual({ big: 9_007_199_254_740_993n });
  });

  it('is still at synchronous FULL when a file that was in WAL mode before is opened again', () => {
    start().close();
    const { db } = start();
    db.exec("INSERT INTO meta VALUES ('a', 'b')");
    expect(db.pragma('synchronous', { simple: true })).toBe(2n);
  });

  it.skipIf(process.platform === 'win32')('lets nobody but its owner read the database', () => {
    const { db } = start();
    db.exec("INSERT INTO meta VALUES ('a', 'b')");
    for (const name of readdirSync(folder).filter((file) => file.startsWith('profile.sqlite'))) {
      if (!name.endsWith('.lock'))
        expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
    }
  });

  it('refuses to make a new database where one has been', () => {
    const error = failure(() => openStore(path, { mustExist: true }));
    expect(error.code).toBe('DATABASE_CORRUPT');
    expect(error.next).toContain('no backup');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('one desk per profile', () => {
  it('tells a second desk that the profile is open, and lets it in after the first has closed it', () => {
    const first = start();
    const error = failure(() => openStore(path, { what: 'profile “Acme”' }));
    expect(error.code).toBe('PROFILE_BUSY');
    expect(error.message).toBe(`Another Sluice (process ${process.pid}) has profile “Acme” open.`);
    first.close();
    expect(start().auditVerify().ok).toBe(true);
  });

  it('opens at once after the process that had it open was killed, with all that it had committed', async () => {
    const script = `
      import { openStore } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
      const store = openStore(${JSON.stringify(path)});
      store.tx(() => store.audit({ type: 'test.written', subject: 'x', data: {} }));
      process.stdout.write('ready');
      setInterval(() => {}, 1000);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect(failure(() => openStore(path)).message).toContain(`process ${child.pid}`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(start().auditVerify()).toMatchObject({ ok: true, entries: 1 });
  });

  it('frees the profile when opening it fails', () => {
    writeFileSync(path, 'this is not a database, however long it may be '.repeat(100));
    expect(failure(() => openStore(path)).code).toBe('DATABASE_CORRUPT');
    rmSync(path);
    expect(start().auditVerify().ok).toBe(true);
  });
});

describe('tx', () => {
  it('keeps all of it or nothing', () => {
    const store = start();
    expect(() =>
      store.tx(() => {
        store.db.exec("INSERT INTO meta VALUES ('a', '1')");
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(store.tx(() => store.db.prepare('SELECT count(*) AS n FROM meta').get())).toEqual({ n: 0n });
  });

  it('joins the transaction around it, and undoes only its own part when that goes on without it', () => {
    const store = start();
    store.tx(() => {
      store.tx(() => store.db.exec("INSERT INTO meta VALUES ('kept', '1')"));
      expect(() =>
        store.tx(() => {
          store.db.exec("INSERT INTO meta VALUES ('undone', '1')");
          throw new Error('stop');
        }),
      ).toThrow('stop');
    });
    expect(store.db.prepare('SELECT key FROM meta').pluck().all()).toEqual(['kept']);
    expect(() =>
      store.tx(() => {
        store.tx(() => store.db.exec("INSERT INTO meta VALUES ('inner', '1')"));
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(store.db.prepare('SELECT key FROM meta').pluck().all()).toEqual(['kept']);
  });

  it('refuses work that would wait', () => {
    const store = start();
    expect(() => store.tx(async () => store.db.exec("INSERT INTO meta VALUES ('a', '1')"))).toThrow(
      'asynchronous',
    );
    expect(store.db.prepare('SELECT key FROM meta').all()).toEqual([]);
  });
});

describe('failures of the disk', () => {
  it('says that the disk is full, keeps what was there, and goes on when there is room again', () => {
    const store = start({ migrations: [audit, notes] });
    const fill = store.db.prepare('INSERT INTO note (text) VALUES (?)');
    store.tx(() => fill.run('before'));
    const pages = store.db.pragma('page_count', { simple: true }) as bigint;
    store.db.pragma(`max_page_count = ${pages + 2n}`);
    const error = failure(() =>
      store.tx(() => {
        for (let i = 0; i < 100; i += 1) fill.run('x'.repeat(1000));
      }),
    );
    expect(error.code).toBe('DISK_FULL');
    expect(error.message).toBe(`The disk that holds ${path} is full. This step was not recorded.`);
    expect(error.next).toMatch(/^Free some space/);
    expect(store.db.inTransaction).toBe(false);
    store.db.pragma('max_page_count = 1000000');
    store.tx(() => fill.run('after'));
    expect(store.db.prepare('SELECT text FROM note').pluck().all()).toEqual(['before', 'after']);
  });

  it('says that the database may not be written', () => {
    const store = start();
    store.db.pragma('query_only = ON');
    const error = failure(() => store.tx(() => store.db.exec("INSERT INTO meta VALUES ('a', '1')")));
    expect(error.code).toBe('DATABASE_READ_ONLY');
    expect(error.message).toBe(`Sluice may not write to ${path}.`);
    expect(error.next).toContain('read-only');
  });

  it('passes on what is not the disk’s fault as it is', () => {
    const store = start();
    expect(() => store.tx(() => store.db.exec('INSERT INTO meta VALUES (NULL, NULL)'))).toThrow('NOT NULL');
  });
});

describe('a damaged database', () => {
  function damage() {
    const size = statSync(path).size;
    const handle = openSync(path, 'r+');
    for (let page = 4096; page < size; page += 4096) writeSync(handle, Buffer.alloc(64, 0xa5), 0, 64, page);
    closeSync(handle);
  }

  it('is refused with the newest backup as the way back, which works', async () => {
    const store = start();
    store.tx(() => store.audit({ type: 'test.written', subject: 'x', data: {} }));
    const backup = join(folder, 'backups', '2026-01-01.sqlite');
    await store.backup(backup);
    store.close();
    damage();
    const error = failure(() => openStore(path));
    expect(error.code).toBe('DATABASE_CORRUPT');
    expect(error.next).toContain(`copy ${backup} to ${path}`);

    for (const rest of ['', '-wal', '-shm']) rmSync(path + rest, { force: true });
    copyFileSync(backup, path);
    expect(start().auditVerify()).toMatchObject({ ok: true, entries: 1 });
  });

  it('is refused in words when there is no backup', () => {
    start().close();
    damage();
    const error = failure(() => openStore(path));
    expect(error.code).toBe('DATABASE_CORRUPT');
    expect(error.next).toContain('do not start the profile anew');
  });
});

describe('backup', () => {
  it('copies a database that is being written to, and the copy verifies', async () => {
    const store = start({ migrations: [audit, notes] });
    const add = store.db.prepare('INSERT INTO note (text) VALUES (?)');
    const write = (n: number) =>
      store.tx(() => {
        for (let i = 0; i < 200; i += 1) add.run('y'.repeat(500));
        store.audit({ type: 'note.added', subject: `note:${n}`, data: { n } });
      });
    for (let n = 0; n < 20; n += 1) write(n);
    let copied = false;
    const backup = store.backup(join(folder, 'copy.sqlite')).finally(() => (copied = true));
    let during = 0;
    while (!copied) {
      write(during++);
      await new Promise((resolve) => setImmediate(resolve));
      if (during > 50) break;
    }
    const { bytes, auditHead } = await backup;
    expect(statSync(join(folder, 'copy.sqlite')).size).toBe(bytes);
    const copy = openStore(join(folder, 'copy.sqlite'), { migrations: [audit, notes] });
    open.push(copy);
    const verdict = copy.auditVerify();
    expect(verdict).toMatchObject({ ok: true, head: auditHead });
    // 200 notes for each entry: no transaction is in the copy by half.
    const count = copy.db.prepare('SELECT count(*) FROM note').pluck().get();
    expect(count).toBe(BigInt(verdict.entries * 200));
    expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('never replaces a file', async () => {
    writeFileSync(join(folder, 'there.sqlite'), 'mine');
    await expect(start().backup(join(folder, 'there.sqlite'))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('leaves nothing behind when the audit trail of the copy does not verify', async () => {
    const store = start();
    store.tx(() => store.audit({ type: 'test.written', subject: 'x', data: {} }));
    store.db.exec("DROP TRIGGER audit_no_update; UPDATE audit SET actor = 'somebody else'");
    await expect(store.backup(join(folder, 'bad.sqlite'))).rejects.toMatchObject({ code: 'AUDIT_BROKEN' });
    expect(readdirSync(folder).filter((name) => name.startsWith('bad'))).toEqual([]);
  });
});

describe('opening a database of an older schema', () => {
  it('keeps a copy of it as it was before the schema changed', () => {
    const before = start({ migrations: [audit] });
    before.tx(() => before.audit({ type: 'test.written', subject: 'x', data: {} }));
    before.close();
    start({ migrations: [audit, notes] });
    const kept = new Database(join(folder, 'backups', 'before-schema-20-was-10.sqlite'), { readonly: true });
    expect(kept.pragma('user_version', { simple: true })).toBe(10);
    expect(kept.prepare('SELECT count(*) FROM audit').pluck().get()).toBe(1);
    kept.close();
  });

  it('refuses one from the future and changes nothing in it', () => {
    start({ migrations: [audit, notes] }).close();
    const error = failure(() => openStore(path, { migrations: [audit] }));
    expect(error.code).toBe('DATABASE_FROM_FUTURE');
    expect(error.message).toContain('schema 20; this one knows 10');
    expect(start({ migrations: [audit, notes] }).db.pragma('user_version', { simple: true })).toBe(20n);
  });
});
