import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Bytes } from './bytes.ts';
import { sha256, toHex, u32 } from './bytes.ts';
import type { Proof } from './commitments.ts';
import type {
  BlindTask,
  BlindedFields,
  IssueTask,
  OpenTask,
  Opened,
  RevealTask,
  Task,
  TaskResults,
} from './tasks.ts';

interface Job {
  id: number;
  task: Task;
  resolve: (result: TaskResults[Task['kind']]) => void;
  reject: (error: Error) => void;
}

interface Thread {
  worker: Worker;
  job: Job | null;
}

/** Verified proofs that are remembered, so that a test, a broadcast and a block verify once. */
const REMEMBERED = 200_000;

/**
 * Threads for everything that takes milliseconds of elliptic curves per output. Started when the first work comes;
 * they do not keep the process alive while idle.
 */
export class ProofPool {
  private readonly threads: Thread[] = [];
  private readonly queue: Job[] = [];
  private readonly verified = new Map<string, Promise<boolean>>();
  private readonly size: number;
  private nextId = 1;
  private closed = false;

  constructor(size = Math.max(1, Math.min(4, availableParallelism()))) {
    this.size = size;
  }

  /** Whether the proof holds. The answer is remembered by everything it depends on. */
  verify(proof: Proof): Promise<boolean> {
    const key = proofKey(proof);
    const known = this.verified.get(key);
    if (known) return known;
    const answer = this.run(proof) as Promise<boolean>;
    this.verified.set(key, answer);
    // An answer that never came must not be remembered.
    answer.catch(() => this.verified.delete(key));
    if (this.verified.size > REMEMBERED) {
      const [oldest] = this.verified.keys();
      if (oldest !== undefined) this.verified.delete(oldest);
    }
    return answer;
  }

  blind(task: BlindTask): Promise<BlindedFields> {
    return this.run({ kind: 'blind', ...task }) as Promise<BlindedFields>;
  }

  /** The rangeproof of a blinded issued amount. */
  issue(task: IssueTask): Promise<Bytes> {
    return this.run({ kind: 'issue', ...task }) as Promise<Bytes>;
  }

  /** What the key opens, or null. */
  open(task: OpenTask): Promise<Opened | null> {
    return this.run({ kind: 'open', ...task }) as Promise<Opened | null>;
  }

  /** What the nonce opens, or null. */
  reveal(task: RevealTask): Promise<Opened | null> {
    return this.run({ kind: 'reveal', ...task }) as Promise<Opened | null>;
  }

  async close(): Promise<void> {
    this.closed = true;
    const stopped = new Error('the proof threads are closed');
    for (const job of this.queue.splice(0)) job.reject(stopped);
    const threads = this.threads.splice(0);
    for (const thread of threads) thread.job?.reject(stopped);
    await Promise.all(threads.map((thread) => thread.worker.terminate()));
  }

  private run(task: Task): Promise<TaskResults[Task['kind']]> {
    if (this.closed) return Promise.reject(new Error('the proof threads are closed'));
    return new Promise((resolve, reject) => {
      this.queue.push({ id: this.nextId++, task, resolve, reject });
      this.dispatch();
    });
  }

  private dispatch(): void {
    while (this.queue.length > 0) {
      let thread = this.threads.find((one) => one.job === null);
      if (!thread && this.threads.length < this.size) thread = this.start();
      if (!thread) return;
      const job = this.queue.shift();
      if (!job) return;
      thread.job = job;
      thread.worker.ref();
      thread.worker.postMessage({ id: job.id, task: job.task });
    }
  }

  private start(): Thread {
    // The build makes a file of its own of the worker's program and puts that file's name here.
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    const thread: Thread = { worker, job: null };
    this.threads.push(thread);
    worker.on('message', (answer: { id: number; result?: TaskResults[Task['kind']]; error?: string }) => {
      const job = thread.job;
      thread.job = null;
      worker.unref();
      if (job?.id === answer.id) {
        if (answer.error === undefined) job.resolve(answer.result as TaskResults[Task['kind']]);
        else job.reject(new Error(answer.error));
      }
      this.dispatch();
    });
    worker.on('error', (error: Error) => {
      const at = this.threads.indexOf(thread);
      if (at >= 0) this.threads.splice(at, 1);
      thread.job?.reject(error);
      thread.job = null;
      if (!this.closed) this.dispatch();
    });
    worker.unref();
    return thread;
  }
}

function proofKey(proof: Proof): string {
  const parts: Bytes[] =
    proof.kind === 'range'
      ? [Uint8Array.of(1), proof.commitment, proof.generator, sha256(proof.script), proof.proof]
      : [Uint8Array.of(2), proof.generator, u32(proof.tags.length), ...proof.tags, proof.proof];
  return toHex(sha256(...parts));
}
