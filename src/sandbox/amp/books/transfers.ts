import { fromHex, parseTransaction, prevTxid } from '../../crypto/index.ts';
import type { AssetRow } from '../api/assets.ts';
import { assetRows } from '../api/assets.ts';
import type { Green } from '../green/accounts.ts';
import type { ChainTransaction } from '../node/chain.ts';
import { all, atomically, one, run } from '../store/database.ts';
import type { Db } from '../store/database.ts';
import { enter, knownInputs, note } from './ledger.ts';
import type { TransferOutput } from './rules.ts';

interface OpeningRow {
  vout: bigint;
  script: string;
  asset_id: string;
  amount: bigint;
  abf: string;
  vbf: string;
  to_treasury: bigint;
}

/** Remembers a transaction that Green has signed, and what it saw in it: AMP's books take it up once it confirms. */
export function rememberTransfer(
  db: Db,
  signed: {
    /** Hash of the request. */
    request: string;
    txid: string;
    /** The transaction with its signatures, hex. */
    tx: string;
    outputs: readonly TransferOutput[];
    toTreasury: ReadonlySet<number>;
  },
): void {
  atomically(db, () => {
    run(db, 'INSERT OR IGNORE INTO green_cosigned VALUES (?, ?, ?)', signed.request, signed.txid, signed.tx);
    for (const { vout, script, opening } of signed.outputs) {
      run(
        db,
        'INSERT OR IGNORE INTO green_openings VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        signed.txid,
        vout,
        script,
        opening.assetId,
        opening.amount,
        opening.assetBlinder,
        opening.amountBlinder,
        signed.toTreasury.has(vout) ? 1 : 0,
      );
    }
  });
}

/** The answer to a request that was signed before, or null. */
export function signedBefore(db: Db, request: string): string | null {
  return (
    one<{ answer: string }>(db, 'SELECT answer FROM green_cosigned WHERE request = ?', request)?.answer ??
    null
  );
}

/**
 * Enters a confirmed transaction into AMP's books if it is a transfer that Green signed: for each asset of AMP's, what
 * it spends and who has it now. What goes to a script of nobody AMP knows (only an unrestricted asset can) leaves the
 * books. Call inside the database transaction that records the block.
 */
export function enterTransfer(
  db: Db,
  green: Green,
  found: Pick<ChainTransaction, 'txid' | 'tx' | 'height' | 'time' | 'blockHash'>,
): void {
  const openings = all<OpeningRow>(
    db,
    'SELECT * FROM green_openings WHERE txid = ? ORDER BY vout',
    found.txid,
  );
  if (openings.length === 0) return;
  const chainTx: ChainTransaction = { ...found, confirmations: 1 };
  for (const asset of assetRows(db)) {
    const own = openings.filter((row) => row.asset_id === asset.asset_id);
    const known = one(
      db,
      'SELECT 1 FROM transactions WHERE asset_uuid = ? AND txid = ?',
      asset.asset_uuid,
      found.txid,
    );
    if (own.length > 0 && !known) enterAsset(db, green, asset, chainTx, own);
  }
}

function enterAsset(
  db: Db,
  green: Green,
  asset: AssetRow,
  chainTx: ChainTransaction,
  openings: readonly OpeningRow[],
): void {
  const inputs = knownInputs(db, asset, chainTx, false);
  for (const { spent_txid } of inputs) {
    if (spent_txid !== null) forgetReplaced(db, asset, spent_txid);
  }
  const senders = new Set(
    chainTx.tx.inputs.flatMap((input) => {
      const row = one<{ script: string }>(
        db,
        'SELECT script FROM chain_payments WHERE txid = ? AND vout = ?',
        prevTxid(input),
        input.vout,
      );
      return row ? (green.ownerOf(row.script)?.gaid ?? []) : [];
    }),
  );
  const from = [...senders].join(', ') || 'unknown';
  const outputs = openings.map((row) => {
    const gaid = row.to_treasury === 1n ? null : (green.ownerOf(row.script)?.gaid ?? null);
    return { row, gaid, userId: gaid === null ? null : userOf(db, gaid) };
  });
  enter(
    db,
    asset,
    chainTx,
    'transfer',
    outputs
      .filter(({ row, gaid }) => gaid !== null || row.to_treasury === 1n)
      .map(({ row, gaid, userId }) => ({
        vout: Number(row.vout),
        opening: {
          assetId: row.asset_id,
          amount: row.amount,
          assetBlinder: row.abf,
          amountBlinder: row.vbf,
        },
        owner: gaid === null ? null : { gaid, userId },
      })),
  );
  for (const { row, gaid, userId } of outputs) {
    if (gaid !== null && senders.has(gaid)) continue;
    const to = gaid ?? (row.to_treasury === 1n ? 'the treasury' : 'an address outside AMP');
    note(db, asset, chainTx, {
      type: 'transfer',
      description: `Transfer from ${from} to ${to}`,
      vout: Number(row.vout),
      userId,
      gaid,
      amount: row.amount,
    });
  }
}

/** A transfer that a reorganisation took out of the chain, and that this one has replaced for good. */
function forgetReplaced(db: Db, asset: AssetRow, txid: string): void {
  const gone = one(
    db,
    `SELECT 1 FROM transactions WHERE asset_uuid = ? AND txid = ? AND kind = 'transfer' AND height IS NULL`,
    asset.asset_uuid,
    txid,
  );
  if (!gone) return;
  for (const table of ['outputs', 'activities', 'transactions']) {
    run(db, `DELETE FROM ${table} WHERE asset_uuid = ? AND txid = ?`, asset.asset_uuid, txid);
  }
}

/**
 * Marks outputs of a transaction reported only now as spent, if a transfer that is in the books already spent them: a
 * holder may send on what they received before the issuer has reported it.
 */
export function markSpentByTransfers(db: Db, asset: AssetRow, txid: string): void {
  for (const { vout, by_txid: by, answer } of all<{ vout: bigint; by_txid: string; answer: string }>(
    db,
    `SELECT s.vout, s.by_txid, c.answer FROM chain_spends s
       JOIN transactions t ON t.txid = s.by_txid AND t.asset_uuid = ? AND t.kind = 'transfer'
       JOIN green_cosigned c ON c.txid = s.by_txid
     WHERE s.txid = ? GROUP BY s.vout`,
    asset.asset_uuid,
    txid,
  )) {
    const { inputs } = parseTransaction(fromHex(answer));
    const vin = inputs.findIndex((input) => prevTxid(input) === txid && BigInt(input.vout) === vout);
    run(
      db,
      `UPDATE outputs SET spent_txid = ?, spent_vin = ?
       WHERE txid = ? AND vout = ? AND asset_uuid = ? AND spent_txid IS NULL`,
      by,
      vin,
      txid,
      vout,
      asset.asset_uuid,
    );
  }
}

/** The registered user of an account, or null. */
function userOf(db: Db, gaid: string): bigint | null {
  return (
    one<{ user_id: bigint }>(
      db,
      `SELECT g.user_id FROM user_gaids g JOIN users u ON u.id = g.user_id AND u.deleted = 0 WHERE g.gaid = ?`,
      gaid,
    )?.user_id ?? null
  );
}
