import { afterEach, describe, expect, it } from 'vitest';
import { distribution } from '../../../test/support/made-up-pset.ts';
import { createLiquid } from './liquid.ts';
import { WorkerPool } from './pool.ts';
import type { PoolOptions } from './pool.ts';

/**
 * A worker that misbehaves by the kind of task: it hangs, exits, throws, answers rubbish or says that it is broken;
 * `newMnemonic` is answered with its thread's id, `commit` with what it was given.
 */
const ODD_WORKER = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, threadId } from 'node:worker_threads';
    const error = { code: 'LIQUID_UNAVAILABLE', message: 'broken', next: 'none' };
    parentPort.on('message', ({ id, kind, args }) => {
      if (kind === 'sign') for (;;);
      if (kind === 'prove') process.exit(3);
      if (kind === 'treasuryKeys') throw new Error('told nobody');
      if (kind === 'balance') return parentPort.postMessage({ id, ok: false, outcome: 'broken', error });
      if (kind === 'verifyDeclared') return parentPort.postMessage({ id, ok: false, outcome: 'refused', error });
      if (kind === 'warm') return setTimeout(() => parentPort.postMessage({ id, ok: true, result: threadId }), 50);
      parentPort.postMessage({ id, ok: true, result: kind === 'commit' ? args : threadId });
    });
  `)}`,
);

const pools: WorkerPool[] = [];
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

function pool(options: Partial<PoolOptions> = {}): WorkerPool {
  const made = new WorkerPool({ size: 2, url: ODD_WORKER, ...options });
  pools.push(made);
  return made;
}

const SIGN = { pset: '', mnemonic: '', network: 'regtest' } as const;
const KEYS = { mnemonic: 'secret words', network: 'regtest' } as const;
const ENTROPY = { entropy: new Uint8Array(16) };
const NOTHING = {} as never;

describe('WorkerPool', () => {
  it('starts workers only when there is work, and no more than it may', async () => {
    const made = pool({ size: 3 });
    expect(made.threads).toHaveLength(0);
    await made.run('newMnemonic', ENTROPY);
    expect(made.threads).toHaveLength(1);
    await Promise.all(Array.from({ length: 10 }, () => made.run('newMnemonic', ENTROPY)));
    expect(made.threads).toHaveLength(3);
  });

  it('uses every worker for work that comes at once', async () => {
    const made = pool({ size: 3 });
    const threads = await Promise.all(Array.from({ length: 3 }, () => made.run('warm', {})));
    expect(new Set(threads).size).toBe(3);
  });

  it('answers each caller with its own result', async () => {
    const made = pool();
    const openings = Array.from({ length: 20 }, (_, i) => ({ openings: [i] }) as never);
    expect(await Promise.all(openings.map((args) => made.run('commit', args)))).toEqual(openings);
  });

  it('ends a worker that is late; the others work on and a new one takes its place', async () => {
    const made = pool({ deadlines: { sign: 200 } });
    // Awaited from the start: where threads start slowly it is late before the others are done.
    const late = expect(made.run('sign', SIGN)).rejects.toMatchObject({ code: 'LIQUID_TIMEOUT' });
    const busy = made.threads;
    const others = await Promise.all(Array.from({ length: 5 }, () => made.run('newMnemonic', ENTROPY)));
    expect(others.every((thread) => !busy.includes(thread as unknown as number))).toBe(true);
    await late;
    expect(made.threads).not.toContain(busy[0]);
    await Promise.all(Array.from({ length: 4 }, () => made.run('warm', {})));
    expect(made.threads).toHaveLength(2);
  });

  it.each([
    ['exits', 'prove', /ended by itself \(code 3\)/],
    ['throws where nobody listens', 'treasuryKeys', /broke down/],
    ['says that it is broken', 'balance', /broken/],
  ] as const)(
    'replaces a worker that %s: its task fails, those behind it do not',
    async (_, kind, message) => {
      const made = pool({ size: 1 });
      const bad = made.run(kind, kind === 'treasuryKeys' ? KEYS : NOTHING);
      const behind = [made.run('newMnemonic', ENTROPY), made.run('newMnemonic', ENTROPY)];
      const [before] = made.threads;
      await expect(bad).rejects.toMatchObject({
        code: 'LIQUID_UNAVAILABLE',
        message: expect.stringMatching(message) as string,
      });
      const [one, two] = await Promise.all(behind);
      expect(one).toBe(two);
      expect(one).not.toBe(before);
    },
  );

  it('keeps a worker that merely refuses', async () => {
    const made = pool({ size: 1 });
    await expect(made.run('verifyDeclared', NOTHING)).rejects.toMatchObject({ code: 'LIQUID_UNAVAILABLE' });
    const [thread] = made.threads;
    expect(await made.run('newMnemonic', ENTROPY)).toBe(thread);
  });

  it('does not start a task that was given up while it waited', async () => {
    const made = pool({ size: 1 });
    const abort = new AbortController();
    const first = made.run('warm', {});
    const second = made.run('prove', NOTHING, abort.signal);
    abort.abort();
    await first;
    await expect(second).rejects.toMatchObject({
      code: 'LIQUID_UNAVAILABLE',
      message: expect.stringMatching(/given up/) as string,
    });
    expect(made.threads).toHaveLength(1);
  });

  it('fails what runs and what waits when it is closed, and takes nothing more', async () => {
    const made = pool({ size: 1 });
    const work = [made.run('sign', SIGN), made.run('newMnemonic', ENTROPY)].map((task) =>
      expect(task).rejects.toMatchObject({
        code: 'LIQUID_UNAVAILABLE',
        message: expect.stringMatching(/stopped/) as string,
      }),
    );
    await made.close();
    await Promise.all(work);
    expect(made.threads).toHaveLength(0);
    await expect(made.run('newMnemonic', ENTROPY)).rejects.toMatchObject({ code: 'LIQUID_UNAVAILABLE' });
  });

  it('fails the task, and not the process, when the worker’s program is missing', async () => {
    const made = pool({ url: new URL('./no-such-worker.js', import.meta.url) });
    await expect(made.run('warm', {})).rejects.toMatchObject({ code: 'LIQUID_UNAVAILABLE' });
  });

  it('says nothing of a secret in what it throws', async () => {
    const error: unknown = await pool()
      .run('treasuryKeys', KEYS)
      .catch((reason: unknown) => reason);
    expect(JSON.stringify(error) + String(error)).not.toMatch(/secret words|told nobody/);
  });
});

describe('the real worker', () => {
  it('is replaced when a proof is late, and the same pool blinds the next time', async () => {
    const liquid = createLiquid({ workers: 1, deadlines: { prove: 1 } });
    try {
      await expect(liquid.blind(distribution(1))).rejects.toMatchObject({ code: 'LIQUID_TIMEOUT' });
      expect(await liquid.newMnemonic(12)).toMatch(/^(?:[a-z]+ ){11}[a-z]+$/);
    } finally {
      await liquid.close();
    }
  });

  it('refuses bytes that make no sense and goes on', async () => {
    const made = pool({ size: 1, url: new URL('./worker.ts', import.meta.url) });
    const bytes = new Uint8Array(33).fill(9);
    const opening = { asset: bytes, value: 1n, assetBlinder: bytes, amountBlinder: bytes };
    const tags = { assets: bytes, blinders: bytes, generators: bytes };
    const seeds = { ephemeralKey: bytes, rangeSeed: bytes, surjectionSeed: bytes };
    const task = { opening, script: bytes, blindingPubkey: bytes, tags, ...seeds };
    await expect(made.run('prove', task)).rejects.toMatchObject({
      code: 'LIQUID_UNAVAILABLE',
    });
    const [thread] = made.threads;
    expect(await made.run('newMnemonic', ENTROPY)).toMatch(/^[a-z ]+$/);
    expect(made.threads).toEqual([thread]);
  });

  it('does not leave the process with a listener that ends it at any uncaught exception', async () => {
    const before = process.listenerCount('uncaughtException');
    await import('./wally.ts');
    expect(process.listenerCount('uncaughtException')).toBe(before);
  });
});
