import { prevTxid, toHex } from '../../crypto/index.ts';
import type { AssetRow } from '../api/assets.ts';
import type { ChainTransaction } from '../node/chain.ts';
import { one, run } from '../store/database.ts';
import type { Db } from '../store/database.ts';
import type { Opening } from './commitments.ts';

export type TransactionKind = 'issuance' | 'reissuance' | 'distribution' | 'burn' | 'transfer';

export interface KnownOutput {
  txid: string;
  vout: bigint;
  amount: bigint;
  is_token: bigint;
  gaid: string | null;
  spent_txid: string | null;
}

/** The outputs of the asset (or its token) in AMP's books that a transaction spends. */
export function knownInputs(
  db: Db,
  asset: AssetRow,
  chainTx: Pick<ChainTransaction, 'tx'>,
  tokens: boolean,
): KnownOutput[] {
  const found: KnownOutput[] = [];
  for (const input of chainTx.tx.inputs) {
    const row = one<KnownOutput>(
      db,
      `SELECT txid, vout, amount, is_token, gaid, spent_txid FROM outputs
       WHERE txid = ? AND vout = ? AND asset_uuid = ? AND is_token = ? AND burnt = 0`,
      prevTxid(input),
      input.vout,
      asset.asset_uuid,
      tokens ? 1 : 0,
    );
    if (row) found.push(row);
  }
  return found;
}

export interface NewOutput {
  vout: number;
  opening: Opening;
  /** Null: the treasury's. `userId` is null for an account of nobody registered. */
  owner: { gaid: string; userId: bigint | null } | null;
  burnt?: boolean;
}

/**
 * Enters a reported transaction: its outputs of the asset (or token), and what it spends of them. Call inside one
 * database transaction together with what else the report changes.
 */
export function enter(
  db: Db,
  asset: AssetRow,
  chainTx: ChainTransaction,
  kind: TransactionKind,
  outputs: readonly NewOutput[],
): void {
  run(
    db,
    'INSERT INTO transactions (asset_uuid, txid, kind, height, time) VALUES (?, ?, ?, ?, ?)',
    asset.asset_uuid,
    chainTx.txid,
    kind,
    chainTx.height,
    chainTx.time,
  );
  chainTx.tx.inputs.forEach((input, vin) => {
    run(
      db,
      'UPDATE outputs SET spent_txid = ?, spent_vin = ? WHERE txid = ? AND vout = ? AND asset_uuid = ?',
      chainTx.txid,
      vin,
      prevTxid(input),
      input.vout,
      asset.asset_uuid,
    );
  });
  for (const { vout, opening, owner, burnt } of outputs) {
    const script = chainTx.tx.outputs[vout]?.script ?? new Uint8Array(0);
    run(
      db,
      `INSERT INTO outputs (txid, vout, asset_uuid, asset_id, is_token, amount, script, abf, vbf, gaid, user_id, burnt)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      chainTx.txid,
      vout,
      asset.asset_uuid,
      opening.assetId,
      opening.assetId === asset.token_id ? 1 : 0,
      opening.amount,
      toHex(script),
      opening.assetBlinder,
      opening.amountBlinder,
      owner?.gaid ?? null,
      owner?.userId ?? null,
      burnt === true ? 1 : 0,
    );
  }
}

export interface Activity {
  type: TransactionKind;
  description: string;
  vout: number;
  userId: bigint | null;
  gaid: string | null;
  amount: bigint;
}

export function note(db: Db, asset: AssetRow, chainTx: ChainTransaction, activity: Activity): void {
  run(
    db,
    `INSERT INTO activities (asset_uuid, type, description, time, txid, vout, height, user_id, gaid, amount)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    asset.asset_uuid,
    activity.type,
    activity.description,
    chainTx.time,
    chainTx.txid,
    activity.vout,
    chainTx.height,
    activity.userId,
    activity.gaid,
    activity.amount,
  );
}
