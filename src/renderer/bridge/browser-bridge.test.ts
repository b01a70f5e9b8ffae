import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BridgeEvent } from './bridge.ts';
import { connectToHost } from './browser-bridge.ts';

/** A socket whose other end is the test. */
class TestSocket {
  static all: TestSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  closed = false;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
    TestSocket.all.push(this);
  }

  close(): void {
    this.closed = true;
    this.onclose?.();
  }

  hear(event: BridgeEvent): void {
    this.onmessage?.({ data: JSON.stringify(event) });
  }
}

const heard: string[] = [];
const newest = (): TestSocket => TestSocket.all.at(-1) as TestSocket;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', TestSocket);
  TestSocket.all = [];
  heard.length = 0;
  connectToHost('http://127.0.0.1:9').on(({ name }) => void heard.push(name));
  newest().onopen?.();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const changed = { name: 'operations.changed', data: { id: 'a' } };
const count = (told: number): BridgeEvent => ({ name: 'bridge.count', data: { told } });

describe('the page’s ear at the host', () => {
  it('hears events, and keeps the count to itself', () => {
    newest().hear(changed);
    newest().hear(count(1));
    expect(heard).toEqual(['bridge.connected', 'operations.changed']);
    expect(newest().closed).toBe(false);
  });

  it('begins anew when it was told more than it heard', () => {
    newest().hear(changed);
    newest().hear(count(2));
    expect(TestSocket.all[0]?.closed).toBe(true);
    expect(heard.at(-1)).toBe('bridge.disconnected');
    vi.advanceTimersByTime(1_000);
    expect(TestSocket.all).toHaveLength(2);
    newest().onopen?.();
    expect(heard.at(-1)).toBe('bridge.connected');
  });

  it('begins anew when nothing is heard any more, also of a socket that never opens', () => {
    vi.advanceTimersByTime(26_000);
    expect(TestSocket.all.length).toBeGreaterThan(1);
    expect(heard.filter((name) => name === 'bridge.disconnected')).toHaveLength(1);
    const before = TestSocket.all.length;
    vi.advanceTimersByTime(40_000);
    expect(TestSocket.all.length).toBeGreaterThan(before);
  });

  it('stays while the count goes on', () => {
    for (let second = 0; second < 60; second += 5) {
      newest().hear(count(0));
      vi.advanceTimersByTime(5_000);
    }
    expect(TestSocket.all).toHaveLength(1);
  });

  it('reconnects after the host closed, later and later', () => {
    newest().close();
    vi.advanceTimersByTime(499);
    expect(TestSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(TestSocket.all).toHaveLength(2);
    newest().close();
    vi.advanceTimersByTime(999);
    expect(TestSocket.all).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(TestSocket.all).toHaveLength(3);
  });
});
