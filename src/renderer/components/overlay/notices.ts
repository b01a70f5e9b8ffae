export interface Notice {
  id: number;
  text: string;
  meaning: 'good' | 'wrong';
}

const LASTS = 4_000;

let notices: readonly Notice[] = [];
let next = 1;
const watchers = new Set<() => void>();

function change(to: readonly Notice[]): void {
  notices = to;
  for (const watcher of watchers) watcher();
}

export const noticeStore = {
  subscribe(watcher: () => void): () => void {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },
  current: (): readonly Notice[] => notices,
};

/** Says that something is done, in passing. Anything that matters stands on the page instead. */
export function notify(text: string, meaning: Notice['meaning'] = 'good'): void {
  const id = next++;
  change([...notices.slice(-2), { id, text, meaning }]);
  setTimeout(() => change(notices.filter((notice) => notice.id !== id)), LASTS);
}

export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notify(`Copied ${what}`);
  } catch {
    notify(`The clipboard refused the ${what}. Select it and copy by hand.`, 'wrong');
  }
}
