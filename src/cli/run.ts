import type { CallName, Envelope, Handlers } from '../shared/contract/index.ts';
import { SluiceError } from '../shared/errors.ts';
import { dispatch, errorShape } from '../main/desk/dispatch.ts';
import type { Desk } from '../main/desk/types.ts';
import { openProfile } from '../main/hosting/index.ts';
import { readArguments, withFiles } from './arguments.ts';
import { readCommandLine } from './command-line.ts';
import { commandNamed, explainCommand, listCommands } from './help.ts';

export interface Surroundings {
  openDesk(options: { dataDir: string; host: 'cli' }): Promise<Desk>;
  readInput(): Promise<string>;
}

export interface Outcome {
  /** What is printed: one JSON document. */
  output: string;
  /** 0, or 2 when the call was put wrongly, or 1 when it failed. */
  exitCode: 0 | 1 | 2;
}

const ACTOR = { actor: 'cli' };
/** Areas that are about the desk itself and need no open profile. */
const WITHOUT_PROFILE: ReadonlySet<string> = new Set(['app', 'secrets', 'profiles']);

/** Carries out one command line: opens the desk, runs the call, closes the desk. Never rejects. */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<Outcome> {
  try {
    const line = readCommandLine(argv);
    if (line.name === 'help') {
      const help = line.args === null ? listCommands() : explainCommand(line.args);
      return { output: JSON.stringify(help, null, 2), exitCode: 0 };
    }
    const name = commandNamed(line.name);
    const text = line.args === '-' ? await surroundings.readInput() : line.args;
    const args = await withFiles(name, readArguments(text));
    const desk = await surroundings.openDesk({ dataDir: line.dataDir, host: 'cli' });
    try {
      await openNeededProfile(desk.handlers, name, line.profile);
      return report(await dispatch(desk.handlers, name, args, ACTOR));
    } finally {
      await desk.close();
    }
  } catch (error) {
    return report({ ok: false, error: errorShape(error, 'command line', argv) });
  }
}

async function openNeededProfile(handlers: Handlers, name: CallName, profile: string | null): Promise<void> {
  const [area = ''] = name.split('.');
  if (profile === null && WITHOUT_PROFILE.has(area) && name !== 'profiles.current') return;
  const opened = await openProfile(handlers, profile, ACTOR);
  if (opened || name === 'profiles.current') return;
  const { profiles } = await handlers['profiles.list']({}, ACTOR);
  throw new SluiceError('NO_PROFILE', profiles.length === 0 ? 'There is no profile yet.' : 'Which profile?', {
    next:
      profiles.length === 0
        ? `Make one: npm run --silent sluice -- profiles.create '{"name":"Sandbox","network":"sandbox"}'`
        : `Name one with --profile: ${profiles.map((each) => each.name).join(', ')}.`,
  });
}

function report(envelope: Envelope): Outcome {
  if (envelope.ok) return { output: JSON.stringify(envelope.value), exitCode: 0 };
  const exitCode = envelope.error.code === 'INVALID_ARGUMENT' ? 2 : 1;
  return { output: JSON.stringify({ error: envelope.error }), exitCode };
}
