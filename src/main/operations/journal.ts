import { isAmbiguous, SluiceError } from '../../shared/errors.ts';
import type { Store } from '../store/types.ts';
import { fromJson, toJson } from './json.ts';

/** Named points between which a crash is tested: `<effect>:intended`, `<effect>:carried-out`, `<effect>:recorded`. */
export type Checkpoint = (name: string) => void;

export interface Effect<Request, Outcome> {
  /** What it belongs to: a batch or an operation. */
  scope: string;
  effect: string;
  /** Tells apart effects of one kind within a scope, e.g. the recipient's position. */
  key: string;
  request: Request;
  /**
   * Asks the outside whether the request was carried out: its outcome, or null when it was not. Called before anything
   * is sent whenever an earlier attempt has no recorded outcome.
   */
  ask: (request: Request) => Promise<Outcome | null>;
  /** Carries it out. */
  act: (request: Request) => Promise<Outcome>;
  /** The change at the desk that goes with the outcome, in the same transaction. */
  record: (outcome: Outcome) => void;
}

export interface Journal {
  /**
   * Carries out an effect outside exactly as often as the outside allows us to know: the intent is on disk before the
   * request leaves, the outcome after. An attempt whose answer was lost is asked about before it is made again.
   */
  run<Request, Outcome>(effect: Effect<Request, Outcome>): Promise<Outcome>;
  /** Whether an attempt is recorded whose outcome nobody knows. */
  isOpen(scope: string, effect: string): boolean;
  /** The requests of such attempts. */
  openRequests<Request>(scope: string, effect: string): { key: string; request: Request }[];
}

interface IntentRow {
  id: bigint;
  request: string;
  state: 'open' | 'done';
  outcome: string | null;
}

/** The other side said no: nothing was carried out. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof SluiceError && !isAmbiguous(error) && !['INTERNAL', 'INTERRUPTED'].includes(error.code)
  );
}

export function createJournal(store: Store, clock: () => number, checkpoint: Checkpoint): Journal {
  const live = store.db.prepare<[string, string, string], IntentRow>(
    `SELECT id, request, state, outcome FROM intent WHERE scope = ? AND effect = ? AND key = ? AND state <> 'refused'`,
  );
  const open = store.db.prepare(
    `INSERT INTO intent (scope, effect, key, request, state, opened_at) VALUES (?, ?, ?, ?, 'open', ?)`,
  );
  const close = store.db.prepare(`UPDATE intent SET state = ?, outcome = ?, closed_at = ? WHERE id = ?`);
  const openOnes = store.db.prepare<[string, string], { key: string; request: string }>(
    `SELECT key, request FROM intent WHERE scope = ? AND effect = ? AND state = 'open' ORDER BY id`,
  );

  async function run<Request, Outcome>(effect: Effect<Request, Outcome>): Promise<Outcome> {
    const existing = live.get(effect.scope, effect.effect, effect.key);
    if (existing?.state === 'done') return fromJson<Outcome>(existing.outcome ?? 'null');

    let id: bigint;
    let request = effect.request;
    let outcome: Outcome | null = null;
    let adopted = false;
    if (existing) {
      id = existing.id;
      request = fromJson<Request>(existing.request);
      outcome = await effect.ask(request);
      adopted = outcome !== null;
    } else {
      id = store.tx(() => {
        store.audit({
          type: `${effect.effect}.intended`,
          subject: effect.scope,
          data: { key: effect.key },
        });
        const result = open.run(effect.scope, effect.effect, effect.key, toJson(request), clock());
        return BigInt(result.lastInsertRowid);
      });
      checkpoint(`${effect.effect}:intended`);
    }

    if (outcome === null) {
      try {
        outcome = await effect.act(request);
      } catch (error) {
        // An answer that never came, or an error we do not know, leaves the intent open: the next attempt asks first.
        if (isRefusal(error)) {
          store.tx(() => {
            close.run(
              'refused',
              toJson({ message: error instanceof Error ? error.message : String(error) }),
              clock(),
              id,
            );
            store.audit({
              type: `${effect.effect}.refused`,
              subject: effect.scope,
              data: { key: effect.key },
            });
          });
        }
        throw error;
      }
    }
    checkpoint(`${effect.effect}:carried-out`);
    const settled = outcome;
    store.tx(() => {
      close.run('done', toJson(settled), clock(), id);
      effect.record(settled);
      store.audit({
        type: `${effect.effect}.${adopted ? 'found-carried-out' : 'carried-out'}`,
        subject: effect.scope,
        data: { key: effect.key },
      });
    });
    checkpoint(`${effect.effect}:recorded`);
    return settled;
  }

  return {
    run,
    isOpen: (scope, effect) => openOnes.all(scope, effect).length > 0,
    openRequests: <Request>(scope: string, effect: string) =>
      openOnes.all(scope, effect).map((row) => ({ key: row.key, request: fromJson<Request>(row.request) })),
  };
}
