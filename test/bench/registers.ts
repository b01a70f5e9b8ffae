/**
 * How the registers behave at 100,000 rows: listing, searching and sorting holders, reading AMP's lists, importing an
 * allocation. Prints medians, the slowest of the runs, the processor time of the
 * median run (which other work on the machine changes less) and the longest time for which the event loop was held.
 *
 * Run with: node test/bench/registers.ts [rows] [--short]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/main/store/index.ts';
import { gaidOf, RegisterAmp } from '../support/register-amp.ts';
import { fileOf, openRegisters } from '../support/registers.ts';
import { machine, POSITIONAL, say, SHORT, timed, type Run } from './support/figures.ts';

const ROWS = Number(POSITIONAL[0] ?? (SHORT ? 5_000 : 100_000));
const RUNS = 9;
const FIRST = ['Anna', 'Bernd', 'Chloé', 'Dmitri', 'Eva', 'Farid', 'Greta', 'Hugo', 'Inés', 'Jonas'];
const LAST = ['Meier', 'Schulz', 'López', 'Ivanova', 'Okafor', 'Tanaka', 'Rossi', 'Silva', 'Novák', 'Haddad'];

interface Timing {
  name: string;
  median: number;
  slowest: number;
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
const store = openStore(join(folder, 'desk.sqlite'));
const timings: Timing[] = [];

function report(name: string, runs: Run[], more = ''): Timing {
  const sorted = runs.toSorted((a, b) => a.wall - b.wall);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? { wall: 0, cpu: 0 };
  const timing = { name, median: middle.wall, slowest: sorted.at(-1)?.wall ?? 0 };
  timings.push(timing);
  const figure = (value: number) => `${value.toFixed(1).padStart(8)} ms`;
  say(
    `${name.padEnd(50)} ${figure(timing.median)}  slowest ${figure(timing.slowest)}  cpu ${figure(middle.cpu)}${more}`,
  );
  return timing;
}

/** Longest time between two turns of the event loop while `work` ran. */
async function longestHold(work: () => Promise<unknown>): Promise<Run & { hold: number }> {
  let hold = 0;
  let last = performance.now();
  const turn = () => {
    const now = performance.now();
    hold = Math.max(hold, now - last);
    last = now;
  };
  const timer = setInterval(turn, 1);
  const { wall, cpu } = await timed(work);
  turn();
  clearInterval(timer);
  return { wall, cpu, hold };
}

async function many(name: string, work: () => unknown): Promise<Timing> {
  const runs: Run[] = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await timed(work));
  return report(name, runs);
}

async function once(name: string, work: () => Promise<unknown>): Promise<Timing> {
  const { hold, ...run } = await longestHold(work);
  return report(name, [run], `  event loop held at most ${hold.toFixed(0)} ms`);
}

try {
  const amp = new RegisterAmp();
  const categories = ['EU', 'Accredited', 'Staff'].map((name) => amp.addCategory(name));
  const ids = categories.map((category) => category.id);
  for (let index = 0; index < ROWS; index += 1) {
    const first = FIRST[(index * 7) % FIRST.length] ?? '';
    const last = LAST[Math.floor(index / 10) % LAST.length] ?? '';
    amp.addUser(`${first} ${last} ${index}`, {
      isCompany: index % 9 === 0,
      categories: index % 50 === 0 ? ids : ids.slice(0, 2),
    });
  }
  const asset = amp.addAsset('ACME', { precision: 2, requirements: ids.slice(0, 2) });
  const desk = openRegisters({ store, amp });
  const { who } = desk;
  say(`${ROWS.toLocaleString('en')} holders, ${machine()}\n`);

  await once('sync: first reading', async () => desk.sync.run({}, who));
  const idle = await once('sync: nothing changed', async () => desk.sync.run({}, who));

  const list = (query: Partial<Parameters<typeof desk.holders.list>[0]>) => () =>
    desk.holders.list({ offset: 0, limit: 100, ...query }, who);
  // Every run searches for something else, so that no total is remembered.
  let turn = 0;
  const fresh = () => (turn += 1);
  const first = await many('holders: first page by name', list({}));
  await many('holders: last page by name', list({ offset: ROWS - 100 }));
  for (const by of ['id', 'gaid', 'isCompany'] as const) {
    await many(`holders: first page by ${by}, descending`, list({ sort: { by, direction: 'desc' } }));
  }
  await many('holders: search “meier” (a tenth of all)', () => list({ search: `meier ${fresh() % 10}` })());
  await many('holders: search for one name', () => list({ search: `lopez ${ROWS - 1 - fresh() * 100}` })());
  await many('holders: search for nothing there', () => list({ search: `nobody ${fresh()}` })());
  await many('holders: search part of a GAID, sorted by GAID', () => {
    const part = gaidOf(fresh() * 1000).slice(-6);
    return list({ search: part, sort: { by: 'gaid', direction: 'asc' } })();
  });
  await many('holders: filter by small category', list({ category: ids[2] }));
  await many('holders: filter by large category, deep page', list({ category: ids[0], offset: ROWS / 2 }));
  await many('holders: companies with a GAID, search', () =>
    list({ isCompany: true, gaid: 'with', search: `anna ${fresh()}` })(),
  );
  await once('holders: export all as CSV', async () => desk.holders.export({}, who));

  const lines = ['holder,amount,note'];
  for (const { user } of amp.users.values()) {
    lines.push(`${user.id % 2 ? user.gaid : user.name},${user.id}.50,"May, ${user.id}"`);
  }
  const content = fileOf(lines.join('\n'));
  const preview = () =>
    desk.allocations.importPreview({ assetUuid: asset.assetUuid, fileName: 'may.csv', content }, who);
  let id = '';
  const checked = await once('allocation: read and check the file', async () => {
    const summary = await preview();
    id = summary.id;
    if (summary.counts.good !== ROWS) throw new Error(`Only ${summary.counts.good} rows are good.`);
  });
  await many('allocation: first page of the import', () =>
    desk.imports.rows({ id, offset: 0, limit: 100 }, who),
  );
  let allocationId = '';
  const committed = await once('allocation: commit', async () => {
    const made = await desk.allocations.importCommit({ id, name: 'May' }, who);
    allocationId = made.id;
    if (made.rows !== ROWS || made.problems !== 0)
      throw new Error('The allocation is not what was imported.');
  });
  const rows = (query: object) => () =>
    desk.allocations.rows({ id: allocationId, offset: 0, limit: 100, ...query }, who);
  await many('allocation: first page', rows({}));
  await many('allocation: largest amounts first', rows({ sort: { by: 'amount', direction: 'desc' } }));
  await many(
    'allocation: by name, last page',
    rows({ sort: { by: 'holderName', direction: 'asc' }, offset: ROWS - 100 }),
  );
  await many('allocation: search', rows({ search: 'lopez' }));
  await many('allocation: only problems (none)', rows({ onlyProblems: true }));
  await many('allocation: rows to pay', () => desk.payments.rowsToPay(allocationId));
  await once('allocation: export as CSV', async () => desk.allocations.export({ id: allocationId }, who));

  const import_ = checked.median + committed.median;
  say(`\nimport: ${Math.round(ROWS / (import_ / 1000)).toLocaleString('en')} rows per second in all`);
  say(`check to commit: ${(checked.median / committed.median).toFixed(2)} : 1`);
  say(`a reading that changes nothing: ${(idle.median / first.median).toFixed(0)} pages of the list`);
  const slow = timings.filter((timing) => timing.name.startsWith('holders: ') && timing.median > 20);
  say(`listings of holders above 20 ms: ${slow.map((timing) => timing.name.slice(9)).join('; ') || 'none'}`);
} finally {
  store.close();
  rmSync(folder, { recursive: true });
}
