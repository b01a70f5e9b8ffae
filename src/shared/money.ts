/**
 * The one place that turns figures into base units and back.
 *
 * An `Amount` is a whole number of an asset's smallest unit. Precision is for display only; AMP's REST integers are
 * base units, Elements' decimals are base units divided by 100,000,000 whatever the asset's precision.
 */
declare const amountBrand: unique symbol;
export type Amount = bigint & { readonly [amountBrand]: 'Amount' };

/** AMP's bound for one amount, and the 21 million of Elements in base units. */
export const MAX_AMOUNT = 2_100_000_000_000_000n;

/** Elements prints every asset with eight decimals. */
export const ELEMENTS_DECIMALS = 8;

export const ZERO = 0n as Amount;

/** Marks a bigint as an amount of base units. Any sign: differences are amounts as well. */
export function amount(value: bigint): Amount {
  return value as Amount;
}

/** An amount somebody can be paid: 1 … 2,100,000,000,000,000 base units. Throws RangeError otherwise. */
export function payable(value: bigint): Amount {
  if (value < 1n || value > MAX_AMOUNT) {
    throw new RangeError(`An amount must be between 1 and ${MAX_AMOUNT} base units; got ${value}.`);
  }
  return value as Amount;
}

export function sum(values: Iterable<Amount>): Amount {
  let total = 0n;
  for (const value of values) total += value;
  return total as Amount;
}

const DECIMAL = /^(-)?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * Reads a plain decimal (`12`, `12.50`, `1e-08`) as base units of a unit with `decimals` places, without ever
 * passing through a float. Throws SyntaxError for text that is no decimal and RangeError when the figure has more
 * places than the unit can hold.
 */
export function parseDecimal(text: string, decimals: number): Amount {
  const match = DECIMAL.exec(text);
  if (!match) throw new SyntaxError(`“${text}” is not a decimal number.`);
  const [, sign, whole = '', fraction = '', exponentText] = match;
  const exponent = exponentText === undefined ? 0 : Number(exponentText);
  const digits = whole + fraction;
  const scale = fraction.length - exponent;
  let value: bigint;
  if (scale <= decimals) {
    value = BigInt(digits) * 10n ** BigInt(decimals - scale);
  } else {
    const cut = scale - decimals;
    const kept = digits.length > cut ? digits.slice(0, -cut) : '0';
    const lost = digits.length > cut ? digits.slice(-cut) : digits;
    if (/[1-9]/.test(lost)) {
      throw new RangeError(`“${text}” has more than ${decimals} decimal places.`);
    }
    value = BigInt(kept);
  }
  return (sign ? -value : value) as Amount;
}

/** Writes base units as a plain decimal with exactly `decimals` places: (1250n, 2) → `12.50`. */
export function formatDecimal(value: bigint, decimals: number): string {
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? '' : `.${digits.slice(digits.length - decimals)}`;
  return `${negative ? '-' : ''}${whole}${fraction}`;
}

/** The same with the whole part in groups of three, for sentences: (2414749925n, 2) → `24,147,499.25`. */
export function formatGrouped(value: bigint, decimals: number): string {
  const [whole = '', ...fraction] = formatDecimal(value, decimals).split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.');
}

/** What Elements calls this many base units: always eight places, always text. */
export function toElements(value: bigint): string {
  return formatDecimal(value, ELEMENTS_DECIMALS);
}

/** Base units of a figure that Elements printed (`1.5`, `1e-08`, or an integer that JSON carried as a number). */
export function fromElements(figure: string | number | bigint): Amount {
  if (typeof figure === 'number' && !Number.isSafeInteger(figure)) {
    throw new TypeError('A fraction from Elements must be kept as text; a float has already lost it.');
  }
  return parseDecimal(figure.toString(), ELEMENTS_DECIMALS);
}
