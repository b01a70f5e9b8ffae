import { createInterface } from 'node:readline';
import { defaultKind, startProgram, type ProgramKind } from './program.ts';
import type { SandboxAccess, SandboxHandle, SandboxStartOptions } from './types.ts';

/** The command line that says the same as these options. */
export function argumentsOf(options: SandboxStartOptions): string[] {
  const pairs: [string, string | number | undefined][] = [
    ['--amp-port', options.ampPort],
    ['--elements-port', options.elementsPort],
    ['--control-port', options.controlPort],
    ['--green-port', options.greenPort],
    ['--amp2-port', options.amp2Port],
    ['--esplora-port', options.esploraPort],
    ['--state', options.stateDir],
    ['--block-seconds', options.blockSeconds],
    ['--seed', options.seed],
    ['--elements-url', options.elementsUrl],
    ['--world', options.world],
  ];
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [name, value.toString()]));
}

/** How long a child may take to end by itself before it is killed. */
const PATIENCE_MS = 5_000;

/**
 * Starts the sandbox as a program of its own that ends with this one. Resolves once it is ready; rejects with what it
 * wrote to its standard error when it ends before.
 */
export async function spawnSandbox(
  options: SandboxStartOptions = {},
  kind: ProgramKind = defaultKind(process.versions),
): Promise<SandboxHandle> {
  const program = startProgram(['--with-parent', ...argumentsOf(options)], kind);
  let complaints = '';
  program.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-8_000);
  });
  // The pipe breaks when the program ends first; that is seen by its end.
  program.stdin.on('error', () => undefined);
  let over = false;
  const lines = createInterface({ input: program.stdout });
  const access = await new Promise<SandboxAccess>((resolve, reject) => {
    void program.ended.then((how) => {
      over = true;
      reject(new Error(`The sandbox ended (${how}). ${complaints.trim()}`));
    });
    lines.once('line', (line) => {
      try {
        resolve(JSON.parse(line) as SandboxAccess);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
  program.stdout.resume();
  return {
    ...access,
    close: async () => {
      if (over) return;
      program.stdin.end();
      const timer = setTimeout(() => program.kill(), PATIENCE_MS);
      await program.ended;
      clearTimeout(timer);
    },
  };
}
