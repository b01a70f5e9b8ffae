/**
 * A desk in a process of its own that dies by SIGKILL at a named point of a custody payment. Reads its orders from its
 * arguments; answers with JSON lines: `{"passed":name}` for every point, `{"spends":…}` once everything older is sent.
 */
import { amount } from '../../src/shared/money.ts';
import { openDesk } from '../../src/main/desk/index.ts';
import { callsOf } from './desk-calls.ts';

export interface Orders {
  dataDir: string;
  profileId: string;
  /** A new payment of L-BTC, begun once everything older is sent. */
  pay?: { walletId: string; assetId: string; address: string; value: string };
  /** Die at this point of it. */
  crashAt?: string;
}

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;
let paying = false;

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const desk = await openDesk({
  dataDir: orders.dataDir,
  host: 'cli',
  pace: 0.1,
  checkpoint(name) {
    tell({ passed: name });
    if (paying && orders.crashAt === name) process.kill(process.pid, 'SIGKILL');
  },
});
const call = callsOf(desk);
await call('profiles.open', { id: orders.profileId });

/** What was under way goes on by itself; what nobody had begun to carry out is carried out now. */
for (;;) {
  const { rows } = await call('custody.spends', { open: true, offset: 0, limit: 100 });
  const open = rows.filter(({ state }) => state === 'open');
  for (const { id } of open.filter(({ waitsFor }) => waitsFor === 'start'))
    await call('custody.carryOut', { id, confirm: 'L-BTC' });
  if (open.length === 0) break;
  await new Promise((resolve) => setTimeout(resolve, 100));
}
if (orders.pay) {
  const { walletId, assetId, address, value } = orders.pay;
  await call('custody.scan', { id: walletId });
  paying = true;
  const { id } = await call('custody.prepare', {
    walletId,
    assetId,
    recipients: [{ address, amount: amount(BigInt(value)) }],
  });
  await call('custody.carryOut', { id, confirm: 'L-BTC' });
}
await desk.close();
tell({ done: true });
