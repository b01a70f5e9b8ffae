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
import { machine, median, POSITIONAL, say, SHORT, table, timed } from './support/figures.ts';
import { lwkBuilder } from './support/lwk-builder.ts';

/** What two workers on two cores needed for 75 recipients in the first trial of this way of blinding, milliseconds. */
const TRIAL = { recipients: 75, workers: 2, milliseconds: 1_900 };

type Step = 'start' | 'build' | 'blind' | 'blind cpu' | 'inspect' | 'decode' | 'open' | 'stall';
const STEPS: Step[] = ['start', 'build', 'blind', 'blind cpu', 'inspect', 'decode', 'open', 'stall'];
type Times = Record<Step, number[]>;

async function into<T>(times: number[], work: () => Promise<T> | T): Promise<T> {
  const { wall, result } = await timed(work);
  times.push(wall);
  return result;
}

/** The longest time that the main loop was held up while `work` ran. */
async function withStall<T>(times: number[], work: () => Promise<T>): Promise<T> {
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
    times.push(longest);
  }
}

async function round(liquid: Liquid, recipients: number, times: Times): Promise<number> {
  const request = await into(times.build, () => distribution(recipients));
  const { wall, cpu, result } = await withStall(times.stall, () => timed(() => liquid.blind(request)));
  times.blind.push(wall);
  times['blind cpu'].push(cpu);
  const { pset, outputs } = result;
  await into(times.inspect, () => liquid.inspectPset(pset));
  const hex = toHex(serializeBody(unsignedTransaction(parsePset(pset))));
  await into(times.decode, () => liquid.decodeTransaction(hex));
  await into(times.open, () => liquid.openOutputs(hex, outputs));
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
    await into(times.start, () => liquid.selfTest());
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
const blinding = new Map<number, { median: number; fastest: number; cpu: number }>();
for (const workers of counts) {
  const { times, outputs } = await measure(workers, recipients, rounds);
  const own = {
    median: median(times.blind),
    fastest: Math.min(...times.blind),
    cpu: median(times['blind cpu']),
  };
  blinding.set(workers, own);
  rows.push([
    String(workers),
    ...STEPS.map((step) => median(times[step]).toFixed(step === 'decode' || step === 'stall' ? 1 : 0)),
    (own.cpu / outputs).toFixed(1),
    own.fastest.toFixed(0),
    `${((blinding.get(1)?.median ?? NaN) / own.median).toFixed(2)}x`,
  ]);
}
table(['workers', ...STEPS, 'cpu/output', 'fastest blind', 'against 1 worker'], rows);

const liquid = createLiquid();
const build = await lwkBuilder(liquid).finally(() => liquid.close());
const lwk = [];
for (let i = 0; i < Math.min(rounds, 3); i++) lwk.push(await timed(() => build(recipients)));
const lwkMedian = median(lwk.map((run) => run.wall));
const lwkCpu = median(lwk.map((run) => run.cpu));
const best = Math.min(...[...blinding.values()].map((own) => own.median));
const bestCpu = Math.min(...[...blinding.values()].map((own) => own.cpu));
say(
  `\nLWK’s own builder, one thread: ${lwkMedian.toFixed(0)} ms, ${(lwkMedian / best).toFixed(1)}x the best above; ` +
    `${lwkCpu.toFixed(0)} ms of processor time, ${(lwkCpu / bestCpu).toFixed(1)}x`,
);
const two = blinding.get(TRIAL.workers);
if (two !== undefined && recipients === TRIAL.recipients) {
  const against = (value: number) => `${(value / TRIAL.milliseconds).toFixed(2)}x`;
  say(
    `two workers against the first trial’s ${TRIAL.milliseconds} ms: median ${against(two.median)}, ` +
      `fastest ${against(two.fastest)}, with both cores to itself ${against(two.cpu / TRIAL.workers)}`,
  );
}
