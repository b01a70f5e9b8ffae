import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { broadcast, tip } from './chain-calls.ts';
import { chainTimeout, givenUp, watchBroken } from './errors.ts';
import type { JobKind, JobArgs, JobResult, ThreadLimits, ThreadSource, WalletState } from './messages.ts';
import { WatchThread } from './thread.ts';
import type { JobOptions } from './thread.ts';
import type { ChainSource, ScanResult, Watch, WatchedWallet } from './types.ts';

/** The build finds this expression and makes a bundle of its own of the worker; Node runs it as it stands. */
const WORKER = new URL('./worker.ts', import.meta.url);

export interface WatchOptions {
  /** Worker threads at most; two unless told, or one on a machine with one core. */
  threads?: number | undefined;
  /** Milliseconds for one request to a chain server. */
  requestDeadline?: number | undefined;
  /** Largest answer of a chain server, in bytes. A transaction may weigh 400,000; histories are lists. */
  maxBytes?: number | undefined;
  /** “Slow down” answers in a row that are waited out (1 s, 2 s, 4 s, …) before a scan ends with CHAIN_BUSY. */
  busyLimit?: number | undefined;
  /** Milliseconds for everything that needs no network: far above what a slow machine needs. */
  deadline?: number | undefined;
  /** Milliseconds for a scan; each address that it is told to reach adds `scanPerAddress`. */
  scanDeadline?: number | undefined;
  /** In place of the program of the threads; for tests. */
  url?: URL | undefined;
}

const REQUEST_DEADLINE = 20_000;
const MAX_BYTES = 16 * 1024 * 1024;
const BUSY_LIMIT = 4;
const DEADLINE = 60_000;
const SCAN_DEADLINE = 5 * 60_000;
/** Addresses are asked for one by one; a server across the world takes half a second. */
const SCAN_PER_ADDRESS = 500;

type Updates = () => readonly Uint8Array[];

interface Slot {
  thread: WatchThread | null;
  /** Key of what the thread knows of each wallet. */
  known: Map<string, string>;
}

/** What a wallet is like after these updates: the same key, the same updates. */
function keyOf(wallet: WatchedWallet, updates: readonly Uint8Array[]): string {
  const start = createHash('sha256').update(`${wallet.network}:${wallet.descriptor}`).digest('hex');
  return updates.reduce(keyAfter, start);
}

function keyAfter(key: string, update: Uint8Array): string {
  return createHash('sha256').update(key).update(update).digest('hex');
}

/** Wallets watched by LWK in threads of their own. Nothing is started before the first call. */
export function createWatch(options: WatchOptions = {}): Watch {
  const size = Math.max(1, options.threads ?? Math.min(2, availableParallelism()));
  const slots = Array.from({ length: size }, (): Slot => ({ thread: null, known: new Map() }));
  const limits: ThreadLimits = {
    request: options.requestDeadline ?? REQUEST_DEADLINE,
    maxBytes: options.maxBytes ?? MAX_BYTES,
    busy: options.busyLimit ?? BUSY_LIMIT,
  };
  /** Scans and compactions of a wallet follow each other. */
  const queues = new Map<string, Promise<unknown>>();
  let closed = false;

  function slotOf(id: string): Slot {
    const number = createHash('sha256').update(id).digest().readUInt32LE(0) % size;
    const slot = slots[number];
    if (slot === undefined) throw watchBroken('There is no thread to watch wallets.');
    return slot;
  }

  function threadOf(slot: Slot): WatchThread {
    if (closed) throw watchBroken('Watching has been stopped.');
    slot.thread ??= new WatchThread(options.url ?? WORKER, () => {
      slot.thread = null;
      slot.known = new Map();
    });
    return slot.thread;
  }

  function run<K extends JobKind>(slot: Slot, kind: K, args: JobArgs<K>, more: Partial<JobOptions> = {}) {
    const deadline = options.deadline ?? DEADLINE;
    const late = () =>
      watchBroken(`LWK took longer than ${Math.round(deadline / 1000)} seconds and was stopped.`);
    return threadOf(slot).run(kind, args, { deadline, late, ...more });
  }

  /** Runs a job on a wallet as it is on disk; a thread that knows it as such is told nothing again. */
  async function onWallet<K extends 'view' | 'scan' | 'examine'>(
    kind: K,
    wallet: WatchedWallet,
    updates: Updates,
    args: Omit<JobArgs<K>, 'wallet' | 'state'>,
    more: Partial<JobOptions> = {},
  ): Promise<{ result: JobResult<K>; slot: Slot; key: string; known: Map<string, string> }> {
    const slot = slotOf(wallet.id);
    const kept = updates();
    const key = keyOf(wallet, kept);
    const state: WalletState =
      slot.known.get(wallet.id) === key ? { known: true } : { known: false, updates: kept };
    threadOf(slot);
    const { known } = slot;
    known.set(wallet.id, key);
    try {
      const result = await run(slot, kind, { ...args, wallet, state }, more);
      return { result, slot, key, known };
    } catch (error) {
      // What a failed job left in the thread's memory is not known: the next starts from disk.
      known.delete(wallet.id);
      throw error;
    }
  }

  function inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = queues.get(id) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine
      .catch(() => undefined)
      .then(() => {
        if (queues.get(id) === settled) queues.delete(id);
      });
    queues.set(id, settled);
    return mine;
  }

  async function scan(
    wallet: WatchedWallet,
    updates: Updates,
    source: ChainSource,
    { toIndex, signal, unlessTip }: Parameters<Watch['scan']>[3],
  ): Promise<ScanResult> {
    if (signal?.aborted) throw givenUp();
    const deadline = (options.scanDeadline ?? SCAN_DEADLINE) + (toIndex ?? 0) * SCAN_PER_ADDRESS;
    const threadSource: ThreadSource =
      source.kind === 'own' ? { kind: 'own' } : { kind: source.kind, url: source.url };
    const { result, key, known } = await onWallet(
      'scan',
      wallet,
      updates,
      { source: threadSource, toIndex, unlessTip, limits },
      {
        deadline,
        late: () =>
          chainTimeout(
            `Looking for the wallet’s payments took longer than ${Math.round(deadline / 60_000)} minutes.`,
          ),
        signal,
        answer: source.kind === 'own' ? source.answer : undefined,
      },
    );
    // If somebody looked at the wallet from other updates meanwhile, the thread's memory is of those.
    if (result.update !== null && known.get(wallet.id) === key) {
      known.set(wallet.id, keyAfter(key, result.update));
    }
    return result;
  }

  return {
    view: async (wallet, updates) => (await onWallet('view', wallet, updates, {})).result,
    scan: (wallet, updates, source, more) => inTurn(wallet.id, () => scan(wallet, updates, source, more)),
    compact: (wallet, updates) =>
      inTurn(wallet.id, () => run(slotOf(wallet.id), 'compact', { wallet, updates: updates() })),
    examine: async (wallet, updates, pset, nonces) =>
      (await onWallet('examine', wallet, updates, { pset, nonces })).result,
    broadcast: (source, hex) => broadcast(source, hex, limits),
    tip: (source) => tip(source, limits),
    async forget(id) {
      const slot = slotOf(id);
      slot.known.delete(id);
      if (slot.thread !== null) await run(slot, 'forget', { id });
    },
    async close() {
      closed = true;
      const gone = watchBroken('Watching has been stopped.');
      await Promise.all(slots.map(async ({ thread }) => thread?.end(gone)));
    },
  };
}
