import { homedir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SluiceError } from '../../shared/errors.ts';
import { defaultDataDir } from './data-dir.ts';

export interface LaunchOptions {
  dataDir: string;
  /** Loopback port of the browser host; 0 lets the system choose. */
  port: number;
  /** Name of the profile to open at once; null leaves the choice to the person. */
  profile: string | null;
}

const USAGE = 'npm start -- [--browser] [--port N] [--data DIR] [--profile NAME]';

/**
 * Reads what a host was started with. Throws INVALID_ARGUMENT for anything that it does not know.
 *
 * @param tolerant pass over unknown switches: a window is also started with switches for Chromium
 */
export function launchOptions(argv: readonly string[], { tolerant = false } = {}): LaunchOptions {
  const values = parse(tolerant ? knownOnly(argv) : argv);
  const port = values.port === undefined ? 0 : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535 || values.port?.trim() === '') {
    throw new SluiceError('INVALID_ARGUMENT', `“${values.port}” is no port.`, {
      next: 'Give --port a whole number from 0 to 65535; 0 lets the system choose.',
      field: 'port',
    });
  }
  return {
    dataDir: values.data
      ? path.resolve(values.data)
      : defaultDataDir(process.platform, process.env, homedir()),
    port,
    profile: values.profile ?? null,
  };
}

/** Keeps the switches that are ours, with their values. */
function knownOnly(argv: readonly string[]): string[] {
  const ours = /^--(port|data|profile)(=|$)/;
  return argv.filter(
    (each, index) => ours.test(each) || /^--(port|data|profile)$/.test(argv[index - 1] ?? ''),
  );
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        browser: { type: 'boolean' },
        port: { type: 'string' },
        data: { type: 'string' },
        profile: { type: 'string' },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SluiceError('INVALID_ARGUMENT', reason, { next: `Start it as: ${USAGE}`, cause: error });
  }
}
