import { rmSync, symlinkSync } from 'node:fs';
import { simulatedJadePort } from '../../src/sandbox/index.ts';
import type { JadeAccess } from '../../src/sandbox/index.ts';
import { openPseudoTerminal, type PseudoTerminal } from './pseudo-terminal.ts';

type Cable = Awaited<ReturnType<ReturnType<typeof simulatedJadePort>['open']>>;

/**
 * The Jade of a simulated world at a real serial port: its bytes go through a pseudo-terminal. The port keeps its name when
 * the cable is pulled and put in again, as one named by its serial number does.
 */
export interface WiredJade {
  /** Puts the cable in: the port is there from now on. */
  plug(access: JadeAccess): Promise<void>;
  /** Pulls it, whatever the Jade is at. */
  unplug(): Promise<void>;
}

export function wiredJade(port: string): WiredJade {
  let terminal: PseudoTerminal | null = null;
  let cable: Cable | null = null;

  async function unplug(): Promise<void> {
    rmSync(port, { force: true });
    terminal?.unplug();
    terminal = null;
    const open = cable;
    cable = null;
    await open?.close();
  }

  return {
    unplug,
    async plug(access) {
      await unplug();
      const opened = await simulatedJadePort(access).open();
      const line = await openPseudoTerminal();
      line.onData((bytes) => void opened.write(Uint8Array.from(bytes)).catch(() => undefined));
      opened.onData((bytes) => line.write(bytes));
      opened.onClose(() => {
        // The device went by itself.
        if (cable === opened) void unplug();
      });
      terminal = line;
      cable = opened;
      symlinkSync(line.path, port);
    },
  };
}
