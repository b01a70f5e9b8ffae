import { describe, expect, it, vi } from 'vitest';
import { fixedPorts, INFO, portTo, recordedJade, scriptedJade } from '../../../test/support/scripted-jade.ts';
import type { CallContext } from '../../shared/contract/index.ts';
import { createJades } from './jades.ts';
import { createJadeService, withJade, type OfflineExchange } from './service.ts';

const antiExfil = {
  commit: () => Promise.resolve(new Uint8Array(32)),
  verify: () => Promise.resolve(true),
};
const asking = recordedJade('auth_user_get_pin')[1]?.map['result'];
const xpub = recordedJade('get_xpub_root')[1]?.map['result'];
const context: CallContext = { actor: 'test' };
const outgoing = {
  fileName: 'request.sluice',
  content: '',
  bundleId: 'b',
  bytes: 0,
  frames: 1,
  seconds: 1,
  advice: 'qr' as const,
  adviceText: '',
};

/** A locked Jade and the handlers on it. `holdPin` leaves the PIN untyped until it is called. */
function world(options: { relay?: boolean; held?: boolean } = {}) {
  let state = 'LOCKED';
  let typePin: () => void = () => undefined;
  const device = scriptedJade(
    ({ id, method }) => {
      if (method === 'get_xpub') return [{ result: xpub }];
      if (method === 'auth_user') {
        typePin = () => device.send({ id, result: asking });
        return options.held ? [] : [{ result: asking }];
      }
      if (method !== 'pin') return null;
      state = 'READY';
      return [{ result: true }];
    },
    { info: () => ({ ...INFO, JADE_STATE: state }), working: () => true },
  );
  const ports = { ...fixedPorts(portTo('a', () => device)), problem: (): string | null => null };
  const jades = createJades({ ports, network: 'localtest-liquid', antiExfil });
  const sentences: string[] = [];
  const exchanges: OfflineExchange[] = [];
  const service = createJadeService({
    jades,
    ports,
    platform: 'linux',
    oracle: () => Promise.resolve({ data: 'x' }),
    emit: (_name, data) => void sentences.push((data as { sentence: string }).sentence),
    ...(options.relay
      ? {
          relay: (exchange: OfflineExchange) => {
            exchanges.push(exchange);
            return Promise.resolve(outgoing);
          },
        }
      : {}),
  });
  return { device, service, jades, ports, sentences, exchanges, typePin: () => typePin() };
}

describe('the calls about Jades', () => {
  it('list devices without advice when there is a usable one', async () => {
    const { service } = world();
    expect(await service.devices({}, context)).toMatchObject({ devices: [{ state: 'locked' }], help: [] });
  });

  it.each([
    ['linux', /udev rule/],
    ['darwin', /driver/],
    ['win32', /driver/],
    ['freebsd', /cable/],
  ] as const)('give advice for %s when there is none', async (platform, words) => {
    const ports = { ...fixedPorts(), problem: () => 'The serial ports could not be listed.' };
    const jades = createJades({ ports, network: 'liquid', antiExfil });
    const oracle = () => Promise.resolve({});
    const service = createJadeService({ jades, ports, oracle, emit: () => undefined, platform });
    const { devices, help } = await service.devices({}, context);
    expect(devices).toEqual([]);
    expect(help[0]).toBe('The serial ports could not be listed.');
    expect(help.join('\n')).toMatch(words);
    expect(help.join('\n')).toContain('nobody needs your recovery words');
  });

  it('unlock, tell what they found and let go of the port for others', async () => {
    const { service, jades } = world();
    expect(await service.unlock({ port: 'a' }, context)).toMatchObject({
      state: 'ready',
      fingerprint: 'e3ebcc79',
    });
    expect(await withJade(jades, 'a', (session) => session.fingerprint())).toBe('e3ebcc79');
  });

  it('let a person leave the page and come back to the same unlocking', async () => {
    const { service, device, typePin } = world({ held: true });
    const first = service.unlock({ port: 'a' }, context);
    await vi.waitFor(() => expect(device.commands).toHaveLength(1));
    const second = service.unlock({ port: 'a' }, context);
    typePin();
    expect(await second).toEqual(await first);
    expect(device.commands.filter(({ method }) => method === 'auth_user')).toHaveLength(1);
  });

  it('let go of a Jade that waits for its PIN', async () => {
    const { service, device, sentences } = world({ held: true });
    const unlocking = Promise.resolve(service.unlock({ port: 'a' }, context)).catch(
      (error: unknown) => error,
    );
    await vi.waitFor(() => expect(device.commands).toHaveLength(1));
    await service.release({ port: 'a' }, context);
    expect(await unlocking).toMatchObject({ code: 'CANCELLED' });
    expect(device.open).toBe(false);
    expect(sentences).toContain('Its port is free.');
  });

  it('let go of the session when the work fails', async () => {
    const { jades } = world();
    await expect(withJade(jades, 'a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await withJade(jades, 'a', () => Promise.resolve());
    await jades.close();
  });
});

describe('unlocking without a network', () => {
  const offline = { port: 'a', peerId: 'desk' };

  it('gives the request out and unlocks when the answer is brought', async () => {
    const { service, exchanges, device } = world({ relay: true });
    expect(await service.unlockOffline(offline, context)).toEqual(outgoing);
    const [exchange] = exchanges;
    expect(exchange).toMatchObject({ port: 'a', peerId: 'desk', actor: 'test' });
    expect(JSON.parse(exchange?.request.data ?? '')).toHaveProperty('data');
    expect(exchange?.answer('{"data":"from the desk"}')).toBe(true);
    await vi.waitFor(() =>
      expect(device.commands.find(({ method }) => method === 'pin')?.params).toEqual({
        data: 'from the desk',
      }),
    );
    expect(exchange?.answer('{"data":"again"}')).toBe(false);
  });

  it('gives the same request out again while the Jade waits', async () => {
    const { service, exchanges, device } = world({ relay: true });
    await service.unlockOffline(offline, context);
    await service.unlockOffline(offline, context);
    expect(exchanges.map(({ request }) => request)).toEqual([exchanges[0]?.request, exchanges[0]?.request]);
    expect(device.commands.map(({ method }) => method)).toEqual(['auth_user']);
    exchanges[0]?.giveUp();
    await vi.waitFor(() => expect(device.commands.at(-1)?.method).toBe('cancel'));
  });

  it('stops the Jade’s waiting when the request could not be made', async () => {
    const { device, jades, ports } = world();
    const service = createJadeService({
      jades,
      ports,
      oracle: () => Promise.resolve({}),
      emit: () => undefined,
      relay: () => Promise.reject(new Error('no peer')),
    });
    await expect(service.unlockOffline(offline, context)).rejects.toThrow('no peer');
    await vi.waitFor(() => expect(device.commands.at(-1)?.method).toBe('cancel'));
  });

  it('is for signers', async () => {
    const { service } = world();
    await expect(service.unlockOffline(offline, context)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('says that a Jade needs none', async () => {
    const { service } = world({ relay: true });
    await service.unlock({ port: 'a' }, context);
    await expect(service.unlockOffline(offline, context)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('does not mix with an unlocking over the network', async () => {
    const { service, device, typePin } = world({ relay: true, held: true });
    const online = service.unlock({ port: 'a' }, context);
    await vi.waitFor(() => expect(device.commands).toHaveLength(1));
    await expect(service.unlockOffline(offline, context)).rejects.toMatchObject({ code: 'JADE_BUSY' });
    typePin();
    await online;
  });
});
