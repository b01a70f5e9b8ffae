// Preloaded by what `npm run` starts and what goes on until it is told to stop. npm passes a signal to its shell, which
// dies and leaves its child behind, holding ports and locks. That child notices here, and stops as if told itself.
import process from 'node:process';

if (process.env.npm_lifecycle_event && process.platform !== 'win32') {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}
