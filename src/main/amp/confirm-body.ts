import { jsonNumber } from '../../shared/lossless.ts';

/** Figures of gettransaction, listunspent and listissuances that Elements prints as JSON numbers of eight decimals. */
const FIGURES: ReadonlySet<string> = new Set(['amount', 'fee', 'assetamount', 'tokenamount']);
const DECIMAL = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * Makes a report look to AMP exactly as its own script's: figures that the desk keeps as decimal text go out as JSON
 * numbers, digit for digit, since the script passes on what Elements printed.
 */
export function asElementsPrints(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return FIGURES.has(key) && DECIMAL.test(value) ? jsonNumber(value) : value;
  if (Array.isArray(value)) return value.map((item) => asElementsPrints(item));
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, asElementsPrints(item, name)]),
    );
  }
  return value;
}
