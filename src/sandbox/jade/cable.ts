import type { Bytes } from '../crypto/index.ts';
import type { JadeCable } from './types.ts';

interface DeviceEnd {
  receive(bytes: Bytes): void;
  closed(): void;
  /** Largest piece in which bytes reach the host. */
  piece: number;
}

/** An opened port in memory. Bytes arrive in later turns of the loop, as they do from a real one. */
export class Cable implements JadeCable {
  private readonly device: DeviceEnd;
  private readonly data: ((bytes: Bytes) => void)[] = [];
  private readonly close_: ((reason: Error | null) => void)[] = [];
  private early: Bytes[] = [];
  private open = true;

  constructor(device: DeviceEnd) {
    this.device = device;
  }

  async write(bytes: Bytes): Promise<void> {
    await Promise.resolve();
    if (!this.open) throw new Error('The port is not open.');
    this.device.receive(Uint8Array.from(bytes));
  }

  onData(listener: (bytes: Bytes) => void): void {
    this.data.push(listener);
    for (const bytes of this.early.splice(0)) queueMicrotask(() => listener(bytes));
  }

  onClose(listener: (reason: Error | null) => void): void {
    this.close_.push(listener);
  }

  async close(): Promise<void> {
    this.end(null);
    await Promise.resolve();
  }

  /** From the device to the host. */
  deliver(bytes: Bytes): void {
    const { piece } = this.device;
    for (let at = 0; at < bytes.length; at += piece) {
      const part = bytes.slice(at, Math.min(bytes.length, at + piece));
      setImmediate(() => {
        if (!this.open) return;
        if (this.data.length === 0) this.early.push(part);
        for (const listener of this.data) listener(part);
      });
    }
  }

  /** The other end is gone. */
  lose(reason: Error): void {
    this.end(reason);
  }

  private end(reason: Error | null): void {
    if (!this.open) return;
    this.open = false;
    this.device.closed();
    for (const listener of this.close_) listener(reason);
  }
}
