import { SluiceError } from '../../../shared/errors.ts';
import { amount, type Amount } from '../../../shared/money.ts';
import { feeFor, weightOf } from '../size.ts';

/** Something a transaction pays: to a recipient, to a lane's coin, or back as change. */
export interface Payment {
  assetId: string;
  amount: Amount;
}

export interface Composition {
  /** What comes back to the treasury, at most one output per asset. */
  changes: Payment[];
  /** Base units of L-BTC. */
  fee: Amount;
}

/** L-BTC change below this (base units) costs more to spend than it is worth: it goes to the fee. */
const LEAST_CHANGE = 300n;

/**
 * Works out change and fee of a transaction of exactly these coins: every asset's surplus comes back as one output, the
 * fee is the rate times the size, and what little L-BTC would not be worth an output is left to the fee.
 * Throws INSUFFICIENT_ASSET or INSUFFICIENT_FEE_FUNDS.
 *
 * @param feeRate sat per undiscounted virtual byte, text with up to three decimals
 * @param witness weight of one input's script witness; a single key's unless told
 */
export function compose(
  coins: readonly Payment[],
  payments: readonly Payment[],
  feeRate: string,
  feeAsset: string,
  witness?: number,
): Composition {
  const surplus = new Map<string, bigint>([[feeAsset, 0n]]);
  const add = (assetId: string, value: bigint): void => {
    surplus.set(assetId, (surplus.get(assetId) ?? 0n) + value);
  };
  for (const coin of coins) add(coin.assetId, coin.amount);
  for (const payment of payments) add(payment.assetId, -payment.amount);

  const changes: Payment[] = [];
  for (const [assetId, rest] of surplus) {
    if (assetId === feeAsset || rest === 0n) continue;
    if (rest < 0n)
      throw short('INSUFFICIENT_ASSET', 'The coins held for this batch do not cover what it pays.');
    changes.push({ assetId, amount: amount(rest) });
  }
  const rest = surplus.get(feeAsset) ?? 0n;
  const outputs = payments.length + changes.length;
  const feeWithChange = feeFor(weightOf(coins.length, outputs + 1, witness), feeRate);
  if (rest - feeWithChange >= LEAST_CHANGE) {
    changes.push({ assetId: feeAsset, amount: amount(rest - feeWithChange) });
    return { changes, fee: amount(feeWithChange) };
  }
  if (rest < feeFor(weightOf(coins.length, outputs, witness), feeRate)) {
    throw short('INSUFFICIENT_FEE_FUNDS', 'The L-BTC held for this batch does not cover its fee.');
  }
  return { changes, fee: amount(rest) };
}

function short(code: 'INSUFFICIENT_ASSET' | 'INSUFFICIENT_FEE_FUNDS', message: string): SluiceError {
  return new SluiceError(code, message, {
    next: 'Cancel this operation and plan it again. Nothing was paid.',
  });
}
