import { parse } from 'lossless-json';

/** A number as the client wrote it, when it is no safe integer: figures never pass through a float. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Base units that are printed as Elements prints amounts: a JSON number with eight decimals. */
export class Figure {
  readonly sats: bigint;

  constructor(sats: bigint) {
    this.sats = sats;
  }

  toString(): string {
    const negative = this.sats < 0n;
    const digits = (negative ? -this.sats : this.sats).toString().padStart(9, '0');
    return `${negative ? '-' : ''}${digits.slice(0, -8)}.${digits.slice(-8)}`;
  }
}

export function figure(sats: bigint): Figure {
  return new Figure(sats);
}

export function parseJson(text: string): unknown {
  return parse(text, undefined, (number) => {
    const value = Number(number);
    return /^-?\d+$/.test(number) && Number.isSafeInteger(value) ? value : new NumberText(number);
  });
}

/** JSON in the order of the keys; figures and number texts become numbers. */
export function printJson(value: unknown): string {
  if (value instanceof Figure) return value.toString();
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => printJson(item ?? null)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => `${JSON.stringify(key)}:${printJson(member)}`);
    return `{${members.join(',')}}`;
  }
  if (typeof value === 'bigint') return value.toString();
  return JSON.stringify(value ?? null);
}

/** The same answer for callers in process: figures as text. */
export function plain(value: unknown): unknown {
  if (value instanceof Figure) return value.toString();
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => [key, plain(member)]),
    );
  }
  return value ?? null;
}
