import type { EventEnvelope, Handlers } from '../../shared/contract/index.ts';

/** An open desk, as its hosts (window, browser, command line) see it. */
export interface Desk {
  handlers: Handlers;
  /** Calls `listener` for every event until the returned function is called. */
  onEvent(listener: (event: EventEnvelope) => void): () => void;
  /** Stops work at a safe point and closes the open profile. */
  close(): Promise<void>;
}

/** Where a desk runs. */
export type HostKind = 'electron' | 'browser' | 'cli';
