import { z } from 'zod';
import { contract, type Args, type CallName, type Result } from '../../src/shared/contract/index.ts';
import { SluiceError } from '../../src/shared/errors.ts';
import { dispatch } from '../../src/main/desk/dispatch.ts';
import type { Desk } from '../../src/main/desk/index.ts';

export type Call = <N extends CallName>(name: N, args: Args<N>) => Promise<Result<N>>;

/** Calls a desk over the same way a host does: wire form, checks and all. Failures are thrown as they were told. */
export function callsOf(desk: Desk, actor = 'test'): Call {
  return async (name, args) => {
    const entry = contract[name];
    const wire: unknown = JSON.parse(JSON.stringify(z.encode(entry.args, args)));
    const envelope = await dispatch(desk.handlers, name, wire, { actor });
    if (!envelope.ok) {
      throw new SluiceError(envelope.error.code, envelope.error.message, { next: envelope.error.next });
    }
    return z.decode(entry.result, JSON.parse(JSON.stringify(envelope.value)) as never) as never;
  };
}
