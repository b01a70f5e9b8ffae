import path from 'node:path';
import { SluiceError } from '../../shared/errors.ts';
import { openDesk } from '../desk/index.ts';
import { launchOptions, loadPage, openAtStart } from '../hosting/index.ts';
import { startBrowserHost } from './index.ts';
import { refuseMainnet } from './no-mainnet.ts';

const PAGE_DIR = path.join(import.meta.dirname, '../../../out/renderer');

/** Opens the desk and serves it until the process is told to stop. */
async function main(): Promise<void> {
  const options = launchOptions(process.argv.slice(2));
  const page = await loadPage(PAGE_DIR);
  const desk = await openDesk({ dataDir: options.dataDir, host: 'browser' });
  try {
    await openAtStart(refuseMainnet(desk.handlers), options.profile, say);
    const host = await startBrowserHost({ desk, page, port: options.port });
    process.stdout.write(`Sluice: ${host.url}\n`);
    await stopSignal();
    await host.close();
  } finally {
    await desk.close();
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SluiceError)) throw error;
  say(`${error.message} ${error.next}`);
  process.exitCode = 1;
}
