import { MAX_AMOUNT, parseDecimal, type Amount } from '../../shared/money.ts';

/** How a person writes figures: the sign before the decimals and the one between groups of three. */
export interface FigureSigns {
  decimal: string;
  group: string;
}

export function signsOf(locale: string | undefined): FigureSigns {
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(1234567.8);
  return {
    decimal: parts.find((part) => part.type === 'decimal')?.value ?? '.',
    group: parts.find((part) => part.type === 'group')?.value ?? ',',
  };
}

export type AmountReading =
  { kind: 'empty' } | { kind: 'amount'; value: Amount } | { kind: 'refused'; message: string };

const SPACES = /[\s\u00a0\u202f]/g;

/**
 * Reads what a person typed as base units of an asset with `precision` decimals. Grouping is accepted where groups are
 * whole (three digits), so that a mistaken sign ("1,5" where the comma groups) is refused instead of read as 15.
 */
export function readAmount(text: string, precision: number, signs: FigureSigns): AmountReading {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'empty' };
  const [whole = '', fraction, ...more] = trimmed.split(signs.decimal);
  if (more.length > 0) return refused(`Only one decimal sign (“${signs.decimal}”) is possible.`);
  const digits = ungroup(whole, signs);
  if (digits === undefined || (fraction !== undefined && !/^\d*$/.test(fraction))) {
    return refused(
      `Write digits, with “${signs.decimal}” before the decimals: ${example(precision, signs)}.`,
    );
  }
  if (digits === '' && (fraction ?? '') === '') return refused('Write an amount.');
  if ((fraction ?? '').replace(/0+$/, '').length > precision) return refused(tooFine(precision));
  const value = parseDecimal(`${digits === '' ? '0' : digits}.${fraction || '0'}`, precision);
  if (value < 1n) return refused('The amount must be more than zero.');
  if (value > MAX_AMOUNT) return refused('The amount is more than the network can carry.');
  return { kind: 'amount', value };
}

const SATOSHI = /^(.*?)\s*sats?$/i;

/**
 * Reads an amount of L-BTC: as a figure with eight decimals, or as whole satoshi where that is written behind it
 * (“5000 sat”), as wallets say fees.
 */
export function readBitcoin(text: string, signs: FigureSigns): AmountReading {
  const [, satoshi] = SATOSHI.exec(text.trim()) ?? [];
  return satoshi === undefined ? readAmount(text, 8, signs) : readAmount(satoshi, 0, signs);
}

function ungroup(whole: string, signs: FigureSigns): string | undefined {
  const plain = whole
    .replace(SPACES, ' ')
    .replaceAll(signs.group.replace(SPACES, ' '), ' ')
    .replaceAll('’', ' ')
    .replaceAll("'", ' ');
  if (/^\d*$/.test(plain)) return plain;
  return /^\d{1,3}( \d{3})+$/.test(plain) ? plain.replaceAll(' ', '') : undefined;
}

function tooFine(precision: number): string {
  if (precision === 0) return 'This asset has whole units only.';
  return `This asset has ${precision} decimal ${precision === 1 ? 'place' : 'places'}; the amount has more.`;
}

function example(precision: number, signs: FigureSigns): string {
  const fraction = precision === 0 ? '' : signs.decimal + '50000000'.slice(0, precision);
  return `12${signs.group}500${fraction}`;
}

function refused(message: string): AmountReading {
  return { kind: 'refused', message };
}
