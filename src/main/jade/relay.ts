import { OracleError } from './oracle.ts';
import type { PinOracle } from './types.ts';

export interface PinRequest {
  urls: readonly string[];
  /** What is to be posted to the oracle, JSON as text. */
  data: string;
}

/** An oracle whose answers come by another way, later: carried over an air gap, say. */
export interface RelayOracle {
  oracle: PinOracle;
  /** The next request of the Jade; waits for it. */
  next(): Promise<PinRequest>;
  /** The request that waits for its answer; null when none does. */
  readonly pending: PinRequest | null;
  /** Hands the oracle's answer (JSON as text) to the Jade. False when nothing waits for one, or it is no JSON object. */
  answer(data: string): boolean;
  /** No answer will come: the Jade is told to stop waiting. */
  giveUp(): void;
}

/** Makes an oracle for `JadeSession.unlock` on a machine without a network. The Jade waits as long as it is powered. */
export function relayOracle(): RelayOracle {
  let pending: { request: PinRequest; resolve(answer: unknown): void; reject(error: Error): void } | null =
    null;
  let waiting: ((request: PinRequest) => void)[] = [];
  return {
    oracle: ({ urls, data }) =>
      new Promise((resolve, reject) => {
        const request = { urls, data: JSON.stringify(data) };
        pending = { request, resolve, reject };
        for (const listener of waiting) listener(request);
        waiting = [];
      }),
    next: () =>
      pending ? Promise.resolve(pending.request) : new Promise((resolve) => void waiting.push(resolve)),
    get pending() {
      return pending?.request ?? null;
    },
    answer(text) {
      if (!pending) return false;
      let data: unknown;
      try {
        data = JSON.parse(text);
      } catch {
        return false;
      }
      if (data === null || typeof data !== 'object' || Array.isArray(data)) return false;
      pending.resolve(data);
      pending = null;
      return true;
    },
    giveUp() {
      pending?.reject(
        new OracleError('The oracle’s answer was not waited for.', 'Unlock the Jade again.', false),
      );
      pending = null;
    },
  };
}
