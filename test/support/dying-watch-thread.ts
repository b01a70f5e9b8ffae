/** A thread that ends over its first job, as one does whose library panics where nobody listens. */
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', () => {
  throw new WebAssembly.RuntimeError('unreachable');
});
