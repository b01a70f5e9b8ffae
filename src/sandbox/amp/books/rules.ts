import type { AssetRow } from '../api/assets.ts';
import { assetRows, requirementsOf } from '../api/assets.ts';
import { unmetRequirements } from '../api/assignments.ts';
import { userOfGaid } from '../api/users.ts';
import type { Context } from '../context.ts';
import { all, one } from '../store/database.ts';
import type { Opening } from './commitments.ts';

/** A payment between accounts as Green shows it to AMP before it signs. */
export interface Transfer {
  /** Accounts whose coins are spent. */
  senders: ReadonlySet<string>;
  inputs: readonly { txid: string; vout: number }[];
  outputs: readonly TransferOutput[];
}

export interface TransferOutput {
  vout: number;
  /** scriptPubKey, hex. */
  script: string;
  opening: Opening;
}

/** A transfer that AMP does not allow, with the rule and whom it is about. */
export class RuleViolation extends Error {}

/**
 * AMP's rules for a transfer. Assets that AMP does not govern, L-BTC among them, are free, and so is what goes back to
 * an account that sends. For the others:
 *
 * - nothing of a locked asset moves, and no output that the issuer has frozen is spent;
 * - a transfer-restricted asset goes to accounts of registered users only, who have every category of the asset, or to
 *   a treasury address of the asset.
 *
 * Returns the outputs that go to treasury addresses. Throws RuleViolation.
 */
export async function checkTransfer(context: Context, transfer: Transfer): Promise<ReadonlySet<number>> {
  const treasury = new Set<number>();
  for (const asset of assetRows(context.db)) {
    const outputs = transfer.outputs.filter((output) => output.opening.assetId === asset.asset_id);
    if (outputs.length === 0) continue;
    if (asset.is_locked === 1n) throw new RuleViolation(`Asset ${nameOf(asset)} is locked by its issuer`);
    requireUnfrozen(context, asset, transfer);
    const scripts = await treasuryScripts(context, asset);
    for (const output of outputs) {
      const gaid = context.green.ownerOf(output.script)?.gaid;
      if (gaid !== undefined && transfer.senders.has(gaid)) continue;
      if (scripts.has(output.script)) treasury.add(output.vout);
      else if (asset.transfer_restricted === 1n) requireRecipient(context, asset, output, gaid);
    }
  }
  return treasury;
}

function nameOf(asset: AssetRow): string {
  return `${asset.ticker} (${asset.asset_id})`;
}

function requireUnfrozen({ db }: Context, asset: AssetRow, { inputs }: Transfer): void {
  for (const { txid, vout } of inputs) {
    const frozen = one(
      db,
      'SELECT 1 FROM outputs WHERE txid = ? AND vout = ? AND asset_uuid = ? AND blacklisted = 1',
      txid,
      vout,
      asset.asset_uuid,
    );
    if (frozen)
      throw new RuleViolation(`Output ${txid}:${vout} of asset ${nameOf(asset)} is frozen by its issuer`);
  }
}

function requireRecipient(
  { db }: Context,
  asset: AssetRow,
  output: TransferOutput,
  gaid: string | undefined,
): void {
  const restricted = `Asset ${nameOf(asset)} is transfer restricted`;
  if (gaid === undefined) {
    throw new RuleViolation(`${restricted}: output ${output.vout} does not pay an AMP account`);
  }
  const user = userOfGaid(db, gaid);
  if (!user) {
    throw new RuleViolation(`${restricted}: recipient ${gaid} is not an account of a registered user`);
  }
  const unmet = unmetRequirements(db, asset, user);
  if (unmet.length > 0) {
    throw new RuleViolation(
      `${restricted}: recipient ${gaid} lacks ${unmet.length === 1 ? 'category' : 'categories'} ` +
        `${categoryNames(db, asset, unmet).join(', ')}`,
    );
  }
}

function categoryNames(db: Context['db'], asset: AssetRow, ids: readonly bigint[]): string[] {
  const required = new Set(requirementsOf(db, asset.asset_uuid));
  return all<{ id: bigint; name: string }>(db, 'SELECT id, name FROM categories ORDER BY id')
    .filter(({ id }) => required.has(id) && ids.includes(id))
    .map(({ id, name }) => `${id} “${name}”`);
}

/** Scripts of the treasury addresses that the issuer has told AMP of. */
async function treasuryScripts(context: Context, asset: AssetRow): Promise<Set<string>> {
  const found = new Set<string>();
  for (const { address } of all<{ address: string }>(
    context.db,
    'SELECT address FROM treasury_addresses WHERE asset_uuid = ?',
    asset.asset_uuid,
  )) {
    const known = await context.chain.address(address);
    if (known) found.add(known.script);
  }
  return found;
}
