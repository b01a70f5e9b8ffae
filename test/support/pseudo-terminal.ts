import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { ReadStream } from 'node:tty';
import { decodeFirst } from 'cborg';

const PERL = '/usr/bin/perl';
/** Unlocks the terminal whose master is standard input and prints its number: TIOCSPTLCK, TIOCGPTN. Node has no ioctl. */
const UNLOCK =
  'my $n = pack("i", 0); ioctl(STDIN, 0x40045431, $n) or die; ioctl(STDIN, 0x80045430, $n) or die; print unpack("i", $n)';
const READ_WRITE = fs.constants.O_RDWR | fs.constants.O_NOCTTY;

/** Whether this machine has what it takes. */
export const hasPseudoTerminals = process.platform === 'linux' && fs.existsSync(PERL);

export interface PseudoTerminal {
  /** What a program opens as its serial port. */
  path: string;
  write(bytes: Uint8Array): void;
  onData(listener: (bytes: Uint8Array) => void): void;
  /** The device at this end goes, as by a pulled cable. */
  unplug(): void;
}

/** A serial port that is none: a pseudo-terminal with the device's end in this process. Linux only. */
export async function openPseudoTerminal(): Promise<PseudoTerminal> {
  const master = fs.openSync('/dev/ptmx', READ_WRITE);
  const path = `/dev/pts/${await unlocked(master)}`;
  // While nobody has the other end open, reading this one fails: one stays open.
  const other = fs.openSync(path, READ_WRITE);
  // Until somebody opens it as a serial port it is a console, which sends back to the device what the device says.
  spawnSync('stty', ['-F', path, 'raw', '-echo']);
  const stream = new ReadStream(master);
  let plugged = true;
  stream.on('error', () => undefined);
  return {
    path,
    write: (bytes) => void (plugged && stream.write(bytes)),
    onData: (listener) => void stream.on('data', listener),
    unplug() {
      if (!plugged) return;
      plugged = false;
      stream.destroy();
      fs.closeSync(other);
    },
  };
}

function unlocked(master: number): Promise<number> {
  const helper = spawn(PERL, ['-e', UNLOCK], { stdio: [master, 'pipe', 'ignore'] });
  let printed = '';
  helper.stdout?.on('data', (text: Buffer) => (printed += text.toString()));
  return new Promise((resolve, reject) => {
    helper.on('error', reject);
    helper.on('close', (code) =>
      code === 0 && /^\d+$/.test(printed)
        ? resolve(Number(printed))
        : reject(new Error('The pseudo-terminal could not be unlocked.')),
    );
  });
}

/** A device that is spoken to in whole requests, one CBOR item each, put at the end of a terminal. */
export function attach(
  terminal: PseudoTerminal,
  device: { write(bytes: Uint8Array): unknown; onData(listener: (bytes: Uint8Array) => void): void },
): void {
  let buffer: Uint8Array = new Uint8Array(0);
  device.onData((bytes) => terminal.write(bytes));
  terminal.onData((bytes) => {
    buffer = new Uint8Array(Buffer.concat([buffer, bytes]));
    while (buffer.length > 0) {
      let rest: Uint8Array;
      try {
        [, rest] = decodeFirst(buffer);
      } catch {
        return;
      }
      const request = buffer.slice(0, buffer.length - rest.length);
      buffer = rest;
      void device.write(request);
    }
  });
}
