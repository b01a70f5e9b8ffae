/**
 * A desk in a process of its own that dies by SIGKILL at a named point of the engine. Reads one JSON line of orders from
 * its arguments; answers with JSON lines: `{"passed":name}` for every point, `{"operation":…}` when it changes, `{"done":…}`.
 */
import { openDesk } from '../../src/main/desk/index.ts';
import { callsOf } from './desk-calls.ts';

export interface Orders {
  dataDir: string;
  profileId: string;
  /** Start this allocation; without it, only what is under way goes on. */
  start?: { allocationId: string; confirm: string };
  /** Ask a paired signer once everything waits for signatures; tells `{"bundle":…}`. */
  request?: { operationId: string; peerId: string };
  /** Take in a bundle, base64. */
  receive?: string;
  /** Die at the nth passing of this point. */
  crashAt?: { name: string; nth: number };
}

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;
const counts = new Map<string, number>();

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const desk = await openDesk({
  dataDir: orders.dataDir,
  host: 'cli',
  pace: 0.1,
  checkpoint(name) {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    tell({ passed: name });
    if (orders.crashAt?.name === name && orders.crashAt.nth === count) process.kill(process.pid, 'SIGKILL');
  },
});
const call = callsOf(desk);
await call('profiles.open', { id: orders.profileId });
if (orders.start) {
  const { allocationId, confirm } = orders.start;
  const plan = await call('allocations.plan', { id: allocationId });
  await call('operations.start', { allocationId, fingerprint: plan.fingerprint, confirm });
}
if (orders.request) {
  for (;;) {
    const { batches } = await call('operations.get', { id: orders.request.operationId });
    if (batches.every(({ step }) => step === 'built')) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  tell({ bundle: (await call('signing.request', orders.request)).content });
}
if (orders.receive !== undefined) await call('bundles.receive', { content: orders.receive });
tell({ ready: true });
for (;;) {
  const { rows } = await call('operations.list', { state: 'open', offset: 0, limit: 10 });
  if (rows.length === 0) break;
  const stuck = rows.find((operation) => operation.state === 'attention');
  if (stuck) {
    tell({ stuck: stuck.problem });
    break;
  }
  tell({ waiting: rows.flatMap((operation) => operation.batches.map((batch) => batch.step)) });
  await new Promise((resolve) => setTimeout(resolve, 100));
}
const audit = await call('audit.verify', {});
await desk.close();
tell({ done: true, audit: audit.ok });
