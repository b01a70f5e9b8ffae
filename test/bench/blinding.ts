/**
 * Builds and blinds a batch of 75 recipients and opens it again, with one worker and with more: median times, time per
 * output, and how it scales. Runs by itself: `node test/bench/blinding.ts [recipients] [rounds]`.
 */
import { availableParallelism, cpus } from 'node:os';
import { toHex } from '../../src/main/liquid/bytes.ts';
import { createLiquid } from '../../src/main/liquid/index.ts';
import type { Liquid } from '../../src/main/liquid/index.ts';
import { parsePset } from '../../src/main/liquid/pset.ts';
import { unsignedTransaction } from '../../src/main/liquid/pset-view.ts';
import { serializeBody } from '../../src/main/liquid/transaction.ts';
import { distribution } from '../support/made-up-pset.ts';

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

type Step = 'start' | 'build' | 'blind' | 'inspect' | 'decode' | 'open' | 'stall';
const STEPS: Step[] = ['start', 'build', 'blind', 'inspect', 'decode', 'open', 'stall'];
type Times = Record<Step, number[]>;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

async function timed<T>(into: number[], work: () => Promise<T> | T): Promise<T> {
  const began = performance.now();
  const result = await work();
  into.push(performance.now() - began);
  return result;
}

/** The longest time that the main loop was held up while `work` ran. */
async function withStall<T>(into: number[], work: () => Promise<T>): Promise<T> {
  const every = 5;
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - every);
    last = now;
  }, every);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    into.push(longest);
  }
}

async function round(liquid: Liquid, recipients: number, times: Times): Promise<number> {
  const request = await timed(times.build, () => distribution(recipients));
  const { pset, outputs } = await withStall(times.stall, () =>
    timed(times.blind, () => liquid.blind(request)),
  );
  await timed(times.inspect, () => liquid.inspectPset(pset));
  const hex = toHex(serializeBody(unsignedTransaction(parsePset(pset))));
  await timed(times.decode, () => liquid.decodeTransaction(hex));
  await timed(times.open, () => liquid.openOutputs(hex, outputs));
  return outputs.length;
}

async function measure(
  workers: number,
  recipients: number,
  rounds: number,
): Promise<{ times: Times; outputs: number }> {
  const liquid = createLiquid({ workers });
  const times = Object.fromEntries(STEPS.map((step): [Step, number[]] => [step, []])) as Times;
  try {
    await timed(times.start, () => liquid.selfTest());
    let outputs = 0;
    for (let i = 0; i < rounds; i++) outputs = await round(liquid, recipients, times);
    return { times, outputs };
  } finally {
    await liquid.close();
  }
}

function positive(text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`“${text}” is not a positive whole number.`);
  return value;
}

const recipients = positive(process.argv[2], 75);
const rounds = positive(process.argv[3], 5);
const cores = availableParallelism();
const counts = [...new Set([1, 2, cores, cores + 1])].toSorted((a, b) => a - b);

print(
  `${cores} cores (${cpus().length} seen), ${recipients} recipients, median of ${rounds} rounds, milliseconds\n`,
);
print(['workers', ...STEPS, 'blind/output', 'against 1 worker'].map((head) => head.padStart(9)).join(' '));
let alone: number | undefined;
for (const workers of counts) {
  const { times, outputs } = await measure(workers, recipients, rounds);
  const blind = median(times.blind);
  alone ??= blind;
  const figures = STEPS.map((step) =>
    median(times[step]).toFixed(step === 'decode' || step === 'stall' ? 1 : 0),
  );
  const row = [String(workers), ...figures, (blind / outputs).toFixed(1), `${(alone / blind).toFixed(2)}x`];
  print(row.map((cell) => cell.padStart(9)).join(' '));
}
