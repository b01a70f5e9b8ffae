import { parentPort } from 'node:worker_threads';
import { perform } from './perform.ts';
import type { Task } from './tasks.ts';

if (!parentPort) throw new Error('to be run as a worker thread');
const port = parentPort;

port.on('message', ({ id, task }: { id: number; task: Task }) => {
  try {
    port.postMessage({ id, result: perform(task) });
  } catch (error) {
    port.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
