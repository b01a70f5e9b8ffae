import type { QueryClient } from '@tanstack/react-query';
import { events, type CallName, type EventData, type EventName } from '../../shared/contract/index.ts';
import { bridge } from '../bridge/bridge.ts';
import { call } from '../bridge/call.ts';
import { notify } from '../components/overlay/notices.ts';
import { refresh } from '../bridge/refresh.ts';
import { STALE_AFTER } from '../bridge/invalidation.ts';
import { forgetJades, hearJade } from '../bridge/jade-sentences.ts';

export interface DeskSigns {
  connected: boolean;
  /** Long work under way, from `sync.progress`. */
  progress: EventData<'sync.progress'> | null;
}

let signs: DeskSigns = { connected: true, progress: null };
const watchers = new Set<() => void>();

function sign(change: Partial<DeskSigns>): void {
  signs = { ...signs, ...change };
  for (const watcher of watchers) watcher();
}

export const deskSigns = {
  subscribe(watcher: () => void): () => void {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },
  current: (): DeskSigns => signs,
};

/** Events come in bursts (a row each of a long import); the answers they touch are asked for once per burst. */
const BURST_MS = 120;

/** Events make answers stale. After a lost connection everything is asked for again: events may have been missed. */
export function followEvents(client: QueryClient): () => void {
  let wasLost = false;
  let burst: Set<CallName> | 'everything' | undefined;
  const staleSoon = (names: readonly CallName[] | 'everything'): void => {
    if (burst === undefined) {
      setTimeout(() => {
        const stale = burst ?? [];
        burst = undefined;
        void refresh(client, stale === 'everything' ? stale : [...stale]);
      }, BURST_MS);
    }
    if (names === 'everything' || burst === 'everything') burst = 'everything';
    else burst = new Set([...(burst ?? []), ...names]);
  };
  return bridge().on(({ name, data }) => {
    if (name === 'bridge.disconnected') {
      wasLost = true;
      sign({ connected: false });
    } else if (name === 'bridge.connected') {
      sign({ connected: true });
      staleSoon(wasLost ? 'everything' : answered(client));
    } else if (isEventName(name)) {
      if (name === 'sync.progress') showProgress(data);
      if (name === 'jade.changed') hearJade(data);
      if (name === 'profile.changed') forgetJades();
      if (name === 'custody.notice') void sayNotice(data);
      staleSoon(STALE_AFTER[name]);
    }
  });
}

/** What was answered before the page could hear anything: it may have changed since. */
function answered(client: QueryClient): CallName[] {
  return client
    .getQueryCache()
    .findAll({ predicate: ({ state }) => state.data !== undefined })
    .map(({ queryKey }) => queryKey[0] as CallName);
}

const NEWEST = 10;

/** Says in passing what happened in a custody wallet; it stands among the notices as well. */
async function sayNotice(data: unknown): Promise<void> {
  const told = events['custody.notice'].safeParse(data);
  if (!told.success) return;
  const newest = await call('custody.notices', { offset: 0, limit: NEWEST }).catch(() => undefined);
  const notice = newest?.rows.find(({ id }) => id === told.data.id);
  if (notice) notify(notice.text, notice.verdict === 'wrong' ? 'wrong' : 'good');
}

function isEventName(name: string): name is EventName {
  return Object.hasOwn(events, name);
}

function showProgress(data: unknown): void {
  const progress = events['sync.progress'].safeParse(data);
  if (progress.success) sign({ progress: progress.data.done >= progress.data.total ? null : progress.data });
}
