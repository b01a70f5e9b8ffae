import type { z } from 'zod';
import { appContract } from './app.ts';
import { registerContract } from './register.ts';
import { workContract } from './money-work.ts';
import { signingContract } from './signing.ts';
import { custodyContract } from './custody.ts';
import type { ErrorShape } from '../errors.ts';

/** Everything that can be asked of the desk. Main, preload, renderer and command line derive their types from here. */
export const contract = {
  ...appContract,
  ...registerContract,
  ...workContract,
  ...signingContract,
  ...custodyContract,
};

export type Contract = typeof contract;
export type CallName = keyof Contract;
export type Args<N extends CallName> = z.output<Contract[N]['args']>;
export type Result<N extends CallName> = z.output<Contract[N]['result']>;

export type Area = CallName extends `${infer A}.${string}` ? A : never;
type Verb<A extends Area> = Extract<CallName, `${A}.${string}`> extends `${A}.${infer V}` ? V : never;

/** Who calls, for the audit trail. */
export interface CallContext {
  actor: string;
}

export type Handler<N extends CallName> = (
  args: Args<N>,
  context: CallContext,
) => Promise<Result<N>> | Result<N>;

/** Every handler: a missing one is a compile error. */
export type Handlers = { [N in CallName]: Handler<N> };
/** The handlers of one area, by verb. */
export type AreaHandlers<A extends Area> = {
  [V in Verb<A>]: `${A}.${V}` extends CallName ? Handler<`${A}.${V}`> : never;
};

/** How a call's outcome crosses the bridge. `value` is in wire form. */
export type Envelope = { ok: true; value: unknown } | { ok: false; error: ErrorShape };

export * from './common.ts';
export * from './app.ts';
export * from './register.ts';
export * from './money-work.ts';
export * from './signing-shapes.ts';
export * from './signing.ts';
export * from './custody-shapes.ts';
export * from './custody.ts';
export * from './events.ts';
export type { Entry } from './define.ts';
