import { isTransient, SluiceError, type ErrorCode } from '../../shared/errors.ts';
import {
  isDistribution,
  MOVED,
  waitFor,
  type BatchContext,
  type DistributionContext,
  type EngineDeps,
  type StepResult,
} from './context.ts';
import { assign } from './distribute/assign.ts';
import { broadcast } from './transaction/broadcast.ts';
import { build } from './transaction/build.ts';
import { cancelBatch, canCancel } from './distribute/cancel.ts';
import { confirm } from './transaction/confirm.ts';
import { create } from './distribute/create.ts';
import { report } from './distribute/report.ts';
import { reserve } from './transaction/reserve.ts';
import { sign } from './transaction/sign.ts';
import { letGo } from './transaction/let-go.ts';
import { settlePayment } from './send/settle.ts';
import type { BatchRecord, OperationRecord, ProblemRecord } from './records.ts';
import { isOver } from './steps.ts';

/** Not before a person asks for it. */
const NEVER = 8_640_000_000_000_000;
const LONGEST_PAUSE_SECONDS = 60;
/** How long nothing is looked at when every batch waits for the outside. */
const IDLE_SECONDS = 10;

/** What a person has to put right, but which the desk looks at again by itself. */
const LOOK_AGAIN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'WALLET_LOCKED',
  'WALLET_NOT_LOADED',
  'VAULT_LOCKED',
  'SECRET_MISSING',
  'SIGNER_UNAVAILABLE',
  'NODE_NOT_SYNCED',
  'NODE_UNAUTHORIZED',
  'INSUFFICIENT_ASSET',
  'INSUFFICIENT_FEE_FUNDS',
  'DISK_FULL',
  'DATABASE_READ_ONLY',
  'LIQUID_TIMEOUT',
  'LIQUID_UNAVAILABLE',
]);

export interface Engine {
  /** Takes up everything that is not over, asking the outside before it does anything. */
  start(): Promise<void>;
  /** Looks at an operation now. */
  wake(operationId: string): void;
  /** What a batch is doing this moment, finer than its stored sentence. */
  sentence(batchId: string): string | null;
  /** Ends after the step under way; nothing is lost, everything goes on at the next start. */
  stop(): Promise<void>;
}

export function createEngine(deps: EngineDeps): Engine {
  const running = new Map<string, Promise<void>>();
  const alarms = new Map<string, () => void>();
  const sentences = new Map<string, string>();
  /** When a batch that waits for the outside is looked at again; lost at a restart, which looks at once. */
  const pauses = new Map<string, number>();
  /** How often each operation was woken: what wakes it in the middle of a step must not be slept over. */
  const wakings = new Map<string, number>();
  const seconds = (count: number): number => count * 1000 * (deps.pace ?? 1);
  let stopping = false;
  let reserving: Promise<unknown> = Promise.resolve();

  function contextOf(operation: OperationRecord, batch: BatchRecord, batches: BatchRecord[]): BatchContext {
    return {
      deps,
      operation,
      batch,
      batches,
      say(sentence) {
        sentences.set(batch.id, sentence);
        deps.emit('operations.changed', { id: operation.id });
      },
    };
  }

  function step(context: BatchContext): Promise<StepResult> {
    return isDistribution(context) ? distributionStep(context) : paymentStep(context);
  }

  async function distributionStep(context: DistributionContext): Promise<StepResult> {
    if (context.operation.state === 'cancelling' && canCancel(context)) return cancelBatch(context);
    switch (context.batch.step) {
      case 'planned':
        return assign(context);
      case 'assigned':
        return create(context);
      case 'confirmed-2':
        return report(context);
      default:
        return transactionStep(context);
    }
  }

  async function paymentStep(context: BatchContext): Promise<StepResult> {
    if (context.operation.state === 'cancelling' && canCancel(context)) {
      await letGo(context);
      return MOVED;
    }
    return context.batch.step === 'confirmed-2' ? settlePayment(context) : transactionStep(context);
  }

  /** What every operation does for its transaction, from the choice of coins to the second confirmation. */
  async function transactionStep(context: BatchContext): Promise<StepResult> {
    switch (context.batch.step) {
      case 'created': {
        // Two operations choosing coins at once would choose the same ones.
        const turn = reserving.then(() => reserve(context));
        reserving = turn.catch(() => undefined);
        return turn;
      }
      case 'reserved':
        return build(context);
      case 'built':
        return sign(context);
      case 'signed':
        return broadcast(context);
      case 'broadcast':
      case 'confirmed-1':
        return confirm(context);
      default:
        return waitFor('', IDLE_SECONDS);
    }
  }

  /** One step of one batch. True when it moved. */
  async function advance(operation: OperationRecord, batch: BatchRecord): Promise<boolean> {
    const context = contextOf(operation, batch, deps.records.batches(operation.id));
    const woken = wakings.get(operation.id);
    try {
      const result = await step(context);
      sentences.delete(batch.id);
      if (result.moved) {
        pauses.delete(batch.id);
        settle(batch.id, 'running', null);
        return true;
      }
      if (wakings.get(operation.id) === woken) {
        pauses.set(batch.id, deps.clock() + seconds(result.seconds));
      }
      settle(batch.id, 'waiting', result.sentence);
    } catch (error) {
      sentences.delete(batch.id);
      // A desk that closes interrupts its own calls: that is nothing a person has to look at, and the next start goes on.
      if (!stopping) note(operation, batch, error);
    }
    return false;
  }

  /** Writes a batch's state and sentence when they differ, so that waiting does not wear the disk. */
  function settle(batchId: string, state: 'running' | 'waiting', sentence: string | null): void {
    const now = deps.records.batch(batchId);
    if (!now || isOver(now)) return;
    const same =
      now.state === state && now.problem === null && (sentence === null || now.sentence === sentence);
    if (same) return;
    deps.store.tx(() =>
      deps.records.updateBatch(batchId, {
        state,
        problem: null,
        attempts: 0,
        notBefore: 0,
        ...(sentence === null ? {} : { sentence }),
      }),
    );
  }

  function note(operation: OperationRecord, batch: BatchRecord, error: unknown): void {
    const known =
      error instanceof SluiceError
        ? error
        : new SluiceError('INTERNAL', 'The desk met an error it does not know.', {
            next: 'Retry. If it happens again, save the audit trail and report it as a bug.',
            cause: error,
          });
    const transient = isTransient(known);
    // A report is owed to AMP whatever it answers: it is sent again until AMP has it.
    const again = transient || LOOK_AGAIN.has(known.code) || batch.step === 'confirmed-2';
    const attempts = batch.attempts + 1;
    const pause = seconds(Math.min(LONGEST_PAUSE_SECONDS, 2 ** Math.min(attempts, 6)));
    const problem: ProblemRecord = {
      code: known.code,
      message: known.message,
      next: known.next,
      at: deps.clock(),
    };
    const notBefore = again ? deps.clock() + pause : NEVER;
    pauses.set(batch.id, notBefore);
    try {
      deps.store.tx(() => {
        deps.records.updateBatch(batch.id, {
          state: transient ? 'waiting' : 'attention',
          problem,
          attempts,
          notBefore,
          sentence: transient ? `${known.message} Trying again by itself.` : known.message,
        });
        if (batch.problem?.code !== known.code) {
          deps.store.audit({
            type: 'batch.problem',
            subject: `operation:${operation.id}`,
            data: { batch: batch.seq, step: batch.step, code: known.code, message: known.message },
          });
        }
      });
    } catch {
      // The disk is what fails: the problem is shown from memory until it can be written.
      sentences.set(batch.id, `${known.message} ${known.next}`);
    }
  }

  /** The operation's state follows from its batches'. */
  function refresh(operationId: string): void {
    const operation = deps.records.operation(operationId);
    if (!operation || isOver(operation)) return;
    const batches = deps.records.batches(operationId);
    const over = batches.every(isOver);
    const state = over
      ? batches.some((batch) => batch.state === 'cancelled')
        ? 'cancelled'
        : 'done'
      : operation.state === 'cancelling'
        ? 'cancelling'
        : batches.some((batch) => batch.state === 'attention')
          ? 'attention'
          : batches.some((batch) => batch.state === 'running')
            ? 'running'
            : 'waiting';
    if (state === operation.state) return;
    deps.store.tx(() => {
      deps.records.setOperationState(operationId, state, deps.clock());
      if (over) {
        deps.store.audit({
          type: `operation.${state}`,
          subject: `operation:${operationId}`,
          data: { paid: batches.filter((batch) => batch.state === 'done').length, batches: batches.length },
        });
      }
    });
    if (over) deps.checkpoint(`operation:${state}`);
    deps.emit('treasury.changed', {});
    if (operation.allocationId !== null) deps.emit('allocations.changed', { id: operation.allocationId });
  }

  async function drive(operationId: string): Promise<void> {
    while (!stopping) {
      const operation = deps.records.operation(operationId);
      if (!operation || isOver(operation)) return;
      let moved = false;
      for (const { id } of deps.records.batches(operationId)) {
        if (stopping) return;
        moved = (await pursue(operation, id)) || moved;
        refreshSafely(operationId);
        deps.emit('operations.changed', { id: operationId });
      }
      if (!moved && !stopping) await rest(operationId);
    }
  }

  /**
   * Takes a batch as far as it goes before the next one has its turn: a transaction that is broadcast may make the next
   * block, several half-built ones cannot. Only after its assignments, one call to AMP for each recipient, do the
   * others come first. True when it moved.
   */
  async function pursue(operation: OperationRecord, batchId: string): Promise<boolean> {
    for (let moved = false; ; moved = true) {
      const batch = deps.records.batch(batchId);
      if (stopping || !batch || isOver(batch)) return moved;
      if ((pauses.get(batchId) ?? batch.notBefore) > deps.clock()) return moved;
      const current = deps.records.operation(operation.id) ?? operation;
      if (!(await advance(current, batch))) return moved;
      deps.emit('operations.changed', { id: operation.id });
      if (batch.step === 'planned') return true;
    }
  }

  function refreshSafely(operationId: string): void {
    try {
      refresh(operationId);
    } catch {
      // Nothing is lost: the state follows from the batches and is written once the disk takes it.
    }
  }

  /** Sleeps until the next batch is due or somebody wakes the operation. */
  function rest(operationId: string): Promise<void> {
    const due = deps.records
      .batches(operationId)
      .filter((batch) => !isOver(batch))
      .map((batch) => pauses.get(batch.id) ?? batch.notBefore);
    const soonest = Math.min(...due, deps.clock() + seconds(IDLE_SECONDS));
    const delay = Math.max(20, soonest - deps.clock());
    return new Promise((resolve) => {
      const timer = setTimeout(done, delay);
      function done(): void {
        clearTimeout(timer);
        alarms.delete(operationId);
        resolve();
      }
      alarms.set(operationId, done);
    });
  }

  function run(operationId: string): void {
    if (stopping || running.has(operationId)) return;
    const loop = drive(operationId)
      // A database that cannot even be read: the journal is untouched, so looking again is all there is to do.
      .catch(() => void setTimeout(() => run(operationId), IDLE_SECONDS * 1000).unref())
      .finally(() => running.delete(operationId));
    running.set(operationId, loop);
  }

  return {
    async start() {
      // A node refuses the whole list for one coin that it does not know yet.
      const unsent = deps.records.unsentTxids();
      const held = deps.records.allReservations().filter(({ txid }) => !unsent.has(txid));
      if (held.length > 0) {
        // The node forgets its locks when it restarts; where it is away, the next build locks again.
        await deps.wallet.lock(held).catch(() => undefined);
      }
      for (const operation of deps.records.liveOperations()) run(operation.id);
    },
    wake(operationId) {
      wakings.set(operationId, (wakings.get(operationId) ?? 0) + 1);
      for (const batch of deps.records.batches(operationId)) pauses.delete(batch.id);
      alarms.get(operationId)?.();
      run(operationId);
    },
    sentence: (batchId) => sentences.get(batchId) ?? null,
    async stop() {
      stopping = true;
      for (const alarm of [...alarms.values()]) alarm();
      await Promise.allSettled(running.values());
    },
  };
}
