import { useSyncExternalStore } from 'react';
import { events } from '../../shared/contract/index.ts';

/** The last sentence about each Jade, by port: what it does or waits for. Told by events, kept for pages opened later. */
let sentences: ReadonlyMap<string, string> = new Map();
const watchers = new Set<() => void>();

function tell(next: ReadonlyMap<string, string>): void {
  sentences = next;
  for (const watcher of watchers) watcher();
}

/** Takes in the data of a `jade.changed` event; anything else is left alone. */
export function hearJade(data: unknown): void {
  const heard = events['jade.changed'].safeParse(data);
  if (heard.success) tell(new Map(sentences).set(heard.data.port, heard.data.sentence));
}

/** Forgets what was said: another profile has other devices. */
export function forgetJades(): void {
  if (sentences.size > 0) tell(new Map());
}

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** What the Jade at a port last said, or undefined while it has said nothing. */
export function useJadeSentence(port: string | undefined): string | undefined {
  const all = useSyncExternalStore(subscribe, () => sentences);
  return port === undefined ? undefined : all.get(port);
}
