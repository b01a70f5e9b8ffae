import { createHash } from 'node:crypto';
import type { ImportSummary } from '../../shared/contract/index.ts';
import type { Emit } from '../../shared/contract/events.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Store } from '../store/types.ts';
import { breathe, inSlices } from './breathe.ts';
import { readHeader } from './csv/columns.ts';
import { readCsv } from './csv/read.ts';
import { exclusive } from './exclusive.ts';
import type { CheckRow, ImportKind, RowCells, RowVerdict } from './kind.ts';
import { newId } from './new-id.ts';
import type { ImportHead, StagedRow } from './staged.ts';
import { createStaging } from './staging.ts';

export interface ImporterDeps {
  store: Store;
  emit: Emit;
  clock: () => number;
}

const ROWS_PER_TRANSACTION = 1000;
const ROWS_PER_BREATH = 5000;

/** A row whose cells do not fit the header says nothing that could be checked. */
const SHAPELESS: RowVerdict = {
  status: 'wrong',
  problems: [],
  key: null,
  holderId: null,
  amount: null,
  note: '',
  data: '{}',
};

/** Reads the cells of a record by the desk's column names. */
export function cellReader(head: Pick<ImportHead, 'headers'>, kind: ImportKind) {
  const { position } = readHeader({ line: 1, cells: head.headers }, kind.columns);
  return {
    read(cells: readonly string[]): RowCells {
      const named: Record<string, string> = {};
      for (const { name } of kind.columns) {
        const index = position.get(name);
        named[name] = index === undefined ? '' : (cells[index] ?? '').trim();
      }
      return named;
    },
    /** The file's own header of one of the desk's columns. */
    headerOf(column: string): string | null {
      const index = position.get(column);
      return index === undefined ? null : (head.headers[index] ?? null);
    },
  };
}

/** Takes files of one kind in and keeps their rows checked. Nothing outside the import tables is changed. */
export function createImporter({ store, emit, clock }: ImporterDeps, kind: ImportKind) {
  const staging = createStaging(store);

  function progress(task: string, done: number, total: number): void {
    emit('sync.progress', { task, done, total });
  }

  /**
   * Reads a file and stages its rows, checked. The import becomes visible when all of it is there. Throws
   * CSV_MALFORMED when the file cannot be read as a whole.
   */
  async function preview(request: {
    fileName: string;
    /** Base64 of the file's bytes. */
    content: string;
    assetUuid: string | null;
    actor: string;
  }): Promise<ImportSummary> {
    const bytes = Buffer.from(request.content, 'base64');
    const file = await readCsv(bytes, kind.columns);
    kind.requireColumns(new Set(file.columns.position.keys()));
    const { read } = cellReader({ headers: file.columns.headers }, kind);
    const cells: RowCells[] = [];
    await inSlices(file.rows, ROWS_PER_BREATH, (slice) => {
      for (const row of slice) cells.push(read(row.cells));
    });
    const survey = kind.survey(cells);
    const checkedVersion = kind.version();
    const check = await kind.begin({ assetUuid: request.assetUuid, survey }, cells);

    const id = newId();
    const task = `Checking ${request.fileName}`;
    store.tx(() => {
      staging.insertHead({
        id,
        kind: kind.kind,
        fileName: request.fileName,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        delimiter: file.delimiter,
        encoding: file.encoding,
        headers: file.columns.headers,
        assetUuid: request.assetUuid,
        survey,
        checkedVersion,
        createdAt: clock(),
      });
    });
    const firstOf = new Map<string, number>();
    try {
      await inSlices(file.rows, ROWS_PER_TRANSACTION, (slice, start) => {
        store.tx(() => {
          slice.forEach((row, index) => {
            const named = cells[start + index];
            const verdict = row.shapeProblem !== null || !named ? SHAPELESS : check(named);
            staging.insertRow(
              id,
              row.line,
              row.cells,
              row.shapeProblem,
              verdict,
              claim(firstOf, verdict.key, row.line),
            );
          });
        });
        progress(task, start + slice.length, file.rows.length);
      });
    } catch (error) {
      store.tx(() => staging.remove(id));
      throw error;
    }
    store.tx(() => {
      staging.setState(id, 'open');
      store.audit({
        type: 'import.staged',
        subject: `import:${id}`,
        actor: request.actor,
        data: { kind: kind.kind, fileName: request.fileName, rows: file.rows.length },
      });
    });
    return staging.summary(id);
  }

  /** The import, when it is of this kind: its rows mean nothing to another. */
  function headOf(id: string): ImportHead {
    const head = staging.head(id);
    if (head.kind === kind.kind) return head;
    const page = head.kind === 'holders' ? 'holders' : 'allocations';
    throw new SluiceError('INVALID_ARGUMENT', `“${head.fileName}” is an import of ${page}.`, {
      next: `Commit it on the page of the ${page}.`,
      field: 'id',
    });
  }

  async function allCells(head: ImportHead): Promise<RowCells[]> {
    const { read } = cellReader(head, kind);
    const cells: RowCells[] = [];
    for (let line = 0; ;) {
      const rows = staging.after(head.id, line, ROWS_PER_TRANSACTION);
      if (rows.length === 0) return cells;
      for (const row of rows) {
        cells.push(read(row.cells));
        line = row.line;
      }
      await breathe();
    }
  }

  async function refresh(id: string): Promise<void> {
    const head = headOf(id);
    const version = kind.version();
    if (head.state !== 'open' || head.checkedVersion === version) return;
    const { read } = cellReader(head, kind);
    const check = await kind.begin({ assetUuid: head.assetUuid, survey: head.survey }, await allCells(head));
    const firstOf = new Map<string, number>();
    for (let line = 0; ;) {
      const rows = staging.after(id, line, ROWS_PER_TRANSACTION);
      if (rows.length === 0) break;
      store.tx(() => {
        for (const row of rows) {
          line = row.line;
          // What was sent to AMP stands, and so does its refusal; only what is still to come is judged anew.
          const verdict = row.journal === 'none' ? judge(row, check, read(row.cells)) : null;
          const duplicateOf = claim(firstOf, verdict === null ? row.key : verdict.key, row.line);
          if (verdict !== null) staging.judge(id, row.line, verdict, duplicateOf);
        }
      });
      await breathe();
    }
    store.tx(() => staging.setChecked(id, version));
  }

  /** Checks the rows again when what they are compared with has changed since. */
  async function recheck(id: string): Promise<void> {
    const head = headOf(id);
    if (head.state !== 'open' || head.checkedVersion === kind.version()) return;
    await exclusive(store, id, () => refresh(id));
  }

  function open(id: string): ImportHead {
    const head = headOf(id);
    if (head.state === 'open') return head;
    throw head.state === 'committed'
      ? new SluiceError('CONFLICT', 'This import was committed already; its rows stay as they are.', {
          next: 'Choose the file again to import it anew.',
        })
      : new SluiceError('CONFLICT', 'This import is being committed right now.', {
          next: 'Wait until it is finished.',
        });
  }

  function untouched(id: string, line: number): StagedRow {
    const row = staging.row(id, line);
    if (row.journal !== 'none' && row.journal !== 'refused') {
      throw new SluiceError('CONFLICT', `The row in line ${line} is at AMP already.`, {
        next: 'Change the holder on its own page.',
      });
    }
    return row;
  }

  /** Corrects cells of one row (by the file's own headers) and checks it and its duplicates again. */
  async function fixRow(id: string, line: number, cells: Readonly<Record<string, string>>, actor: string) {
    await exclusive(store, id, async () => {
      await refresh(id);
      const head = open(id);
      for (const name of Object.keys(cells)) {
        if (head.headers.includes(name)) continue;
        throw new SluiceError('INVALID_ARGUMENT', `The file has no column “${name}”.`, {
          next: `Its columns are ${head.headers.join(', ')}.`,
          field: `cells.${name}`,
        });
      }
      const before = untouched(id, line);
      const changed = head.headers.map((header, index) =>
        Object.hasOwn(cells, header) ? (cells[header] ?? '') : (before.cells[index] ?? ''),
      );
      const named = cellReader(head, kind).read(changed);
      const check = await kind.begin({ assetUuid: head.assetUuid, survey: head.survey }, [named]);
      store.tx(() => {
        open(id);
        untouched(id, line);
        const verdict = check(named);
        staging.setCells(id, line, changed);
        staging.judge(id, line, verdict, null);
        for (const key of new Set([before.key, verdict.key])) {
          if (key !== null) staging.regroup(id, key);
        }
        store.audit({ type: 'import.row-fixed', subject: `import:${id}`, actor, data: { line, cells } });
      });
    });
  }

  async function dropRow(id: string, line: number, actor: string): Promise<void> {
    await exclusive(store, id, async () => {
      await refresh(id);
      store.tx(() => {
        open(id);
        const row = untouched(id, line);
        staging.removeRow(id, line);
        if (row.key !== null) staging.regroup(id, row.key);
        store.audit({ type: 'import.row-dropped', subject: `import:${id}`, actor, data: { line } });
      });
    });
  }

  /** Throws IMPORT_HAS_ERRORS unless every row is good. Call it after `recheck`. */
  function requireGood(id: string): ImportHead {
    const head = open(id);
    const { total, wrong, duplicate } = staging.counts(id);
    if (total === 0) {
      throw new SluiceError('IMPORT_HAS_ERRORS', 'No row of this import is left.', {
        next: 'Throw it away and choose another file.',
      });
    }
    if (wrong + duplicate === 0) return head;
    const parts = [
      ...(wrong > 0 ? [`${wrong} ${wrong === 1 ? 'row is' : 'rows are'} wrong`] : []),
      ...(duplicate > 0
        ? [`${duplicate} ${duplicate === 1 ? 'row is a duplicate' : 'rows are duplicates'}`]
        : []),
    ];
    const [worst] = staging.page(id, undefined, 0, 1);
    throw new SluiceError(
      'IMPORT_HAS_ERRORS',
      `Nothing was imported: ${parts.join(' and ')}. The first is in line ${worst?.line ?? 0}.`,
      { next: 'Correct these rows or leave them out, then commit again.' },
    );
  }

  return { kind, staging, preview, recheck, refresh, open, requireGood, fixRow, dropRow, progress };
}

export type Importer = ReturnType<typeof createImporter>;

function judge(row: StagedRow, check: CheckRow, cells: RowCells): RowVerdict {
  return row.shapeProblem === null ? check(cells) : SHAPELESS;
}

/** Notes the first line of a key; for every later one, tells which line that was. */
function claim(firstOf: Map<string, number>, key: string | null, line: number): number | null {
  if (key === null) return null;
  const first = firstOf.get(key);
  if (first !== undefined) return first;
  firstOf.set(key, line);
  return null;
}
