/**
 * Holders and an allocation of 100,000 rows through the browser host's bridge: real HTTP with its cookie and origin,
 * arguments and results checked against the contract. Each call is also made in this process without the bridge, turn
 * by turn, so that the ratio of the two says what the bridge costs, whatever else the machine is doing.
 *
 * Run with: node test/bench/bridge.ts [rows] [--short]
 */
import { randomInt } from 'node:crypto';
import { dispatch } from '../../src/main/desk/dispatch.ts';
import { startBrowserHost } from '../../src/main/browser-host/index.ts';
import type { CallName } from '../../src/shared/contract/index.ts';
import { allocationFile, deskOnSandbox } from './support/desk-on-sandbox.ts';
import {
  machine,
  median,
  POSITIONAL,
  quantile,
  say,
  SHORT,
  table,
  timed,
  type Run,
} from './support/figures.ts';
import { openBridge, type Ask } from './support/http-bridge.ts';

const ROWS = Number(POSITIONAL[0] ?? (SHORT ? 2_000 : 100_000));
const ROUNDS = SHORT ? 5 : 40;
const PAGE = 100;

interface Listed {
  rows: unknown[];
  total: number;
}

say(machine());
const filling = performance.now();
const world = await deskOnSandbox(ROWS, 1);
const host = await startBrowserHost({
  desk: world.desk,
  page: new Map([
    ['/index.html', { body: Buffer.from('<!doctype html>'), type: 'text/html; charset=utf-8' }],
  ]),
  port: 0,
});
const bridge = await openBridge(host.url);

/** The same call without the bridge: checked arguments and results, but no text and no socket. */
const inProcess: Ask = async (name, args) => {
  const envelope = await dispatch(world.desk.handlers, name, args, { actor: 'bench' });
  if (!envelope.ok) throw new Error(`${name}: ${envelope.error.message}`);
  return envelope.value;
};

const cells: string[][] = [];

function row(name: string, over: readonly Run[], within: readonly Run[], found: string): void {
  const walls = over.map((run) => run.wall);
  const ratio = median(walls) / median(within.map((run) => run.wall));
  const figures = [
    median(walls),
    quantile(walls, 0.95),
    median(over.map((run) => run.cpu)),
    median(within.map((run) => run.wall)),
  ];
  cells.push([name, found, ...figures.map((value) => value.toFixed(1)), `${ratio.toFixed(2)}x`]);
}

/** Many times over the bridge and as often without; the two take turns, so that both meet the same load. */
async function many(name: string, call: CallName, args: () => object): Promise<void> {
  const over: Run[] = [];
  const within: Run[] = [];
  let total = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const run = await timed(async () => bridge.ask(call, args()));
    over.push(run);
    total = (run.result as Listed).total;
    within.push(await timed(async () => inProcess(call, args())));
  }
  row(name, over, within, total.toLocaleString('en'));
}

/** What makes something, and is therefore made once each way; the results of both. */
async function onceEach<T>(name: string, call: CallName, args: readonly [object, object]): Promise<[T, T]> {
  const over = await timed(async () => bridge.ask(call, args[0]));
  const within = await timed(async () => inProcess(call, args[1]));
  row(name, [over], [within], '');
  return [over.result as T, within.result as T];
}

try {
  const list = (query: object = {}) => ({ offset: 0, limit: PAGE, ...query });
  // Each search looks for something else than those before: what was found for them is no help.
  const numbered = (word: string) => `${word} ${randomInt(10, 100)}`;
  say(
    `${ROWS.toLocaleString('en')} holders, made and read in ${((performance.now() - filling) / 1000).toFixed(0)} s; ` +
      `medians of ${ROUNDS} calls, milliseconds\n`,
  );
  await many('first page by name', 'holders.list', () => list());
  await many('a page in the middle', 'holders.list', () =>
    list({ offset: Math.floor(ROWS / 2) + randomInt(100) }),
  );
  await many('last page', 'holders.list', () => list({ offset: ROWS - PAGE }));
  for (const by of ['name', 'id', 'gaid', 'isCompany'] as const) {
    for (const direction of ['asc', 'desc'] as const) {
      await many(`sorted by ${by}, ${direction}`, 'holders.list', () => list({ sort: { by, direction } }));
    }
  }
  const { first, last } = world.holders;
  const names = (
    (await inProcess('holders.list', {
      ...list({ limit: 1_000, isCompany: false }),
      sort: { by: 'id', direction: 'desc' },
    })) as { rows: { name: string }[] }
  ).rows.map((holder) => holder.name.split(' '));
  const anyName = () => names[randomInt(names.length)] ?? [];
  await many('search, two letters', 'holders.list', () => list({ search: (anyName()[0] ?? '').slice(0, 2) }));
  await many('search, a family name', 'holders.list', () => {
    const [given = '', family = ''] = anyName();
    return list({ search: `${given.slice(-1)} ${family}` });
  });
  await many('search, a family name and digits', 'holders.list', () => list({ search: numbered('rossi') }));
  await many('search, one holder by number', 'holders.list', () =>
    list({ search: String(randomInt(first, last)) }),
  );
  await many('search, nobody', 'holders.list', () => list({ search: numbered('nobody') }));
  await many('filtered by category, in the middle', 'holders.list', () =>
    list({ category: world.asset.requirements[0], offset: Math.floor(ROWS / 2) }),
  );
  await many('companies, searched, sorted by GAID', 'holders.list', () =>
    list({ isCompany: true, search: numbered('ltd'), sort: { by: 'gaid', direction: 'desc' } }),
  );
  table(['holders', 'found', 'median', '95%', 'cpu', 'in process', 'bridge costs'], cells.splice(0));

  const fileOf = (amount: number) =>
    allocationFile(
      Array.from({ length: ROWS }, (_, index) => ({
        holder: String(first + index),
        amount: String(amount),
        note: `May, ${index}`,
      })),
    );
  const { assetUuid } = world.asset;
  const [read, readAgain] = await onceEach<{ id: string; counts: { good: number } }>(
    'read and check the file',
    'allocations.importPreview',
    [
      { assetUuid, fileName: 'may.csv', content: fileOf(1) },
      { assetUuid, fileName: 'june.csv', content: fileOf(2) },
    ],
  );
  if (read.counts.good !== ROWS) throw new Error(`Only ${read.counts.good} rows are good.`);
  await many('first page of the import', 'imports.rows', () => ({ id: read.id, offset: 0, limit: PAGE }));
  const [made] = await onceEach<{ id: string; rows: number }>(
    'make the allocation',
    'allocations.importCommit',
    [
      { id: read.id, name: 'May' },
      { id: readAgain.id, name: 'June' },
    ],
  );
  if (made.rows !== ROWS) throw new Error(`Only ${made.rows} rows were imported.`);
  await many('first page of the allocation', 'allocations.rows', () => ({
    id: made.id,
    offset: 0,
    limit: PAGE,
  }));
  await many('largest amounts first', 'allocations.rows', () => ({
    id: made.id,
    offset: 0,
    limit: PAGE,
    sort: { by: 'amount', direction: 'desc' },
  }));
  await many('search', 'allocations.rows', () => ({
    id: made.id,
    offset: 0,
    limit: PAGE,
    search: numbered('rossi'),
  }));
  say();
  table(['allocation', 'found', 'median', '95%', 'cpu', 'in process', 'bridge costs'], cells);
  const seconds = ['read and check the file', 'make the allocation'].reduce(
    (sum, name) => sum + Number(cells.find((line) => line[0] === name)?.[2] ?? NaN) / 1000,
    0,
  );
  say(
    `\nimport through the bridge: ${Math.round(ROWS / seconds).toLocaleString('en')} rows per second in all`,
  );
} finally {
  bridge.close();
  await host.close();
  await world.close();
}
