import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { SluiceError } from '../../shared/errors.ts';
import type { Bytes } from '../crypto/index.ts';
import { OPENED } from './serve.ts';
import type { JadeAccess } from '../types.ts';
import { absent, busy } from './errors.ts';
import type { JadeCable } from './types.ts';

/** A place where a Jade may be; the desk's serial ports have the same shape. */
export interface SimulatedJadePort {
  path: string;
  simulated: true;
  hint: string;
  /** Throws SluiceError JADE_BUSY, JADE_NOT_FOUND, JADE_LOST. */
  open(): Promise<JadeCable>;
}

const PATH = 'simulated-jade';
const HINT = 'Simulated Jade';

/** The port of the simulated Jade, to be opened as often as wanted and by one at a time. */
export function simulatedJadePort(access: JadeAccess): SimulatedJadePort {
  return { path: PATH, simulated: true, hint: HINT, open: () => open(access.address) };
}

async function open(address: string): Promise<JadeCable> {
  const socket = await connected(address);
  socket.setNoDelay(true);
  const early: Bytes[] = [];
  let onData: ((bytes: Bytes) => void) | null = null;
  let onClose: ((reason: Error | null) => void) | null = null;
  let gone: { reason: Error | null } | null = null;
  const leave = (reason: Error | null): void => {
    if (gone) return;
    gone = { reason };
    onClose?.(reason);
  };
  const opened = new Promise<number | undefined>((resolve) => {
    let first = true;
    socket.on('data', (piece) => {
      let bytes = Uint8Array.from(piece);
      if (first) {
        first = false;
        resolve(bytes[0]);
        bytes = bytes.slice(1);
      }
      if (bytes.length === 0) return;
      if (onData) onData(bytes);
      else early.push(bytes);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(undefined);
      leave(new Error('The simulated Jade went away.'));
    });
  });
  refuse(await opened);
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (gone) reject(new Error('The simulated Jade is gone.'));
        else socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    onData(listener) {
      onData = listener;
      for (const bytes of early.splice(0)) listener(bytes);
    },
    onClose(listener) {
      onClose = listener;
      if (gone) listener(gone.reason);
    },
    close: () =>
      new Promise((resolve) => {
        leave(null);
        if (socket.destroyed) resolve();
        else socket.once('close', () => resolve()).destroy();
      }),
  };
}

function connected(address: string): Promise<Socket> {
  const [host, port] = address.split(':');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host);
    socket.once('error', (cause) => reject(lost(cause)));
    socket.once('connect', () => resolve(socket));
  });
}

function lost(cause?: unknown): SluiceError {
  return new SluiceError('JADE_LOST', 'The simulated Jade does not answer.', {
    next: 'Open the Sandbox profile again; its state is kept.',
    cause,
  });
}

function refuse(opened: number | undefined): void {
  if (opened === OPENED.open) return;
  if (opened === OPENED.busy) throw busy();
  if (opened === OPENED.absent) throw absent();
  throw lost();
}
