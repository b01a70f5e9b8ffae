import { useEffect, useRef, type KeyboardEvent, type RefObject } from 'react';
import { activateTable, registerTable, type TableHandle } from './table-keys.ts';

interface RowKeys {
  onKeyDown: (event: KeyboardEvent) => void;
  onFocus: () => void;
}

interface Options {
  scroll: RefObject<HTMLElement | null>;
  total: number;
  reveal: (index: number) => void;
}

const FRAMES_TO_WAIT = 6;

/** Moving from row to row: arrows within the table, `j` and `k` from anywhere, left and right within a row. */
export function useRowKeys({ scroll, total, reveal }: Options): RowKeys {
  const latest = useRef({ total, reveal });
  useEffect(() => {
    latest.current = { total, reveal };
  });
  const handle = useRef<TableHandle>({
    move: (by) => {
      const box = scroll.current;
      if (!box || latest.current.total === 0) return;
      const current = focusedIndex(box);
      const next = current === undefined ? firstInSight(box) : current + by;
      goTo(box, Math.max(0, Math.min(latest.current.total - 1, next)), latest.current.reveal);
    },
  });
  useEffect(() => registerTable(handle.current), []);

  return {
    onFocus: () => activateTable(handle.current),
    onKeyDown: (event) => {
      const box = scroll.current;
      if (!box || event.defaultPrevented || inTextInput(event.target)) return;
      const current = focusedIndex(box);
      if (current === undefined) return;
      const target = rowTarget(
        event.key,
        current,
        latest.current.total,
        Math.floor(box.clientHeight / 32) - 2,
      );
      if (target !== undefined) {
        event.preventDefault();
        goTo(box, target, latest.current.reveal);
      } else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
        event.preventDefault();
        moveWithinRow(event.key === 'ArrowRight' ? 1 : -1);
      }
    },
  };
}

function rowTarget(key: string, current: number, total: number, page: number): number | undefined {
  const moves: Record<string, number> = {
    ArrowDown: current + 1,
    ArrowUp: current - 1,
    PageDown: current + page,
    PageUp: current - page,
    Home: 0,
    End: total - 1,
  };
  const target = moves[key];
  return target === undefined ? undefined : Math.max(0, Math.min(total - 1, target));
}

function inTextInput(target: EventTarget): boolean {
  return target instanceof HTMLInputElement && target.type !== 'checkbox';
}

function focusedIndex(box: HTMLElement): number | undefined {
  const row = document.activeElement?.closest<HTMLElement>('[data-index]');
  return row && box.contains(row) ? Number(row.dataset['index']) : undefined;
}

function firstInSight(box: HTMLElement): number {
  return Math.round(box.scrollTop / 32);
}

/** Focuses a row, which may have to be drawn first. */
function goTo(box: HTMLElement, index: number, reveal: (index: number) => void): void {
  reveal(index);
  let frames = FRAMES_TO_WAIT;
  const attempt = (): void => {
    const row = box.querySelector<HTMLElement>(`[data-index="${index}"]`);
    if (row) (row.querySelector<HTMLElement>('[data-row-link]') ?? row).focus({ preventScroll: true });
    else if (frames-- > 0) requestAnimationFrame(attempt);
  };
  attempt();
}

/** Steps between the links, buttons and figures of a row, so that each shows its tip and can be copied. */
function moveWithinRow(by: number): void {
  const row = document.activeElement?.closest<HTMLElement>('[data-index]');
  if (!row) return;
  const stops = [...row.querySelectorAll<HTMLElement>('a, button, input, [data-tip]')];
  const at = stops.findIndex((stop) => stop === document.activeElement);
  const next = stops[Math.max(0, Math.min(stops.length - 1, at + by))];
  if (!next) return;
  if (next.tabIndex < 0 && !next.hasAttribute('tabindex')) next.tabIndex = -1;
  next.focus({ preventScroll: true });
}
