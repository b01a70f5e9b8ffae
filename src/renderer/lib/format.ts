import { formatDecimal, type Amount } from '../../shared/money.ts';
import { signsOf } from './amount-input.ts';

export const MINUS = '\u2212';

/** An amount with exactly the asset's decimals, grouped as the person writes figures: `12,500.00`. */
export function formatAmount(value: Amount, precision: number, locale?: string): string {
  const plain = formatDecimal(value < 0n ? -value : value, precision);
  const [whole = '0', fraction] = plain.split('.');
  const { decimal, group } = signsOf(locale);
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return `${value < 0n ? MINUS : ''}${grouped}${fraction === undefined ? '' : decimal + fraction}`;
}

/** A difference, with its sign always written. */
export function formatDifference(value: Amount, precision: number, locale?: string): string {
  return value > 0n ? `+${formatAmount(value, precision, locale)}` : formatAmount(value, precision, locale);
}

export function formatCount(value: number | bigint, locale?: string): string {
  return new Intl.NumberFormat(locale).format(value);
}

/** `1 holder`, `200 holders`, `2 batches`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** First and last six of an identifier; whole when that is hardly longer. */
export function shortId(id: string): string {
  return id.length <= 15 ? id : `${id.slice(0, 6)}…${id.slice(-6)}`;
}

/** In groups of four, to be compared by eye. */
export function grouped4(text: string): string {
  return text.replace(/(.{4})(?=.)/g, '$1 ');
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${formatCount(bytes)} bytes`;
  if (bytes < 1024 * 1024) return `${formatCount(Math.round(bytes / 1024))} KiB`;
  return `${formatCount(Math.round(bytes / 1024 / 102.4) / 10)} MiB`;
}
