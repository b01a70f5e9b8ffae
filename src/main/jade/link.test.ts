import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scriptedJade, type JadeRequest, type ScriptedAnswer } from '../../../test/support/scripted-jade.ts';
import { openLink } from './link.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const result = { result: 'done' };

/** The outcome of a call as a value, so that it may settle while time is moved. */
function settled<T>(call: Promise<T>): Promise<{ value?: T; code?: string; message?: string }> {
  return call.then(
    (value) => ({ value }),
    (error: { code: string; message: string }) => ({ code: error.code, message: error.message }),
  );
}

function linkTo(answer: (request: JadeRequest) => ScriptedAnswer | null, working = () => true) {
  const device = scriptedJade(answer, { working });
  return { device, link: openLink(device) };
}

const command = (link: ReturnType<typeof openLink>, method = 'get_xpub') =>
  settled(link.flow(async (send) => (await send(method, {})).result));

describe('talking to a device', () => {
  it('passes over log messages, unknown ids and what is no reply', async () => {
    const { link } = linkTo(({ method }) =>
      method === 'get_xpub'
        ? [
            { log: Buffer.from('I (123) jade: raw serial output') },
            { id: 'nobody', result: 'late' },
            { id: 7, result: 'numeric id' },
            result,
          ]
        : null,
    );
    expect(await command(link)).toEqual({ value: 'done' });
  });

  it('keeps ids unique and short, and leaves undefined fields out', async () => {
    const { device, link } = linkTo(() => [result]);
    await link.flow(async (send) => {
      for (let i = 0; i < 50; i += 1)
        await send('get_xpub', { path: [], missing: undefined, deep: { a: undefined } });
    });
    const ids = device.requests.map(({ id }) => id);
    expect(new Set(ids).size).toBe(50);
    expect(ids.every((id) => id.length <= 16)).toBe(true);
    expect(device.requests[0]?.params).toEqual({ path: [], deep: {} });
  });

  it('lets one flow follow another, and pings pass by', async () => {
    const { device, link } = linkTo(({ method }) => (method === 'ping' ? null : []));
    const first = command(link, 'sign_psbt');
    const second = command(link, 'get_xpub');
    await vi.advanceTimersByTimeAsync(0);
    expect(device.commands.map(({ method }) => method)).toEqual(['sign_psbt']);
    expect(await link.ask('ping', undefined, 1000)).toBe(1);
    device.send({ id: device.commands[0]?.id, ...result });
    expect(await first).toEqual({ value: 'done' });
    await vi.advanceTimersByTimeAsync(0);
    device.send({ id: device.commands[1]?.id, ...result });
    expect(await second).toEqual({ value: 'done' });
  });

  it('absorbs a reply that comes after its asker has gone', async () => {
    const { device, link } = linkTo(({ method }) => (method === 'slow' ? [] : [result]));
    const slow = settled(link.ask('slow', undefined, 1000));
    await vi.advanceTimersByTimeAsync(1001);
    expect(await slow).toMatchObject({ code: 'JADE_TIMEOUT' });
    device.send({ id: device.requests[0]?.id, result: 'late' });
    expect(await command(link)).toEqual({ value: 'done' });
  });

  it('repeats the first command when it only ended what an earlier connection had left', async () => {
    let first = true;
    const { device, link } = linkTo(() => {
      const stale = first;
      first = false;
      return stale
        ? [{ error: { code: -32001, message: "Unexpected message, expecting 'get_extended_data'" } }]
        : [result];
    });
    expect(await command(link)).toEqual({ value: 'done' });
    expect(device.requests).toHaveLength(2);
  });

  it('does not repeat a later one', async () => {
    let count = 0;
    const { link } = linkTo(() => {
      count += 1;
      return count === 2 ? [{ error: { code: -32001, message: 'Unexpected message' } }] : [result];
    });
    await command(link);
    expect(await command(link)).toMatchObject({ code: 'JADE_REFUSED' });
    expect(count).toBe(2);
  });

  it('does not send what is too long for the device', async () => {
    const { device, link } = linkTo(() => [result]);
    const large = settled(link.flow((send) => send('sign_psbt', { psbt: new Uint8Array(401 * 1024) })));
    expect(await large).toMatchObject({ code: 'JADE_REFUSED' });
    expect(device.requests).toEqual([]);
  });

  it.each([
    [-32000, 'JADE_DECLINED'],
    [-32002, 'JADE_LOCKED'],
    [-32003, 'JADE_WRONG_NETWORK'],
    [-32600, 'JADE_REFUSED'],
    [-32601, 'JADE_TOO_OLD'],
    [-32602, 'JADE_REFUSED'],
    [-32603, 'JADE_REFUSED'],
    [-1, 'JADE_REFUSED'],
  ])('says what the error %d means', async (code, expected) => {
    const { link } = linkTo(() => [{ error: { code, message: 'words of the device', data: null } }]);
    expect(await command(link)).toMatchObject({ code: expected });
  });

  it('shows of the device’s words only what can be read', async () => {
    const { link } = linkTo(() => [
      { error: { code: -32602, message: `bad\u001b[31m\u0000‮${'x'.repeat(1000)}` } },
    ]);
    const { message } = await command(link);
    expect(message).toMatch(/^The Jade refused: “bad\[31mx{1,160}”\.$/);
  });
});

describe('what the device could not read', () => {
  const unreadable = { id: '00', error: { code: -32600, message: 'Invalid RPC Request message' } };

  it('is another program’s before the device has answered once', async () => {
    let pings = 0;
    const { link } = linkTo(({ method }) => {
      if (method !== 'ping') return [result];
      pings += 1;
      return pings === 1 ? [] : [unreadable, { result: 0 }];
    });
    const greeting = link.greet(3, 4000);
    await vi.advanceTimersByTimeAsync(4001);
    expect(await greeting).toBe(true);
    expect(pings).toBe(2);
  });

  it('is the command under way afterwards', async () => {
    const { device, link } = linkTo(({ method }) => (method === 'ping' ? null : []));
    await link.greet(1, 4000);
    const call = command(link);
    await vi.advanceTimersByTimeAsync(0);
    device.send(unreadable);
    expect(await call).toMatchObject({ code: 'JADE_REFUSED' });
  });
});

describe('greeting', () => {
  it('gives up on what never answers', async () => {
    const { device, link } = linkTo(() => []);
    const greeting = link.greet(2, 4000);
    await vi.advanceTimersByTimeAsync(8001);
    expect(await greeting).toBe(false);
    expect(device.requests.map(({ method }) => method)).toEqual(['ping', 'ping']);
  });

  it('waits for a device that starts again when its port is opened', async () => {
    let up = false;
    const { device, link } = linkTo(({ method }) => (up && method === 'ping' ? null : []));
    const greeting = link.greet(3, 4000);
    device.send(Buffer.from('ets Jul 29 2019 12:21:46\r\nrst:0x1 (POWERON_RESET)'));
    await vi.advanceTimersByTimeAsync(3900);
    up = true;
    await vi.advanceTimersByTimeAsync(200);
    expect(await greeting).toBe(true);
  });
});

describe('a person who takes time', () => {
  it('has as much as they want while the device answers pings', async () => {
    const said: string[] = [];
    const device = scriptedJade(({ method }) => (method === 'ping' ? null : []), { working: () => true });
    const link = openLink(device, { onWaiting: () => void said.push('waiting') });
    const call = command(link);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(said.length).toBeGreaterThan(300);
    device.send({ id: device.commands[0]?.id, ...result });
    expect(await call).toEqual({ value: 'done' });
  });

  it('is not waited for when the device answers nothing any more', async () => {
    const { device, link } = linkTo(() => []);
    const call = command(link);
    await vi.advanceTimersByTimeAsync(90_000);
    expect(await call).toMatchObject({ code: 'JADE_TIMEOUT' });
    expect(link.closed).toBe(true);
    expect(device.open).toBe(false);
  });

  it('is not waited for when the device is idle: the reply was damaged', async () => {
    const { link } = linkTo(
      ({ method }) => (method === 'ping' ? null : [Buffer.from('\u0000garbled')]),
      () => false,
    );
    const call = command(link);
    await vi.advanceTimersByTimeAsync(25_000);
    expect(await call).toMatchObject({ code: 'JADE_ANSWER_INVALID' });
    expect(link.closed).toBe(false);
  });

  it('ends the looking when nothing is under way', async () => {
    const { device, link } = linkTo(({ method }) => (method === 'ping' ? null : [result]));
    await command(link);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(device.requests.map(({ method }) => method)).toEqual(['get_xpub']);
  });
});

describe('a cable that is pulled', () => {
  it('ends every call, and those to come', async () => {
    const { device, link } = linkTo(() => []);
    const calls = [command(link), command(link), settled(link.ask('ping', undefined, 1000))];
    await vi.advanceTimersByTimeAsync(0);
    device.unplug();
    for (const call of calls) expect(await call).toMatchObject({ code: 'JADE_LOST' });
    expect(await command(link)).toMatchObject({ code: 'JADE_LOST' });
    expect(await settled(link.during(new Promise(() => undefined)))).toMatchObject({ code: 'JADE_LOST' });
  });

  it('may be noticed only when something is written', async () => {
    const { device, link } = linkTo(() => []);
    device.write = () => Promise.reject(new Error('EIO'));
    expect(await command(link)).toMatchObject({ code: 'JADE_LOST' });
    expect(link.closed).toBe(true);
  });

  it('is another thing than letting go of the port', async () => {
    const { link } = linkTo(() => []);
    const call = command(link);
    await link.close();
    expect(await call).toMatchObject({ code: 'CANCELLED' });
  });
});
