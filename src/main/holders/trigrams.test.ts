import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { databaseAt } from '../../../test/support/migration.ts';
import { trigramQuery } from './trigrams.ts';

describe('a query by trigrams', () => {
  it('names each run of three characters once', () => {
    expect(trigramQuery('anna')).toBe('"ann" AND "nna"');
    expect(trigramQuery('aaaa')).toBe('"aaa"');
    expect(trigramQuery('a"b')).toBe('"a""b"');
  });

  it('is none for fewer than three characters, however many units they have', () => {
    expect(trigramQuery('')).toBeNull();
    expect(trigramQuery('an')).toBeNull();
    expect(trigramQuery('🏦🏦')).toBeNull();
  });

  it('misses no text that contains the words, whatever they are', () => {
    const db = databaseAt(40);
    const add = db.prepare(
      `INSERT INTO holder (id, name, gaid, is_company, sort_key, search_key) VALUES (1, '', NULL, 0, '', ?)
       ON CONFLICT (id) DO UPDATE SET search_key = excluded.search_key`,
    );
    const find = db.prepare(`SELECT rowid FROM holder_search WHERE holder_search MATCH ?`).pluck();
    const text = fc.string({ unit: 'binary', maxLength: 12 });
    const plain = fc.string({ unit: fc.constantFrom('a', 'b', '"', ' ', '*', 'ä', '🏦', '\n', '\0', '-') });
    const part = fc.oneof(text, plain);
    fc.assert(
      fc.property(part, part, part, (before, words, after) => {
        const query = trigramQuery(words);
        fc.pre(query !== null);
        add.run(before + words + after);
        return find.all(query).length === 1;
      }),
      { numRuns: 2_000 },
    );
    db.close();
  });
});
