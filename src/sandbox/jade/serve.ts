import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { SluiceError } from '../../shared/errors.ts';
import type { SimulatedJade } from './simulated-jade.ts';
import type { JadeCable } from './types.ts';

/** The first byte of a connection: what opening the port came to. Everything after it is the device's. */
export const OPENED = { open: 0, busy: 1, absent: 2 } as const;

export interface ServedJade {
  /** `127.0.0.1:port`. */
  address: string;
  close(): Promise<void>;
}

/** Puts the device's end of the cable on loopback, for one host at a time, as a serial port is. */
export async function serveJade(device: SimulatedJade): Promise<ServedJade> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    let cable: JadeCable;
    try {
      cable = device.connect();
    } catch (error) {
      const isBusy = error instanceof SluiceError && error.code === 'JADE_BUSY';
      socket.end(Uint8Array.of(isBusy ? OPENED.busy : OPENED.absent));
      return;
    }
    open.add(socket);
    socket.write(Uint8Array.of(OPENED.open));
    cable.onData((bytes) => void (socket.destroyed || socket.write(bytes)));
    cable.onClose(() => socket.destroy());
    socket.on('data', (bytes) => {
      cable.write(Uint8Array.from(bytes)).catch(() => socket.destroy());
    });
    socket.on('close', () => {
      open.delete(socket);
      void cable.close();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
