import { SluiceError } from '../../shared/errors.ts';
import { MAX_AMOUNT, parseDecimal, type Amount } from '../../shared/money.ts';
import type { LiquidNetwork } from '../liquid/index.ts';

/** BIP 21 as Liquid wallets write it: the scheme by network, an amount in whole units, `assetid` for what is not L-BTC. */
const SCHEMES: Record<string, readonly LiquidNetwork[]> = {
  liquidnetwork: ['liquidv1'],
  liquidtestnet: ['liquidtestnet', 'regtest'],
};
const NAMES: Record<LiquidNetwork, string> = {
  liquidv1: 'Liquid',
  liquidtestnet: 'Liquid’s testnet',
  regtest: 'a private test network',
};

export interface PaymentLink {
  address: string;
  /** Null where the link does not say. */
  assetId: string | null;
  amount: Amount | null;
  label: string;
}

/**
 * Reads an address or a payment link. Throws INVALID_ARGUMENT for what is neither, for another network’s link, for an amount
 * that the asset cannot hold, and for a parameter that must be understood (`req-…`) and is not.
 * @param policyAsset what an amount without `assetid` is of
 */
export function readPaymentLink(
  text: string,
  of: { network: LiquidNetwork; policyAsset: string; precision: (assetId: string) => number },
): PaymentLink {
  const given = text.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(given)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    if (/\s/.test(given)) throw unreadable('That is neither an address nor a payment link.');
    return { address: given, assetId: null, amount: null, label: '' };
  }
  refuseScheme(scheme, of.network);
  const rest = given.slice(scheme.length + 1).replace(/^\/\//, '');
  const [address = '', query = ''] = splitOnce(rest, '?');
  const params = readParams(query);
  for (const name of params.keys()) {
    if (name.startsWith('req-')) {
      throw unreadable(
        `The payment link asks for something that this desk does not know (${name.slice(0, 40)}), and says that it must be understood.`,
        'Ask for a plain address instead.',
      );
    }
  }
  const assetId = params.get('assetid')?.toLowerCase() ?? null;
  if (assetId !== null && !/^[0-9a-f]{64}$/.test(assetId)) {
    throw unreadable('The payment link names an asset that is none: an asset id has 64 hex digits.');
  }
  const written = params.get('amount');
  return {
    address: decoded(address),
    assetId,
    amount: written === undefined ? null : readAmount(written, of.precision(assetId ?? of.policyAsset)),
    label: (params.get('label') ?? params.get('message') ?? '').slice(0, 200),
  };
}

function refuseScheme(scheme: string, network: LiquidNetwork): void {
  const networks = SCHEMES[scheme];
  if (networks?.includes(network)) return;
  if (scheme === 'bitcoin') {
    throw unreadable(
      'That is a payment link for Bitcoin. Liquid is another chain: what is sent there does not arrive.',
      'Ask for a Liquid address.',
    );
  }
  if (!networks) {
    throw unreadable(`That is no payment link for Liquid: it begins with “${scheme.slice(0, 30)}:”.`);
  }
  throw unreadable(
    `That payment link is for ${NAMES[networks[0] ?? 'liquidv1']}; this desk is on ${NAMES[network]}.`,
    'Ask for an address on the same network.',
  );
}

function readParams(query: string): Map<string, string> {
  const params = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const [name = '', value = ''] = splitOnce(pair, '=');
    const key = decoded(name).toLowerCase();
    if (params.has(key) && (key === 'amount' || key === 'assetid')) {
      throw unreadable(`The payment link says “${key}” twice.`);
    }
    params.set(key, decoded(value));
  }
  return params;
}

/** Whole units of the asset: “1.5” of an asset with two decimals is 150 base units. */
function readAmount(written: string, precision: number): Amount {
  let amount: Amount;
  try {
    if (!/^\d+(\.\d+)?$/.test(written)) throw new SyntaxError('no plain decimal');
    amount = parseDecimal(written, precision);
  } catch {
    throw unreadable(
      `The payment link asks for “${written.slice(0, 40)}”, which is no amount of an asset with ${precision} decimals.`,
    );
  }
  if (amount < 1n || amount > MAX_AMOUNT) {
    throw unreadable(`The payment link asks for ${written.slice(0, 40)}, which nobody can be paid.`);
  }
  return amount;
}

function splitOnce(text: string, at: string): [string, string?] {
  const place = text.indexOf(at);
  return place < 0 ? [text] : [text.slice(0, place), text.slice(place + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unreadable('The payment link is damaged: it holds a % that stands for no character.');
  }
}

function unreadable(message: string, next = 'Copy it again, or ask for a plain address.'): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', message, { next, field: 'text' });
}
