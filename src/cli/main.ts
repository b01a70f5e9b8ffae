import { text } from 'node:stream/consumers';
import { run } from './run.ts';

const { output, exitCode } = await run(process.argv.slice(2), {
  // Loaded only when a call needs it: help answers at once.
  openDesk: async (options) => (await import('../main/desk/index.ts')).openDesk(options),
  readInput: () => text(process.stdin),
});
// The exit waits for the output: a pipe may take a long result in several pieces.
process.stdout.write(`${output}\n`, () => process.exit(exitCode));
