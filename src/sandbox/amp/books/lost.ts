import { assetIdOf, isUnspendable, issuedBy } from '../../crypto/index.ts';
import type { AssetRow } from '../api/assets.ts';
import type { Context } from '../context.ts';
import { all, one } from '../store/database.ts';

export interface OutPoint {
  txid: string;
  vout: number;
}

/** Confirmations after which a spend that nobody reported is held against the issuer. */
const CONFIRMATIONS = 2;

/**
 * Outputs that AMP lost sight of. A treasury output in AMP's books that a transaction with two or more confirmations
 * spent, without that transaction having been reported, is gone; what it became is unknown, so every output of that
 * transaction that may carry the asset (blinded, or explicitly of it) counts as lost, until a confirm reports it.
 *
 * A transaction that is on its way to being reported is not held against the issuer: one that pays an address of a
 * pending distribution of the asset; one that reissues the asset while a `reissue-request` is open; one that burns of
 * it while a `burn-request` is open. So the confirming script's check passes when it is run again after the broadcast.
 */
export async function lostOutputs(context: Context, asset: AssetRow, tokens: boolean): Promise<OutPoint[]> {
  const tip = await context.follower.catchUp();
  const spenders = all<{ by_txid: string }>(
    context.db,
    `SELECT DISTINCT s.by_txid FROM outputs o JOIN chain_spends s USING (txid, vout)
     WHERE o.asset_uuid = ? AND o.is_token = ? AND o.gaid IS NULL AND o.spent_txid IS NULL AND o.burnt = 0
       AND s.height <= ? ORDER BY s.height, s.by_txid`,
    asset.asset_uuid,
    tokens ? 1 : 0,
    tip - CONFIRMATIONS + 1,
  );
  const lost: OutPoint[] = [];
  for (const { by_txid: txid } of spenders) {
    const found = await context.chain.transaction(txid);
    if (!found || paysPendingDistribution(context, asset, txid)) continue;
    const { tx } = found;
    if (openRequest(context, asset, 'reissue')) {
      const reissues = tx.inputs.some((input) =>
        issuedBy(input).some((part) => part.asset === asset.asset_id),
      );
      if (reissues) continue;
    }
    if (openRequest(context, asset, 'burn')) {
      const burns = tx.outputs.some(
        (output) => isUnspendable(output.script) && assetIdOf(output.asset) === asset.asset_id,
      );
      if (burns) continue;
    }
    const wanted = tokens ? asset.token_id : asset.asset_id;
    tx.outputs.forEach((output, vout) => {
      const id = assetIdOf(output.asset);
      const mayCarry = id === null || id === wanted;
      if (mayCarry && output.script.length > 0 && !isUnspendable(output.script)) lost.push({ txid, vout });
    });
  }
  return lost;
}

function paysPendingDistribution(context: Context, asset: AssetRow, txid: string): boolean {
  return (
    one(
      context.db,
      `SELECT 1 FROM chain_payments p JOIN assignments a ON a.script = p.script
         JOIN distributions d ON d.uuid = a.distribution_uuid
       WHERE p.txid = ? AND a.asset_uuid = ? AND d.status = 'pending' LIMIT 1`,
      txid,
      asset.asset_uuid,
    ) !== undefined
  );
}

function openRequest(context: Context, asset: AssetRow, kind: 'reissue' | 'burn'): boolean {
  return (
    one(
      context.db,
      'SELECT 1 FROM requests WHERE asset_uuid = ? AND kind = ? AND txid IS NULL LIMIT 1',
      asset.asset_uuid,
      kind,
    ) !== undefined
  );
}
