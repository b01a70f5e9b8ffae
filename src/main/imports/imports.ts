import type { AreaHandlers } from '../../shared/contract/index.ts';
import { breathe } from './breathe.ts';
import { PROBLEM_COLUMN } from './csv/columns.ts';
import { writeCsv, writeCsvRows } from './csv/write.ts';
import { cellReader, createImporter, type Importer, type ImporterDeps } from './importer.ts';
import type { ImportKind } from './kind.ts';
import { describeRow } from './staged.ts';
import { createStaging } from './staging.ts';

const ROWS_PER_PAGE = 2000;

/** What may be done with an import of any kind until it is committed. */
export function createImports(
  deps: ImporterDeps & { kinds: readonly ImportKind[] },
): AreaHandlers<'imports'> {
  const { store } = deps;
  const staging = createStaging(store);
  const importers = new Map(deps.kinds.map((kind) => [kind.kind, createImporter(deps, kind)]));
  store.tx(() => {
    staging.removeUnread();
    staging.reopenCommitting();
  });

  function importerOf(id: string): Importer {
    const { kind } = staging.head(id);
    const importer = importers.get(kind);
    if (!importer) throw new Error(`No kind of import called ${kind} was registered.`);
    return importer;
  }

  function describe(importer: Importer, id: string) {
    const head = staging.head(id);
    const { headerOf } = cellReader(head, importer.kind);
    return (row: Parameters<typeof describeRow>[0]) =>
      describeRow(row, head.headers, headerOf, importer.kind.duplicateWords);
  }

  return {
    async get({ id }) {
      await importerOf(id).recheck(id);
      return staging.summary(id);
    },

    async rows({ id, status, offset, limit }) {
      const importer = importerOf(id);
      await importer.recheck(id);
      const counts = staging.counts(id);
      return {
        rows: staging.page(id, status, offset, limit).map(describe(importer, id)),
        total: status === undefined ? counts.total : counts[status],
      };
    },

    async fixRow({ id, line, cells }, { actor }) {
      const importer = importerOf(id);
      await importer.fixRow(id, line, cells, actor);
      return { row: describe(importer, id)(staging.row(id, line)), summary: staging.summary(id) };
    },

    async dropRow({ id, line }, { actor }) {
      await importerOf(id).dropRow(id, line, actor);
      return staging.summary(id);
    },

    async annotated({ id }) {
      const importer = importerOf(id);
      await importer.recheck(id);
      const head = staging.head(id);
      const show = describe(importer, id);
      const headers = head.headers.filter((header) => header.toLowerCase() !== PROBLEM_COLUMN);
      let content = writeCsv([...headers, PROBLEM_COLUMN], [], head.delimiter);
      for (let line = 0; ;) {
        const rows = staging.after(id, line, ROWS_PER_PAGE);
        if (rows.length === 0) break;
        line = rows.at(-1)?.line ?? line;
        content += writeCsvRows(
          rows
            .map(show)
            .map((row) => [
              ...headers.map((header) => row.cells[header] ?? ''),
              row.problems.map((problem) => problem.message).join(' '),
            ]),
          head.delimiter,
        );
        await breathe();
      }
      return { fileName: head.fileName.replace(/(\.[^.]*)?$/, '.checked.csv'), content };
    },

    discard({ id }, { actor }) {
      // A committed import stays: it is how the same bytes are recognised later.
      const head = importerOf(id).open(id);
      store.tx(() => {
        staging.remove(id);
        store.audit({
          type: 'import.discarded',
          subject: `import:${id}`,
          actor,
          data: { kind: head.kind, fileName: head.fileName },
        });
      });
      return {};
    },
  };
}
