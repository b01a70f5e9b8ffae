import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Desk } from './desk.ts';
import { ASSET, LBTC, World } from './world.ts';

const PAYMENTS = [10n, 20n, 30n, 40n, 50n, 60n, 70n, 80n];
/** Enough for a batch that splits and one that spends its lane. */
const TWO_BATCHES = [10n, 20n, 30n, 40n];
const COINS = [
  { assetId: ASSET, value: 600n },
  { assetId: ASSET, value: 400n },
  { assetId: LBTC, value: 100_000n },
];

let desk: Desk | null = null;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 1_700_000_000_000 });
});
afterEach(async () => {
  await desk?.close();
  desk = null;
  vi.useRealTimers();
});

/** Everybody paid once, one transaction per batch, AMP's books equal to the chain, nothing left behind. */
function expectPaidOnce(own: Desk, payments: readonly bigint[] = PAYMENTS): void {
  const byHolder = new Map<number, bigint>();
  for (const [script, value] of own.world.paid()) {
    const holder = Number(/^holder-(\d+)-/.exec(script)?.[1]);
    byHolder.set(holder, (byHolder.get(holder) ?? 0n) + value);
  }
  expect([...byHolder].sort(([a], [b]) => a - b)).toEqual(payments.map((value, index) => [index + 1, value]));
  const confirmed = [...own.world.distributions.values()].filter((item) => item.status === 'confirmed');
  expect(own.world.everAccepted.size).toBe(confirmed.length);
  expect(confirmed.flatMap((item) => item.members).reduce((sum, item) => sum + item.amount, 0n)).toBe(
    payments.reduce((sum, value) => sum + value, 0n),
  );
  expect([...own.world.distributions.values()].some((item) => item.status === 'pending')).toBe(false);
  expect(own.world.assignments.every((item) => item.distributed)).toBe(true);
  expectTidy(own);
}

function expectTidy(own: Desk): void {
  expect(own.store.auditVerify()).toMatchObject({ ok: true });
  expect(own.store.db.prepare('SELECT * FROM reservation').all()).toEqual([]);
  expect(own.store.db.prepare(`SELECT * FROM intent WHERE state = 'open'`).all()).toEqual([]);
}

describe('a distribution of three batches', () => {
  it('pays everybody once and takes one block more than a single batch', async () => {
    desk = new Desk(new World(COINS), PAYMENTS);
    await desk.start();
    const blocks = await desk.settle();
    expect(desk.operations()[0]).toMatchObject({ state: 'done', recipients: 8, batches: [{}, {}, {}] });
    expectPaidOnce(desk);
    expect(blocks).toBe(3);
  });

  it('broadcasts each batch before it begins with the next, so that none misses a block for another', async () => {
    const world = new World(COINS);
    const fast = world.liquid();
    // Blinding takes longer than any pause: every other batch is due again when it is done.
    vi.spyOn(world, 'liquid').mockReturnValue({
      ...fast,
      blind: (request) => {
        vi.setSystemTime(Date.now() + 20_000);
        return fast.blind(request);
      },
    });
    desk = new Desk(world, PAYMENTS);
    await desk.start();
    await desk.settle();
    const sent = world.log.filter((name) => name === 'wallet.assemble' || name === 'node.broadcast');
    expect(sent).toEqual(Array.from({ length: 3 }, () => ['wallet.assemble', 'node.broadcast']).flat());
  });

  it('goes one after the other when AMP refuses a second open distribution', async () => {
    const world = new World(COINS);
    world.refuseSecondOpenDistribution = true;
    desk = new Desk(world, PAYMENTS);
    await desk.start();
    await desk.settle();
    expectPaidOnce(desk);
  });

  it('spends the treasury to the last unit', async () => {
    desk = new Desk(
      new World([
        { assetId: ASSET, value: 360n },
        { assetId: LBTC, value: 100_000n },
      ]),
      PAYMENTS,
    );
    await desk.start();
    await desk.settle();
    expectPaidOnce(desk);
  });

  it('pays one holder everything there is', async () => {
    desk = new Desk(
      new World([
        { assetId: ASSET, value: 7n },
        { assetId: LBTC, value: 100_000n },
      ]),
      [7n],
    );
    await desk.start();
    await desk.settle();
    expectPaidOnce(desk, [7n]);
  });
});

describe('a crash', () => {
  it('at every named point, at its first and its last passing, changes nothing in the end', async () => {
    const rehearsal = new Desk(new World(COINS), PAYMENTS);
    desk = rehearsal;
    await rehearsal.start();
    await rehearsal.settle();
    const points = [...rehearsal.passed].flatMap(([name, times]) =>
      [...new Set([1, times])].map((nth) => ({ name, nth })),
    );
    await rehearsal.close();
    expect(points.length).toBeGreaterThan(25);
    for (const point of points) {
      const own = new Desk(new World(COINS), PAYMENTS);
      desk = own;
      own.crashAt = point;
      await own.start().catch(() => undefined);
      if (own.crashed) await own.restart();
      await own.settle();
      expect(own.passed.get(point.name), point.name).toBeGreaterThanOrEqual(point.nth);
      expectPaidOnce(own);
      await own.close();
      desk = null;
    }
  });
});

describe('a lost request or a lost answer', () => {
  it('of any call to the outside changes nothing in the end', async () => {
    const rehearsal = new Desk(new World(COINS), TWO_BATCHES);
    desk = rehearsal;
    await rehearsal.start();
    const planned = rehearsal.world.calls;
    await rehearsal.settle();
    const calls = rehearsal.world.calls;
    await rehearsal.close();
    for (const fault of ['lost-answer', 'lost-request'] as const) {
      for (let call = planned + 1; call <= calls; call += 1) {
        const own = new Desk(new World(COINS), TWO_BATCHES);
        desk = own;
        await own.start();
        own.world.faults.set(call, fault);
        await own.settle();
        expectPaidOnce(own, TWO_BATCHES);
        await own.close();
        desk = null;
      }
    }
  });
});

describe('a desk that is closed in the middle', () => {
  it('of any call to the outside goes on by itself when it is opened again', async () => {
    const rehearsal = new Desk(new World(COINS), TWO_BATCHES);
    desk = rehearsal;
    await rehearsal.start();
    const planned = rehearsal.world.calls;
    await rehearsal.settle();
    const { calls } = rehearsal.world;
    await rehearsal.close();
    for (let call = planned + 1; call <= calls; call += 1) {
      const own = new Desk(new World(COINS), TWO_BATCHES);
      desk = own;
      own.world.faults.set(call, 'desk-closed');
      await own.start();
      await own.settle();
      expectPaidOnce(own, TWO_BATCHES);
      await own.close();
      desk = null;
    }
  });
});

describe('bad luck of every kind at once', () => {
  it('never pays twice and never loses a report', async () => {
    const bad = fc.record({
      payments: fc.array(fc.bigInt({ min: 1n, max: 100n }), { minLength: 1, maxLength: 14 }),
      faults: fc.array(
        fc.tuple(
          fc.integer({ min: 1, max: 220 }),
          fc.constantFrom('lost-answer' as const, 'lost-request' as const),
        ),
        { maxLength: 12 },
      ),
      crashes: fc.array(
        fc.tuple(
          fc.constantFrom(
            'assignment:carried-out',
            'assignment:intended',
            'distribution:carried-out',
            'step:reserved',
            'step:built',
            'step:signed',
            'broadcast:carried-out',
            'broadcast:intended',
            'report:carried-out',
            'step:reported',
          ),
          fc.integer({ min: 1, max: 5 }),
        ),
        { maxLength: 4 },
      ),
      reorgs: fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 2 })), {
        maxLength: 3,
      }),
      forget: fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 2 }),
      sequential: fc.boolean(),
      lanes: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(bad, async ({ payments, faults, crashes, reorgs, forget, sequential, lanes }) => {
        const world = new World([
          { assetId: ASSET, value: 2_000n },
          { assetId: LBTC, value: 200_000n },
        ]);
        world.refuseSecondOpenDistribution = sequential;
        const own = new Desk(world, payments, { lanes });
        try {
          await own.start();
          for (const [call, fault] of faults) world.faults.set(world.calls + call, fault);
          const pending = [...crashes];
          own.crashAt = next(pending);
          await own.settle(120, (block) => {
            own.crashAt ??= next(pending);
            for (const [at, depth] of reorgs) if (at === block) world.reorg(depth);
            if (forget.includes(block)) world.forgetMempool();
          });
          expectPaidOnce(own, payments);
        } finally {
          await own.close();
        }
      }),
      { numRuns: 150 },
    );
  });
});

function next(pending: (readonly [string, number])[]): { name: string; nth: number } | null {
  const crash = pending.shift();
  return crash ? { name: crash[0], nth: crash[1] } : null;
}

describe('cancelling', () => {
  it('before anything is broadcast leaves AMP and the treasury as they were', async () => {
    const own = new Desk(new World(COINS), PAYMENTS);
    desk = own;
    own.crashAt = { name: 'step:built', nth: 1 };
    const id = await own.start().catch(() => '');
    await vi.advanceTimersByTimeAsync(5_000);
    await own.restart();
    own.cancel(own.operations()[0]?.id ?? id);
    await own.settle();
    expect(own.operations()[0]?.state).toBe('cancelled');
    expect(own.world.assignments).toEqual([]);
    expect(own.world.everAccepted.size).toBe(0);
    expect(own.rows.every((row) => row.state === 'open')).toBe(true);
    expect(own.world.locked.size).toBe(0);
    expectTidy(own);
  });

  it('after the first broadcast stops the rest and still reports what was paid', async () => {
    const own = new Desk(new World(COINS), PAYMENTS);
    desk = own;
    const id = await own.start();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(own.get(id).batches[0]?.step).toBe('broadcast');
    own.cancel(id);
    await own.settle();
    expect(own.get(id).state).toBe('cancelled');
    expect(own.world.paid().size).toBe(3);
    expect(own.rows.filter((row) => row.state === 'paid')).toHaveLength(3);
    expect(own.rows.filter((row) => row.state === 'open')).toHaveLength(5);
    expectTidy(own);
  });
});

describe('what others left at AMP', () => {
  it('is never mistaken for a distribution of this desk whose answer is on its way', async () => {
    const rehearsal = new Desk(new World(COINS), TWO_BATCHES);
    desk = rehearsal;
    await rehearsal.start();
    await rehearsal.settle();
    const create = rehearsal.world.log.indexOf('amp.distributions.create') + 1;
    await rehearsal.close();
    const own = new Desk(new World(COINS), TWO_BATCHES);
    desk = own;
    own.world.faults.set(create, 'lost-answer');
    const id = await own.start();
    await vi.advanceTimersByTimeAsync(500);
    const pending = await own.pendingAtAmp();
    expect(pending).toMatchObject([{ operationId: id }]);
    expect(own.get(id).batches[0]?.distributionUuid).toBeNull();
    const uuid = pending[0]?.distributionUuid ?? '';
    await expect(own.adopt(uuid)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(own.cancelAtAmp(uuid)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await own.settle();
    expectPaidOnce(own, TWO_BATCHES);
  });

  it('is not paid unseen: the start is refused until it is taken in or gone', async () => {
    const world = new World(COINS);
    const own = new Desk(world, [10n]);
    desk = own;
    await world.amp().assignments.create('', { registeredUser: 2, amount: 20n as never, ready: true });
    await expect(own.start()).rejects.toMatchObject({ code: 'AMP_BOOKS_DIFFER' });
    await own.start('take-in');
    await own.settle();
    expectPaidOnce(own, [10n, 20n]);
  });

  it('stops a batch when it appears after the plan', async () => {
    const world = new World(COINS);
    const own = new Desk(world, [10n]);
    desk = own;
    const id = await own.start();
    await world.amp().assignments.create('', { registeredUser: 9, amount: 999n as never, ready: true });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(own.get(id)).toMatchObject({ state: 'attention', problem: { code: 'AMP_BOOKS_DIFFER' } });
    expect(world.everAccepted.size).toBe(0);
  });
});
