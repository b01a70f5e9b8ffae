import type { z } from 'zod';

/**
 * One entry of the contract. A query changes nothing; a command may. `args` and `result` are codecs: their wire form is
 * plain JSON (amounts as text), their in-memory form carries `Amount` bigints.
 */
export interface Entry<
  K extends 'query' | 'command' = 'query' | 'command',
  A extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
> {
  kind: K;
  summary: string;
  args: A;
  result: R;
}

export function query<A extends z.ZodType, R extends z.ZodType>(
  summary: string,
  args: A,
  result: R,
): Entry<'query', A, R> {
  return { kind: 'query', summary, args, result };
}

export function command<A extends z.ZodType, R extends z.ZodType>(
  summary: string,
  args: A,
  result: R,
): Entry<'command', A, R> {
  return { kind: 'command', summary, args, result };
}
