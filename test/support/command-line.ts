import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';

const root = path.join(import.meta.dirname, '../..');
export const PASSPHRASE = 'correct horse battery staple';

/** A data folder driven by the command line, each call a process of its own. Failures are thrown as they were told. */
export interface CommandLine {
  readonly data: string;
  // The test reads what it knows the shape of.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  call(name: string, args?: Record<string, unknown>): Promise<any>;
  /** Puts the bytes of a bundle (base64) into a file, as they are carried; returns what names it in a call. */
  carry(fileName: string, content: string): string;
}

/** @param wrap a program and its arguments that run the command line inside something */
export function commandLine(data: string, wrap: () => readonly string[] = () => []): CommandLine {
  return {
    data,
    async call(name, args = {}) {
      const node = [process.execPath, 'src/cli/main.ts', name, JSON.stringify(args), '--data', data];
      const [program = '', ...rest] = [...wrap(), ...node];
      const child = spawn(program, rest, {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          NODE_OPTIONS: '',
          SLUICE_SECRETS: 'vault',
          SLUICE_VAULT_PASSPHRASE: PASSPHRASE,
        },
      });
      const ended = once(child, 'exit') as Promise<[number | null]>;
      const [output, errors, [status]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
      if (status !== 0) throw new Error(`${name} ended with ${status}: ${output} ${errors}`);
      return JSON.parse(output) as unknown;
    },
    carry(fileName, content) {
      const file = path.join(data, fileName);
      writeFileSync(file, Buffer.from(content, 'base64'));
      return `@${file}`;
    },
  };
}
