/**
 * Distributions end to end on the sandbox (simulated AMP and chain, real confidential transactions), in blocks: one
 * batch, three batches, and 1,000 holders, against the least that the chain allows. A block is mined only when nothing
 * can move without one, so the blocks counted are those that the way of working needs, on however slow a machine; the
 * work done between two blocks is then held against the minute that a Liquid block takes. With --real-time a block comes
 * each minute, whether or not the desk is ready, and 1,000 holders are paid once: that takes five minutes.
 *
 * Run with: node test/bench/distribution.ts [holders…] [--short] [--real-time]
 */
import { deskOnSandbox, allocationFile, type DeskOnSandbox } from './support/desk-on-sandbox.ts';
import { untilOver, untilOverInTime, type Finished } from './support/until-over.ts';
import { machine, POSITIONAL, say, SHORT, table, timed } from './support/figures.ts';

/** How long the engine waits between two looks, as a share of the real length: its waiting is not what is measured. */
const PACE = 0.02;
const BLOCK_SECONDS = 60;
const BLOCK_WEIGHT = 4_000_000;

const REAL_TIME = process.argv.includes('--real-time');

const sizes =
  POSITIONAL.length > 0
    ? POSITIONAL.map(Number)
    : REAL_TIME
      ? [SHORT ? 3 : 1_000]
      : SHORT
        ? [3, 90]
        : [75, 200, 1_000];

interface Started {
  id: string;
  recipients: number;
  /** Coins of the asset that the treasury had. */
  coins: number;
  /** Blocks by the plan. */
  planned: number;
  importSeconds: number;
}

interface Row extends Started, Finished {
  /** Processor time of the desk, all threads, without the sandbox. */
  cpuSeconds: number;
}

async function start({ call, asset, holders }: DeskOnSandbox, recipients: number): Promise<Started> {
  const { total } = await call('treasury.coins', { assetId: asset.assetId, offset: 0, limit: 1 });
  const began = performance.now();
  const preview = await call('allocations.importPreview', {
    assetUuid: asset.assetUuid,
    fileName: 'bench.csv',
    content: allocationFile(
      Array.from({ length: recipients }, (_, index) => ({
        holder: String(holders.first + index),
        amount: String(1 + (index % 97)),
      })),
    ),
  });
  const allocation = await call('allocations.importCommit', {
    id: preview.id,
    name: `${recipients} holders`,
  });
  const plan = await call('allocations.plan', { id: allocation.id });
  const importSeconds = (performance.now() - began) / 1000;
  const wrong = plan.checks.find((check) => check.verdict === 'wrong');
  if (wrong) throw new Error(wrong.message);
  const { id } = await call('operations.start', {
    allocationId: allocation.id,
    fingerprint: plan.fingerprint,
    confirm: asset.ticker,
  });
  return { id, recipients, coins: total, planned: plan.blocks, importSeconds };
}

/**
 * Blocks that the chain itself asks for, from the weights that the transactions really had. Where the treasury has one
 * coin of the asset, everything but the first transaction spends change, and 101,000 virtual bytes of unconfirmed
 * descendants (the relay's limit) leave no room for a full batch on top of another: the rest begins a block later. The
 * last batch needs one block more for its second confirmation.
 */
function leastBlocks(weights: readonly number[], oneCoin: boolean): number {
  const [first = 0, ...rest] = weights;
  const filled = oneCoin ? rest : [first, ...rest];
  const blocks: number[] = [];
  // Heaviest first into the first block with room: the fewest blocks for weights as alike as these.
  for (const weight of filled.toSorted((a, b) => b - a)) {
    const room = blocks.findIndex((taken) => taken + weight <= BLOCK_WEIGHT);
    if (room < 0) blocks.push(weight);
    else blocks[room] = (blocks[room] ?? 0) + weight;
  }
  return (oneCoin ? 1 : 0) + blocks.length + 1;
}

async function onDemand(world: DeskOnSandbox): Promise<void> {
  const rows: Row[] = [];
  for (const recipients of sizes) {
    const started = await start(world, recipients);
    const { cpu, result } = await timed(() => untilOver(world.call, world.sandbox, started.id));
    const row = { ...started, ...result, cpuSeconds: cpu / 1000 };
    rows.push(row);
    say(
      `${recipients} holders: ${row.beforeFirst.toFixed(1)} s until the first block is needed, then by block ` +
        row.work.map((seconds) => `${seconds.toFixed(1)} s`).join(', '),
    );
  }
  say();
  table(
    ['holders', 'batches', 'coins', 'blocks', 'planned', 'least', 'were it all coins', 'busiest block'],
    rows.map((row) => {
      const least = leastBlocks(row.weights, true);
      return [
        String(row.recipients),
        String(row.weights.length),
        String(row.coins),
        String(row.blocks),
        String(row.planned),
        `${least} (${(row.blocks / least).toFixed(2)}x)`,
        String(leastBlocks(row.weights, false)),
        `${((Math.max(...row.work) / BLOCK_SECONDS) * 100).toFixed(0)}% of a minute`,
      ];
    }),
  );
  say();
  table(
    [
      'holders',
      'import and plan',
      'to the first broadcast',
      'work in all',
      'per batch',
      'desk’s cpu per batch',
      'heaviest batch',
    ],
    rows.map((row) => {
      const all = row.beforeFirst + row.work.reduce((total, seconds) => total + seconds, 0);
      return [
        String(row.recipients),
        `${row.importSeconds.toFixed(1)} s`,
        `${row.firstBroadcast.toFixed(1)} s`,
        `${all.toFixed(1)} s`,
        `${(all / row.weights.length).toFixed(1)} s`,
        `${(row.cpuSeconds / row.weights.length).toFixed(1)} s`,
        `${Math.max(...row.weights).toLocaleString('en')} WU`,
      ];
    }),
  );
}

async function inRealTime(world: DeskOnSandbox): Promise<void> {
  await world.sandbox.control('POST', '/options', { blockSeconds: BLOCK_SECONDS });
  for (const recipients of sizes) {
    const { id, planned } = await start(world, recipients);
    const { blocks, firstBroadcast, seconds } = await untilOverInTime(world.call, world.sandbox, id);
    say(
      `${recipients} holders, a block each minute: ${blocks} blocks from the first broadcast to the last report ` +
        `(planned ${planned}, ${(blocks / planned).toFixed(2)}x); first broadcast after ${firstBroadcast.toFixed(0)} s, ` +
        `all over after ${seconds.toFixed(0)} s`,
    );
  }
}

say(`${machine()}\n`);
const world = await deskOnSandbox(Math.max(...sizes), REAL_TIME ? 1 : PACE);
try {
  await (REAL_TIME ? inRealTime(world) : onDemand(world));
  const { lines } = await world.call('treasury.overview', {});
  const line = lines.find((candidate) => candidate.assetUuid === world.asset.assetUuid);
  if (line?.reconciliation.verdict !== 'good') throw new Error('Treasury and AMP do not agree afterwards.');
} finally {
  await world.close();
}
