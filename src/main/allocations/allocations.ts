import type { AllocationRow, AreaHandlers, Asset } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { formatDecimal, MAX_AMOUNT, type Amount } from '../../shared/money.ts';
import { createMirror, sortKey, type RegisterDeps } from '../holders/index.ts';
import { breathe, createImporter, newId, writeCsv, writeCsvRows } from '../imports/index.ts';
import { writeAmount } from './amount-text.ts';
import { commitAllocation } from './import-commit.ts';
import { allocationImport } from './import-kind.ts';
import { createAllocationReader } from './rows.ts';

const TEMPLATE_COLUMNS = ['holder', 'amount', 'note'];
const EXPORT_COLUMNS = ['id', 'name', 'gaid', 'amount', 'note'];
const ROWS_PER_PAGE = 1000;

/** What the issuer wants paid: kept at the desk, checked against the registers, handed to the engine row by row. */
export function createAllocations(deps: RegisterDeps): Omit<AreaHandlers<'allocations'>, 'plan'> {
  const { store, emit, clock } = deps;
  const { db } = store;
  const mirror = createMirror(store);
  const reader = createAllocationReader(store);
  const importer = createImporter(deps, allocationImport(deps));
  const sql = {
    create: db.prepare(
      `INSERT INTO allocation (id, complete, name, asset_uuid, import_id, version, created_at, changed_at)
       VALUES (?, 1, ?, ?, NULL, 0, ?, ?)`,
    ),
    remove: db.prepare(`DELETE FROM allocation WHERE id = ?`),
    addRow: db.prepare(
      `INSERT INTO allocation_row (allocation_id, holder_id, holder_name, sort_key, amount, note, state)
       VALUES (?, ?, ?, ?, ?, ?, 'open')`,
    ),
    editRow: db.prepare(`UPDATE allocation_row SET amount = ?, note = ? WHERE id = ? AND state = 'open'`),
    removeRow: db.prepare(`DELETE FROM allocation_row WHERE id = ? AND state = 'open'`),
    committed: db.prepare<[string], { found: bigint }>(
      `SELECT EXISTS (SELECT 1 FROM allocation_row WHERE allocation_id = ? AND state <> 'open') AS found`,
    ),
    changed: db.prepare(`UPDATE allocation SET version = version + 1, changed_at = ? WHERE id = ?`),
  };
  // What an import left unfinished when the desk was stopped; its import is still there to be committed again.
  store.tx(() => db.exec(`DELETE FROM allocation WHERE complete = 0`));

  function asset(assetUuid: string): Asset {
    const found = mirror.asset(assetUuid);
    if (found) return found;
    throw new SluiceError('NOT_FOUND', 'AMP has no such asset, as far as the desk knows.', {
      next: 'Read AMP’s registers again and choose an asset.',
      field: 'assetUuid',
    });
  }

  function requirePayable(value: Amount, assetUuid: string): void {
    if (value >= 1n && value <= MAX_AMOUNT) return;
    const precision = mirror.asset(assetUuid)?.precision ?? 0;
    throw new SluiceError(
      'INVALID_ARGUMENT',
      value < 1n ? 'The amount must be more than zero.' : 'The amount is more than one payment can be.',
      {
        next: `Between ${formatDecimal(1n, precision)} and ${formatDecimal(MAX_AMOUNT, precision)} can be paid.`,
        field: 'amount',
      },
    );
  }

  function requireOpen(row: AllocationRow): void {
    if (row.state === 'open') return;
    throw new SluiceError(
      'CONFLICT',
      `The payment to “${row.holderName}” ${row.state === 'paid' ? 'is made' : 'is in an operation'} and cannot be changed.`,
      {
        next:
          row.state === 'paid' ? 'Add a further row to another allocation.' : 'Cancel the operation first.',
      },
    );
  }

  /** One change of rows with its audit entry; tells once it is on disk. */
  function change(
    id: string,
    type: string,
    actor: string,
    data: Record<string, unknown>,
    work: () => void,
  ): void {
    store.tx(() => {
      work();
      sql.changed.run(clock(), id);
      store.audit({ type, subject: `allocation:${id}`, actor, data });
    });
    emit('allocations.changed', { id });
  }

  return {
    list: () => ({ allocations: reader.all() }),
    get: ({ id }) => reader.describe(reader.head(id)),
    rows: ({ id, ...query }) => reader.list(id, query),

    create({ name, assetUuid }, { actor }) {
      asset(assetUuid);
      const id = newId();
      change(id, 'allocation.created', actor, { name, asset: assetUuid }, () => {
        sql.create.run(id, name, assetUuid, clock(), clock());
      });
      return reader.describe(reader.head(id));
    },

    addRow({ id, holderId, amount: value, note = '' }, { actor }) {
      const { assetUuid } = reader.head(id);
      requirePayable(value, assetUuid);
      const holder = mirror.holder(holderId);
      if (!holder) {
        throw new SluiceError('NOT_FOUND', `There is no holder with the number ${holderId}.`, {
          next: 'Choose a holder from the list.',
          field: 'holderId',
        });
      }
      let rowId = 0;
      change(id, 'allocation.row-added', actor, { holder: holderId, amount: value, note }, () => {
        const added = sql.addRow.run(id, holderId, holder.name, sortKey(holder.name), value, note);
        rowId = Number(added.lastInsertRowid);
      });
      return reader.row(id, rowId);
    },

    editRow({ id, rowId, amount: value, note }, { actor }) {
      const row = reader.row(id, rowId);
      requireOpen(row);
      const next = { amount: value ?? row.amount, note: note ?? row.note };
      requirePayable(next.amount, reader.head(id).assetUuid);
      const from = { amount: row.amount, note: row.note };
      change(id, 'allocation.row-edited', actor, { row: rowId, holder: row.holderId, from, to: next }, () => {
        sql.editRow.run(next.amount, next.note, rowId);
      });
      return reader.row(id, rowId);
    },

    removeRow({ id, rowId }, { actor }) {
      const row = reader.row(id, rowId);
      requireOpen(row);
      const data = { row: rowId, holder: row.holderId, amount: row.amount };
      change(id, 'allocation.row-removed', actor, data, () => {
        sql.removeRow.run(rowId);
      });
      return {};
    },

    remove({ id }, { actor }) {
      const found = reader.describe(reader.head(id));
      if (sql.committed.get(id)?.found === 1n) {
        throw new SluiceError(
          'NOT_ALLOWED',
          `“${found.name}” pays somebody already and stays in the books.`,
          {
            next: 'Remove its open rows one by one if they are not to be paid.',
          },
        );
      }
      const data = { name: found.name, rows: found.rows, total: found.total };
      change(id, 'allocation.removed', actor, data, () => {
        sql.remove.run(id);
      });
      return {};
    },

    importTemplate: () => ({ fileName: 'allocation.csv', content: writeCsv(TEMPLATE_COLUMNS, []) }),

    importPreview({ assetUuid, fileName, content }, { actor }) {
      asset(assetUuid);
      return importer.preview({ fileName, content, assetUuid, actor });
    },

    async importCommit({ id, name }, { actor }) {
      const allocationId = await commitAllocation({ store, clock, importer }, id, name, actor);
      emit('allocations.changed', { id: allocationId });
      return reader.describe(reader.head(allocationId));
    },

    async export({ id }) {
      const { name, assetUuid } = reader.head(id);
      const precision = asset(assetUuid).precision;
      let content = writeCsv(EXPORT_COLUMNS, []);
      for (let rowId = 0; ;) {
        const rows = reader.after(id, rowId, ROWS_PER_PAGE);
        const last = rows.at(-1);
        if (!last) break;
        rowId = last.id;
        content += writeCsvRows(
          rows.map((row) => [
            row.holderId === null ? '' : String(row.holderId),
            row.holderName,
            row.gaid ?? '',
            writeAmount(row.amount, precision),
            row.note,
          ]),
        );
        await breathe();
      }
      return { fileName: `${name.replace(/[^\p{L}\p{N} ._-]+/gu, '-')}.csv`, content };
    },
  };
}
