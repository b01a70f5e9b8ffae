import { parseDecimal } from '../../../shared/money.ts';
import type { Context } from '../context.ts';
import { invalid } from '../http/answers.ts';
import { HEX32, list, object } from '../http/body.ts';
import type { JsonObject } from '../http/body.ts';
import { Decimal } from '../http/json.ts';
import type { ChainTransaction } from '../node/chain.ts';
import { opens } from './commitments.ts';
import type { Opening } from './commitments.ts';

/**
 * Reading of what a confirm call reports: entries as Elements' `gettransaction` (details) and `listunspent`
 * (change_data) print them. Amounts may be JSON numbers, as Python's `json` writes its floats, or text.
 */

/** Confirmations that a transaction needs before AMP takes a report of it. */
export const REPORT_CONFIRMATIONS = 2;

/** Base units of a decimal with eight places, or null for anything else. */
export function decimalAmount(value: unknown): bigint | null {
  const text = value instanceof Decimal ? value.text : typeof value === 'bigint' ? value.toString() : value;
  if (typeof text !== 'string') return null;
  try {
    return parseDecimal(text, 8);
  } catch {
    return null;
  }
}

/** The `txid` member, 64 hex digits. */
export function txidOf(fields: JsonObject, field: string): string {
  const txid = fields['txid'];
  if (typeof txid !== 'string' || !HEX32.test(txid)) throw invalid(field, 'txid: Invalid value');
  return txid;
}

/** The transaction as the node has it. Throws 400 when it is unknown or has fewer than two confirmations. */
export async function reportedTransaction(
  context: Context,
  txid: string,
  field: string,
): Promise<ChainTransaction> {
  const found = await context.chain.transaction(txid);
  if (!found) throw invalid(field, `Transaction ${txid} not found.`);
  if (found.confirmations < REPORT_CONFIRMATIONS) {
    throw invalid(
      field,
      `Transaction ${txid} has ${found.confirmations} confirmations, ${REPORT_CONFIRMATIONS} are required.`,
    );
  }
  return found;
}

export function entries(value: unknown, field: string): JsonObject[] {
  return list(value, field).map((entry) => object(entry, field));
}

/** The entry's `vout` as a place among the transaction's outputs. Throws 400. */
export function voutOf(entry: JsonObject, chainTx: ChainTransaction, field: string): number {
  const vout = entry['vout'];
  if (typeof vout !== 'bigint' || vout < 0n || vout >= BigInt(chainTx.tx.outputs.length)) {
    throw invalid(field, `vout ${String(vout)} is not an output of ${chainTx.txid}.`);
  }
  return Number(vout);
}

/**
 * What the entry says is in its output, checked against the transaction's commitments. Amounts of a sender are
 * negative and count without their sign. Throws 400 for missing, zero or wrong blinders, and for another amount or
 * asset than the output commits to.
 */
export function openingOf(entry: JsonObject, chainTx: ChainTransaction, field: string): Opening {
  const vout = voutOf(entry, chainTx, field);
  const output = chainTx.tx.outputs[vout];
  const amount = decimalAmount(entry['amount']);
  const { asset, assetblinder, amountblinder } = entry;
  const where = `output ${vout} of ${chainTx.txid}`;
  if (amount === null) throw invalid(field, `The amount of ${where} is missing or no decimal.`);
  if (typeof asset !== 'string' || !HEX32.test(asset))
    throw invalid(field, `The asset of ${where} is missing.`);
  if (typeof assetblinder !== 'string' || !HEX32.test(assetblinder)) {
    throw invalid(field, `The assetblinder of ${where} is missing.`);
  }
  if (typeof amountblinder !== 'string' || !HEX32.test(amountblinder)) {
    throw invalid(field, `The amountblinder of ${where} is missing.`);
  }
  const opening: Opening = {
    assetId: asset,
    amount: amount < 0n ? -amount : amount,
    assetBlinder: assetblinder,
    amountBlinder: amountblinder,
  };
  if (!output || !opens(output, opening)) {
    throw invalid(field, `The amount, asset and blinders given for ${where} do not open its commitments.`);
  }
  return opening;
}

/**
 * The change of a report: entries of this transaction and of this asset, none twice, each opening its output.
 * `taken` are outputs that are accounted for already; the change is added to them.
 */
export function changeOf(
  value: unknown,
  chainTx: ChainTransaction,
  assetId: string,
  taken: Set<number>,
): { vout: number; opening: Opening }[] {
  return entries(value, 'change_data').map((entry) => {
    if (entry['txid'] !== chainTx.txid) {
      throw invalid('change_data', `An entry is not of transaction ${chainTx.txid}.`);
    }
    const vout = voutOf(entry, chainTx, 'change_data');
    if (taken.has(vout))
      throw invalid('change_data', `Output ${vout} is given twice, or was paid to a holder.`);
    const opening = openingOf(entry, chainTx, 'change_data');
    if (opening.assetId !== assetId) throw invalid('change_data', `Output ${vout} is of another asset.`);
    taken.add(vout);
    return { vout, opening };
  });
}

export function sumOf(openings: readonly { opening: Opening }[]): bigint {
  return openings.reduce((sum, { opening }) => sum + opening.amount, 0n);
}
