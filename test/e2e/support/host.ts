import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const root = path.join(import.meta.dirname, '../../..');

export interface Host {
  /** The address that was printed, with the token that works once. */
  url: string;
  origin: string;
  port: number;
  /** Told to stop, as by Ctrl+C. */
  stop(): Promise<void>;
  /** Gone without a word. */
  kill(): Promise<void>;
}

/** Starts the desk for a browser, as `npm start -- --browser` does, with the passphrase vault for secrets. */
export async function startHost(
  dataDir: string,
  options: { port?: number; profile?: string } = {},
): Promise<Host> {
  const { port = 0, profile } = options;
  const child = spawn(
    process.execPath,
    [
      'src/main/browser-host/main.ts',
      ...['--data', dataDir, '--port', String(port)],
      ...(profile === undefined ? [] : ['--profile', profile]),
    ],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '', SLUICE_SECRETS: 'vault', SLUICE_VAULT_PASSPHRASE: '' },
    },
  );
  const gone = once(child, 'exit');
  const line = await firstLine(child);
  const url = /^Sluice: (\S+)$/.exec(line)?.[1];
  if (url === undefined) throw new Error(`The host printed “${line}” and no address.`);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await gone;
  };
  const { origin, port: actual } = new URL(url);
  return {
    url,
    origin,
    port: Number(actual),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('The host has no output.');
  for await (const line of createInterface({ input: child.stdout })) {
    child.stdout.resume();
    return line;
  }
  throw new Error('The host ended without printing its address.');
}
