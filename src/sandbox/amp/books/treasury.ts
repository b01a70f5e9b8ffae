import { one } from '../store/database.ts';
import type { Db } from '../store/database.ts';

function total(db: Db, sql: string, ...args: unknown[]): bigint {
  return one<{ total: bigint | null }>(db, sql, ...args)?.total ?? 0n;
}

/** What the treasury holds by AMP's books: known outputs that no report has spent and no holder owns. */
export function treasuryBalance(db: Db, assetUuid: string): bigint {
  return total(
    db,
    `SELECT sum(amount) AS total FROM outputs
     WHERE asset_uuid = ? AND is_token = 0 AND gaid IS NULL AND spent_txid IS NULL AND burnt = 0`,
    assetUuid,
  );
}

/** Assigned and not yet distributed, pending distributions included. */
export function assignedAmount(db: Db, assetUuid: string): bigint {
  return total(
    db,
    'SELECT sum(amount) AS total FROM assignments WHERE asset_uuid = ? AND distributed = 0 AND deleted = 0',
    assetUuid,
  );
}

/** Locked by the issuer through `utxos/blacklist`, treasury and holders alike. */
export function blacklistedAmount(db: Db, assetUuid: string): bigint {
  return total(
    db,
    `SELECT sum(amount) AS total FROM outputs
     WHERE asset_uuid = ? AND is_token = 0 AND blacklisted = 1 AND spent_txid IS NULL AND burnt = 0`,
    assetUuid,
  );
}

/**
 * What can still be assigned: the treasury's outputs that are not locked, less what is assigned already.
 *
 * AMP's published formula (issued + reissued - assigned - distributed - burned - locked) comes to the same, except
 * where an output of a holder is locked: there it would take the replacement that was reissued for it off a second
 * time. And what holders sent back has no term in it. The outputs are the truth of both.
 */
export function assignable(db: Db, assetUuid: string): bigint {
  const locked = total(
    db,
    `SELECT sum(amount) AS total FROM outputs
     WHERE asset_uuid = ? AND is_token = 0 AND gaid IS NULL AND blacklisted = 1 AND spent_txid IS NULL AND burnt = 0`,
    assetUuid,
  );
  return treasuryBalance(db, assetUuid) - locked - assignedAmount(db, assetUuid);
}
