import {
  columnVisibilityFeature,
  createColumnHelper,
  metaHelper,
  rowSelectionFeature,
  tableFeatures,
  useTable,
  type RowSelectionState,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, type MouseEvent, type ReactElement, type ReactNode } from 'react';
import type { RowSource } from '../../bridge/windowed.ts';
import { classes } from '../../lib/text.ts';
import { Checkbox } from '../controls/choices.tsx';
import { Failure } from '../layout/failure.tsx';
import type { Column, Sort } from './columns.ts';
import { leastWidth, nextSort } from './columns.ts';
import { HeadCell } from './head-cell.tsx';
import { useRowKeys } from './row-keys.ts';
import styles from './table.module.css';

export const ROW_HEIGHT = 32;
const GHOST_ROWS = 8;

interface Selection {
  keys: ReadonlySet<string>;
  onChange: (keys: ReadonlySet<string>) => void;
  /** What one selected row is called, for the checkbox: the holder's name. */
  nameOf: (key: string) => string;
}

export interface DataTableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  source: RowSource<T>;
  rowKey: (row: T) => string;
  /** Key of the row whose drawer is open. */
  openKey?: string | undefined;
  sort?: Sort | undefined;
  onSort?: (sort: Sort | undefined) => void;
  hiddenColumns?: ReadonlySet<string>;
  selection?: Selection;
  /** Shown instead of rows when there are none: one sentence and the next step. */
  empty: ReactNode;
  /** Actions on what is selected, or a total. */
  footer?: ReactNode;
  /** A table within a page takes the height of its rows up to a bound; otherwise it fills the page. */
  inside?: boolean;
  /** Rows open nothing: the box that scrolls takes the focus instead. */
  passive?: boolean;
}

interface Meta {
  width: string;
  align: 'end' | undefined;
  sort: boolean;
}

const features = tableFeatures({
  columnVisibilityFeature,
  rowSelectionFeature,
  columnMeta: metaHelper<Meta>(),
});

/** A table of any length: 32 px rows, only those in sight are in the page, `aria-rowcount` tells all of them. */
export function DataTable<T extends object>(props: DataTableProps<T>): ReactElement {
  const { label, columns, source, rowKey, openKey, sort, onSort, hiddenColumns, selection, empty, footer } =
    props;
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: source.total,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    paddingStart: ROW_HEIGHT,
    scrollPaddingStart: ROW_HEIGHT,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const { show } = source;
  useEffect(() => show(first, last), [show, first, last]);

  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, T>();
    return columns.map((column) =>
      helper.display({
        id: column.id,
        header: column.header,
        cell: ({ row }) => column.cell(row.original),
        enableHiding: column.fixed !== true,
        meta: { width: column.width, align: column.align, sort: column.sort === true },
      }),
    );
  }, [columns]);

  const inSight = (index: number): boolean =>
    virtual.range !== null && index >= virtual.range.startIndex && index <= virtual.range.endIndex;
  const visible = items.map((item) => source.at(item.index));
  const data = visible.filter((row): row is NonNullable<typeof row> => row !== undefined);
  const selected: RowSelectionState = {};
  for (const key of selection?.keys ?? []) selected[key] = true;
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: (row) => rowKey(row),
    state: {
      columnVisibility: Object.fromEntries([...(hiddenColumns ?? [])].map((id) => [id, false])),
      rowSelection: selected,
    },
    onRowSelectionChange: (updater) => {
      const next = typeof updater === 'function' ? updater(selected) : updater;
      selection?.onChange(new Set(Object.keys(next).filter((key) => next[key])));
    },
  });
  const rows = table.getRowModel().rowsById;
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const tracks = headers.map((header) => header.column.columnDef.meta?.width ?? '1fr').join(' ');
  const grid = { gridTemplateColumns: selection ? `2.25rem ${tracks}` : tracks };

  const { onKeyDown, onFocus } = useRowKeys({
    scroll,
    total: source.total,
    reveal: (index) => virtual.scrollToIndex(index),
  });

  const isEmpty = source.state === 'ready' && source.total === 0;
  return (
    <div
      className={classes(styles.frame, props.inside === true && styles.inside, source.stale && styles.stale)}
      data-table=""
      style={{ minHeight: leastHeight(source) }}
    >
      <div className={styles.scroll} ref={scroll} tabIndex={props.passive === true ? 0 : -1}>
        <div
          role="table"
          aria-label={label}
          aria-rowcount={source.state === 'ready' ? source.total + 1 : -1}
          aria-colcount={headers.length + (selection ? 1 : 0)}
          aria-busy={source.state === 'loading' || source.stale}
          className={styles.table}
          style={{ minWidth: leastWidth(grid.gridTemplateColumns) }}
          onKeyDown={onKeyDown}
          onFocus={onFocus}
        >
          <div role="rowgroup">
            <div role="row" aria-rowindex={1} className={classes(styles.row, styles.headRow)} style={grid}>
              {selection && (
                <SelectShown
                  selection={selection}
                  data={items
                    .filter((item) => inSight(item.index))
                    .map((item) => source.at(item.index))
                    .filter((row): row is NonNullable<typeof row> => row !== undefined)}
                  rowKey={rowKey}
                />
              )}
              {headers.map((header) => {
                const meta = header.column.columnDef.meta;
                return (
                  <HeadCell
                    key={header.id}
                    name={String(header.column.columnDef.header)}
                    end={meta?.align === 'end'}
                    order={sort?.by === header.column.id ? sort.direction : undefined}
                    onSort={meta?.sort && onSort ? () => onSort(nextSort(sort, header.column.id)) : undefined}
                  />
                );
              })}
            </div>
          </div>
          {source.state === 'ready' && !isEmpty && (
            <div
              role="rowgroup"
              className={styles.bodyRows}
              style={{ height: virtual.getTotalSize() - ROW_HEIGHT }}
            >
              {items.map((item) => {
                const original = source.at(item.index);
                const row = original && rows[rowKey(original)];
                const key = row?.id;
                return (
                  <div
                    key={item.key}
                    role="row"
                    aria-rowindex={item.index + 2}
                    aria-selected={selection && key !== undefined ? selection.keys.has(key) : undefined}
                    data-index={item.index}
                    data-open={key !== undefined && key === openKey}
                    tabIndex={-1}
                    className={classes(styles.row, styles.bodyRow)}
                    style={{ ...grid, transform: `translateY(${item.start - ROW_HEIGHT}px)` }}
                    onClick={openFromRow}
                  >
                    {selection && (
                      <div role="cell" className={classes(styles.cell, styles.check)}>
                        {key !== undefined && (
                          <Checkbox
                            aria-label={`Select ${selection.nameOf(key)}`}
                            isSelected={selection.keys.has(key)}
                            onChange={(on) => row?.toggleSelected(on)}
                          />
                        )}
                      </div>
                    )}
                    {row
                      ? row.getVisibleCells().map((cell) => (
                          <div
                            key={cell.id}
                            role="cell"
                            className={classes(
                              styles.cell,
                              cell.column.columnDef.meta?.align === 'end' && styles.end,
                            )}
                          >
                            <table.FlexRender cell={cell} />
                          </div>
                        ))
                      : headers.map((header) => (
                          <div key={header.id} role="cell" className={styles.cell}>
                            <span className={styles.ghost} />
                          </div>
                        ))}
                  </div>
                );
              })}
            </div>
          )}
        </div>
        {source.state === 'loading' && <Ghosts />}
        {isEmpty && <div className={styles.state}>{empty}</div>}
        {source.state === 'failed' && source.error && (
          <div className={styles.state}>
            <Failure error={source.error} onRetry={source.retry} />
          </div>
        )}
      </div>
      {footer}
    </div>
  );
}

const ROWS_AT_LEAST = 7;

/** A table gives way to a low window, but a few rows of it stay in sight. */
function leastHeight(source: RowSource<unknown>): number | undefined {
  if (source.state !== 'ready' || source.total === 0) return undefined;
  return Math.min(source.total + 1, ROWS_AT_LEAST) * ROW_HEIGHT + 2;
}

function Ghosts(): ReactElement {
  return (
    <div className={styles.state} role="status" aria-label="Loading">
      {Array.from({ length: GHOST_ROWS }, (_, index) => (
        <div key={index} style={{ height: ROW_HEIGHT }}>
          <span className={styles.ghost} />
        </div>
      ))}
    </div>
  );
}

interface SelectShownProps<T> {
  selection: Selection;
  data: readonly T[];
  rowKey: (row: T) => string;
}

/** Selects the rows that a person sees, never a hundred thousand at once. */
function SelectShown<T>({ selection, data, rowKey }: SelectShownProps<T>): ReactElement {
  const keys = data.map(rowKey);
  const all = keys.length > 0 && keys.every((key) => selection.keys.has(key));
  return (
    <div role="columnheader" className={classes(styles.cell, styles.check)}>
      <Checkbox
        aria-label="Select the rows in sight"
        isSelected={all}
        isIndeterminate={!all && selection.keys.size > 0}
        onChange={(on) => {
          const next = new Set(selection.keys);
          for (const key of keys) {
            if (on) next.add(key);
            else next.delete(key);
          }
          selection.onChange(next);
        }}
      />
    </div>
  );
}

/** A click anywhere in a row opens what its link opens, unless something was selected or another control was meant. */
function openFromRow(event: MouseEvent<HTMLElement>): void {
  if (!(event.target instanceof Element) || event.target.closest('a, button, input, label')) return;
  if (window.getSelection()?.isCollapsed === false) return;
  event.currentTarget.querySelector<HTMLElement>('[data-row-link]')?.click();
}
