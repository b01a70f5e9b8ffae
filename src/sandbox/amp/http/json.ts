import { parse } from 'lossless-json';

/** A JSON number that is not a whole number, kept as the text it was written with. */
export class Decimal {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const WHOLE = /^-?\d+$/;

/**
 * Reads JSON without loss: whole numbers become bigint, all others `Decimal` (Python's script sends `-0.0001` and
 * `1e-08`). Throws SyntaxError.
 */
export function readJson(text: string): unknown {
  return parse(text, undefined, (number) => (WHOLE.test(number) ? BigInt(number) : new Decimal(number)));
}

/** Writes JSON; bigints as whole numbers, `Decimal` as its text. Members that are undefined are left out. */
export function writeJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || value === undefined) return 'null';
  if (value instanceof Decimal) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (typeof value === 'object') {
    const members: string[] = [];
    for (const [key, member] of Object.entries(value)) {
      if (member !== undefined) members.push(`${JSON.stringify(key)}:${writeJson(member)}`);
    }
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** Base units as a Python float prints them once divided by 100,000,000: `1.0`, `0.0001`, `1e-08`, `1.5e-05`. */
export function pythonFloat(sats: bigint): Decimal {
  const negative = sats < 0n;
  const digits = (negative ? -sats : sats).toString();
  const sign = negative ? '-' : '';
  const significant = digits.replace(/0+$/, '');
  const exponent = digits.length - 9;
  if (significant !== '' && exponent < -4) {
    const rest = significant.slice(1);
    const power = (-exponent).toString().padStart(2, '0');
    return new Decimal(`${sign}${significant[0]}${rest === '' ? '' : `.${rest}`}e-${power}`);
  }
  const padded = digits.padStart(9, '0');
  const fraction = padded.slice(-8).replace(/0+$/, '');
  return new Decimal(`${sign}${padded.slice(0, -8)}.${fraction === '' ? '0' : fraction}`);
}
