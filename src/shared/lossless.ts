import { parse, stringify, LosslessNumber } from 'lossless-json';

const WHOLE = /^-?\d+$/;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * Reads JSON without losing a digit: whole numbers that a float holds exactly become numbers, everything else (fractions,
 * exponents, larger integers) stays the text that was written. Throws SyntaxError for anything that is not JSON.
 */
export function parseLossless(text: string): unknown {
  try {
    return parse(text, null, keepDigits);
  } catch (error) {
    // A nesting bomb overflows the parser's stack (RangeError); for the caller it is just not readable JSON.
    throw error instanceof SyntaxError
      ? error
      : new SyntaxError('The JSON text cannot be read.', { cause: error });
  }
}

function keepDigits(text: string): unknown {
  if (!WHOLE.test(text)) return text;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value + 0 : text;
}

/** Writes JSON; bigints become plain JSON integers. */
export function stringifyLossless(value: unknown): string {
  const text = stringify(value);
  if (text === undefined) throw new TypeError('There is no JSON for undefined.');
  return text;
}

/** A JSON number written exactly as this decimal text, for `stringifyLossless`. Throws SyntaxError when it is none. */
export function jsonNumber(text: string): LosslessNumber {
  if (!NUMBER.test(text)) throw new SyntaxError(`“${text}” is not a JSON number.`);
  return new LosslessNumber(text);
}
