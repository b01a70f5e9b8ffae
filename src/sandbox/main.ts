import { parseArgs } from 'node:util';
import { startSandbox } from './sandbox.ts';
import type { SandboxStartOptions } from './types.ts';

const USAGE = `sandbox [options]
  --amp-port P         port of AMP's issuer API (default: any free one)
  --elements-port Q    port of the Elements node (default: any free one)
  --control-port R     port of the control address (default: any free one)
  --green-port P       port of the Green server of AMP0 accounts (default: any free one)
  --amp2-port P        port of the AMP2 server (default: any free one)
  --esplora-port P     port of Esplora and waterfalls (default: any free one)
  --state DIR          keep everything here, so that it survives a restart
  --block-seconds S    a block each so many seconds (default: on demand)
  --seed N             what the world is derived from (default: 1)
  --elements-url URL   sit on this Elements regtest node, http://user:password@127.0.0.1:port/
  --world issuer|empty with assets, holders and a past, or without (default: issuer)
  --with-parent        end when standard input closes
`;

/** Throws TypeError or RangeError for a command line that makes no sense. */
function read(args: string[]): { options: SandboxStartOptions; withParent: boolean; help: boolean } {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      'amp-port': text,
      'elements-port': text,
      'control-port': text,
      'green-port': text,
      'amp2-port': text,
      'esplora-port': text,
      state: text,
      'block-seconds': text,
      seed: text,
      'elements-url': text,
      world: text,
      'with-parent': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const number = (name: string, value: string | undefined, most: number): number | undefined => {
    if (value === undefined) return undefined;
    const parsed = Number(value);
    if (value === '' || !(parsed >= 0 && parsed <= most)) {
      throw new RangeError(`--${name} must be a number from 0 to ${most}.`);
    }
    return parsed;
  };
  const world = values.world;
  if (world !== undefined && world !== 'issuer' && world !== 'empty') {
    throw new RangeError('--world must be issuer or empty.');
  }
  const given: { [K in keyof SandboxStartOptions]: SandboxStartOptions[K] | undefined } = {
    ampPort: number('amp-port', values['amp-port'], 65_535),
    elementsPort: number('elements-port', values['elements-port'], 65_535),
    controlPort: number('control-port', values['control-port'], 65_535),
    greenPort: number('green-port', values['green-port'], 65_535),
    amp2Port: number('amp2-port', values['amp2-port'], 65_535),
    esploraPort: number('esplora-port', values['esplora-port'], 65_535),
    stateDir: values.state,
    blockSeconds: number('block-seconds', values['block-seconds'], 86_400),
    seed: number('seed', values.seed, Number.MAX_SAFE_INTEGER),
    elementsUrl: values['elements-url'],
    world,
  };
  const options = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as SandboxStartOptions;
  return { options, withParent: values['with-parent'] === true, help: values.help === true };
}

async function main(): Promise<void> {
  const { options, withParent, help } = read(process.argv.slice(2));
  if (help) {
    process.stdout.write(USAGE);
    return;
  }
  let stop: (() => void) | null = null;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const end = (): void => stop?.();
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  if (withParent) {
    process.stdin.once('end', end).once('close', end).resume();
    process.once('disconnect', end);
  }
  const { close, ...access } = await startSandbox(options);
  process.stdout.write(`${JSON.stringify(access)}\n`);
  await stopped;
  await close();
}

main().then(
  () => {
    process.exit(0);
  },
  (error: unknown) => {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
