import { useSyncExternalStore, type ReactElement } from 'react';
import { absoluteTime, relativeTime } from '../../lib/time.ts';

const TICK = 15_000;

let now = Date.now();
const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of watchers) each();
  }, TICK);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time of day, renewed every fifteen seconds for everything that shows how long ago something was. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => now);
}

interface TimeTextProps {
  at: number;
  look?: 'relative' | 'absolute';
  focusable?: boolean;
  /** The time lies ahead: “in 3 days”. A past time never does, however old the clock of the page is. */
  ahead?: boolean;
}

export function TimeText(props: TimeTextProps): ReactElement {
  const { at, look = 'relative', focusable = false, ahead = false } = props;
  const now = useNow();
  const current = ahead ? now : Math.max(now, at);
  const exact = absoluteTime(at);
  return (
    <time
      dateTime={new Date(at).toISOString()}
      data-tip={look === 'relative' ? exact : undefined}
      tabIndex={focusable ? 0 : undefined}
    >
      {look === 'relative' ? relativeTime(at, current) : exact}
    </time>
  );
}
