import { LosslessNumber, parse, stringify } from 'lossless-json';
import { toElements } from '../../shared/money.ts';
import type { AmpConfirmPayload } from '../amp/types.ts';
import type { OutputRecord } from './records.ts';

/**
 * What AMP is told of a paid batch: keys and signs as Elements prints them in gettransaction (recipients, negative) and
 * listunspent (change of the asset), because that is what AMP's own script sends. Amounts are JSON numbers with eight
 * places, never a float on our side. Lane coins and change both return to the treasury, so both are change to AMP.
 */
export function reportPayload(txid: string, outputs: readonly OutputRecord[], assetId: string): string {
  const fee = outputs.find((output) => output.role === 'fee');
  const details = outputs
    .filter((output) => output.role === 'recipient')
    .map((output) => ({
      address: output.address,
      category: 'send',
      amount: new LosslessNumber(`-${toElements(output.amount)}`),
      amountblinder: output.amountBlinder,
      asset: output.assetId,
      assetblinder: output.assetBlinder,
      vout: output.vout,
      fee: new LosslessNumber(toElements(fee?.amount ?? 0n)),
      abandoned: false,
    }));
  const change = outputs
    .filter((output) => output.role !== 'recipient' && output.role !== 'fee' && output.assetId === assetId)
    .map((output) => ({
      txid,
      vout: output.vout,
      address: output.address,
      scriptPubKey: output.script,
      amount: new LosslessNumber(toElements(output.amount)),
      asset: output.assetId,
      amountblinder: output.amountBlinder,
      assetblinder: output.assetBlinder,
      confirmations: 2,
      spendable: true,
      solvable: true,
      safe: true,
    }));
  return stringify({ tx_data: { details, txid }, change_data: change }) ?? '';
}

/** The stored report as it is sent: its figures stay the digits that were written. */
export function readPayload(text: string): AmpConfirmPayload {
  return parse(text) as AmpConfirmPayload;
}
