import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { contract } from '../shared/contract/index.ts';
import { pageBridge } from './bridge.ts';

function fakeIpc() {
  const emitter = new EventEmitter();
  const calls: unknown[][] = [];
  return Object.assign(emitter, {
    calls,
    invoke: (...args: unknown[]) => {
      calls.push(args);
      return Promise.resolve({ ok: true, value: null });
    },
  });
}

describe('pageBridge', () => {
  it('offers the page a call and a listener, nothing generic', () => {
    expect(Object.keys(pageBridge(fakeIpc())).sort()).toEqual(['call', 'on']);
  });

  it('lets every name of the contract through on one channel', async () => {
    const ipc = fakeIpc();
    const bridge = pageBridge(ipc);
    for (const name of Object.keys(contract)) await bridge.call(name, { a: 1 });
    expect(ipc.calls).toEqual(Object.keys(contract).map((name) => ['sluice:call', name, { a: 1 }]));
  });

  it.each(['sluice:event', 'nope', 'toString', '__proto__', 7, null, { toString: () => 'app.info' }])(
    'keeps %s out',
    async (name) => {
      const ipc = fakeIpc();
      await expect(pageBridge(ipc).call(name as string, {})).rejects.toThrow('no such call');
      expect(ipc.calls).toEqual([]);
    },
  );

  it('hands events on without Electron’s event object, until the listener is taken off', () => {
    const ipc = fakeIpc();
    const seen: unknown[][] = [];
    const off = pageBridge(ipc).on((...args) => seen.push(args));
    ipc.emit('sluice:event', { sender: 'secret' }, { name: 'audit.changed', data: {} });
    ipc.emit('sluice:event', { sender: 'secret' }, { name: 'made-up', data: {} });
    off();
    ipc.emit('sluice:event', {}, { name: 'audit.changed', data: {} });
    expect(seen).toEqual([[{ name: 'audit.changed', data: {} }]]);
    expect(ipc.listenerCount('sluice:event')).toBe(0);
  });
});
