import { toElements } from '../../shared/money.ts';
import type { AmpConfirmPayload } from '../amp/types.ts';
import type { OutputRecord } from './records.ts';

/**
 * What AMP is told of a paid batch: keys and signs as Elements prints them in gettransaction (recipients, negative) and
 * listunspent (change of the asset), because that is what AMP's own script sends. Amounts are decimal text of
 * eight places; the client sends them as JSON numbers of exactly those digits. Lane coins and change both return to the treasury, so both are change to AMP.
 */
export function reportPayload(txid: string, outputs: readonly OutputRecord[], assetId: string): string {
  const fee = outputs.find((output) => output.role === 'fee');
  const details = outputs
    .filter((output) => output.role === 'recipient')
    .map((output) => ({
      address: output.address,
      category: 'send',
      amount: `-${toElements(output.amount)}`,
      amountblinder: output.amountBlinder,
      asset: output.assetId,
      assetblinder: output.assetBlinder,
      vout: output.vout,
      fee: toElements(fee?.amount ?? 0n),
      abandoned: false,
    }));
  const change = outputs
    .filter((output) => output.role !== 'recipient' && output.role !== 'fee' && output.assetId === assetId)
    .map((output) => ({
      txid,
      vout: output.vout,
      address: output.address,
      scriptPubKey: output.script,
      amount: toElements(output.amount),
      asset: output.assetId,
      amountblinder: output.amountBlinder,
      assetblinder: output.assetBlinder,
      confirmations: 2,
      spendable: true,
      solvable: true,
      safe: true,
    }));
  return JSON.stringify({ tx_data: { details, txid }, change_data: change } satisfies AmpConfirmPayload);
}

/** The stored report as it is handed to the client. */
export function readPayload(text: string): AmpConfirmPayload {
  return JSON.parse(text) as AmpConfirmPayload;
}
