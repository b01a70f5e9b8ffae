import type { SluiceError } from '../../shared/errors.ts';
import { busyPort, lost, noPermission, notFound } from './errors.ts';
import type { JadePort, JadePorts, JadeTransport } from './types.ts';

/** What the operating system tells of a serial port. */
export interface SerialInfo {
  path: string;
  vendorId?: string | undefined;
  productId?: string | undefined;
  manufacturer?: string | undefined;
}

/**
 * Serial chips that Jades are built with, by USB vendor and product. Monitors, miners and modems use the same chips, so
 * a match is only a candidate.
 */
export const CHIPS: Readonly<Record<string, string>> = {
  '10c4:ea60': 'CP210x serial port',
  '1a86:55d4': 'CH9102 serial port',
  '1a86:7523': 'CH340 serial port',
  '0403:6001': 'FTDI serial port',
  '303a:4001': 'ESP32-S3 serial port',
  '303a:1001': 'ESP32-S3 serial port',
};

export interface SerialOptions {
  /** Ports to look at besides those with the right chip, by path. */
  extra?: readonly string[];
  /** For tests; serialport's otherwise. */
  list?: () => Promise<readonly SerialInfo[]>;
  open?: (path: string) => Promise<JadeTransport>;
  platform?: NodeJS.Platform;
}

/** Ports named in `SLUICE_JADE_PORTS`, separated by commas: for adapters with ids of their own. */
export function portsOfEnvironment(env: NodeJS.ProcessEnv): string[] {
  return (env['SLUICE_JADE_PORTS'] ?? '')
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
}

/** Serial ports of this machine that may be Jades. A machine that cannot list its ports has only the extra ones. */
export function createSerialPorts(options: SerialOptions = {}): JadePorts {
  const list = options.list ?? listPorts;
  const open = options.open ?? openSerial;
  const platform = options.platform ?? process.platform;
  let problem: string | null = null;
  return {
    async candidates() {
      const found = new Map<string, string>();
      try {
        problem = null;
        for (const info of await list()) {
          const chip = CHIPS[`${info.vendorId ?? ''}:${info.productId ?? ''}`.toLowerCase()];
          if (chip !== undefined) found.set(callable(info.path, platform), chip);
        }
      } catch {
        problem =
          'The serial ports of this machine could not be listed. On Linux the program udevadm is needed for that; ports can also be named in SLUICE_JADE_PORTS.';
      }
      for (const path of options.extra ?? []) if (!found.has(path)) found.set(path, path);
      return [...found].map(([path, hint]): JadePort => ({
        path,
        simulated: false,
        hint,
        open: () => open(path),
      }));
    },
    problem: () => problem,
  };
}

/** Several places to look, as one. */
export function joinPorts(...places: readonly JadePorts[]): JadePorts {
  return {
    candidates: async () => (await Promise.all(places.map((place) => place.candidates()))).flat(),
    problem: () => places.map((place) => place.problem?.() ?? null).find((words) => words !== null) ?? null,
  };
}

/** On macOS a device has two nodes; the one for calling out does not wait for a carrier. */
function callable(path: string, platform: NodeJS.Platform): string {
  return platform === 'darwin' ? path.replace(/^\/dev\/tty\./, '/dev/cu.') : path;
}

async function listPorts(): Promise<readonly SerialInfo[]> {
  const { SerialPort } = await import('serialport');
  return SerialPort.list();
}

/** What serialport says when it cannot open, by operating system, in our words. */
export function openError(path: string, error: unknown): SluiceError {
  const said = error instanceof Error ? error.message : String(error);
  if (
    /cannot lock port|resource busy|resource temporarily unavailable|access (is )?denied|EBUSY/i.test(said)
  ) {
    return busyPort(path, error);
  }
  if (/permission denied|EACCES|operation not permitted/i.test(said)) return noPermission(path, error);
  if (/no such file|file not found|ENOENT/i.test(said)) return notFound(path);
  return lost(error);
}

/**
 * Opens a serial port as a Jade wants it: 115200 8N1, no flow control, RTS and DTR low (RTS resets boards with a UART
 * chip). Throws JADE_BUSY, JADE_NO_PERMISSION, JADE_NOT_FOUND, JADE_LOST.
 */
export async function openSerial(path: string): Promise<JadeTransport> {
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({
    path,
    baudRate: 115_200,
    dataBits: 8,
    stopBits: 1,
    parity: 'none',
    rtscts: false,
    xon: false,
    xoff: false,
    hupcl: false,
    lock: true,
    autoOpen: false,
  });
  const dataListeners: ((bytes: Uint8Array) => void)[] = [];
  const closeListeners: ((reason: Error | null) => void)[] = [];
  let gone: { reason: Error | null } | null = null;

  function leave(reason: Error | null): void {
    if (gone) return;
    gone = { reason };
    for (const listener of closeListeners) listener(reason);
  }
  // A pseudo-terminal has no such lines; that is no reason to give up.
  const linesLow = (): Promise<void> =>
    new Promise((resolve) => port.set({ rts: false, dtr: false }, () => resolve()));

  port.on('error', (error) => leave(error));
  port.on('close', (error: Error | null | undefined) => leave(error ?? null));
  await new Promise<void>((resolve, reject) =>
    port.open((error) => (error ? reject(openError(path, error)) : resolve())),
  );
  await linesLow();
  // Read from the start and always: a device whose bytes nobody takes hangs or restarts.
  port.on('data', (bytes: Buffer) => {
    for (const listener of dataListeners) listener(new Uint8Array(bytes));
  });

  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (gone) return reject(gone.reason ?? new Error('The port is closed.'));
        port.write(bytes, undefined, (error) => {
          if (!error) return resolve();
          leave(error);
          reject(error);
        });
      }),
    onData: (listener) => void dataListeners.push(listener),
    onClose(listener) {
      if (gone) listener(gone.reason);
      else closeListeners.push(listener);
    },
    async close() {
      if (!port.isOpen) return;
      await linesLow();
      await new Promise<void>((resolve) => port.close(() => resolve()));
    },
  };
}
