import { SluiceError } from '../../shared/errors.ts';
import type { CustodyDeps } from './deps.ts';
import type { Ledger } from './ledger.ts';
import type { Records, StoredProblem, StoredWallet } from './records.ts';
import type { Scanner } from './scanner.ts';
import type { Services } from './services.ts';

/** Between looks at the chain's tip; the simulated one is on this machine and moves when a person says so. */
const ROUND_MS = { simulated: 4_000, outside: 60_000 };
/** A wallet is looked at once in so many rounds even if nothing seems to have moved: a payment may wait unconfirmed. */
const ROUNDS_AT_REST = { simulated: 3, outside: 5 };
/** While the chain cannot be reached the next look waits longer each time, up to this share of a round. */
const MOST_ROUNDS_AWAY = 8;
/** Lets what was just broadcast reach the mempool. */
const SOON_MS = 700;

export interface Schedule {
  start(): void;
  /** Looks at a wallet soon, whatever the tip. */
  soon(id: string): void;
  /** Why the chain could not be asked at all the last time; null when it could. */
  outage(): StoredProblem | null;
  /** Looks now. Failures are kept on the wallets; that of a single one is thrown. */
  now(ids: readonly string[]): Promise<{ wallets: number; requests: number }>;
  close(): Promise<void>;
}

/** Looks at the chain for all wallets, one after the other, for as long as the profile is open. Nothing ends it. */
export function createSchedule(
  deps: Pick<CustodyDeps, 'watch' | 'clock' | 'emit' | 'pace' | 'simulated'> & {
    records: Records;
    ledger: Ledger;
    services: Services;
    scanner: Scanner;
    /** What else is to be caught up with: registrations that have not been answered yet. */
    chores: () => Promise<void>;
  },
): Schedule {
  const { records, ledger, scanner } = deps;
  const where = deps.simulated ? 'simulated' : 'outside';
  const round = Math.max(20, ROUND_MS[where] * (deps.pace ?? 1));
  const wanted = new Set<string>();
  const rests = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let running: Promise<void> | null = null;
  let closed = false;
  let away = 0;
  let outage: StoredProblem | null = null;

  function plan(ms: number): void {
    if (closed) return;
    if (timer) clearTimeout(timer);
    timer = setTimeout(run, ms).unref();
  }

  function run(): void {
    if (running || closed) return;
    running = lookAround()
      .catch(() => undefined)
      .finally(() => {
        running = null;
        plan(wanted.size > 0 ? Math.min(round, SOON_MS) : round * Math.min(1 + away, MOST_ROUNDS_AWAY));
      });
  }

  async function lookAround(): Promise<void> {
    const wallets = records.list();
    // A desk without custody wallets asks nobody.
    if (wallets.length === 0) return;
    const tip = await tipOrNull();
    await deps.chores();
    if (tip === null) return;
    for (const { id } of wallets) {
      const wallet = records.find(id);
      if (closed) return;
      if (!wallet || !isDue(wallet, tip.hash)) continue;
      wanted.delete(id);
      rests.set(id, 0);
      await scanner.scan(id).catch(() => undefined);
    }
  }

  /** Null while the chain cannot be reached: kept for all wallets, and told once. */
  async function tipOrNull(): Promise<{ hash: string } | null> {
    const before = outage;
    try {
      const chain = deps.services.chain();
      if (chain.config.kind === 'node') await chain.advance();
      const tip = await deps.watch.tip(chain.source);
      away = 0;
      outage = null;
      return tip;
    } catch (error) {
      away += 1;
      if (error instanceof SluiceError) {
        const { code, message, next } = error;
        outage = { code, message, next, at: deps.clock() };
      }
      return null;
    } finally {
      if ((before === null) !== (outage === null) && !closed)
        deps.emit('custody.changed', { walletId: null });
    }
  }

  function isDue(wallet: StoredWallet, tip: string): boolean {
    const rest = (rests.get(wallet.id) ?? 0) + 1;
    rests.set(wallet.id, rest);
    return (
      wanted.has(wallet.id) ||
      wallet.scannedAt === null ||
      wallet.problem !== null ||
      wallet.scannedHash !== tip ||
      rest >= ROUNDS_AT_REST[where] ||
      ledger.unconfirmed(wallet.id).length > 0
    );
  }

  return {
    start: () => plan(0),
    soon(id) {
      wanted.add(id);
      if (!running) plan(Math.min(round, SOON_MS));
    },
    outage: () => outage,
    async now(ids) {
      const chain = deps.services.chain();
      if (chain.config.kind === 'node' && ids.length > 0) await chain.advance();
      let requests = 0;
      let wallets = 0;
      for (const id of ids) {
        try {
          requests += await scanner.scan(id);
          wallets += 1;
          wanted.delete(id);
        } catch (error) {
          if (ids.length === 1) throw error;
        }
      }
      if (wallets > 0 && outage) {
        outage = null;
        away = 0;
        deps.emit('custody.changed', { walletId: null });
      }
      return { wallets, requests };
    },
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      await scanner.close();
      // What is left of the round asks for a tip or a registration, and writes nothing once it is told.
      await running;
    },
  };
}
