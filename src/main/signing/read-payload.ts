import type { z } from 'zod';
import { SluiceError } from '../../shared/errors.ts';

/** The content of a bundle in the form that its kind asks for. Throws BUNDLE_INVALID naming the place that is wrong. */
export function readPayload<S extends z.ZodType>(schema: S, payload: unknown): z.output<S> {
  const read = schema.safeParse(payload);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.path.map(String).join('.') || 'the content';
  throw new SluiceError('BUNDLE_INVALID', `The bundle does not hold what its kind asks for: ${where}.`, {
    next: 'Use the same version of Sluice on both machines, and make the bundle again.',
  });
}
