import { z } from 'zod';
import { amount, fromElements, parseDecimal, type Amount } from '../../../shared/money.ts';

/**
 * How AMP writes simple things. Everything not named in an object is ignored; what may be missing has a meaning for being
 * missing.
 */

/** A whole number that may come as text. */
export const whole = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);

export const maybeWhole = whole.nullish().transform((value) => value ?? null);

export const maybeText = z
  .string()
  .nullish()
  .transform((value) => (value === undefined || value === '' ? null : value));

export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** Base units: an integer, as a number or as text; a trailing `.0` is one as well. */
export const units = z
  .union([z.string(), z.number()])
  .transform((value, context): Amount => read(value, context, 0));

export const someUnits = units.nullish().transform((value) => value ?? amount(0n));

/** An Elements decimal of eight places, `1e-08` and text included → base units. */
export const decimal = z
  .union([z.string(), z.number()])
  .transform((value, context): Amount => read(value, context, 8));

function read(value: string | number, context: z.RefinementCtx, decimals: 0 | 8): Amount {
  try {
    return decimals === 0 ? parseDecimal(String(value), 0) : fromElements(value);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not an amount' });
    return amount(0n);
  }
}

export const outPoint = z.object({ txid: z.string(), vout: whole });

export const outPoints = z
  .array(outPoint)
  .nullish()
  .transform((list) => list ?? []);
