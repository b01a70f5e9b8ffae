/** What is known of a failure that nobody foresaw. */
export interface Failure {
  /** Short random number that the caller was told. */
  id: string;
  call: string;
  error: unknown;
  args: unknown;
}

export type LogFailure = (failure: Failure) => void;

const SECRET_KEY = /pass|secret|token|mnemonic|seed|content|cookie|authorization|word|descriptor/i;

/** Writes a failure to the error output, without any secret that the arguments carried. */
export function logFailure(failure: Failure): void {
  process.stderr.write(`${describeFailure(failure)}\n`);
}

/** One record of the log: number, call, error with stack, secrets of the arguments blacked out. */
export function describeFailure({ id, call, error, args }: Failure): string {
  const text = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
  let clean = text;
  for (const secret of secretsOf(args)) clean = clean.replaceAll(secret, '[secret]');
  return `[${id}] ${call}: ${clean}`;
}

function* secretsOf(value: unknown, key = ''): Generator<string> {
  if (typeof value === 'string') {
    if (value !== '' && SECRET_KEY.test(key)) yield value;
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      yield* secretsOf(inner, Array.isArray(value) ? key : name);
    }
  }
}
