import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  contract,
  type CallContext,
  type CallName,
  type Entry,
  type Envelope,
  type Handler,
  type Handlers,
} from '../../shared/contract/index.ts';
import { SluiceError, type ErrorShape } from '../../shared/errors.ts';
import { storageError } from '../files/index.ts';
import { logFailure, type LogFailure } from './failure-log.ts';

/** Whether `name` is an entry of the contract (inherited names like `constructor` are not). */
export function isCallName(name: unknown): name is CallName {
  return typeof name === 'string' && Object.hasOwn(contract, name);
}

/**
 * Carries one call over the bridge: the arguments are checked against the contract (unknown keys refused), the handler
 * runs, its result is brought into wire form. Never rejects: every outcome is an envelope.
 *
 * @param wireArgs arguments as plain JSON (amounts as text)
 * @param log where an unexpected failure is recorded; the caller gets only the number of that record
 */
export async function dispatch(
  handlers: Handlers,
  name: string,
  wireArgs: unknown,
  context: CallContext,
  log: LogFailure = logFailure,
): Promise<Envelope> {
  if (!isCallName(name)) {
    return failed({
      code: 'NOT_FOUND',
      message: `There is no call named “${printable(name)}”.`,
      next: 'Use a name from the contract; `npm run --silent sluice -- help` lists them all.',
    });
  }
  const entry: Entry = contract[name];
  const args = z.safeDecode(entry.args, wireArgs ?? {});
  if (!args.success) return failed(describeInvalid(name, args.error));
  try {
    // The pairing of a name with its handler is guaranteed by `Handlers`; a computed name loses it.
    const handler = handlers[name] as Handler<never>;
    const result = await handler(args.data as never, context);
    return { ok: true, value: z.encode(entry.result, result) };
  } catch (error) {
    return failed(errorShape(error, name, wireArgs, log));
  }
}

/** What is told of a thrown error: its own words if it is meant for people, else only the number of its record. */
export function errorShape(
  error: unknown,
  call: string,
  args: unknown,
  log: LogFailure = logFailure,
): ErrorShape {
  if (error instanceof SluiceError) return error.toShape();
  const storage = storageError(error, 'its database');
  if (storage) return storage.toShape();
  const id = randomBytes(4).toString('hex');
  log({ id, call, error, args });
  return {
    code: 'INTERNAL',
    message: `Something inside Sluice failed (record ${id}).`,
    next: `Try again. If it happens again, look for ${id} in the log and report what it says.`,
  };
}

/** Turns the first fault that zod found into words that name the field. */
export function describeInvalid(name: CallName, error: z.ZodError): ErrorShape {
  const next = `Correct the arguments; \`npm run --silent sluice -- help ${name}\` shows what ${name} takes.`;
  const issue = error.issues[0];
  if (!issue) return { code: 'INVALID_ARGUMENT', message: `The arguments of ${name} are not right.`, next };
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const field = [path, printable(issue.keys[0] ?? '')].filter((part) => part !== '').join('.');
    return { code: 'INVALID_ARGUMENT', message: `${name} does not take “${field}”.`, next, field };
  }
  const message = path === '' ? `${name}: ${issue.message}` : `${path}: ${issue.message}`;
  return { code: 'INVALID_ARGUMENT', message, next, ...(path === '' ? {} : { field: path }) };
}

function failed(error: ErrorShape): Envelope {
  return { ok: false, error };
}

/** Text of a stranger, fit for a message: short and without control characters. */
function printable(text: unknown): string {
  return String(text)
    .replace(/\p{Cc}/gu, '�')
    .slice(0, 80);
}
