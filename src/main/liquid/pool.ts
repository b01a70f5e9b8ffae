import { Worker } from 'node:worker_threads';
import { SluiceError } from '../../shared/errors.ts';
import { liquidTimeout, liquidUnavailable } from './errors.ts';
import type { Reply, TaskArgs, TaskKind, TaskMessage, TaskResult } from './protocol.ts';

/** How long one task may run, in milliseconds, the start of its worker included: far above what a slow machine needs. */
const DEADLINES: Record<TaskKind, number> = {
  warm: 30_000,
  balance: 60_000,
  prove: 30_000,
  proveInputs: 60_000,
  commit: 60_000,
  verifyDeclared: 60_000,
  newMnemonic: 30_000,
  treasuryKeys: 30_000,
  accountKeys: 30_000,
  descriptors: 30_000,
  addresses: 60_000,
  readDescriptor: 30_000,
  custodyKeys: 30_000,
  singleDescriptor: 30_000,
  amp2Descriptor: 30_000,
  amp2Elip153: 30_000,
  amp0Descriptor: 30_000,
  signAmp0Challenge: 30_000,
  amp0Root: 30_000,
  readAddress: 30_000,
  writeAddress: 30_000,
  verifyClaims: 60_000,
  nonces: 60_000,
  unblind: 60_000,
  signHashes: 60_000,
  verifySignatures: 60_000,
  antiExfilCommit: 30_000,
  antiExfilVerify: 30_000,
  sign: 120_000,
};

const WORDS: Record<TaskKind, string> = {
  warm: 'Starting the Liquid libraries',
  balance: 'Balancing the blinders',
  prove: 'Proving an output',
  proveInputs: 'Proving the coins that are spent',
  commit: 'Opening outputs',
  verifyDeclared: 'Verifying declared amounts',
  newMnemonic: 'Making a mnemonic',
  treasuryKeys: 'Deriving the treasury keys',
  accountKeys: 'Deriving the account keys',
  descriptors: 'Checking the treasury keys',
  addresses: 'Deriving addresses',
  readDescriptor: 'Reading a descriptor',
  custodyKeys: 'Deriving the custody keys',
  singleDescriptor: 'Writing a descriptor',
  amp2Descriptor: 'Writing a descriptor',
  amp2Elip153: 'Writing a descriptor',
  amp0Descriptor: 'Writing a descriptor',
  signAmp0Challenge: 'Signing the challenge of a login',
  amp0Root: 'Reading a root key',
  readAddress: 'Reading an address',
  writeAddress: 'Writing an address',
  verifyClaims: 'Opening outputs',
  nonces: 'Opening outputs for a cosigner',
  unblind: 'Opening outputs with the blinding key',
  signHashes: 'Signing',
  verifySignatures: 'Verifying signatures',
  antiExfilCommit: 'Committing to the entropy of a signature',
  antiExfilVerify: 'Verifying the nonce of a signature',
  sign: 'Signing a second time',
};

/** Work that needs LWK, which takes a while to load: it goes to a worker that has it, if one is free. */
const NEEDS_LWK: ReadonlySet<TaskKind> = new Set(['treasuryKeys', 'sign', 'readDescriptor']);

export interface PoolOptions {
  size: number;
  url: URL;
  /** Deadlines other than the usual, by kind. */
  deadlines?: Partial<Record<TaskKind, number>>;
}

interface Job {
  message: TaskMessage;
  deadline: number;
  signal: AbortSignal | undefined;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

interface Slot {
  worker: Worker;
  job: Job | null;
  timer: NodeJS.Timeout | undefined;
  hasLwk: boolean;
}

/**
 * Worker threads with one task each at a time. Workers start when there is work for them; one that dies, breaks or is late
 * is ended and its task fails, alone. An idle pool does not keep the process alive.
 */
export class WorkerPool {
  readonly size: number;
  readonly #url: URL;
  readonly #deadlines: Record<TaskKind, number>;
  readonly #slots = new Set<Slot>();
  readonly #queue: Job[] = [];
  #nextId = 1;
  #closed = false;

  constructor(options: PoolOptions) {
    this.size = options.size;
    this.#url = options.url;
    this.#deadlines = { ...DEADLINES, ...options.deadlines };
  }

  /** Thread ids of the workers that are there now. */
  get threads(): number[] {
    return [...this.#slots].map(({ worker }) => worker.threadId);
  }

  /** Runs one task. A task still in the queue when `signal` fires is not started; one that runs is let run. */
  run<K extends TaskKind>(kind: K, args: TaskArgs<K>, signal?: AbortSignal): Promise<TaskResult<K>> {
    return new Promise<unknown>((resolve, reject) => {
      if (this.#closed) {
        reject(liquidUnavailable('The Liquid workers have been stopped.'));
        return;
      }
      const message: TaskMessage = { id: this.#nextId++, kind, args };
      this.#queue.push({ message, deadline: this.#deadlines[kind], signal, resolve, reject });
      this.#dispatch();
    }) as Promise<TaskResult<K>>;
  }

  /** Starts all workers and lets each load and compile what proofs need. */
  async warm(): Promise<void> {
    await Promise.all(Array.from({ length: this.size }, () => this.run('warm', {})));
  }

  async close(): Promise<void> {
    this.#closed = true;
    const gone = liquidUnavailable('The Liquid workers have been stopped.');
    for (const job of this.#queue.splice(0)) job.reject(gone);
    await Promise.all([...this.#slots].map((slot) => this.#discard(slot, gone)));
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const slot = this.#freeSlot(this.#queue[0]?.message.kind);
      if (!slot) return;
      const job = this.#queue.shift();
      if (!job) return;
      if (job.signal?.aborted) {
        job.reject(liquidUnavailable('The task was given up before it began.', job.signal.reason));
        continue;
      }
      this.#start(slot, job);
    }
  }

  #freeSlot(kind: TaskKind | undefined): Slot | undefined {
    const free = [...this.#slots].filter(({ job }) => job === null);
    const wantsLwk = kind !== undefined && NEEDS_LWK.has(kind);
    const choice = free.find(({ hasLwk }) => hasLwk === wantsLwk) ?? free[0];
    return choice ?? (this.#slots.size < this.size ? this.#open() : undefined);
  }

  #open(): Slot {
    const slot: Slot = { worker: new Worker(this.#url), job: null, timer: undefined, hasLwk: false };
    slot.worker.unref();
    slot.worker.on('message', (reply: Reply) => this.#settle(slot, reply));
    slot.worker.on('error', (error: unknown) => {
      void this.#discard(
        slot,
        liquidUnavailable(
          `A Liquid worker broke down (${error instanceof Error ? error.name : 'unknown reason'}).`,
        ),
      );
    });
    slot.worker.on('messageerror', () => {
      void this.#discard(slot, liquidUnavailable('A Liquid worker sent an answer that cannot be read.'));
    });
    slot.worker.on('exit', (code) => {
      void this.#discard(slot, liquidUnavailable(`A Liquid worker ended by itself (code ${code}).`));
    });
    this.#slots.add(slot);
    return slot;
  }

  #start(slot: Slot, job: Job): void {
    slot.job = job;
    slot.hasLwk ||= NEEDS_LWK.has(job.message.kind);
    slot.worker.ref();
    slot.timer = setTimeout(() => {
      void this.#discard(slot, liquidTimeout(WORDS[job.message.kind], job.deadline));
    }, job.deadline);
    slot.worker.postMessage(job.message);
  }

  #release(slot: Slot): Job | null {
    const { job } = slot;
    clearTimeout(slot.timer);
    slot.timer = undefined;
    slot.job = null;
    slot.worker.unref();
    return job;
  }

  #settle(slot: Slot, reply: Reply): void {
    if (slot.job?.message.id !== reply.id) return;
    if (!reply.ok && reply.outcome === 'broken') {
      void this.#discard(slot, revive(reply.error));
      return;
    }
    const job = this.#release(slot);
    // The worker gets its next task before the caller hears of this one.
    this.#dispatch();
    if (reply.ok) job?.resolve(reply.result);
    else job?.reject(revive(reply.error));
  }

  /** Ends a worker; its task, if it has one, fails with `error`. */
  async #discard(slot: Slot, error: SluiceError): Promise<void> {
    if (!this.#slots.delete(slot)) return;
    this.#release(slot)?.reject(error);
    this.#dispatch();
    await slot.worker.terminate();
  }
}

function revive({ code, message, next, field }: Extract<Reply, { ok: false }>['error']): SluiceError {
  return new SluiceError(code, message, { next, ...(field === undefined ? {} : { field }) });
}
