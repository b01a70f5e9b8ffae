import { SluiceError } from '../../shared/errors.ts';
import { GAID_SHAPE, nameKey, sortKey, createMirror, type Mirror } from '../holders/index.ts';
import {
  malformed,
  type ColumnSpec,
  type ImportKind,
  type RowCells,
  type RowProblem,
} from '../imports/index.ts';
import type { Store } from '../store/types.ts';
import { findDecimalSign, readAmount, type DecimalSign } from './amount-text.ts';

/** Columns of an allocation's file. `holder` is a name, a number or a GAID; the next three say which it is. */
export const ALLOCATION_COLUMNS: readonly ColumnSpec[] = [
  { name: 'holder', aliases: ['recipient', 'beneficiary', 'investor', 'shareholder', 'payee'] },
  { name: 'name', aliases: ['holder name', 'full name', 'investor name'] },
  { name: 'id', aliases: ['holder id', 'user id', 'registered user', 'registered user id', 'number'] },
  { name: 'gaid', aliases: ['green id', 'green account id', 'account id', 'amp id', 'ampid'] },
  {
    name: 'amount',
    aliases: [
      'quantity',
      'units',
      'shares',
      'number of shares',
      'number of units',
      'value',
      'betrag',
      'montant',
      'importe',
    ],
  },
  { name: 'note', aliases: ['comment', 'memo', 'reference', 'remark', 'description'] },
];

const WHO = ['holder', 'name', 'id', 'gaid'] as const;
const HELP = 'Columns are holder (name, number or GAID), amount and note.';

interface Survey {
  decimalSign: DecimalSign;
}

interface FoundHolder {
  id: number;
  name: string;
  gaid: string | null;
}

/** Files of allocations: how their columns are called and what makes a row right. */
export function allocationImport({ store }: { store: Store }): ImportKind {
  const mirror = createMirror(store);
  const lookup = createLookup(store);
  return {
    kind: 'allocation',
    duplicateWords: 'The same holder',
    columns: ALLOCATION_COLUMNS,
    version: () => mirror.state.version(),
    requireColumns(present) {
      if (!WHO.some((name) => present.has(name))) {
        throw malformed(
          'The file has no column for the holders.',
          `Call one of the columns “holder”. ${HELP}`,
        );
      }
      if (!present.has('amount')) {
        throw malformed(
          'The file has no column for the amounts.',
          `Call one of the columns “amount”. ${HELP}`,
        );
      }
    },
    survey(rows) {
      const survey: Survey = { decimalSign: findDecimalSign(amountsOf(rows)) };
      return JSON.stringify(survey);
    },
    begin({ assetUuid, survey }) {
      const asset = assetUuid === null ? null : mirror.asset(assetUuid);
      if (!asset) {
        throw new SluiceError('NOT_FOUND', 'The asset of this import is not among AMP’s assets any more.', {
          next: 'Read AMP’s registers again and choose an asset.',
          field: 'assetUuid',
        });
      }
      const { decimalSign } = JSON.parse(survey) as Survey;
      const required = requirements(mirror, asset.requirements);
      return Promise.resolve((cells) => judge(cells, asset.precision, decimalSign, required, lookup));
    },
  };
}

function* amountsOf(rows: Iterable<RowCells>): Iterable<string> {
  for (const row of rows) yield row['amount'] ?? '';
}

function requirements(mirror: Mirror, ids: readonly number[]): { id: number; name: string }[] {
  return ids.map((id) => ({ id, name: mirror.category(id)?.name ?? `Category ${id}` }));
}

function createLookup(store: Store) {
  const { db } = store;
  type Row = { id: bigint; name: string; gaid: string | null };
  const byId = db.prepare<[number], Row>(`SELECT id, name, gaid FROM holder WHERE id = ?`);
  const byGaid = db.prepare<[string], Row>(`SELECT id, name, gaid FROM holder WHERE gaid = ? LIMIT 2`);
  const byOtherGaid = db.prepare<[string], Row>(
    `SELECT h.id, h.name, h.gaid FROM holder_gaid g JOIN holder h ON h.id = g.holder_id WHERE g.gaid = ? LIMIT 2`,
  );
  const bySortKey = db.prepare<[string], Row>(
    `SELECT id, name, gaid FROM holder WHERE sort_key = ? LIMIT 100`,
  );
  const member = db.prepare<[number, number], { found: bigint }>(
    `SELECT 1 AS found FROM holder_category WHERE holder_id = ? AND category_id = ?`,
  );
  const found = (row: Row): FoundHolder => ({ id: Number(row.id), name: row.name, gaid: row.gaid });
  return {
    byId: (id: number) => {
      const row = byId.get(id);
      return row ? [found(row)] : [];
    },
    byGaid: (gaid: string) => {
      const rows = byGaid.all(gaid);
      return (rows.length > 0 ? rows : byOtherGaid.all(gaid)).map(found);
    },
    /** Exactly that name, or else the same name in other capitals. Accents always count: they tell people apart. */
    byName(name: string): FoundHolder[] {
      const rows = bySortKey.all(sortKey(name));
      const exact = rows.filter((row) => row.name === name);
      const key = nameKey(name);
      return (exact.length > 0 ? exact : rows.filter((row) => nameKey(row.name) === key)).map(found);
    },
    isMember: (holder: number, category: number) => member.get(holder, category) !== undefined,
  };
}

type Lookup = ReturnType<typeof createLookup>;

/** Finds the holder a row means. Every column that says who it is must mean the same one. */
function whoIsMeant(cells: RowCells, lookup: Lookup, problems: RowProblem[]): FoundHolder | null {
  let meant: { holder: FoundHolder; by: string } | null = null;
  for (const column of WHO) {
    const text = cells[column] ?? '';
    if (text === '') continue;
    const candidates = candidatesOf(column, text, lookup);
    const [holder] = candidates;
    if (holder === undefined) {
      problems.push({ column, message: unknown(column, text) });
      return null;
    }
    if (candidates.length > 1) {
      const numbers = candidates.map((candidate) => candidate.id).join(', ');
      // A further column may tell namesakes apart.
      if (column === 'name' && ((cells['id'] ?? '') !== '' || (cells['gaid'] ?? '') !== '')) continue;
      problems.push({
        column,
        message: `“${text}” can be ${candidates.length} holders (numbers ${numbers}). Write the number or the GAID.`,
      });
      return null;
    }
    if (meant !== null && meant.holder.id !== holder.id) {
      problems.push({
        column,
        message: `The row means two holders: “${meant.holder.name}” by its ${meant.by}, “${holder.name}” by its ${column}.`,
      });
      return null;
    }
    meant ??= { holder, by: column };
  }
  if (meant === null) {
    problems.push({ column: WHO.find((name) => name in cells) ?? null, message: 'The holder is missing.' });
    return null;
  }
  const name = cells['name'] ?? '';
  if (name !== '' && nameKey(name) !== nameKey(meant.holder.name)) {
    problems.push({
      column: 'name',
      message: `The row means two holders: “${name}” and “${meant.holder.name}”.`,
    });
    return null;
  }
  return meant.holder;
}

function candidatesOf(column: (typeof WHO)[number], text: string, lookup: Lookup): FoundHolder[] {
  const isNumber = /^\d{1,15}$/.test(text);
  switch (column) {
    case 'name':
      return lookup.byName(text);
    case 'id':
      return isNumber ? lookup.byId(Number(text)) : [];
    case 'gaid':
      return lookup.byGaid(text);
    case 'holder': {
      const all = [
        ...(GAID_SHAPE.test(text) ? lookup.byGaid(text) : []),
        ...(isNumber ? lookup.byId(Number(text)) : []),
        ...lookup.byName(text),
      ];
      return all.filter((holder, index) => all.findIndex((other) => other.id === holder.id) === index);
    }
  }
}

function unknown(column: (typeof WHO)[number], text: string): string {
  const what =
    column === 'id'
      ? `There is no holder number ${text}.`
      : column === 'gaid' || GAID_SHAPE.test(text)
        ? `No holder receives at the GAID ${text}.`
        : `There is no holder “${text}”.`;
  return `${what} Register the holder first, or correct the cell.`;
}

function judge(
  cells: RowCells,
  precision: number,
  decimalSign: DecimalSign,
  required: readonly { id: number; name: string }[],
  lookup: Lookup,
): Awaited<ReturnType<Awaited<ReturnType<ImportKind['begin']>>>> {
  const problems: RowProblem[] = [];
  const holder = whoIsMeant(cells, lookup, problems);
  if (holder !== null) {
    if (holder.gaid === null) {
      problems.push({
        column: null,
        message: `“${holder.name}” has no GAID and cannot receive. Add one on the holder’s page.`,
      });
    }
    const missing = required.filter((category) => !lookup.isMember(holder.id, category.id));
    if (missing.length > 0) {
      const names = missing.map((category) => `“${category.name}”`).join(', ');
      problems.push({
        column: null,
        message: `“${holder.name}” is not in ${missing.length === 1 ? 'the category' : 'the categories'} ${names}, which the asset requires.`,
      });
    }
  }
  const reading = readAmount(cells['amount'] ?? '', precision, decimalSign);
  if (!reading.ok) problems.push({ column: 'amount', message: reading.problem });
  const note = cells['note'] ?? '';
  if (note.length > 500) {
    problems.push({
      column: 'note',
      message: `The note has ${note.length} characters; at most 500 are kept.`,
    });
  }
  return {
    status: problems.length > 0 ? 'wrong' : 'good',
    problems,
    key: holder === null ? null : String(holder.id),
    holderId: holder?.id ?? null,
    amount: reading.ok ? reading.amount : null,
    note,
    data: '{}',
  };
}
