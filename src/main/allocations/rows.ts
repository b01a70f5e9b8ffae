import type { Allocation, AllocationRow } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { amount } from '../../shared/money.ts';
import { createMirror, sortKey } from '../holders/index.ts';
import type { Store } from '../store/types.ts';
import { createProblemReader, HAS_PROBLEM, PROBLEM_COLUMNS, type ProblemFlags } from './checks.ts';

export interface AllocationHead {
  id: string;
  name: string;
  assetUuid: string;
  createdAt: number;
  changedAt: number;
  version: bigint;
}

interface HeadRecord {
  id: string;
  name: string;
  asset_uuid: string;
  version: bigint;
  created_at: bigint;
  changed_at: bigint;
}

interface RowRecord extends ProblemFlags {
  id: bigint;
  holder_id: bigint;
  holder_name: string;
  gaid: string | null;
  amount: bigint;
  note: string;
  state: AllocationRow['state'];
  operation_id: string | null;
  txid: string | null;
}

export interface RowQuery {
  search?: string | undefined;
  onlyProblems?: boolean | undefined;
  sort?: { by: 'id' | 'holderName' | 'amount'; direction: 'asc' | 'desc' } | undefined;
  offset: number;
  limit: number;
}

const ORDER: Record<'id' | 'holderName' | 'amount', Record<'asc' | 'desc', string>> = {
  id: { asc: 'r.id', desc: 'r.id DESC' },
  holderName: { asc: 'r.sort_key, r.id', desc: 'r.sort_key DESC, r.id DESC' },
  amount: { asc: 'r.amount, r.id', desc: 'r.amount DESC, r.id DESC' },
};

/** Which rows are meant, by what. */
interface Found {
  from: string;
  condition: string;
}

type Counts = Pick<Allocation, 'rows' | 'total' | 'problems' | 'open' | 'paid'>;

export function allocationNotFound(): SluiceError {
  return new SluiceError('NOT_FOUND', 'This allocation is not here any more.', {
    next: 'Choose one from the list of allocations.',
    field: 'id',
  });
}

/** Reads allocations and their rows, judged by the registers as they are now. */
export function createAllocationReader(store: Store) {
  const { db } = store;
  const mirror = createMirror(store);
  const problemsOf = createProblemReader(store);
  const HEAD = `SELECT id, name, asset_uuid, version, created_at, changed_at FROM allocation`;
  const ROWS = 'FROM allocation_row r';
  const FROM = `${ROWS} LEFT JOIN holder h ON h.id = r.holder_id`;
  const sql = {
    head: db.prepare<[string], HeadRecord>(`${HEAD} WHERE id = ? AND complete = 1`),
    heads: db.prepare<[], HeadRecord>(`${HEAD} WHERE complete = 1 ORDER BY created_at DESC, id`),
    sums: db.prepare<[string], { state: string; n: bigint; total: bigint }>(
      `SELECT state, count(*) AS n, sum(amount) AS total FROM allocation_row WHERE allocation_id = ? GROUP BY state`,
    ),
    problems: db.prepare<{ id: string; asset: string }, { n: bigint }>(
      `SELECT count(*) AS n ${FROM} WHERE r.allocation_id = :id AND ${HAS_PROBLEM}`,
    ),
  };
  /** Counts are asked for often and cost a pass over all rows: they are kept until rows or registers change. */
  const remembered = new Map<string, { stamp: string; counts: Counts }>();

  function toHead(record: HeadRecord): AllocationHead {
    return {
      id: record.id,
      name: record.name,
      assetUuid: record.asset_uuid,
      version: record.version,
      createdAt: Number(record.created_at),
      changedAt: Number(record.changed_at),
    };
  }

  function head(id: string): AllocationHead {
    const record = sql.head.get(id);
    if (!record) throw allocationNotFound();
    return toHead(record);
  }

  function counts(of: AllocationHead): Counts {
    const stamp = `${of.version} ${mirror.state.version()}`;
    const known = remembered.get(of.id);
    if (known?.stamp === stamp) return known.counts;
    const fresh: Counts = { rows: 0, total: amount(0n), problems: 0, open: 0, paid: 0 };
    for (const { state, n, total } of sql.sums.all(of.id)) {
      fresh.rows += Number(n);
      fresh.total = amount(fresh.total + total);
      if (state === 'open') fresh.open = Number(n);
      if (state === 'paid') fresh.paid = Number(n);
    }
    fresh.problems = Number(sql.problems.get({ id: of.id, asset: of.assetUuid })?.n ?? 0n);
    remembered.set(of.id, { stamp, counts: fresh });
    return fresh;
  }

  function describe(of: AllocationHead): Allocation {
    const { id, name, assetUuid, createdAt, changedAt } = of;
    return { id, name, assetUuid, ...counts(of), createdAt, changedAt };
  }

  /** Finds the ids of a page first and reads only those rows in full. */
  function select(
    of: AllocationHead,
    { from, condition }: Found,
    order: string,
    values: Record<string, unknown>,
  ) {
    return db
      .prepare<Record<string, unknown>, RowRecord>(
        `SELECT r.id, r.holder_id, r.holder_name, h.gaid AS gaid, r.amount, r.note, r.state, r.operation_id, r.txid,
           ${PROBLEM_COLUMNS} ${FROM} WHERE r.id IN (
             SELECT r.id ${from} WHERE ${condition} ORDER BY ${order} LIMIT :limit OFFSET :offset)
         ORDER BY ${order}`,
      )
      .all({ asset: of.assetUuid, ...values })
      .map((record): AllocationRow => ({
        id: Number(record.id),
        holderId: record.unknown_holder === 1n ? null : Number(record.holder_id),
        holderName: record.holder_name,
        gaid: record.gaid,
        amount: amount(record.amount),
        note: record.note,
        problems: problemsOf(record, of.assetUuid),
        state: record.state,
        operationId: record.operation_id,
        txid: record.txid,
      }));
  }

  return {
    head,
    describe,
    all: (): Allocation[] => sql.heads.all().map((record) => describe(toHead(record))),

    list(id: string, { search, onlyProblems, sort, offset, limit }: RowQuery) {
      const of = head(id);
      const parts = ['r.allocation_id = :id'];
      const values: Record<string, unknown> = { id, limit, offset };
      const words = sortKey(search ?? '');
      if (words !== '') {
        parts.push(
          `(r.holder_id IN (SELECT id FROM holder WHERE search_key LIKE :words ESCAPE '\\')
            OR r.sort_key LIKE :words ESCAPE '\\' OR r.note LIKE :words ESCAPE '\\')`,
        );
        values['words'] = `%${words.replace(/[\\%_]/g, '\\$&')}%`;
      }
      if (onlyProblems) parts.push(HAS_PROBLEM);
      // Rows are joined with their holders only where the condition looks at them: it costs more than finding the rows.
      const found = { from: onlyProblems ? FROM : ROWS, condition: parts.join(' AND ') };
      if (onlyProblems && counts(of).problems === 0) return { rows: [], total: 0 };
      const rows = select(of, found, ORDER[sort?.by ?? 'id'][sort?.direction ?? 'asc'], values);
      return { rows, total: total(of, found, values, words === '', onlyProblems ?? false) };
    },

    row(id: string, rowId: number): AllocationRow {
      const [row] = select(
        head(id),
        { from: ROWS, condition: 'r.allocation_id = :id AND r.id = :rowId' },
        'r.id',
        {
          id,
          rowId,
          limit: 1,
          offset: 0,
        },
      );
      if (row) return row;
      throw new SluiceError('NOT_FOUND', 'This row is not in the allocation any more.', {
        next: 'Load the allocation again.',
        field: 'rowId',
      });
    },

    /** Rows in the order of their ids, from one id on. */
    after(id: string, rowId: number, limit: number): AllocationRow[] {
      return select(head(id), { from: ROWS, condition: 'r.allocation_id = :id AND r.id > :rowId' }, 'r.id', {
        id,
        rowId,
        limit,
        offset: 0,
      });
    },
  };

  function total(
    of: AllocationHead,
    { from, condition }: Found,
    values: Record<string, unknown>,
    whole: boolean,
    onlyProblems: boolean,
  ): number {
    if (whole) return onlyProblems ? counts(of).problems : counts(of).rows;
    const { limit: _limit, offset: _offset, ...rest } = values;
    const bound = onlyProblems ? { ...rest, asset: of.assetUuid } : rest;
    const found = db
      .prepare<Record<string, unknown>, { n: bigint }>(`SELECT count(*) AS n ${from} WHERE ${condition}`)
      .get(bound);
    return Number(found?.n ?? 0n);
  }
}
