import { isCommitment, issuedBy } from '../../crypto/index.ts';
import { confirmationsOf } from '../books/confirmations.ts';
import type { Context } from '../context.ts';
import { issuanceOpens, ZEROS } from '../books/commitments.ts';
import { enter, knownInputs, note } from '../books/ledger.ts';
import {
  decimalAmount,
  entries,
  openingOf,
  reportedTransaction,
  sumOf,
  txidOf,
  voutOf,
} from '../books/report.ts';
import type { Opening } from '../books/commitments.ts';
import { invalid, ok } from '../http/answers.ts';
import type { Answer } from '../http/answers.ts';
import { HEX32, amountOf, object } from '../http/body.ts';
import type { JsonObject } from '../http/body.ts';
import { pythonFloat } from '../http/json.ts';
import { get, post } from '../http/router.ts';
import type { AmpRequest, Route } from '../http/router.ts';
import type { ChainTransaction } from '../node/chain.ts';
import { all, atomically, one, run } from '../store/database.ts';
import { assetRow } from './assets.ts';
import type { AssetRow } from './assets.ts';
import { SCRIPT_VERSION } from './distribution-rows.ts';

function requireReissuable(asset: AssetRow): void {
  if (asset.token_id === null) throw invalid('asset', 'The asset is not reissuable.');
}

/** The file for the confirming script. AMP keeps in mind that a reissuance is under way; see `lostOutputs`. */
async function request(context: Context, { params, body }: AmpRequest): Promise<Answer> {
  const { db } = context;
  const asset = assetRow(db, params['asset'] ?? '');
  const amount = amountOf(object(body)['amount_to_reissue'], 'amount_to_reissue');
  requireReissuable(asset);
  if ((await confirmationsOf(context, asset.txid)) < 2) {
    throw invalid('asset', 'The issuance transaction needs at least 2 confirmations.');
  }
  run(
    db,
    `INSERT INTO requests (asset_uuid, kind, amount) VALUES (?, 'reissue', ?)`,
    asset.asset_uuid,
    amount,
  );
  const tokens = all<{ txid: string; vout: bigint }>(
    db,
    `SELECT txid, vout FROM outputs
     WHERE asset_uuid = ? AND is_token = 1 AND gaid IS NULL AND spent_txid IS NULL AND burnt = 0`,
    asset.asset_uuid,
  );
  return ok({
    command: 'reissue',
    min_supported_client_script_version: SCRIPT_VERSION,
    base_url: `${context.baseUrl}/{}`,
    asset_uuid: asset.asset_uuid,
    asset_id: asset.asset_id,
    amount: pythonFloat(amount),
    reissuance_utxos: tokens,
  });
}

/** The reissuing input: its place is given, its entropy must be the asset's, its amount what `listissuances` says. */
function reissuedAmount(
  asset: AssetRow,
  chainTx: ChainTransaction,
  vin: number,
  issuances: readonly JsonObject[],
): bigint {
  const input = chainTx.tx.inputs[vin];
  const part = input && issuedBy(input).find((one) => one.asset === asset.asset_id);
  const isNew = input?.issuance ? input.issuance.nonce.every((byte) => byte === 0) : false;
  if (!input || !part || isNew) {
    throw invalid('reissuance_output', `Input ${vin} of ${chainTx.txid} does not reissue the asset.`);
  }
  const entry = issuances.find(
    (one) => one['txid'] === chainTx.txid && one['vin'] === BigInt(vin) && one['isreissuance'] === true,
  );
  if (!entry) throw invalid('listissuances', `There is no entry for input ${vin} of ${chainTx.txid}.`);
  const amount = decimalAmount(entry['assetamount']);
  if (amount === null) throw invalid('listissuances', 'assetamount is missing or no decimal.');
  const blinder = entry['assetblinds'] ?? ZEROS;
  if (typeof blinder !== 'string' || !HEX32.test(blinder)) {
    throw invalid('listissuances', 'assetblinds: Invalid value');
  }
  const amountBlinder = isCommitment(part.value) ? blinder : ZEROS;
  if (!issuanceOpens(part.value, { assetId: asset.asset_id, amount, amountBlinder })) {
    throw invalid('listissuances', 'assetamount and assetblinds do not open the issuance.');
  }
  return amount;
}

/** Outputs of the asset and its token among the details: one opening per output, however often it is listed. */
function reissuanceOutputs(asset: AssetRow, chainTx: ChainTransaction, details: readonly JsonObject[]) {
  const found = new Map<number, Opening>();
  for (const detail of details) {
    if (detail['asset'] !== asset.asset_id && detail['asset'] !== asset.token_id) continue;
    const vout = voutOf(detail, chainTx, 'details');
    if (!found.has(vout)) found.set(vout, openingOf(detail, chainTx, 'details'));
  }
  return [...found].map(([vout, opening]) => ({ vout, opening }));
}

/**
 * Takes the report of a reissuance: the outputs listed must open and be all that was reissued (and what else of asset
 * and token the transaction spent). Works without a request, as the script that made one may be long gone.
 */
async function confirm(context: Context, { params, body }: AmpRequest): Promise<Answer> {
  const { db } = context;
  const asset = assetRow(db, params['asset'] ?? '');
  requireReissuable(asset);
  const fields = object(body);
  const output = object(fields['reissuance_output'], 'reissuance_output');
  const txid = txidOf(output, 'reissuance_output');
  const vin = output['vin'];
  if (typeof vin !== 'bigint') throw invalid('reissuance_output', 'vin: A valid integer is required.');
  if (one(db, 'SELECT 1 FROM transactions WHERE asset_uuid = ? AND txid = ?', asset.asset_uuid, txid)) {
    throw invalid('reissuance_output', `Transaction ${txid} has already been reported.`);
  }
  const chainTx = await reportedTransaction(context, txid, 'reissuance_output');
  const amount = reissuedAmount(
    asset,
    chainTx,
    Number(vin),
    entries(fields['listissuances'], 'listissuances'),
  );
  const outputs = reissuanceOutputs(asset, chainTx, entries(fields['details'], 'details'));
  const balance = (assetId: string | null, tokens: boolean, extra: bigint): void => {
    const spent = knownInputs(db, asset, chainTx, tokens).reduce((sum, input) => sum + input.amount, extra);
    const made = sumOf(outputs.filter(({ opening }) => opening.assetId === assetId));
    if (spent !== made) {
      throw invalid(
        'details',
        `Outputs of ${assetId} are worth ${made}; the transaction made or spent ${spent}.`,
      );
    }
  };
  balance(asset.asset_id, false, amount);
  balance(asset.token_id, true, 0n);
  atomically(db, () => {
    enter(
      db,
      asset,
      chainTx,
      'reissuance',
      outputs.map(({ vout, opening }) => ({ vout, opening, owner: null })),
    );
    run(db, 'INSERT INTO reissuances VALUES (?, ?, ?, ?)', asset.asset_uuid, txid, vin, amount);
    run(db, 'UPDATE assets SET reissued = reissued + ? WHERE asset_uuid = ?', amount, asset.asset_uuid);
    settleRequest(context, asset, amount, txid);
    const vout = outputs.find(({ opening }) => opening.assetId === asset.asset_id)?.vout ?? 0;
    note(db, asset, chainTx, {
      type: 'reissuance',
      description: 'Reissuance',
      vout,
      userId: null,
      gaid: null,
      amount,
    });
  });
  return ok({ txid, vin, reissuance_amount: amount });
}

/** The oldest open request of this amount, or the oldest at all, is done. */
function settleRequest(context: Context, asset: AssetRow, amount: bigint, txid: string): void {
  run(
    context.db,
    `UPDATE requests SET txid = ? WHERE id = (
       SELECT id FROM requests WHERE asset_uuid = ? AND kind = 'reissue' AND txid IS NULL
       ORDER BY (amount = ?) DESC, id LIMIT 1)`,
    txid,
    asset.asset_uuid,
    amount,
  );
}

export const reissueRoutes: readonly Route[] = [
  post('/assets/:asset/reissue-request', 'issuer', request),
  post('/assets/:asset/reissue-confirm', 'issuer', confirm),
  get('/assets/:asset/reissuances', 'issuer', ({ db }, { params }) => {
    const { asset_uuid } = assetRow(db, params['asset'] ?? '');
    return ok(
      all(
        db,
        `SELECT r.txid, r.vin, r.amount AS reissuance_amount FROM reissuances r
           JOIN transactions t USING (asset_uuid, txid) WHERE r.asset_uuid = ? ORDER BY t.seq`,
        asset_uuid,
      ),
    );
  }),
];
