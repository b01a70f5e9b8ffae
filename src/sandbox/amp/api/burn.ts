import { assetIdOf, isUnspendable, valueOf } from '../../crypto/index.ts';
import type { Context } from '../context.ts';
import { ZEROS } from '../books/commitments.ts';
import { enter, knownInputs, note } from '../books/ledger.ts';
import { changeOf, reportedTransaction, sumOf, txidOf } from '../books/report.ts';
import { treasuryBalance } from '../books/treasury.ts';
import { EMPTY_OK, invalid, ok } from '../http/answers.ts';
import type { Answer } from '../http/answers.ts';
import { amountOf, object } from '../http/body.ts';
import { pythonFloat } from '../http/json.ts';
import { post } from '../http/router.ts';
import type { AmpRequest, Route } from '../http/router.ts';
import { all, atomically, one, run } from '../store/database.ts';
import { assetRow } from './assets.ts';
import { SCRIPT_VERSION } from './distribution-rows.ts';

/** The file for the confirming script: treasury outputs, oldest first, that together are worth the amount. */
function request(context: Context, { params, body }: AmpRequest): Answer {
  const { db } = context;
  const asset = assetRow(db, params['asset'] ?? '');
  const amount = amountOf(object(body)['amount'], 'amount');
  if (amount > treasuryBalance(db, asset.asset_uuid)) {
    throw invalid('amount', 'Insufficient confirmed funds in the treasury.');
  }
  const coins = all<{ txid: string; vout: bigint; amount: bigint }>(
    db,
    `SELECT o.txid, o.vout, o.amount FROM outputs o JOIN transactions t USING (asset_uuid, txid)
     WHERE o.asset_uuid = ? AND o.is_token = 0 AND o.gaid IS NULL AND o.spent_txid IS NULL AND o.burnt = 0
     ORDER BY t.seq, o.vout`,
    asset.asset_uuid,
  );
  const utxos: { txid: string; vout: bigint }[] = [];
  let total = 0n;
  for (const coin of coins) {
    if (total >= amount) break;
    utxos.push({ txid: coin.txid, vout: coin.vout });
    total += coin.amount;
  }
  run(db, `INSERT INTO requests (asset_uuid, kind, amount) VALUES (?, 'burn', ?)`, asset.asset_uuid, amount);
  return ok({
    command: 'burn',
    min_supported_client_script_version: SCRIPT_VERSION,
    base_url: `${context.baseUrl}/{}`,
    asset_uuid: asset.asset_uuid,
    asset_id: asset.asset_id,
    amount: pythonFloat(amount),
    utxos,
  });
}

/** Takes the report of a burn: what the transaction destroys is read off its outputs, the change has to be opened. */
async function confirm(context: Context, { params, body }: AmpRequest): Promise<Answer> {
  const { db } = context;
  const asset = assetRow(db, params['asset'] ?? '');
  const fields = object(body);
  const txid = txidOf(object(fields['tx_data'], 'tx_data'), 'tx_data');
  if (one(db, 'SELECT 1 FROM transactions WHERE asset_uuid = ? AND txid = ?', asset.asset_uuid, txid)) {
    throw invalid('tx_data', `Transaction ${txid} has already been reported.`);
  }
  const chainTx = await reportedTransaction(context, txid, 'tx_data');
  const taken = new Set<number>();
  const burnt = chainTx.tx.outputs.flatMap((output, vout) => {
    const amount = valueOf(output.value);
    if (!isUnspendable(output.script) || assetIdOf(output.asset) !== asset.asset_id || !amount) return [];
    taken.add(vout);
    const opening = { assetId: asset.asset_id, amount, assetBlinder: ZEROS, amountBlinder: ZEROS };
    return [{ vout, opening, owner: null, burnt: true }];
  });
  if (burnt.length === 0) throw invalid('tx_data', `Transaction ${txid} does not burn the asset.`);
  const change = changeOf(fields['change_data'], chainTx, asset.asset_id, taken);
  const spent = knownInputs(db, asset, chainTx, false).reduce((sum, input) => sum + input.amount, 0n);
  const out = sumOf(burnt) + sumOf(change);
  if (spent < out) {
    throw invalid(
      'tx_data',
      'The transaction spends outputs of the asset that are not known as the treasury’s.',
    );
  }
  if (spent > out) throw invalid('change_data', `Change of ${spent - out} is missing.`);
  atomically(db, () => {
    const kept = change.map(({ vout, opening }) => ({ vout, opening, owner: null }));
    enter(db, asset, chainTx, 'burn', [...burnt, ...kept]);
    run(db, 'UPDATE assets SET burned = burned + ? WHERE asset_uuid = ?', sumOf(burnt), asset.asset_uuid);
    run(
      db,
      `UPDATE requests SET txid = ? WHERE id = (
         SELECT id FROM requests WHERE asset_uuid = ? AND kind = 'burn' AND txid IS NULL
         ORDER BY (amount = ?) DESC, id LIMIT 1)`,
      txid,
      asset.asset_uuid,
      sumOf(burnt),
    );
    for (const { vout, opening } of burnt) {
      const { amount } = opening;
      note(db, asset, chainTx, { type: 'burn', description: 'Burn', vout, userId: null, gaid: null, amount });
    }
  });
  return EMPTY_OK;
}

export const burnRoutes: readonly Route[] = [
  post('/assets/:asset/burn-request', 'issuer', request),
  post('/assets/:asset/burn-confirm', 'issuer', confirm),
];
