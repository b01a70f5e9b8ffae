import type { ReactNode } from 'react';

/** One column of a table: how it is headed, how wide it may be, how a row shows in it. */
export interface Column<T> {
  id: string;
  header: string;
  /** A track of CSS grid: `minmax(10rem, 2fr)`. */
  width: string;
  align?: 'end';
  /** The list can be ordered by this column (the id is the contract's name of the order). */
  sort?: boolean;
  /** Hidden until it is chosen. */
  hidden?: boolean;
  /** Always there. */
  fixed?: boolean;
  cell: (row: T) => ReactNode;
}

export interface Sort<K extends string = string> {
  by: K;
  direction: 'asc' | 'desc';
}

/**
 * A track wide enough for the longest of these figures, so that no amount is ever cut. Rows are grids of their own, so the
 * width cannot come from the cells.
 */
export function figureTrack(figures: readonly string[]): string {
  const longest = figures.reduce((most, figure) => Math.max(most, figure.length), 8);
  return `minmax(${(longest * 0.5 + 2).toFixed(1)}rem, 1fr)`;
}

/** What a row takes at least: the sum of what its tracks take. */
export function leastWidth(tracks: string): string {
  let rem = 0;
  for (const [, size] of tracks.matchAll(/(?:^|\s)(?:minmax\()?([\d.]+)rem(?:,[^)]*\))?/g))
    rem += Number(size);
  return `${rem}rem`;
}

/** Pressing the head of a column: first ascending, then descending, then the list's own order. */
export function nextSort<K extends string>(current: Sort<K> | undefined, by: K): Sort<K> | undefined {
  if (current?.by !== by) return { by, direction: 'asc' };
  return current.direction === 'asc' ? { by, direction: 'desc' } : undefined;
}
