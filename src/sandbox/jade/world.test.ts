import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { simulatedJadePort } from './index.ts';
import { request } from './testkit.ts';
import { openWorldJade, type WorldJade } from './world.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function world(folder: string | null = null): Promise<WorldJade> {
  const jade = await openWorldJade({
    seed: 7,
    file: (name) => (folder === null ? null : join(folder, name)),
  });
  closing.push(() => jade.close());
  return jade;
}

describe('the Jade of a world', () => {
  it('is reached at its address by one host at a time, as long as it is plugged in', async () => {
    const jade = await world();
    const port = simulatedJadePort(jade.access);
    const cable = await port.open();
    const heard = new Promise<Uint8Array>((resolve) => cable.onData(resolve));
    await cable.write(request('ping'));
    expect([...(await heard)].at(-1)).toBe(0);
    await expect(port.open()).rejects.toMatchObject({ code: 'JADE_BUSY' });
    const closed = new Promise((resolve) => cable.onClose(resolve));
    jade.act({ action: 'unplug' });
    expect(await closed).toBeInstanceOf(Error);
    await expect(port.open()).rejects.toMatchObject({ code: 'JADE_NOT_FOUND' });
    jade.act({ action: 'plug' });
    const again = await port.open();
    await again.close();
    await jade.close();
    await expect(port.open()).rejects.toMatchObject({ code: 'JADE_LOST' });
  });

  it('keeps its wallet where the world is kept', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jade-'));
    closing.push(() => rmSync(folder, { recursive: true }));
    const first = await world(folder);
    expect(first.look()).toMatchObject({ state: 'LOCKED', plugged: true, pin: '123456' });
    first.act({ action: 'reset' });
    expect(first.look()).toMatchObject({ state: 'UNINIT' });
    await first.close();
    expect((await world(folder)).look()).toMatchObject({ state: 'UNINIT' });
  });

  it.each([
    [{ action: 'approve' }],
    [{ action: 'pin', pin: '123456' }],
    [{ action: 'dance' }],
    [{ action: 'toString' }],
    [{ action: 'script', answers: ['dance'] }],
    [{ action: 'script', afterwards: 'never' }],
    [{ action: 'script', delayMs: -1 }],
    [{ action: 'oracle', mood: 'sad' }],
  ])('does not do %j', async (body) => {
    const jade = await world();
    expect(() => jade.act(body)).toThrow(RangeError);
  });
});
