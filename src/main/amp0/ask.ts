import type { z } from 'zod';
import type { SluiceError } from '../../shared/errors.ts';
import { GreenError, type Link } from './link.ts';
import { answerInvalid, refused } from './words.ts';

export interface Question<T extends z.ZodType> {
  /** Without Green's prefix. */
  procedure: string;
  args: readonly unknown[];
  /** What is asked for, for messages. */
  what: string;
  /** An answer of another shape closes the link. */
  shape: T;
  /** What Green may repeat and nobody may see. */
  secrets?: readonly string[];
  /** What a refusal means: what to do, or an error of its own. */
  refusal: string | ((words: string) => SluiceError);
}

/** One call. Throws COSIGNER_*; a refusal leaves the link open unless the question says otherwise. */
export async function ask<T extends z.ZodType>(link: Link, question: Question<T>): Promise<z.output<T>> {
  const { procedure, args, what, shape, secrets, refusal } = question;
  let value: unknown;
  try {
    value = await link.call(procedure, args, what, secrets);
  } catch (error) {
    if (!(error instanceof GreenError)) throw error;
    throw typeof refusal === 'string' ? refused(what, error.words, refusal) : refusal(error.words);
  }
  const answer = shape.safeParse(value);
  if (!answer.success) throw link.fail(answerInvalid(link.where, `its answer has another form (${what})`));
  return answer.data;
}
