import { sortKey } from '../holders/index.ts';
import { breathe, exclusive, newId, type Importer } from '../imports/index.ts';
import type { Store } from '../store/types.ts';

const ROWS_PER_TRANSACTION = 1000;

/**
 * Makes an allocation of a checked import. Its rows are written in slices, so that the desk stays responsive, into an
 * allocation that nobody sees; one last transaction shows it and closes the import. Until then nothing is applied, and
 * what a crash leaves behind is removed at the next start.
 */
export async function commitAllocation(
  { store, clock, importer }: { store: Store; clock: () => number; importer: Importer },
  importId: string,
  name: string,
  actor: string,
): Promise<string> {
  const { staging } = importer;
  const { db } = store;
  const insert = db.prepare(
    `INSERT INTO allocation_row (allocation_id, holder_id, holder_name, sort_key, amount, note, state)
     VALUES (?, ?, ?, ?, ?, ?, 'open')`,
  );
  const holderName = db.prepare<[number], { name: string }>(`SELECT name FROM holder WHERE id = ?`);
  return exclusive(store, importId, async () => {
    await importer.refresh(importId);
    const head = importer.requireGood(importId);
    const { assetUuid } = head;
    if (assetUuid === null) throw new Error('An import of an allocation was staged without its asset.');
    const { total } = staging.counts(importId);
    const id = newId();
    const now = clock();
    store.tx(() => {
      staging.setState(importId, 'committing');
      db.prepare(
        `INSERT INTO allocation (id, complete, name, asset_uuid, import_id, version, created_at, changed_at)
         VALUES (?, 0, ?, ?, ?, 0, ?, ?)`,
      ).run(id, name, assetUuid, importId, now, now);
    });
    try {
      let sum = 0n;
      let done = 0;
      for (let line = 0; ;) {
        const rows = staging.after(importId, line, ROWS_PER_TRANSACTION);
        if (rows.length === 0) break;
        store.tx(() => {
          for (const row of rows) {
            if (row.holderId === null || row.amount === null)
              throw new Error(`Line ${row.line} was not checked.`);
            const known = holderName.get(row.holderId)?.name ?? `Holder ${row.holderId}`;
            insert.run(id, row.holderId, known, sortKey(known), row.amount, row.note);
            sum += row.amount;
          }
        });
        line = rows.at(-1)?.line ?? line;
        done += rows.length;
        importer.progress(`Importing ${head.fileName}`, done, total);
        await breathe();
      }
      store.tx(() => {
        db.prepare(`UPDATE allocation SET complete = 1 WHERE id = ?`).run(id);
        staging.setState(importId, 'committed', clock());
        const { sha256, fileName } = head;
        store.audit({
          type: 'allocation.imported',
          subject: `allocation:${id}`,
          actor,
          data: { name, asset: assetUuid, import: importId, fileName, sha256, rows: done, total: sum },
        });
      });
      return id;
    } catch (error) {
      store.tx(() => {
        db.prepare(`DELETE FROM allocation WHERE id = ? AND complete = 0`).run(id);
        staging.setState(importId, 'open');
      });
      throw error;
    }
  });
}
