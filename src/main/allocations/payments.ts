import { SluiceError } from '../../shared/errors.ts';
import type { Store } from '../store/types.ts';
import { amount, type Amount } from '../../shared/money.ts';
import { createAllocationReader } from './rows.ts';

/** A row as the engine pays it. */
export interface PayableRow {
  rowId: number;
  holderId: number;
  holderName: string;
  /** Where the holder receives now; null when it has no GAID or is gone. */
  gaid: string | null;
  /** Base units. */
  amount: Amount;
  note: string;
}

/**
 * What the engine asks and tells of allocations. `rowsToPay` and `allocation` may be called any time; the others change
 * rows and must be called inside `store.tx`, together with the operation's own change. They tell no events: the engine
 * emits `allocations.changed` once its transaction is over.
 */
export interface AllocationPayments {
  /** With the number of open rows that cannot be paid as they are. Throws NOT_FOUND. */
  allocation(id: string): { id: string; name: string; assetUuid: string; problems: number };
  /** Every open row in the order of the allocation, wrong ones as well: see `allocation` for their number. */
  rowsToPay(allocationId: string): PayableRow[];
  /** Open rows become part of an operation. Throws OPERATION_STATE when one is not open any more. */
  markInOperation(rowIds: readonly number[], operationId: string): void;
  /** A row that is in an operation has been paid and reported. Saying it again changes nothing. */
  markPaid(rowId: number, txid: string): void;
  /** Rows whose operation was cancelled are open again; paid ones stay paid. */
  release(rowIds: readonly number[]): void;
}

export function createAllocationPayments({
  store,
  clock,
}: {
  store: Store;
  clock: () => number;
}): AllocationPayments {
  const { db } = store;
  const reader = createAllocationReader(store);
  const sql = {
    open: db.prepare<
      [string],
      {
        id: bigint;
        holder_id: bigint;
        holder_name: string;
        gaid: string | null;
        amount: bigint;
        note: string;
      }
    >(
      `SELECT r.id, r.holder_id, r.holder_name, h.gaid, r.amount, r.note
       FROM allocation_row r LEFT JOIN holder h ON h.id = r.holder_id
       WHERE r.allocation_id = ? AND r.state = 'open' ORDER BY r.id`,
    ),
    take: db.prepare(
      `UPDATE allocation_row SET state = 'in-operation', operation_id = ? WHERE id = ? AND state = 'open'`,
    ),
    paid: db.prepare(
      `UPDATE allocation_row SET state = 'paid', txid = ? WHERE id = ? AND state = 'in-operation'`,
    ),
    release: db.prepare(
      `UPDATE allocation_row SET state = 'open', operation_id = NULL WHERE id = ? AND state = 'in-operation'`,
    ),
    state: db.prepare<
      [number],
      { allocation_id: string; state: string; txid: string | null; holder_name: string }
    >(`SELECT allocation_id, state, txid, holder_name FROM allocation_row WHERE id = ?`),
    changed: db.prepare(`UPDATE allocation SET version = version + 1, changed_at = ? WHERE id = ?`),
  };

  function requireTransaction(): void {
    if (!db.inTransaction) throw new Error('Rows of an allocation are changed inside store.tx only.');
  }

  function changed(rowIds: readonly number[]): void {
    const ids = new Set(rowIds.map((id) => sql.state.get(id)?.allocation_id));
    for (const id of ids) if (id !== undefined) sql.changed.run(clock(), id);
  }

  return {
    allocation(id) {
      const { name, assetUuid, problems } = reader.describe(reader.head(id));
      return { id, name, assetUuid, problems };
    },

    rowsToPay: (allocationId) =>
      sql.open.all(reader.head(allocationId).id).map((row) => ({
        rowId: Number(row.id),
        holderId: Number(row.holder_id),
        holderName: row.holder_name,
        gaid: row.gaid,
        amount: amount(row.amount),
        note: row.note,
      })),

    markInOperation(rowIds, operationId) {
      requireTransaction();
      for (const id of rowIds) {
        if (sql.take.run(operationId, id).changes === 1) continue;
        const row = sql.state.get(id);
        throw new SluiceError(
          'OPERATION_STATE',
          row
            ? `The payment to “${row.holder_name}” is ${row.state === 'paid' ? 'paid already' : 'in another operation'}.`
            : 'A row of the allocation is not there any more.',
          { next: 'Make the plan anew and look at it again.' },
        );
      }
      changed(rowIds);
    },

    markPaid(rowId, txid) {
      requireTransaction();
      if (sql.paid.run(txid, rowId).changes === 0) {
        const row = sql.state.get(rowId);
        if (row?.state === 'paid' && row.txid === txid) return;
        throw new SluiceError(
          'OPERATION_STATE',
          `Row ${rowId} of the allocation cannot be marked as paid: it is ${row?.state ?? 'not there'}.`,
          { next: 'Look at the operation in the audit trail before anything else is paid.' },
        );
      }
      changed([rowId]);
    },

    release(rowIds) {
      requireTransaction();
      for (const id of rowIds) sql.release.run(id);
      changed(rowIds);
    },
  };
}
