/** Entry of a thread that holds LWK's wallets. Unlike the threads for proofs and signatures it may use the network. */
import { parentPort } from 'node:worker_threads';
import { SluiceError } from '../../../shared/errors.ts';
import { givenUp, watchBroken } from './errors.ts';
import type { JobArgs, JobKind, JobResult, OwnRequest, ToMain, ToWorker } from './messages.ts';
import { Requests } from './requests.ts';
import type { ChainAnswer } from './types.ts';
import { compact, examine, forget, scan, unreadable, view } from './wallets.ts';

interface Question {
  resolve: (answer: ChainAnswer) => void;
  reject: (error: SluiceError) => void;
}

const questions = new Map<number, Question>();
const running = new Map<number, AbortController>();
let lastQuestion = 0;

const tell = (message: ToMain): void => parentPort?.postMessage(message);

const requests = new Requests(
  (job, request: OwnRequest) =>
    new Promise((resolve, reject) => {
      const question = ++lastQuestion;
      questions.set(question, { resolve, reject });
      tell({ say: 'question', id: job, question, request });
    }),
);
globalThis.fetch = requests.fetch;

/** Messages of wasm-bindgen objects after a panic: the instance is of no more use. */
const PANICKED =
  /unreachable|null pointer passed to rust|recursive use of an object|memory access out of bounds/;

type Handlers = {
  [K in JobKind]: (args: JobArgs<K>, id: number, signal: AbortSignal) => JobResult<K> | Promise<JobResult<K>>;
};

const handlers: Handlers = {
  view,
  compact,
  examine,
  forget,
  async scan(args, id, signal) {
    const { source, limits, wallet } = args;
    const conversation = requests.open(id, { source, limits, wallet: wallet.id, signal });
    try {
      return await scan(args, conversation);
    } catch (error) {
      if (signal.aborted) throw givenUp();
      if (error instanceof SluiceError || isBroken(error)) throw error;
      throw unreadable(error);
    } finally {
      conversation.end();
    }
  },
};

function isBroken(error: unknown): boolean {
  return (
    error instanceof WebAssembly.RuntimeError ||
    PANICKED.test(error instanceof Error ? error.message : String(error))
  );
}

async function run<K extends JobKind>(id: number, kind: K, args: JobArgs<K>): Promise<void> {
  const control = new AbortController();
  running.set(id, control);
  try {
    tell({ say: 'done', id, result: await handlers[kind](args, id, control.signal) });
  } catch (error) {
    const broken = !(error instanceof SluiceError) && isBroken(error);
    const known = error instanceof SluiceError ? error : watchBroken(`LWK failed at “${kind}”.`);
    tell({ say: 'failed', id, error: known.toShape(), broken });
  } finally {
    running.delete(id);
  }
}

parentPort?.on('message', (message: ToWorker) => {
  if (message.say === 'job') {
    void run(message.id, message.kind, message.args);
  } else if (message.say === 'give-up') {
    running.get(message.id)?.abort();
  } else {
    const question = questions.get(message.question);
    questions.delete(message.question);
    if (message.say === 'answer') question?.resolve(message.answer);
    else question?.reject(reviveError(message.error));
  }
});

function reviveError({
  code,
  message,
  next,
  field,
}: Extract<ToWorker, { say: 'no-answer' }>['error']): SluiceError {
  return new SluiceError(code, message, { next, ...(field === undefined ? {} : { field }) });
}
