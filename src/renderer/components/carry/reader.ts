import type { Args, Result } from '../../../shared/contract/index.ts';
import type { BridgeError } from '../../bridge/bridge-error.ts';
import { asBridgeError } from '../../bridge/bridge-error.ts';

type Read = Result<'qr.read'>;
export type AskToRead = (args: Args<'qr.read'>) => Promise<Read>;

/** What the codes were, once there are enough of them: base64 of a bundle or PSET, or the text itself. */
export interface WholeReading {
  kind: 'bundle' | 'pset' | 'text';
  content: string;
}

export interface ReadingState {
  /** How far the codes have been put together; null before the first. */
  progress: Pick<Read, 'have' | 'needed' | 'refused'> | null;
  error: BridgeError | null;
}

const MOST_AT_ONCE = 500;
const NOTHING: ReadingState = { progress: null, error: null };

/**
 * Puts codes together with the desk's help. One question is on its way at a time; what is seen meanwhile goes with the
 * next. After a whole reading the next code begins another.
 */
export class Reader {
  readonly #ask: AskToRead;
  readonly #onWhole: (whole: WholeReading) => void;
  readonly #watchers = new Set<() => void>();
  #state = NOTHING;
  #round = newRound();

  constructor(ask: AskToRead, onWhole: (whole: WholeReading) => void) {
    this.#ask = ask;
    this.#onWhole = onWhole;
  }

  subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  current = (): ReadingState => this.#state;

  /** Takes in texts of codes, in any order and as often as they are seen. True when they made it whole. */
  feed = async (texts: readonly string[]): Promise<boolean> => {
    if (this.#round.whole) this.restart();
    const round = this.#round;
    for (const text of texts) {
      if (text === '' || round.seen.has(text)) continue;
      round.seen.add(text);
      round.waiting.push(text);
    }
    round.asking ??= this.#askAll(round).finally(() => {
      round.asking = undefined;
    });
    await round.asking;
    return round.whole;
  };

  /** Forgets what was read so far. */
  restart = (): void => {
    this.#round = newRound();
    this.#show(NOTHING);
  };

  async #askAll(round: Round): Promise<void> {
    while (round.waiting.length > 0 && !round.whole) {
      const texts = round.waiting.splice(0, MOST_AT_ONCE);
      try {
        const read = await this.#ask(
          round.session === undefined ? { texts } : { texts, session: round.session },
        );
        if (round !== this.#round) return;
        round.session = read.session;
        this.#show({ progress: read, error: null });
        if (read.done && read.kind !== null && read.content !== null) {
          round.whole = true;
          this.#onWhole({ kind: read.kind, content: read.content });
        }
      } catch (reason) {
        if (round !== this.#round) return;
        // What was not understood may be shown again: it counts as not seen.
        for (const text of texts) round.seen.delete(text);
        this.#show({ ...this.#state, error: asBridgeError('qr.read', reason) });
        return;
      }
    }
  }

  #show(state: ReadingState): void {
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  }
}

interface Round {
  session: string | undefined;
  seen: Set<string>;
  waiting: string[];
  asking: Promise<void> | undefined;
  whole: boolean;
}

function newRound(): Round {
  return { session: undefined, seen: new Set(), waiting: [], asking: undefined, whole: false };
}
