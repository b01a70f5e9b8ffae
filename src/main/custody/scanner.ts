import { SluiceError } from '../../shared/errors.ts';
import type { ScanResult } from '../liquid/index.ts';
import type { Amp0Daily } from './amp0-daily.ts';
import type { CustodyDeps } from './deps.ts';
import type { Ledger } from './ledger.ts';
import type { Projection } from './projection.ts';
import type { Records, StoredWallet } from './records.ts';
import type { ScanNotices } from './scan-notices.ts';
import type { Services } from './services.ts';
import type { SpendsPort } from './types.ts';
import type { WalletState } from './wallet-state.ts';

/** Unused addresses that are looked at beyond the furthest that anybody was told, as wallets of one's own do. */
const GAP = 20;
/** More updates than this are put together into one. */
const MOST_UPDATES = 20;

/** Looks at the chain for one wallet after the other. */
export interface Scanner {
  /** Number of requests that it took. Failures are kept on the wallet and thrown. */
  scan(id: string): Promise<number>;
  scanning(id: string): boolean;
  /** Lets the one under way come to its end, and begins no other. */
  close(): Promise<void>;
}

export function createScanner(
  deps: Pick<CustodyDeps, 'store' | 'liquid' | 'watch' | 'clock' | 'emit'> & {
    records: Records;
    ledger: Ledger;
    projection: Projection;
    state: WalletState;
    services: Services;
    daily: Amp0Daily;
    notices: ScanNotices;
    spends: () => SpendsPort;
  },
): Scanner {
  const { store, records, ledger, projection, state, clock, watch } = deps;
  /** Those that have not begun: one under way may have asked already what has changed since. */
  const queued = new Map<string, Promise<number>>();
  let running: string | null = null;
  const abort = new AbortController();
  /** Own node: how many places of each chain it was told of. */
  const followed = new Map<string, number>();
  let turn: Promise<unknown> = Promise.resolve();

  /**
   * AMP0: the index that Green issued last, and only that (there is no gap limit; the default scan would stop early). When
   * Green is away, the highest that is known here. Others: beyond what was given out, however long nobody paid there.
   */
  async function lastPlace(wallet: StoredWallet): Promise<number> {
    if (wallet.kind !== 'amp0') return Math.max(...wallet.next) + GAP;
    try {
      return await deps.daily.lastIndex(wallet);
    } catch (error) {
      // Said on the wallet; what can be seen on the chain is seen all the same.
      if (error instanceof SluiceError) return records.get(wallet.id).lastIndex;
      throw error;
    }
  }

  /** The desk's own node looks out for scripts that it was told of, from then on. */
  async function follow(wallet: StoredWallet, last: number): Promise<void> {
    const chain = deps.services.chain();
    if (chain.config.kind !== 'node') return;
    const furthest = Math.max(last, ledger.lastUsed(wallet.id, 0), ledger.lastUsed(wallet.id, 1)) + GAP;
    const from = followed.get(wallet.id) ?? 0;
    if (furthest < from) return;
    const policy = await state.policy(wallet.id);
    const scripts: string[] = [];
    for (const each of wallet.chains === 2 ? ([0, 1] as const) : ([0] as const)) {
      const places = await deps.liquid.addresses(policy, each, from, furthest + 1 - from);
      scripts.push(...places.map(({ script }) => script));
    }
    await chain.follow(scripts, wallet.birthday);
    followed.set(wallet.id, furthest + 1);
  }

  async function work(id: string): Promise<number> {
    const wallet = records.get(id);
    const toIndex = await lastPlace(wallet);
    await follow(wallet, toIndex);
    const chain = deps.services.chain();
    const result = await watch.scan(await state.watched(id), state.updates(id), chain.source, {
      toIndex,
      signal: abort.signal,
    });
    if (abort.signal.aborted) return result.requests;
    keep(wallet, result);
    if (result.update !== null || wallet.problem !== null || wallet.scannedAt === null) {
      deps.emit('custody.changed', { walletId: id });
    }
    await compact(wallet);
    return result.requests;
  }

  function keep(wallet: StoredWallet, { update, view }: ScanResult): void {
    const { id } = wallet;
    const before = deps.notices.before(wallet);
    store.tx(() => {
      if (update) projection.append(id, update);
      const changes = view ? projection.write(id, view) : null;
      records.scanned(id, view?.tip ?? null, clock());
      if (changes) deps.notices.after(wallet, changes, before);
    });
    deps.spends().scanned(id);
  }

  async function compact({ id }: StoredWallet): Promise<void> {
    const count = projection.updates(id).length;
    if (count <= MOST_UPDATES) return;
    const one = await watch.compact(await state.watched(id), state.updates(id));
    if (one) store.tx(() => projection.replace(id, count, one));
  }

  async function tried(id: string): Promise<number> {
    running = id;
    try {
      return await work(id);
    } catch (error) {
      const failure = error instanceof SluiceError ? error : unforeseen();
      if (!abort.signal.aborted) {
        store.tx(() => {
          const wallet = records.find(id);
          if (!wallet) return;
          if (!wallet.problem) deps.notices.failing(wallet, failure);
          const { code, message, next } = failure;
          records.setProblem(id, { code, message, next, at: clock() });
        });
        deps.emit('custody.changed', { walletId: id });
      }
      throw error;
    } finally {
      running = null;
    }
  }

  return {
    scan(id) {
      const known = queued.get(id);
      if (known) return known;
      const next = turn.then(() => {
        queued.delete(id);
        abort.signal.throwIfAborted();
        return tried(id);
      });
      turn = next.catch(() => queued.delete(id));
      queued.set(id, next);
      return next;
    },
    scanning: (id) => running === id || queued.has(id),
    async close() {
      abort.abort(new SluiceError('CANCELLED', 'The profile is being closed.', { next: 'Open it again.' }));
      await turn;
    },
  };
}

/** A fault of this program's own: kept in words like any other, and told to the caller as it is. */
function unforeseen(): SluiceError {
  return new SluiceError('INTERNAL', 'The desk could not work out what the chain says of this wallet.', {
    next: 'It is tried again. If it stays so, open the profile again.',
  });
}
