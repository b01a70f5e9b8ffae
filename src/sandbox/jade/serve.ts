import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { JadeCable } from './types.ts';

/** The first byte of a connection: what opening the port came to. Everything after it is the device's. */
export const OPENED = { open: 0, busy: 1, absent: 2 } as const;

/** What a served device can do for whoever opens its port. */
export interface Pluggable {
  /** Null while the cable is out. */
  connect(): JadeCable | null;
}

export interface ServedJade {
  /** `127.0.0.1:port`. */
  address: string;
  close(): Promise<void>;
}

/** Puts the device's end of the cable on loopback, for one host at a time, as a serial port is. */
export async function serveJade(device: Pluggable, port = 0): Promise<ServedJade> {
  let held: Socket | null = null;
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    if (held) {
      socket.end(Uint8Array.of(OPENED.busy));
      return;
    }
    const cable = device.connect();
    if (!cable) {
      socket.end(Uint8Array.of(OPENED.absent));
      return;
    }
    held = socket;
    socket.write(Uint8Array.of(OPENED.open));
    cable.onData((bytes) => void (socket.destroyed || socket.write(bytes)));
    cable.onClose(() => socket.destroy());
    socket.on('data', (bytes) => {
      cable.write(Uint8Array.from(bytes)).catch(() => socket.destroy());
    });
    socket.on('close', () => {
      held = null;
      void cable.close();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      held?.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
