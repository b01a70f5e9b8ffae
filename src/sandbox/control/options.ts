import type { BooksOptions } from '../amp/index.ts';

/** What `POST /options` takes: how the simulated outside behaves until it is told otherwise. */
export interface SandboxOptions extends BooksOptions {
  /** A block each so many seconds; 0: on demand only. */
  blockSeconds: number;
  /** AMP closes every connection. */
  ampDown: boolean;
  /** The node closes every connection. */
  elementsDown: boolean;
  /** The node answers every call with -28, as while it loads. */
  elementsWarmup: boolean;
  /** The treasury wallet acts as if encrypted and locked; `walletpassphrase "sandbox" n` opens it again. */
  walletLocked: boolean;
}

export const SANDBOX_DEFAULTS: Readonly<Omit<SandboxOptions, keyof BooksOptions>> = {
  blockSeconds: 0,
  ampDown: false,
  elementsDown: false,
  elementsWarmup: false,
  walletLocked: false,
};

type Kind = 'boolean' | 'seconds' | 'seconds-or-null';

const KINDS: Readonly<Record<keyof SandboxOptions, Kind>> = {
  refuseSecondOpenDistribution: 'boolean',
  tokenLifetimeSeconds: 'seconds-or-null',
  forgetIssuanceBlinders: 'boolean',
  blockSeconds: 'seconds',
  ampDown: 'boolean',
  elementsDown: 'boolean',
  elementsWarmup: 'boolean',
  walletLocked: 'boolean',
};

/** Checks a partial set of options. Throws SyntaxError that names the one that is wrong. */
export function readOptions(value: unknown): Partial<SandboxOptions> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SyntaxError('Options are an object.');
  }
  for (const [name, given] of Object.entries(value)) {
    const kind = KINDS[name as keyof SandboxOptions] as Kind | undefined;
    if (kind === undefined) throw new SyntaxError(`There is no option “${name}”.`);
    const fits =
      kind === 'boolean'
        ? typeof given === 'boolean'
        : (kind === 'seconds-or-null' && given === null) ||
          (typeof given === 'number' && Number.isFinite(given) && given >= 0);
    if (!fits)
      throw new SyntaxError(`“${name}” must be a ${kind === 'boolean' ? 'boolean' : 'number of seconds'}.`);
  }
  return value;
}
