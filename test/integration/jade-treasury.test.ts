import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type * as Sandbox from '../../src/sandbox/index.ts';
import { JadeDesk } from '../support/jade-desk.ts';
import { hasPseudoTerminals } from '../support/pseudo-terminal.ts';

/** The simulated world that the desk started last, with the Jade in it. */
const world = vi.hoisted(() => ({ handle: null as Sandbox.SandboxHandle | null }));
vi.mock('../../src/sandbox/index.ts', async (original) => {
  const actual = await original<typeof Sandbox>();
  return {
    ...actual,
    spawnSandbox: async (...args: Parameters<typeof actual.spawnSandbox>) =>
      (world.handle = await actual.spawnSandbox(...args)),
  };
});

describe.skipIf(!hasPseudoTerminals)('a treasury whose one key is in a Jade at a serial port', () => {
  let desk: JadeDesk;
  beforeAll(async () => {
    desk = await JadeDesk.open(() => {
      if (!world.handle) throw new Error('No simulated world was started.');
      return world.handle;
    });
  }, 120_000);
  afterAll(() => desk.close());

  it('is found, refuses a wrong PIN, and is unlocked with its oracle', { timeout: 120_000 }, async () => {
    const { call, port } = desk;
    const { devices } = await call('jade.devices', {});
    expect(devices.find((device) => device.port === port)).toMatchObject({
      state: 'locked',
      simulated: false,
    });
    await desk.hands({ answers: ['wrong-pin'] });
    await expect(call('jade.unlock', { port })).rejects.toMatchObject({ code: 'JADE_WRONG_PIN' });
    await desk.hands({ answers: ['reject'] });
    await expect(call('jade.unlock', { port })).rejects.toMatchObject({ code: 'JADE_DECLINED' });
    await desk.unlock();
  });

  it('becomes the treasury, and shows its addresses', { timeout: 120_000 }, async () => {
    const { call, port } = desk;
    await desk.arrange('jade-alone', 1, [{ kind: 'jade', name: 'Jade of the CFO', port }]);
    expect(await call('treasury.wallet', {})).toMatchObject({ mode: 'watch-only', signer: 'jade' });
    const { address } = await call('arrangement.address', {});
    expect(await call('arrangement.verifyOnJade', { port, address })).toEqual({ address, same: true });
    expect((await desk.jade()).shown.at(-1)).toEqual(['Verify address', address]);
  });

  it(
    'pays 3 holders by sign_psbt, every payment and the fee confirmed on the device',
    { timeout: 240_000 },
    async () => {
      const payment = await desk.start(3);
      const waiting = await desk.waiting(payment.id);
      expect(waiting.batches[0]?.sentence).toBe('Waiting for 1 of 1 signature: Jade of the CFO.');
      const before = (await desk.jade()).shown.length;
      const signed = await desk.call('signing.withJade', { operationId: payment.id, port: desk.port });
      expect(signed).toMatchObject({ signed: 1, route: 'psbt' });
      const shown = (await desk.jade()).shown.slice(before).map((lines) => lines.join(' '));
      for (const value of payment.due.values()) {
        expect(shown.filter((words) => words.includes(` ${value} <None>`))).toHaveLength(1);
      }
      expect(shown.at(-1)).toContain('Fee:');
      await desk.expectPaid(payment);
    },
  );

  it('pays 20 holders in one batch by sign_psbt, in pieces', { timeout: 240_000 }, async () => {
    const payment = await desk.start(20);
    await desk.waiting(payment.id);
    const signed = await desk.call('signing.withJade', { operationId: payment.id, port: desk.port });
    expect(signed).toMatchObject({ signed: 1, route: 'psbt' });
    await desk.expectPaid(payment);
  });

  it('pays by sign_liquid_tx, with anti-exfil verified', { timeout: 240_000 }, async () => {
    const payment = await desk.start(3);
    await desk.waiting(payment.id);
    const before = (await desk.jade()).shown.length;
    const signed = await desk.call('signing.withJade', {
      operationId: payment.id,
      port: desk.port,
      route: 'liquid-tx',
    });
    expect(signed).toMatchObject({ signed: 1, route: 'liquid-tx' });
    // The warning, three payments and the fee: the change is verified by its path and not asked about.
    expect((await desk.jade()).shown.slice(before)).toHaveLength(5);
    await desk.expectPaid(payment);
  });

  it('waits for slow hands, and signs once however often it is asked', { timeout: 240_000 }, async () => {
    const payment = await desk.start(2);
    await desk.waiting(payment.id);
    await desk.hands({ afterwards: 'approve', delayMs: 700 });
    const sign = () => desk.call('signing.withJade', { operationId: payment.id, port: desk.port });
    const first = sign();
    await desk.prompted();
    await expect(sign()).rejects.toMatchObject({ code: 'JADE_BUSY' });
    expect(await first).toMatchObject({ signed: 1 });
    await desk.expectPaid(payment);
    await expect(sign()).rejects.toMatchObject({ code: 'OPERATION_STATE' });
  });

  it(
    'is told when its oracle does not help, and unlocks when that does again',
    { timeout: 120_000 },
    async () => {
      const { call, port } = desk;
      await desk.control('POST', '/jade', { action: 'lock' });
      await desk.control('POST', '/jade', { action: 'oracle', mood: 'fails' });
      await desk.hands({ answers: ['pin', 'reject'] });
      await expect(call('jade.unlock', { port })).rejects.toMatchObject({ code: 'JADE_ORACLE' });
      await desk.control('POST', '/jade', { action: 'oracle', mood: 'well' });
      await desk.unlock();
    },
  );
});
