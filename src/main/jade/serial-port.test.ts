import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openSerial } from './serial.ts';

type Callback = (error?: Error | null) => void;

/** serialport's class as far as it is used, with everything written down. */
class FakePort extends EventEmitter {
  static made: FakePort[] = [];
  static openError: Error | null = null;
  isOpen = false;
  calls: unknown[] = [];
  writeError: Error | null = null;
  setError: Error | null = null;
  options: unknown;

  constructor(options: unknown) {
    super();
    this.options = options;
    FakePort.made.push(this);
  }

  open(done: Callback): void {
    this.calls.push('open');
    this.isOpen = FakePort.openError === null;
    done(FakePort.openError);
  }

  set(lines: unknown, done: Callback): void {
    this.calls.push(lines);
    done(this.setError);
  }

  write(_bytes: Uint8Array, _encoding: undefined, done: Callback): void {
    this.calls.push('write');
    done(this.writeError);
  }

  close(done: Callback): void {
    this.calls.push('close');
    this.isOpen = false;
    done(null);
    this.emit('close', null);
  }
}

vi.mock('serialport', () => ({ SerialPort: FakePort }));

const LOW = { rts: false, dtr: false };

beforeEach(() => {
  FakePort.made = [];
  FakePort.openError = null;
});

async function opened() {
  const transport = await openSerial('/dev/ttyUSB0');
  const port = FakePort.made[0];
  if (!port) throw new Error('No port was opened.');
  return { transport, port };
}

describe('a serial port', () => {
  it('runs at 115200 8N1 without flow control, locked, and does not hang up at the end', async () => {
    const { port } = await opened();
    expect(port.options).toMatchObject({
      baudRate: 115_200,
      dataBits: 8,
      stopBits: 1,
      parity: 'none',
      rtscts: false,
      hupcl: false,
      lock: true,
    });
  });

  it('has RTS and DTR low after it is opened and before it is closed: RTS resets some boards', async () => {
    const { transport, port } = await opened();
    await transport.close();
    expect(port.calls).toEqual(['open', LOW, LOW, 'close']);
    await transport.close();
    expect(port.calls).toHaveLength(4);
  });

  it('does without those lines where there are none', async () => {
    const { transport, port } = await opened();
    port.setError = new Error('Inappropriate ioctl for device');
    await transport.close();
    expect(port.isOpen).toBe(false);
  });

  it('hands on what it reads, and reads from the start', async () => {
    const { transport, port } = await opened();
    expect(port.listenerCount('data')).toBe(1);
    const heard: Uint8Array[] = [];
    transport.onData((bytes) => void heard.push(bytes));
    port.emit('data', Buffer.from([1, 2, 3]));
    expect(heard).toEqual([new Uint8Array([1, 2, 3])]);
  });

  it('tells once that the device has gone, with the reason, also to those who ask late', async () => {
    const { transport, port } = await opened();
    const reasons: (Error | null)[] = [];
    transport.onClose((reason) => void reasons.push(reason));
    const gone = new Error('EIO');
    port.emit('close', gone);
    port.emit('error', new Error('later'));
    transport.onClose((reason) => void reasons.push(reason));
    expect(reasons).toEqual([gone, gone]);
    await expect(transport.write(new Uint8Array(1))).rejects.toBe(gone);
  });

  it('tells so when it is only noticed at writing', async () => {
    const { transport, port } = await opened();
    const reasons: (Error | null)[] = [];
    transport.onClose((reason) => void reasons.push(reason));
    port.writeError = new Error('EIO');
    await expect(transport.write(new Uint8Array(1))).rejects.toThrow('EIO');
    expect(reasons).toEqual([port.writeError]);
  });

  it('says in words why it does not open', async () => {
    FakePort.openError = new Error('Error: Permission denied, cannot open /dev/ttyUSB0');
    await expect(openSerial('/dev/ttyUSB0')).rejects.toMatchObject({ code: 'JADE_NO_PERMISSION' });
  });
});
