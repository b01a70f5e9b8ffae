import { afterEach, describe, expect, it } from 'vitest';
import { hostOf, recordedParams, request, type Host } from './testkit.ts';
import type { SimulatedJadeOptions } from './types.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const open = (options: Partial<SimulatedJadeOptions> = {}): Promise<Host> =>
  hostOf({ state: 'READY', ...options }, (close) => void closing.push(close));

const network = 'localtest-liquid';
const xpub = { network, path: [] };
const unreadable = (bytes: number) => ({
  id: '00',
  error: {
    code: -32600,
    message: 'Invalid RPC Request message',
    data: Uint8Array.from(Buffer.from(String(bytes))),
  },
});

describe('messages', () => {
  it.each([['x'.repeat(17)], [''], [5], [null], [undefined]])('refuses the id %j under id 00', async (id) => {
    const host = await open();
    const bytes = id === undefined ? request('ping').slice() : request('ping', undefined, id);
    if (id === undefined) bytes.set(Buffer.from('ix'), bytes.indexOf(0x62) + 1);
    await host.send(bytes);
    expect(await host.heard()).toEqual(unreadable(bytes.length));
    expect(await host.call('ping', undefined, 'x'.repeat(16))).toEqual({ id: 'x'.repeat(16), result: 0 });
  });

  it('refuses a method of more than 32 letters under its own id', async () => {
    const host = await open();
    expect(await host.call('m'.repeat(33), undefined, 'mine')).toMatchObject({
      id: 'mine',
      error: { code: -32600 },
    });
    expect(await host.call('m'.repeat(32))).toMatchObject({ error: { code: -32601 } });
  });

  it('takes messages in pieces and several at once', async () => {
    const host = await open({ piece: 3 });
    const both = Buffer.concat([request('ping', undefined, '1'), request('ping', undefined, '2')]);
    for (const byte of both) await host.send(Uint8Array.of(byte));
    expect([await host.heard(), await host.heard()]).toEqual([
      { id: '1', result: 0 },
      { id: '2', result: 0 },
    ]);
  });

  it('lets bytes that make no message swallow what follows, until a pause', async () => {
    let time = 0;
    const host = await open({ now: () => time });
    await host.send(Buffer.from('AT\r\n'));
    await host.tell('ping', undefined, '1');
    time += 1500;
    await host.tell('ping', undefined, '2');
    expect(host.unheard).toEqual([]);
    time += 2001;
    await host.tell('ping', undefined, '3');
    expect(await host.heard()).toMatchObject({ id: '00', error: { code: -32600 } });
    expect(await host.heard()).toEqual({ id: '3', result: 0 });
  });

  it('has room for 401 KiB', async () => {
    const host = await open({ maxRequest: 1000 });
    const long = request('add_entropy', { entropy: new Uint8Array(2000) });
    await host.send(long.slice(0, 1500));
    expect(await host.heard()).toEqual(unreadable(1500));
  });

  it('sends log lines before its replies when it was built so', async () => {
    const host = await open({ logs: true });
    expect(Object.keys(await host.call('ping'))).toEqual(['log']);
    expect(await host.heard()).toMatchObject({ result: 0 });
  });

  it('knows a number that is no integer from one that is', async () => {
    const host = await open();
    const bytes = Buffer.from(request('set_epoch', { epoch: 1.5 }));
    await host.send(bytes);
    expect(await host.heard()).toMatchObject({ error: { code: -32602 } });
    expect(await host.call('set_epoch', { epoch: 1_700_000_000 })).toMatchObject({ result: true });
  });
});

describe('the order of things', () => {
  it('answers ping and nonblocking version at once while a prompt waits, and the rest in turn', async () => {
    const host = await open({ person: { afterwards: 'wait' } });
    await host.tell('get_master_blinding_key', { only_if_silent: false }, 'asks');
    await host.tell('get_version_info', undefined, 'queued');
    expect(await host.call('ping')).toMatchObject({ result: 1 });
    expect(await host.call('get_version_info', { nonblocking: true })).toMatchObject({
      result: { JADE_STATE: 'READY' },
    });
    expect(host.jade.view).toMatchObject({ waits: 'confirm', screen: ['Export master', 'blinding key?'] });
    expect(host.jade.press({ do: 'pin' })).toBe(false);
    expect(host.jade.press({ do: 'approve' })).toBe(true);
    expect(await host.heard()).toMatchObject({ id: 'asks', result: expect.any(Uint8Array) as Uint8Array });
    expect(await host.heard()).toMatchObject({ id: 'queued' });
    expect(await host.call('ping')).toMatchObject({ result: 0 });
    expect(host.jade.press({ do: 'approve' })).toBe(false);
  });

  it('refuses a foreign call within a flow and is idle afterwards', async () => {
    const host = await open();
    await host.call('register_multisig', recordedParams('register_multisig'));
    expect(await host.call('sign_psbt', recordedParams('sign_psbt_pset'), 'sign')).toMatchObject({
      seqnum: 1,
      seqlen: 4,
    });
    await host.reopen();
    expect(await host.call('ping')).toMatchObject({ result: 1 });
    expect(await host.call('get_xpub', xpub)).toMatchObject({
      error: { code: -32001, message: "Unexpected message, expecting 'get_extended_data'" },
    });
    expect(await host.call('ping')).toMatchObject({ result: 0 });
    expect(await host.call('get_xpub', xpub)).toMatchObject({
      result: expect.stringMatching(/^tpub/) as string,
    });
  });

  it('refuses pieces that were not to be asked for', async () => {
    const host = await open();
    await host.call('register_multisig', recordedParams('register_multisig'));
    await host.call('sign_psbt', recordedParams('sign_psbt_pset'), 'sign');
    const piece = { origid: 'sign', orig: 'sign_psbt', seqnum: 1, seqlen: 4 };
    expect(await host.call('get_extended_data', piece)).toMatchObject({ error: { code: -32001 } });
  });

  it('keeps a late reply for the next host', async () => {
    const host = await open({ person: { afterwards: 'wait' } });
    await host.tell('get_master_blinding_key', {}, 'late');
    await host.call('ping');
    const { jade } = host;
    await host.reopen();
    jade.press({ do: 'reject' });
    expect(await host.heard()).toMatchObject({ id: 'late', error: { code: -32000 } });
  });
});

describe('power', () => {
  it('is lost with the cable, and with it whatever was unlocked', async () => {
    const host = await open({ person: { afterwards: 'wait' } });
    await host.tell('get_master_blinding_key', {});
    await host.call('ping');
    host.jade.press({ do: 'unplug' });
    expect(host.closed?.message).toMatch(/EIO/);
    expect(host.jade.view).toMatchObject({ plugged: false, screen: [], waits: null });
    expect(() => host.jade.connect()).toThrow(expect.objectContaining({ code: 'JADE_NOT_FOUND' }));
    host.jade.press({ do: 'plug' });
    await host.reopen();
    expect(await host.call('get_xpub', xpub)).toMatchObject({ error: { code: -32002 } });
  });

  it('is for one host at a time', async () => {
    const host = await open();
    expect(() => host.jade.connect()).toThrow(expect.objectContaining({ code: 'JADE_BUSY' }));
  });

  it('fails for a moment when a signed PSET fills its pieces exactly, as the firmware does', async () => {
    const params = recordedParams('sign_psbt_pset') as { psbt: Uint8Array };
    const register = recordedParams('register_multisig');
    const outcome = async (length: number, options: Partial<SimulatedJadeOptions>) => {
      const host = await open(options);
      await host.call('register_multisig', register);
      const [first] = [await host.call('sign_psbt', params, '1')];
      expect(first).toMatchObject({ seqlen: 4 });
      const rest = { origid: '1', orig: 'sign_psbt', seqlen: 4 };
      let signed = (first.result as Uint8Array).length;
      for (let seqnum = 2; seqnum <= 4; seqnum += 1) {
        signed += ((await host.call('get_extended_data', { ...rest, seqnum })).result as Uint8Array).length;
      }
      const psbt = padded(params.psbt, length - signed);
      await host.tell('sign_psbt', { ...params, psbt }, '2');
      while (host.unheard.length === 0 && host.closed === null) await new Promise(setImmediate);
      return host;
    };
    expect(await (await outcome(12031, {})).heard()).toMatchObject({ seqlen: 4 });
    expect(await (await outcome(12033, {})).heard()).toMatchObject({ seqlen: 5 });
    expect((await outcome(12032, {})).closed?.message).toMatch(/restarted/);
    expect(await (await outcome(12032, { chunkFault: false })).heard()).toMatchObject({ seqlen: 4 });
  });
});

/** The PSET, longer by so many bytes: an unknown global field. */
function padded(pset: Uint8Array, by: number): Uint8Array {
  const key = [0xfc, 1, 0x78, 0];
  const value = by - key.length - 1 - (by - key.length - 2 < 0xfd ? 1 : 3);
  const size = value < 0xfd ? [value] : [0xfd, value & 0xff, value >> 8];
  const field = Buffer.from([key.length, ...key, ...size, ...new Uint8Array(value)]);
  const at = globalEnd(pset);
  return Buffer.concat([pset.subarray(0, at), field, pset.subarray(at)]);
}

/** Where the first map ends; its fields are short ones. */
function globalEnd(pset: Uint8Array): number {
  let at = 5;
  while (pset[at] !== 0) {
    at += 1 + (pset[at] ?? 0);
    at += 1 + (pset[at] ?? 0);
  }
  return at;
}
