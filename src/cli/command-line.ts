import { homedir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SluiceError } from '../shared/errors.ts';
import { defaultDataDir } from '../main/hosting/index.ts';

export const USAGE = "npm run --silent sluice -- <area.verb> '<json>' [--profile NAME] [--data DIR]";

export interface CommandLine {
  /** `area.verb`, or `help`. */
  name: string;
  /** JSON text of the arguments, `-` for the standard input; for `help` the name to explain. */
  args: string | null;
  profile: string | null;
  dataDir: string;
}

/** Takes the command line apart. Throws INVALID_ARGUMENT with the usage when it does not fit. */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const { values, positionals } = parse(argv);
  if (positionals.length > 2) {
    throw new SluiceError('INVALID_ARGUMENT', `“${positionals[2]}” is one argument too many.`, {
      next: `Put the JSON in single quotes: ${USAGE}`,
    });
  }
  const [name = 'help', args = null] = positionals;
  return {
    name: values.help ? 'help' : name,
    args: values.help && name !== 'help' ? name : args,
    profile: values.profile ?? null,
    dataDir: values.data
      ? path.resolve(values.data)
      : defaultDataDir(process.platform, process.env, homedir()),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        profile: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SluiceError('INVALID_ARGUMENT', reason, { next: `Call it as: ${USAGE}`, cause: error });
  }
}
