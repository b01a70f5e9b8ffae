import type { ErrorShape } from '../../../shared/errors.ts';
import type { ChainAnswer, ScanResult, SecondOpinion, WalletView, WatchedWallet } from './types.ts';

/**
 * What LWK's wallet is to start from. `known`: the thread has it as it is on disk. Otherwise the updates of earlier scans,
 * oldest first.
 */
export type WalletState = { known: true } | { known: false; updates: readonly Uint8Array[] };

/** Where a thread is to look. `own`: it asks the main thread. */
export type ThreadSource = { kind: 'esplora' | 'waterfalls'; url: string } | { kind: 'own' };

export interface ThreadLimits {
  /** Milliseconds for one request. */
  request: number;
  /** Largest answer, in bytes. */
  maxBytes: number;
  /** “Slow down” answers in a row that are waited out; LWK waits 1 s, then twice as long each time. */
  busy: number;
}

export interface Jobs {
  view: { args: { wallet: WatchedWallet; state: WalletState }; result: WalletView };
  scan: {
    args: {
      wallet: WatchedWallet;
      state: WalletState;
      source: ThreadSource;
      toIndex: number | undefined;
      unlessTip: string | undefined;
      limits: ThreadLimits;
    };
    result: ScanResult;
  };
  compact: { args: { wallet: WatchedWallet; updates: readonly Uint8Array[] }; result: Uint8Array | null };
  examine: {
    args: { wallet: WatchedWallet; state: WalletState; pset: string; nonces: readonly string[] | undefined };
    result: SecondOpinion;
  };
  forget: { args: { id: string }; result: null };
}

export type JobKind = keyof Jobs;
export type JobArgs<K extends JobKind> = Jobs[K]['args'];
export type JobResult<K extends JobKind> = Jobs[K]['result'];

export interface OwnRequest {
  method: string;
  path: string;
  body: string;
  /** Of the wallet that the question is about. */
  wallet: string;
}

/** Main thread to worker. */
export type ToWorker =
  | { say: 'job'; id: number; kind: JobKind; args: JobArgs<JobKind> }
  | { say: 'give-up'; id: number }
  | { say: 'answer'; question: number; answer: ChainAnswer }
  | { say: 'no-answer'; question: number; error: ErrorShape };

/** Worker to main thread. `broken`: nothing of the thread can be trusted any more. */
export type ToMain =
  | { say: 'done'; id: number; result: unknown }
  | { say: 'failed'; id: number; error: ErrorShape; broken: boolean }
  | { say: 'question'; id: number; question: number; request: OwnRequest };
