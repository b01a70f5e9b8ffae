import { Worker } from 'node:worker_threads';
import { SluiceError } from '../../../shared/errors.ts';
import type { ErrorShape } from '../../../shared/errors.ts';
import { watchBroken } from './errors.ts';
import type { JobArgs, JobKind, JobResult, OwnRequest, ToMain, ToWorker } from './messages.ts';
import type { ChainAnswer } from './types.ts';

export interface JobOptions {
  /** Milliseconds; a thread that is late is thrown away. */
  deadline: number;
  /** What a late job fails with. */
  late: () => SluiceError;
  /** Gives the job up. */
  signal?: AbortSignal | undefined;
  /** Answers the job's questions in place of a server. */
  answer?: ((request: OwnRequest) => Promise<ChainAnswer>) | undefined;
}

interface Job {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
  answer: JobOptions['answer'];
  done: () => void;
}

/**
 * One worker thread with LWK in it, which works on several jobs at a time: most of them wait for a server. It starts with
 * its first job, and is gone for good once it breaks, is late or is closed.
 */
export class WatchThread {
  readonly #worker: Worker;
  readonly #jobs = new Map<number, Job>();
  readonly #onGone: () => void;
  #next = 1;
  #gone = false;

  constructor(url: URL, onGone: () => void) {
    this.#onGone = onGone;
    this.#worker = new Worker(url);
    this.#worker.unref();
    this.#worker.on('message', (message: ToMain) => this.#hear(message));
    this.#worker.on('error', (error: unknown) => {
      const name = error instanceof Error ? error.name : 'unknown reason';
      void this.end(watchBroken(`The thread that watches wallets broke down (${name}).`));
    });
    this.#worker.on('messageerror', () => {
      void this.end(watchBroken('The thread that watches wallets sent an answer that cannot be read.'));
    });
    this.#worker.on('exit', (code) => {
      void this.end(watchBroken(`The thread that watches wallets ended by itself (code ${code}).`));
    });
  }

  get threadId(): number {
    return this.#worker.threadId;
  }

  run<K extends JobKind>(kind: K, args: JobArgs<K>, options: JobOptions): Promise<JobResult<K>> {
    return new Promise<unknown>((resolve, reject) => {
      if (this.#gone) {
        reject(watchBroken('The thread that watches wallets has ended.'));
        return;
      }
      const id = this.#next++;
      const timer = setTimeout(() => {
        const job = this.#take(id);
        job?.reject(options.late());
        void this.end(
          watchBroken('The thread that watches wallets was late with something else and was ended.'),
        );
      }, options.deadline);
      const giveUp = () => this.#say({ say: 'give-up', id });
      const done = () => {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', giveUp);
        if (this.#jobs.size === 0) this.#worker.unref();
      };
      this.#jobs.set(id, { resolve, reject, answer: options.answer, done });
      this.#worker.ref();
      this.#say({ say: 'job', id, kind, args });
      options.signal?.addEventListener('abort', giveUp, { once: true });
      if (options.signal?.aborted) giveUp();
    }) as Promise<JobResult<K>>;
  }

  /** Ends the thread; what it works on fails with `error`. */
  async end(error: SluiceError): Promise<void> {
    if (this.#gone) return;
    this.#gone = true;
    for (const id of [...this.#jobs.keys()]) this.#take(id)?.reject(error);
    this.#onGone();
    await this.#worker.terminate();
  }

  #say(message: ToWorker): void {
    if (!this.#gone) this.#worker.postMessage(message);
  }

  #take(id: number): Job | undefined {
    const job = this.#jobs.get(id);
    this.#jobs.delete(id);
    job?.done();
    return job;
  }

  #hear(message: ToMain): void {
    if (message.say === 'question') {
      void this.#answer(message.id, message.question, message.request);
    } else if (message.say === 'done') {
      this.#take(message.id)?.resolve(message.result);
    } else {
      this.#take(message.id)?.reject(revive(message.error));
      if (message.broken) {
        void this.end(watchBroken('The thread that watches wallets broke down over something else.'));
      }
    }
  }

  async #answer(id: number, question: number, request: OwnRequest): Promise<void> {
    try {
      const answer = this.#jobs.get(id)?.answer;
      if (answer === undefined) throw watchBroken('Nobody is there to answer for the chain.');
      this.#say({ say: 'answer', question, answer: await answer(request) });
    } catch (error) {
      const known =
        error instanceof SluiceError ? error : watchBroken('The desk’s own node could not be asked.', error);
      this.#say({ say: 'no-answer', question, error: known.toShape() });
    }
  }
}

function revive({ code, message, next, field }: ErrorShape): SluiceError {
  return new SluiceError(code, message, { next, ...(field === undefined ? {} : { field }) });
}
