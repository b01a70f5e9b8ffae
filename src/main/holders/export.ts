import { breathe, writeCsv, writeCsvRows } from '../imports/index.ts';
import { HOLDER_COLUMNS } from './import-kind.ts';
import type { createHolderList, HolderFilter } from './list.ts';

const ROWS_PER_PAGE = 1000;

/** Holders as CSV in the columns that the import reads, by name. */
export async function exportHolders(
  holders: ReturnType<typeof createHolderList>,
  filter: HolderFilter,
): Promise<{ fileName: string; content: string }> {
  let content = writeCsv(
    HOLDER_COLUMNS.map((column) => column.name),
    [],
  );
  let after: { sortKey: string; id: number } | null = null;
  for (;;) {
    const page: { id: bigint; sort_key: string }[] = holders.idsAfter(filter, after, ROWS_PER_PAGE);
    const last = page.at(-1);
    if (!last) return { fileName: 'holders.csv', content };
    after = { sortKey: last.sort_key, id: Number(last.id) };
    content += writeCsvRows(
      holders
        .load(page.map((row) => row.id))
        .map((holder) => [
          String(holder.id),
          holder.name,
          holder.gaid ?? '',
          holder.isCompany ? 'yes' : 'no',
          holder.categories.map((category) => category.name).join('|'),
        ]),
    );
    await breathe();
  }
}
