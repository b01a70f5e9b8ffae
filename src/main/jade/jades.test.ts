import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  fixedPorts,
  INFO,
  portTo,
  recordedJade,
  scriptedJade,
  type ScriptedJade,
} from '../../../test/support/scripted-jade.ts';
import { createJades } from './jades.ts';
import { openError } from './serial.ts';
import type { JadeNetwork, JadePort } from './types.ts';

const antiExfil = {
  commit: () => Promise.resolve(new Uint8Array(32)),
  verify: () => Promise.resolve(true),
};
const XPUB = recordedJade('get_xpub_root')[1]?.map['result'];

function jadesAt(ports: JadePort[], network: JadeNetwork = 'localtest-liquid') {
  return createJades({ ports: fixedPorts(...ports), network, antiExfil, lingerMs: 1000 });
}

/** A Jade whose `get_version_info` says these things; made anew at each opening of its port. */
function jade(info: Record<string, unknown> = {}, made: ScriptedJade[] = []): () => ScriptedJade {
  return () => {
    const device = scriptedJade(({ method }) => (method === 'get_xpub' ? [{ result: XPUB }] : null), {
      info: () => ({ ...INFO, ...info }),
    });
    made.push(device);
    return device;
  };
}

const failing = (path: string, said: string): JadePort =>
  portTo(path, () => scriptedJade(() => []), {
    open: () => Promise.reject(openError(path, new Error(said))),
  });

afterEach(() => void vi.useRealTimers());

describe('looking at every port', () => {
  it('asks each candidate what it is and stops at none', async () => {
    vi.useFakeTimers();
    const jades = jadesAt([
      failing('busy', 'Cannot lock port'),
      failing('forbidden', 'Permission denied, cannot open forbidden'),
      failing('vanished', 'No such file or directory'),
      portTo('monitor hub', () => scriptedJade(() => [])),
      portTo('miner', () => scriptedJade(() => [Buffer.from('I (123) miner: hashrate 50 KH/s\r\n')])),
      portTo('other device', () =>
        scriptedJade(({ method }) => (method === 'ping' ? null : [{ result: 'hello' }])),
      ),
      portTo('plus', jade()),
      portTo('core', jade({ BOARD_TYPE: 'JADE_V2C', EFUSEMAC: '0000000bC0DE', JADE_STATE: 'LOCKED' })),
      portTo('first', jade({ BOARD_TYPE: 'JADE', JADE_STATE: 'UNINIT' })),
      portTo('old', jade({ JADE_VERSION: '1.0.37' })),
      portTo('main only', jade({ JADE_NETWORKS: 'MAIN' })),
      portTo('development', jade({ JADE_FEATURES: 'DEV', JADE_VERSION: '123456789012345678901' })),
    ]);
    const looking = jades.devices();
    await vi.advanceTimersByTimeAsync(20_000);
    const devices = await looking;
    expect(devices.map(({ port, state }) => [port, state])).toEqual([
      ['busy', 'busy'],
      ['forbidden', 'no-permission'],
      ['vanished', 'lost'],
      ['monitor hub', 'not-jade'],
      ['miner', 'not-jade'],
      ['other device', 'not-jade'],
      ['plus', 'ready'],
      ['core', 'locked'],
      ['first', 'uninitialised'],
      ['old', 'old-firmware'],
      ['main only', 'wrong-network'],
      ['development', 'ready'],
    ]);
    expect(
      devices.every(({ message, state, next }) => message !== '' && (next !== '' || state === 'ready')),
    ).toBe(true);
    const shown = JSON.stringify(devices);
    expect(shown).not.toContain('hashrate');
    expect(shown).not.toContain('hello');
    expect(devices.at(-1)).toMatchObject({ genuine: false });
  });

  it('tells several Jades apart by label and by the fingerprint of their wallet', async () => {
    const jades = jadesAt([
      portTo('a', jade()),
      portTo('b', jade({ EFUSEMAC: '0123454A2F11', BOARD_TYPE: 'JADE_V2C', JADE_STATE: 'LOCKED' })),
    ]);
    expect(await jades.devices()).toMatchObject([
      {
        label: 'Jade Plus 4A2F10',
        fingerprint: 'e3ebcc79',
        firmware: '1.0.40',
        board: 'JADE_V2',
        genuine: true,
      },
      { label: 'Jade Core 4A2F11', fingerprint: null },
    ]);
  });

  it.each([
    ['1.0.38', 'ready'],
    ['1.0.38-12-gabcdef', 'ready'],
    ['1.0.38-beta2', 'old-firmware'],
    ['1.0.9', 'old-firmware'],
    ['1.1.0', 'ready'],
    ['2.0.0-rc1', 'ready'],
    ['0.1.48', 'old-firmware'],
    ['unknown', 'old-firmware'],
  ])('reads the version %s as %s', async (version, state) => {
    const [device] = await jadesAt([portTo('a', jade({ JADE_VERSION: version }))]).devices();
    expect(device?.state).toBe(state);
  });

  it('lets go of the ports that it looked at, and does not start anything on them', async () => {
    const made: ScriptedJade[] = [];
    await jadesAt([portTo('a', jade({ JADE_STATE: 'LOCKED' }, made))]).devices();
    expect(made.map(({ open }) => open)).toEqual([false]);
    expect(made[0]?.commands).toEqual([]);
  });

  it('names the wallet of a Jade that another program left in the middle of something', async () => {
    let left = true;
    const device = scriptedJade(({ method }) => {
      if (method !== 'get_xpub') return null;
      const stale = left;
      left = false;
      return stale
        ? [{ error: { code: -32001, message: "Unexpected message, expecting 'get_extended_data'" } }]
        : [{ result: XPUB }];
    });
    expect(await jadesAt([portTo('a', () => device)]).devices()).toMatchObject([{ fingerprint: 'e3ebcc79' }]);
  });

  it('looks once for two who ask at the same time', async () => {
    const made: ScriptedJade[] = [];
    const jades = jadesAt([portTo('a', jade({}, made))]);
    await Promise.all([jades.devices(), jades.devices()]);
    expect(made).toHaveLength(1);
  });

  it('never opens a port that a session holds, and says what that Jade is at', async () => {
    const made: ScriptedJade[] = [];
    const device = scriptedJade(({ method }) => (method === 'get_master_blinding_key' ? [] : null), {
      info: () => INFO,
      working: () => true,
    });
    const jades = jadesAt([
      portTo('a', () => {
        made.push(device);
        return device;
      }),
    ]);
    const session = await jades.open('a');
    const asking = session.masterBlindingKey().catch((error: unknown) => error);
    await vi.waitFor(() => expect(device.commands).toHaveLength(1));
    expect(await jades.devices()).toMatchObject([{ port: 'a', state: 'waiting-on-device' }]);
    expect(made).toHaveLength(1);
    device.unplug();
    expect(await asking).toMatchObject({ code: 'JADE_LOST' });
  });
});

it('does not call a Jade another device that has stopped answering while it is held', async () => {
  vi.useFakeTimers();
  let silent = false;
  const device = scriptedJade(() => (silent ? [] : null), { info: () => INFO });
  const jades = jadesAt([portTo('a', () => device)]);
  await jades.open('a');
  silent = true;
  const looking = jades.devices();
  await vi.advanceTimersByTimeAsync(5000);
  expect(await looking).toMatchObject([{ state: 'lost', message: 'The Jade has stopped answering.' }]);
  await jades.close();
});

describe('opening one', () => {
  it('gives a port to one session at a time', async () => {
    const jades = jadesAt([portTo('a', jade())]);
    const session = await jades.open('a');
    await expect(jades.open('a')).rejects.toMatchObject({ code: 'JADE_BUSY' });
    await session.close();
    await (await jades.open('a')).close();
    await jades.close();
  });

  it('keeps the port for a while, since opening it restarts some boards', async () => {
    vi.useFakeTimers();
    const made: ScriptedJade[] = [];
    const jades = jadesAt([portTo('a', jade({}, made))]);
    await (await jades.open('a')).close();
    await vi.advanceTimersByTimeAsync(500);
    await (await jades.open('a')).close();
    expect(made).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1001);
    expect(made[0]?.open).toBe(false);
    await (await jades.open('a')).close();
    expect(made).toHaveLength(2);
  });

  it('lets go when asked, in the middle of whatever it is', async () => {
    const device = scriptedJade(({ method }) => (method === 'get_master_blinding_key' ? [] : null));
    const jades = jadesAt([portTo('a', () => device)]);
    const session = await jades.open('a');
    const asking = session.masterBlindingKey().catch((error: unknown) => error);
    await vi.waitFor(() => expect(device.commands).toHaveLength(1));
    await jades.release('a');
    expect(await asking).toMatchObject({ code: 'CANCELLED' });
    expect(device.open).toBe(false);
    await jades.release('a');
  });

  it('opens anew after the cable was pulled', async () => {
    const made: ScriptedJade[] = [];
    const jades = jadesAt([portTo('a', jade({}, made))]);
    const session = await jades.open('a');
    made[0]?.unplug();
    await expect(session.fingerprint()).rejects.toMatchObject({ code: 'JADE_LOST' });
    await session.close();
    const again = await jades.open('a');
    expect(await again.fingerprint()).toBe('e3ebcc79');
    await jades.close();
  });

  it.each([
    ['JADE_TOO_OLD', { JADE_VERSION: '1.0.37' }, 'localtest-liquid'],
    ['JADE_WRONG_NETWORK', { JADE_NETWORKS: 'TEST' }, 'liquid'],
    ['JADE_WRONG_NETWORK', { JADE_NETWORKS: 'MAIN' }, 'testnet-liquid'],
    ['JADE_REFUSED', { JADE_FEATURES: 'DEV' }, 'liquid'],
    ['JADE_ANSWER_INVALID', { JADE_STATE: 'SOMETHING' }, 'liquid'],
  ] as const)('refuses with %s a device that says %j on %s', async (code, info, network) => {
    const made: ScriptedJade[] = [];
    const jades = jadesAt([portTo('a', jade(info, made))], network);
    await expect(jades.open('a')).rejects.toMatchObject({ code });
    expect(made.map(({ open }) => open)).toEqual([false]);
  });

  it('takes a simulated one with development firmware for any network', async () => {
    const jades = jadesAt([portTo('a', jade({ JADE_FEATURES: 'DEV' }), { simulated: true })], 'liquid');
    await (await jades.open('a')).close();
    await jades.close();
  });

  it('says that nothing is there', async () => {
    await expect(jadesAt([]).open('COM9')).rejects.toMatchObject({ code: 'JADE_NOT_FOUND' });
  });

  it('says that what is there is no Jade', async () => {
    vi.useFakeTimers();
    const opening = jadesAt([portTo('a', () => scriptedJade(() => []))])
      .open('a')
      .catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(13_000);
    expect(await opening).toMatchObject({ code: 'JADE_NOT_FOUND' });
  });

  it('opens nothing after the end', async () => {
    const jades = jadesAt([portTo('a', jade())]);
    await jades.close();
    await expect(jades.open('a')).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
