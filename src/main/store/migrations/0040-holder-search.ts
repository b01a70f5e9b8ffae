import type { Migration } from '../types.ts';

/**
 * Finds holders by any three characters of name, GAID or number: reading all of 100,000 holders for each letter typed
 * takes ten to a hundred times as long. The index knows only which trigram is in which row (`detail=none`, a third of
 * the database's size); what it finds is looked at again. The text itself stays in `holder`.
 */
export const holderSearch: Migration = {
  version: 40,
  name: 'holder-search',
  up(db) {
    db.exec(`
      CREATE VIRTUAL TABLE holder_search USING fts5 (
        search_key,
        content='holder', content_rowid='id', tokenize='trigram case_sensitive 1', detail='none', columnsize=0
      );
      INSERT INTO holder_search (holder_search) VALUES ('rebuild');

      CREATE TRIGGER holder_search_added AFTER INSERT ON holder BEGIN
        INSERT INTO holder_search (rowid, search_key) VALUES (new.id, new.search_key);
      END;
      CREATE TRIGGER holder_search_removed AFTER DELETE ON holder BEGIN
        INSERT INTO holder_search (holder_search, rowid, search_key) VALUES ('delete', old.id, old.search_key);
      END;
      CREATE TRIGGER holder_search_changed AFTER UPDATE OF search_key ON holder
      WHEN old.search_key IS NOT new.search_key BEGIN
        INSERT INTO holder_search (holder_search, rowid, search_key) VALUES ('delete', old.id, old.search_key);
        INSERT INTO holder_search (rowid, search_key) VALUES (new.id, new.search_key);
      END;
    `);
  },
};
