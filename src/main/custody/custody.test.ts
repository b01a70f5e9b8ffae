import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { custodyDoubles, EURO, LBTC, type CustodyDoubles } from '../../../test/support/custody-doubles.ts';
import { madeUpPayment, madeUpWallet, viewOf } from '../../../test/support/custody-store.ts';
import { SluiceError } from '../../shared/errors.ts';
import { createCustody, type Custody } from './index.ts';
import { createProjection } from './projection.ts';
import { createRecords } from './records.ts';

const A = 'aa'.repeat(32);
const B = 'bb'.repeat(32);
const actor = { actor: 'test' };
const away = new SluiceError('CHAIN_UNREACHABLE', 'Nothing answers.', { next: 'Wait.' });

let world: CustodyDoubles;
let custody: Custody;

function addWallet(id: string, change: Parameters<typeof madeUpWallet>[0] = {}): void {
  createRecords(world.store).insert(madeUpWallet({ id, name: id, policyId: id.padEnd(64, '0'), ...change }));
  world.secrets.set(`custody-descriptor:${id}`, `ct(${id})`);
}

beforeEach(() => {
  world = custodyDoubles();
  addWallet('w1');
  custody = createCustody(world.deps);
});
afterEach(() => custody.close());

const wallet = (id = 'w1') => custody.service.wallet({ id }, actor);
const notices = async () =>
  (await custody.service.notices({ offset: 0, limit: 100 }, actor)).rows.map(({ text }) => text).reverse();
const scan = () => custody.service.scan({ id: 'w1' }, actor);

describe('what is on disk', () => {
  it('is shown without a question to anybody', async () => {
    world.store.db.prepare(`INSERT INTO custody_setting VALUES ('policy-asset', ?)`).run(LBTC);
    createProjection(world.store).write(
      'w1',
      viewOf([
        madeUpPayment({ txid: A, assetId: LBTC, value: 5000n, height: 7, time: 70 }),
        madeUpPayment({ txid: B, assetId: EURO, value: 1250n, index: 1 }),
      ]),
    );
    const { balances, fees } = await wallet();
    expect(balances).toMatchObject([
      { asset: { kind: 'lbtc' }, confirmed: 5000n },
      { asset: { ticker: 'EURG' }, pending: 1250n },
    ]);
    expect(fees.verdict).toBe('good');
    const { assets } = await custody.service.overview({}, actor);
    expect(assets.map(({ confirmed, pending }) => [confirmed, pending])).toEqual([
      [5000n, 0n],
      [0n, 1250n],
    ]);
    const { content } = await custody.service.exportHistory({ id: 'w1' }, actor);
    expect(content.split('\n').slice(1)).toEqual([
      `,unconfirmed,${B},incoming,EURG,${EURO},12.50,1250,,`,
      `1970-01-01T00:00:00.070Z,7,${A},incoming,L-BTC,${LBTC},0.00005000,5000,,`,
    ]);
    expect(world.asked).toEqual([]);
  });
});

describe('notices of a scan', () => {
  const paid = madeUpPayment({ txid: A, assetId: LBTC, value: 5000n });
  const mined = { ...paid, height: 7, time: 70 };

  it('tell of a payment when it comes and when it is confirmed, each once', async () => {
    world.view = () => viewOf([paid]);
    await scan();
    await scan();
    world.view = () => viewOf([mined]);
    await scan();
    await scan();
    expect(await notices()).toEqual([
      '“w1” received 0.00005000 L-BTC, not confirmed yet.',
      '0.00005000 L-BTC in “w1” is confirmed.',
    ]);
    expect((await custody.service.wallets({}, actor)).unread).toBe(2);
    await custody.service.readNotices({}, actor);
    expect((await custody.service.wallets({}, actor)).unread).toBe(0);
  });

  it('are silent about what a wallet had before it was taken up', async () => {
    addWallet('w2', { birthday: 0 });
    world.view = ({ id }) => viewOf(id === 'w2' ? [mined] : []);
    await custody.service.scan({ id: 'w2' }, actor);
    expect(await notices()).toEqual([]);
  });

  it('tell of a payment that nobody made here, and of one that is gone', async () => {
    world.view = () => viewOf([mined]);
    await scan();
    const foreign = {
      ...madeUpPayment({ txid: B, assetId: LBTC, value: -5000n }),
      type: 'outgoing' as const,
      outputs: [],
    };
    world.view = () => viewOf([foreign, mined], { spent: [A] });
    await scan();
    world.view = () => viewOf([mined]);
    await scan();
    expect((await notices()).slice(1)).toEqual([
      'A payment left “w1” that was not made at this desk.',
      'A transaction that “w1” had seen is not on the chain any more.',
    ]);
  });

  it('ask for L-BTC once when a wallet with something in it runs short', async () => {
    const euros = madeUpPayment({ txid: B, assetId: EURO, value: 1250n, index: 1, height: 8, time: 80 });
    world.view = () => viewOf([mined, euros]);
    await scan();
    world.view = () => viewOf([mined, euros], { spent: [A] });
    await scan();
    await scan();
    expect((await notices()).filter((text) => text.includes('fees'))).toEqual([
      '“w1”: No L-BTC for fees; a spend costs about 0.00000400. Send some here from the treasury.',
    ]);
  });
});

describe('a chain that cannot be reached', () => {
  it('is said on the wallet and once in a notice, and what was shown stays', async () => {
    world.view = () => viewOf([madeUpPayment({ txid: A, assetId: LBTC, value: 5000n, height: 7, time: 70 })]);
    await scan();
    world.outage = away;
    await expect(Promise.resolve(scan())).rejects.toBe(away);
    await expect(Promise.resolve(scan())).rejects.toBe(away);
    expect(await wallet()).toMatchObject({
      verdict: 'wrong',
      sentence: 'The chain could not be looked at: Nothing answers. What is shown is from before.',
      next: 'Wait.',
      balances: [{ confirmed: 5000n }],
    });
    expect((await notices()).filter((text) => text.includes('could not'))).toHaveLength(1);
    world.outage = null;
    await scan();
    expect(await wallet()).toMatchObject({ verdict: 'good', sentence: 'As of block 100.' });
  });

  it('does not end the schedule', async () => {
    world.outage = away;
    custody.start();
    await expect.poll(async () => (await wallet()).verdict).toBe('wrong');
    world.outage = null;
    await expect.poll(async () => (await wallet()).verdict, { timeout: 5000 }).toBe('good');
  });
});

describe('the schedule', () => {
  it('asks nobody while there are no wallets', async () => {
    const empty = custodyDoubles();
    const idle = createCustody(empty.deps);
    idle.start();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await idle.close();
    expect(empty.asked).toEqual([]);
  });

  it('looks at a wallet when the tip has moved, and seldom when nothing has', async () => {
    custody.start();
    const scans = () => world.asked.filter((what) => what === 'scan w1').length;
    await expect.poll(scans).toBe(1);
    await expect.poll(() => world.asked.filter((what) => what === 'tip').length, { timeout: 5000 }).toBe(4);
    expect(scans()).toBe(1);
    world.tip = { height: 101, hash: '65'.padStart(64, '0') };
    await expect.poll(async () => (await wallet()).scannedTo).toBe(101);
    expect(scans()).toBe(2);
  });
});

describe('names of assets', () => {
  it('are a person’s to give where nobody else gives one', async () => {
    const unknown = '0a'.repeat(32);
    const named = { assetId: unknown, name: 'Oak', ticker: '', precision: 3 };
    expect(await custody.service.nameAsset(named, actor)).toEqual({ ...named, ticker: null, kind: 'named' });
    expect(custody.nameOf(unknown)).toEqual({ name: 'Oak', ticker: null, precision: 3 });
    for (const assetId of [LBTC, EURO]) {
      await expect(
        Promise.resolve(custody.service.nameAsset({ ...named, assetId }, actor)),
      ).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    }
  });
});
