import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical.ts';
import { openStore } from './open.ts';
import type { Store } from './types.ts';

let store: Store;
let time: number;

function write(n: number, from = 1): void {
  store.tx(() => {
    for (let i = from; i < from + n; i += 1) {
      time += 1;
      store.audit({
        type: 'note.added',
        subject: `note:${i % 3}`,
        actor: 'person',
        data: { i, big: 2n ** 60n },
      });
    }
  });
}

/** What somebody with the file and a database tool could do. */
function tamper(sql: string): void {
  const triggers = store.db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .pluck()
    .all() as string[];
  for (const name of triggers) store.db.exec(`DROP TRIGGER ${name}`);
  store.db.exec(sql);
}

beforeEach(() => {
  time = 1_700_000_000_000;
  store = openStore(':memory:', { clock: () => time });
});

describe('the audit chain', () => {
  it('can be recomputed from its export without this program', () => {
    write(3);
    store.tx(() =>
      store.audit({ type: 'öäü 🔑', subject: 'quote " \\ \u2028', data: { b: [1, { z: null, a: true }] } }),
    );
    let previous = '0'.repeat(64);
    let count = 0;
    for (const { hash, previous: named, ...entry } of store.auditAll()) {
      // SHA-256 over the hash before and the entry as canonical JSON (RFC 8785), both as UTF-8.
      expect(Object.keys(entry).sort()).toEqual(['actor', 'at', 'data', 'seq', 'subject', 'type']);
      expect(named).toBe(previous);
      expect(
        createHash('sha256')
          .update(previous + canonicalJson(entry))
          .digest('hex'),
      ).toBe(hash);
      previous = hash;
      count += 1;
    }
    expect(count).toBe(4);
    expect(store.auditHead()).toBe(previous);
    expect(store.auditVerify()).toEqual({
      ok: true,
      entries: 4,
      head: previous,
      brokenAt: null,
      message: '4 entries, all intact.',
    });
  });

  it('hashes a known entry to a known value', () => {
    store.tx(() => store.audit({ type: 'a.b', subject: 's', data: { y: 2n, x: 1 } }));
    const text =
      '{"actor":"engine","at":1700000000000,"data":{"x":1,"y":"2"},"seq":1,"subject":"s","type":"a.b"}';
    expect([...store.auditAll()]).toEqual([
      {
        seq: 1,
        at: 1_700_000_000_000,
        type: 'a.b',
        subject: 's',
        actor: 'engine',
        data: { x: 1, y: '2' },
        previous: '0'.repeat(64),
        hash: createHash('sha256')
          .update(`${'0'.repeat(64)}${text}`)
          .digest('hex'),
      },
    ]);
  });

  it('belongs to the transaction of what it records', () => {
    expect(() => store.audit({ type: 'a.b', subject: 's', data: {} })).toThrow('belongs to the transaction');
    expect(() =>
      store.tx(() => {
        store.audit({ type: 'a.b', subject: 's', data: {} });
        throw new Error('undone');
      }),
    ).toThrow('undone');
    expect(store.auditVerify()).toMatchObject({ ok: true, entries: 0, head: '0'.repeat(64) });
    write(2);
    expect(store.auditVerify()).toMatchObject({ ok: true, entries: 2 });
  });

  it('is longer than one piece', () => {
    write(2500);
    expect(store.auditVerify()).toMatchObject({ ok: true, entries: 2500 });
    expect([...store.auditAll()].map(({ seq }) => seq)).toEqual(
      Array.from({ length: 2500 }, (_, i) => i + 1),
    );
  });

  it('refuses to be rewritten', () => {
    write(3);
    const attempts = [
      "UPDATE audit SET actor = 'x'",
      'DELETE FROM audit',
      'DELETE FROM audit WHERE seq = 3',
      'DELETE FROM audit_head',
      'UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit WHERE seq = 2)',
      'INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 2',
      `INSERT INTO audit SELECT 5, at, type, subject, actor, data, previous, hash FROM audit WHERE seq = 3`,
      `INSERT INTO audit SELECT 4, at, type, subject, actor, data, previous, hash FROM audit WHERE seq = 3`,
    ];
    for (const sql of attempts) {
      expect(() => store.db.exec(sql), sql).toThrow(/append-only|must follow/);
    }
    expect(store.auditVerify()).toMatchObject({ ok: true, entries: 3 });
  });

  const attacks: [string, string, number, RegExp][] = [
    ['a changed entry', "UPDATE audit SET data = '{}' WHERE seq = 4", 4, /Entry 4 was changed/],
    ['a changed time', 'UPDATE audit SET at = at + 1 WHERE seq = 1', 1, /Entry 1 was changed/],
    [
      'other spacing of the same data',
      "UPDATE audit SET data = data || ' ' WHERE seq = 2",
      2,
      /Entry 2 was changed/,
    ],
    ['a deleted entry', 'DELETE FROM audit WHERE seq = 5', 5, /Entry 5 is missing: the next one found is 6/],
    ['a deleted beginning', 'DELETE FROM audit WHERE seq = 1', 1, /Entry 1 is missing/],
    ['a cut-off end', 'DELETE FROM audit WHERE seq > 7', 8, /Entries 8 to 10 were cut off/],
    ['all of it deleted', 'DELETE FROM audit', 1, /Entries 1 to 10 were cut off/],
    [
      'another predecessor',
      `UPDATE audit SET previous = '${'1'.repeat(64)}' WHERE seq = 6`,
      6,
      /does not follow/,
    ],
    ['another head', `UPDATE audit_head SET hash = '${'1'.repeat(64)}'`, 11, /head does not match/],
  ];
  it.each(attacks)('shows %s', (_, sql, at, words) => {
    write(10);
    tamper(sql);
    const verdict = store.auditVerify();
    expect(verdict).toMatchObject({ ok: false, brokenAt: at });
    expect(verdict.message).toMatch(words);
    expect(verdict.message).toContain(`Everything before entry ${at} is intact.`);
  });
});

describe('looking through the audit trail', () => {
  it('gives the newest first, by page, with the total', () => {
    write(25);
    const page = store.auditList({ offset: 10, limit: 10 });
    expect(page.total).toBe(25);
    expect(page.rows.map(({ seq }) => seq)).toEqual([15, 14, 13, 12, 11, 10, 9, 8, 7, 6]);
  });

  it('finds by subject and by any text, literally', () => {
    write(9);
    store.tx(() =>
      store.audit({ type: 'batch.broadcast', subject: 'b', data: { note: '100% of_it \\ all' } }),
    );
    const found = (search: string, subject?: string) =>
      store.auditList({ search, subject, offset: 0, limit: 50 }).total;
    expect(found('', 'note:1')).toBe(3);
    expect(found('BROADCAST')).toBe(1);
    expect(found('100%')).toBe(1);
    expect(found('of_it')).toBe(1);
    expect(found('ofxit')).toBe(0);
    expect(found('%')).toBe(1);
    expect(found('engine')).toBe(1);
    expect(found('person', 'note:2')).toBe(3);
    expect(found(store.auditHead())).toBe(1);
    expect(found("' OR 1=1 --")).toBe(0);
  });
});

describe('canonical JSON', () => {
  it('sorts keys by UTF-16 code units and prints numbers as RFC 8785 does', () => {
    // Section 3.2.3 of the RFC.
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(Object.values(JSON.parse(canonicalJson(value)) as object).length).toBe(7);
    expect([...canonicalJson(value).matchAll(/":"([^"]+)"/g)].map(([, text]) => text)).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
    expect(
      canonicalJson([Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0]),
    ).toBe('[333333333.3333333,1e+30,4.5,0.002,1e-27,0]');
  });

  it('writes bigints as text, leaves out what is undefined, and refuses what JSON cannot say', () => {
    expect(canonicalJson({ b: 2n ** 64n, a: undefined, c: null })).toBe(
      '{"b":"18446744073709551616","c":null}',
    );
    for (const value of [NaN, Infinity, [undefined], () => 1, new Date(), Buffer.from('x'), new Map()]) {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    }
  });

  it('is one text for one value, whatever the order of its keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        const again = JSON.parse(text) as unknown;
        expect(canonicalJson(again)).toBe(text);
        expect(again).toEqual(JSON.parse(JSON.stringify(value)));
        const reversed =
          typeof value === 'object' && value !== null && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).reverse())
            : value;
        expect(canonicalJson(reversed)).toBe(text);
      }),
    );
  });
});
