import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** The sandbox's program at work, wherever it works. */
export interface Program {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** Resolves with how it ended, in words. */
  ended: Promise<string>;
  kill(): void;
}

/** `process`: a process of its own. `thread`: a thread of this one, for hosts that cannot run a second Node. */
export type ProgramKind = 'process' | 'thread';

/** The packaged window has no Node to start (its runAsNode fuse is off); everything else gives a process of its own. */
export function defaultKind(versions: NodeJS.ProcessVersions): ProgramKind {
  return versions.electron === undefined ? 'process' : 'thread';
}

/** Starts the stand-alone entry with these arguments. */
export function startProgram(args: readonly string[], kind: ProgramKind): Program {
  // The build makes a file of its own of the entry and puts that file's name here.
  const entry = new URL('./main.ts', import.meta.url);
  return kind === 'process' ? asProcess(entry, args) : asThread(entry, args);
}

function asProcess(entry: URL, args: readonly string[]): Program {
  const child = spawn(process.execPath, [fileURLToPath(entry), ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(String(signal ?? code)));
  });
  const { stdin, stdout, stderr } = child;
  return { stdin, stdout, stderr, ended, kill: () => void child.kill('SIGKILL') };
}

function asThread(entry: URL, args: readonly string[]): Program {
  const worker = new Worker(entry, { argv: [...args], stdin: true, stdout: true, stderr: true });
  const ended = new Promise<string>((resolve) => {
    worker.once('error', (error) => resolve(error instanceof Error ? error.message : String(error)));
    worker.once('exit', (code) => resolve(String(code)));
  });
  const { stdin, stdout, stderr } = worker;
  if (!stdin) throw new Error('A thread with an input has one.');
  return { stdin, stdout, stderr, ended, kill: () => void worker.terminate() };
}
