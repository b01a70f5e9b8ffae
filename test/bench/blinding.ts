/**
 * Builds and blinds a batch of 75 recipients and opens it again, with one worker and with more: median times, time per
 * output, how it scales, and how long LWK's own builder takes for the same payment. Runs by itself:
 * `node test/bench/blinding.ts [recipients] [rounds] [--short]`.
 */
import { availableParallelism } from 'node:os';
import { toHex } from '../../src/main/liquid/bytes.ts';
import { createLiquid } from '../../src/main/liquid/index.ts';
import type { Liquid } from '../../src/main/liquid/index.ts';
import { parsePset } from '../../src/main/liquid/pset.ts';
import { unsignedTransaction } from '../../src/main/liquid/pset-view.ts';
import { serializeBody } from '../../src/main/liquid/transaction.ts';
import { distribution } from '../support/made-up-pset.ts';
import { machine, median, POSITIONAL, say, SHORT, table } from './support/figures.ts';
import { lwkBuilder } from './support/lwk-builder.ts';

/** What two workers on two cores needed for 75 recipients in the first trial of this way of blinding, milliseconds. */
const TRIAL = { recipients: 75, workers: 2, milliseconds: 1_900 };

type Step = 'start' | 'build' | 'blind' | 'inspect' | 'decode' | 'open' | 'stall';
const STEPS: Step[] = ['start', 'build', 'blind', 'inspect', 'decode', 'open', 'stall'];
type Times = Record<Step, number[]>;

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

const recipients = positive(POSITIONAL[0], SHORT ? 10 : TRIAL.recipients);
const rounds = positive(POSITIONAL[1], SHORT ? 2 : 7);
const cores = availableParallelism();
const counts = [...new Set([1, 2, cores, cores + 1])].toSorted((a, b) => a - b);

say(`${machine()}; ${recipients} recipients, median of ${rounds} rounds, milliseconds\n`);
const rows: string[][] = [];
const blinding = new Map<number, number>();
for (const workers of counts) {
  const { times, outputs } = await measure(workers, recipients, rounds);
  const blind = median(times.blind);
  blinding.set(workers, blind);
  rows.push([
    String(workers),
    ...STEPS.map((step) => median(times[step]).toFixed(step === 'decode' || step === 'stall' ? 1 : 0)),
    (blind / outputs).toFixed(1),
    Math.min(...times.blind).toFixed(0),
    `${((blinding.get(1) ?? NaN) / blind).toFixed(2)}x`,
  ]);
}
table(['workers', ...STEPS, 'blind/output', 'fastest', 'against 1 worker'], rows);

const liquid = createLiquid();
const build = await lwkBuilder(liquid).finally(() => liquid.close());
const lwk = median(Array.from({ length: Math.min(rounds, 3) }, () => build(recipients)));
const best = Math.min(...blinding.values());
say(`\nLWK’s own builder, one thread: ${lwk.toFixed(0)} ms, ${(lwk / best).toFixed(1)}x the fastest above`);
const two = blinding.get(TRIAL.workers);
if (two !== undefined && recipients === TRIAL.recipients) {
  say(
    `two workers against the first trial’s ${TRIAL.milliseconds} ms: ${(two / TRIAL.milliseconds).toFixed(2)}x`,
  );
}
