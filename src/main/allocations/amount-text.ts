import { MAX_AMOUNT, parseDecimal, formatDecimal, type Amount } from '../../shared/money.ts';

/** The decimal sign that a file uses, as far as its own figures prove it; null when they do not. */
export type DecimalSign = '.' | ',' | null;

export type AmountReading = { ok: true; amount: Amount } | { ok: false; problem: string };

type Shape =
  | { kind: 'plain'; whole: string; fraction: string; sign: DecimalSign }
  /** One separator before exactly three digits: grouping or decimals. */
  | { kind: 'ambiguous'; mark: '.' | ','; whole: string; fraction: string }
  | { kind: 'none' };

/** Spaces, thin and no-break ones too, and the apostrophes that people group digits with. */
const GROUP_MARKS = /[\s'\u2019\u00a0\u2009\u202f]/g;

const THREES = /^\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*$/;
/** 12,34,567 as written in India: the last group has three digits, the others two. */
const INDIAN = /^\d{1,2}(?:,\d{2})+,\d{3}$/;

function isGrouped(text: string): boolean {
  return THREES.test(text) || INDIAN.test(text);
}

/**
 * Takes a figure apart: 1250.5 · 1,250.50 · 1.250,50 · 1 250,50 · 1'250.50 · 12,34,567.89. The sign is not part of it.
 */
function shapeOf(figure: string): Shape {
  const text = figure.replace(GROUP_MARKS, (mark) => (/[’']/.test(mark) ? "'" : ' '));
  if (!/^[\d., ']+$/.test(text) || !/\d/.test(text)) return { kind: 'none' };
  const dots = text.split('.').length - 1;
  const commas = text.split(',').length - 1;
  const other = /[ ']/.test(text);

  const plain = (whole: string, fraction: string, sign: DecimalSign): Shape => {
    const grouped = /\D/.test(whole);
    if (!/^\d*$/.test(fraction) || (grouped && !isGrouped(whole))) return { kind: 'none' };
    return { kind: 'plain', whole: whole.replace(/\D/g, ''), fraction, sign };
  };

  if (dots === 0 && commas === 0) return plain(text, '', null);
  if (dots > 0 && commas > 0) {
    const sign = text.lastIndexOf('.') > text.lastIndexOf(',') ? '.' : ',';
    if ((sign === '.' ? dots : commas) > 1) return { kind: 'none' };
    return split(text, sign, plain);
  }
  const mark = dots > 0 ? '.' : ',';
  // The same mark twice can only group, and then it is not the decimal sign.
  if (dots + commas > 1) return plain(text, '', mark === '.' ? ',' : '.');
  // Digits are grouped by something else already: the one mark is the decimal sign.
  if (other) return split(text, mark, plain);
  const [whole = '', fraction = ''] = text.split(mark);
  if (fraction === '') return { kind: 'none' };
  if (fraction.length === 3 && /^[1-9]\d{0,2}$/.test(whole))
    return { kind: 'ambiguous', mark, whole, fraction };
  return split(text, mark, plain);
}

function split(
  text: string,
  mark: '.' | ',',
  plain: (whole: string, fraction: string, sign: DecimalSign) => Shape,
): Shape {
  const at = text.lastIndexOf(mark);
  const fraction = text.slice(at + 1);
  return fraction === '' ? { kind: 'none' } : plain(text.slice(0, at), fraction, mark);
}

function unsigned(text: string): { negative: boolean; figure: string } {
  const trimmed = text.trim();
  const match = /^([-+\u2212])\s*(.*)$/s.exec(trimmed);
  return { negative: match?.[1] === '-' || match?.[1] === '\u2212', figure: match?.[2] ?? trimmed };
}

/**
 * Which decimal sign a column of figures uses. Figures that can be read in one way only are the proof; when they
 * contradict each other, nothing is proven and every ambiguous figure stays one.
 */
export function findDecimalSign(figures: Iterable<string>): DecimalSign {
  let found: DecimalSign = null;
  for (const text of figures) {
    const shape = shapeOf(unsigned(text).figure);
    if (shape.kind !== 'plain' || shape.sign === null || shape.sign === found) continue;
    if (found !== null) return null;
    found = shape.sign;
  }
  return found;
}

/**
 * Reads a figure as a person writes it into base units of an asset with `precision` decimals (0 … 8). Grouping and
 * either decimal sign are understood where they can mean one thing only; `1,250` is a thousand or one and a quarter and
 * is refused unless `sign` settles it. Never throws.
 */
export function readAmount(text: string, precision: number, sign: DecimalSign): AmountReading {
  const problem = (words: string): AmountReading => ({ ok: false, problem: words });
  const { negative, figure } = unsigned(text);
  const shown = text.trim();
  if (shown === '') return problem('The amount is missing.');
  if (shown.length > 60) return problem('The amount is longer than any figure.');
  if (/^[\d.,]+[eE][+-]?\d+$/.test(figure)) {
    return problem(
      `“${shown}” was shortened by a spreadsheet. Format the column as a number, save and import again.`,
    );
  }
  let shape = shapeOf(figure);
  if (shape.kind === 'ambiguous') {
    const { mark, whole, fraction } = shape;
    // What has no decimals can only be grouped.
    if (sign === null && precision === 0) {
      shape = { kind: 'plain', whole: whole + fraction, fraction: '', sign };
    } else if (sign === null) {
      const group = `${whole}${fraction}`;
      return problem(
        `“${shown}” can be ${group} or ${whole}.${fraction}: “${mark}” may group digits or begin the decimals. Write ${group}, or ${whole}.${fraction}0.`,
      );
    } else if (mark === sign) {
      shape = { kind: 'plain', whole, fraction, sign };
    } else {
      shape = { kind: 'plain', whole: whole + fraction, fraction: '', sign };
    }
  }
  if (shape.kind === 'none') {
    return problem(
      `“${shown}” is no amount. Write digits only, for example 1250${precision > 0 ? '.50' : ''}.`,
    );
  }
  const decimals = shape.fraction.replace(/0+$/, '');
  if (decimals.length > precision) {
    return problem(
      precision === 0
        ? `“${shown}” has decimals; this asset is counted in whole units.`
        : `“${shown}” has ${decimals.length} decimals; this asset has ${precision}.`,
    );
  }
  const value = parseDecimal(`${shape.whole || '0'}${decimals === '' ? '' : `.${decimals}`}`, precision);
  if (value === 0n) return problem('The amount is zero.');
  if (negative) return problem(`“${shown}” is negative; an allocation can only pay.`);
  if (value > MAX_AMOUNT) {
    return problem(
      `“${shown}” is more than the most one payment can be, ${formatDecimal(MAX_AMOUNT, precision)}.`,
    );
  }
  return { ok: true, amount: value };
}

/**
 * Writes base units so that `readAmount` reads them back whatever else is in the file. Three decimals alone could be
 * taken for a group of digits; a fourth, always zero, settles it.
 */
export function writeAmount(value: bigint, precision: number): string {
  return precision === 3 ? `${formatDecimal(value, 3)}0` : formatDecimal(value, precision);
}
