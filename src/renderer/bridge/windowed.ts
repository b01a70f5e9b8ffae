import { useQueries, type UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import type { Args, Result } from '../../shared/contract/index.ts';
import { asBridgeError, type BridgeError } from './bridge-error.ts';
import { call } from './call.ts';
import { queryKey, type QueryName } from './hooks.ts';
import { WINDOW, windowsFor } from './windows.ts';

type Paged = {
  [N in QueryName]: Result<N> extends { rows: readonly unknown[]; total: number }
    ? Args<N> extends { offset: number; limit: number }
      ? N
      : never
    : never;
}[QueryName];
export type RowOf<N extends Paged> = Result<N>['rows'][number];
type Filter<N extends Paged> = Omit<Args<N>, 'offset' | 'limit'>;

/** Rows of a list that may be far longer than what is on the page. */
export interface RowSource<T> {
  total: number;
  /** The row at a position, or undefined while it is on its way. */
  at: (index: number) => T | undefined;
  /** The table tells which positions it shows; the rows around them are fetched. */
  show: (first: number, last: number) => void;
  state: 'loading' | 'failed' | 'ready';
  /** True while rows of an earlier search or order are still shown. */
  stale: boolean;
  error: BridgeError | null;
  retry: () => void;
}

interface Piece {
  offset: number;
  rows: readonly unknown[];
  total: number;
}

interface Pieces {
  total: number;
  rows: ReadonlyMap<number, unknown>;
  arrived: boolean;
  error: Error | null;
  retry: () => void;
}

function combine(results: UseQueryResult<Piece>[]): Pieces {
  const rows = new Map<number, unknown>();
  let total = 0;
  let arrived = false;
  for (const { data } of results) {
    if (!data) continue;
    arrived = true;
    total = data.total;
    data.rows.forEach((row, index) => rows.set(data.offset + index, row));
  }
  return {
    total,
    rows,
    arrived,
    // An answer that grew old stays in sight when a new one fails.
    error: results.find((result) => result.isError && result.data === undefined)?.error ?? null,
    retry: () => {
      for (const result of results) if (result.isError) void result.refetch();
    },
  };
}

/** A paged query of the contract as a source of rows, fetched window by window. */
export function useWindowed<N extends Paged>(name: N, filter: Filter<N>): RowSource<RowOf<N>> {
  const [range, setRange] = useState({ first: 0, last: WINDOW - 1 });
  const pieces = useQueries({
    queries: windowsFor(range.first, range.last).map((offset) => {
      // The omitted two are put back: TypeScript cannot see that for a generic name.
      const args = { ...filter, offset, limit: WINDOW } as unknown as Args<N>;
      return {
        queryKey: queryKey(name, args),
        queryFn: async (): Promise<Piece> => {
          const { rows, total } = await call(name, args);
          return { offset, rows, total };
        },
      };
    }),
    combine,
  });

  // While a changed search or order is on its way the last rows stay, so that typing does not make the table blink.
  const [kept, setKept] = useState(pieces);
  if (pieces.arrived && kept !== pieces) setKept(pieces);
  const shown = pieces.arrived ? pieces : kept;

  return {
    total: shown.total,
    at: (index) => shown.rows.get(index) as RowOf<N> | undefined,
    show: (first, last) => {
      setRange((before) => (sameWindows(before, { first, last }) ? before : { first, last }));
    },
    state: pieces.error ? 'failed' : shown.arrived ? 'ready' : 'loading',
    stale: !pieces.arrived && kept.arrived,
    error: pieces.error ? asBridgeError(name, pieces.error) : null,
    retry: pieces.retry,
  };
}

interface Range {
  first: number;
  last: number;
}

function sameWindows(a: Range, b: Range): boolean {
  return windowsFor(a.first, a.last).join() === windowsFor(b.first, b.last).join();
}

const NOTHING = (): void => undefined;

/** Rows that are already here, as a source. */
export function localSource<T>(rows: readonly T[]): RowSource<T> {
  return {
    total: rows.length,
    at: (index) => rows[index],
    show: NOTHING,
    state: 'ready',
    stale: false,
    error: null,
    retry: NOTHING,
  };
}

/** The answer of a whole-list query as a source, whatever state it is in. */
export function sourceOf<T>(
  answer: { isError: boolean; error: BridgeError | null; refetch: () => Promise<unknown> },
  rows: readonly T[] | undefined,
): RowSource<T> {
  const source = localSource(rows ?? []);
  if (answer.isError && !rows) {
    return { ...source, state: 'failed', error: answer.error, retry: () => void answer.refetch() };
  }
  return rows ? source : { ...source, state: 'loading' };
}
