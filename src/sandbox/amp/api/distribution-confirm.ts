import { toHex } from '../../crypto/index.ts';
import type { Context } from '../context.ts';
import { enter, knownInputs, note } from '../books/ledger.ts';
import type { NewOutput } from '../books/ledger.ts';
import { changeOf, entries, openingOf, reportedTransaction, sumOf, txidOf, voutOf } from '../books/report.ts';
import { markSpentByTransfers } from '../books/transfers.ts';
import { invalid, notFound } from '../http/answers.ts';
import { object } from '../http/body.ts';
import type { JsonObject } from '../http/body.ts';
import type { AmpRequest } from '../http/router.ts';
import type { ChainTransaction } from '../node/chain.ts';
import { atomically, one, run } from '../store/database.ts';
import { assetRow } from './assets.ts';
import type { AssetRow } from './assets.ts';
import type { AssignmentRow } from './assignments.ts';
import { assignmentsOfDistribution, distributionRow } from './distribution-rows.ts';

/**
 * Takes the report of a distribution after checking all of it against the transaction that the node has:
 *
 * - the distribution is pending, the transaction known, with at least two confirmations, and not reported before;
 * - every assignment is paid by an output of its own at its address, and the detail given for that output opens its
 *   commitments to the assigned amount of the asset;
 * - `change_data` are further outputs that open to the asset;
 * - inputs of the asset are outputs that AMP knows as the treasury's, and are worth what was paid and the change
 *   together: a change left out, made up, or an input from elsewhere does not add up. So a transaction that spends the
 *   change of another distribution can be reported only after that other one.
 *
 * Throws 400 with the reason, 404 for a distribution that does not exist or was cancelled.
 */
export async function confirmDistribution(context: Context, { params, body }: AmpRequest): Promise<void> {
  const { db } = context;
  const asset = assetRow(db, params['asset'] ?? '');
  const distribution = distributionRow(db, asset, params['distribution'] ?? '');
  if (distribution.status === 'cancelled') throw notFound();
  if (distribution.status === 'confirmed') {
    throw invalid('distribution', 'The distribution has already been confirmed.');
  }
  const fields = object(body);
  const txData = object(fields['tx_data'], 'tx_data');
  const txid = txidOf(txData, 'tx_data');
  const details = entries(txData['details'], 'tx_data');
  if (one(db, 'SELECT 1 FROM transactions WHERE asset_uuid = ? AND txid = ?', asset.asset_uuid, txid)) {
    throw invalid('tx_data', `Transaction ${txid} has already been reported.`);
  }
  const chainTx = await reportedTransaction(context, txid, 'tx_data');

  const assignments = assignmentsOfDistribution(db, distribution.uuid);
  const taken = new Set<number>();
  const paid = assignments.map((assignment) => {
    const found = payment(asset, assignment, chainTx, details, taken);
    taken.add(found.vout);
    return { assignment, ...found };
  });
  const change = changeOf(fields['change_data'], chainTx, asset.asset_id, taken);
  requireBalance(context, asset, chainTx, sumOf(paid) + sumOf(change));

  const outputs: NewOutput[] = [
    ...paid.map(({ assignment, vout, opening }) => ({
      vout,
      opening,
      owner: { gaid: assignment.gaid ?? '', userId: assignment.user_id },
    })),
    ...change.map(({ vout, opening }) => ({ vout, opening, owner: null })),
  ];
  atomically(db, () => {
    enter(db, asset, chainTx, 'distribution', outputs);
    markSpentByTransfers(db, asset, txid);
    for (const { assignment, vout } of paid) {
      run(
        db,
        'UPDATE assignments SET distributed = 1, ready = 0, vout = ? WHERE id = ?',
        vout,
        assignment.id,
      );
      note(db, asset, chainTx, {
        type: 'distribution',
        description: `Distribution to investor ${assignment.user_id}`,
        vout,
        userId: assignment.user_id,
        gaid: assignment.gaid,
        amount: assignment.amount,
      });
    }
    run(
      db,
      `UPDATE distributions SET status = 'confirmed', txid = ? WHERE uuid = ?`,
      txid,
      distribution.uuid,
    );
    run(
      db,
      'UPDATE assets SET distributed = distributed + ? WHERE asset_uuid = ?',
      sumOf(paid),
      asset.asset_uuid,
    );
  });
}

/** The output that pays an assignment, opened with the detail given for it. */
function payment(
  asset: AssetRow,
  assignment: AssignmentRow,
  chainTx: ChainTransaction,
  details: readonly JsonObject[],
  taken: ReadonlySet<number>,
) {
  const who = `assignment ${assignment.id}`;
  const vout = chainTx.tx.outputs.findIndex(
    (output, index) => !taken.has(index) && toHex(output.script) === assignment.script,
  );
  if (vout < 0) throw invalid('tx_data', `Transaction ${chainTx.txid} does not pay the address of ${who}.`);
  const detail = details.find((entry) => voutOf(entry, chainTx, 'tx_data') === vout);
  if (!detail) throw invalid('tx_data', `The details have no entry for output ${vout}, which pays ${who}.`);
  const opening = openingOf(detail, chainTx, 'tx_data');
  if (opening.assetId !== asset.asset_id) {
    throw invalid('tx_data', `Output ${vout} pays ${who} in another asset.`);
  }
  if (opening.amount !== assignment.amount) {
    throw invalid('tx_data', `Output ${vout} pays ${who} ${opening.amount} instead of ${assignment.amount}.`);
  }
  return { vout, opening };
}

/** What went in must be known and be all that came out; the token has no business in a distribution. */
function requireBalance(context: Context, asset: AssetRow, chainTx: ChainTransaction, out: bigint): void {
  const inputs = knownInputs(context.db, asset, chainTx, false).filter((input) => input.gaid === null);
  const total = inputs.reduce((sum, input) => sum + input.amount, 0n);
  if (knownInputs(context.db, asset, chainTx, true).length > 0) {
    throw invalid('tx_data', 'The transaction spends a reissuance token.');
  }
  if (total < out) {
    throw invalid(
      'tx_data',
      'The transaction spends outputs of the asset that are not known as the treasury’s.',
    );
  }
  if (total > out) {
    throw invalid('change_data', `Change of ${total - out} is missing.`);
  }
}
