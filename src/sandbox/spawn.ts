import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SandboxAccess, SandboxHandle, SandboxStartOptions } from './types.ts';

/** The stand-alone entry: beside this file in the sources, `sandbox.js` beside or above it in a bundle. */
function entryPath(here: string): string {
  const names = here.endsWith('.ts') ? ['./main.ts'] : ['./sandbox.js', '../sandbox.js'];
  const paths = names.map((name) => fileURLToPath(new URL(name, here)));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined)
    throw new Error(`The sandbox program is missing; looked for ${paths.join(' and ')}.`);
  return found;
}

/** The command line that says the same as these options. */
export function argumentsOf(options: SandboxStartOptions): string[] {
  const pairs: [string, string | number | undefined][] = [
    ['--amp-port', options.ampPort],
    ['--elements-port', options.elementsPort],
    ['--control-port', options.controlPort],
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
 * Starts the sandbox as a child process that ends with this one. Resolves once it is ready; rejects with what it wrote
 * to its standard error when it ends before.
 */
export async function spawnSandbox(options: SandboxStartOptions = {}): Promise<SandboxHandle> {
  const child = spawn(
    process.execPath,
    [entryPath(import.meta.url), '--with-parent', ...argumentsOf(options)],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    },
  );
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-8_000);
  });
  // The pipe breaks when the child ends first; that is seen by its exit.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const lines = createInterface({ input: child.stdout });
  const access = await new Promise<SandboxAccess>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      reject(new Error(`The sandbox ended (${signal ?? code}). ${complaints.trim()}`));
    });
    lines.once('line', (line) => {
      try {
        resolve(JSON.parse(line) as SandboxAccess);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
  child.stdout.resume();
  return {
    ...access,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
