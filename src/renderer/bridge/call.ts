import type { z } from 'zod';
import { contract, type Args, type CallName, type Result } from '../../shared/contract/index.ts';
import { bridge } from './bridge.ts';
import { asBridgeError, BridgeError } from './bridge-error.ts';

/** Asks the desk. Amounts are bigints on this side and text on the wire. Throws `BridgeError` and nothing else. */
export async function call<N extends CallName>(name: N, args: Args<N>): Promise<Result<N>> {
  try {
    const envelope = await bridge().call(name, encode(contract[name].args, args));
    if (!envelope.ok) throw BridgeError.from(name, envelope.error);
    return decode(contract[name].result, envelope.value) as Result<N>;
  } catch (error) {
    throw asBridgeError(name, error);
  }
}

function encode(schema: z.ZodType, value: unknown): unknown {
  return schema.encode(value);
}

function decode(schema: z.ZodType, value: unknown): unknown {
  return schema.parse(value);
}
