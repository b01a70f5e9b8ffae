import { z } from 'zod';
import { amount, fromElements, parseDecimal, type Amount } from '../../shared/money.ts';

/**
 * AMP's objects as they come, old names and new, and as the desk uses them. Everything not named is ignored; what may be
 * missing has a meaning for being missing.
 */

/** A whole number that may come as text. */
const whole = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
const maybeWhole = whole.nullish().transform((value) => value ?? null);
const maybeText = z
  .string()
  .nullish()
  .transform((value) => (value === undefined || value === '' ? null : value));
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** Base units: an integer, as a number or as text; a trailing `.0` is one as well. */
const units = z
  .union([z.string(), z.number()])
  .transform((value, context): Amount => read(value, context, 0));
const someUnits = units.nullish().transform((value) => value ?? amount(0n));

/** An Elements decimal of eight places, `1e-08` and text included → base units. */
export const decimal = z
  .union([z.string(), z.number()])
  .transform((value, context): Amount => read(value, context, 8));

function read(value: string | number, context: z.RefinementCtx, decimals: 0 | 8): Amount {
  try {
    return decimals === 0 ? parseDecimal(String(value), 0) : fromElements(value);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not an amount' });
    return amount(0n);
  }
}

export const outPoint = z.object({ txid: z.string(), vout: whole });
const outPoints = z
  .array(outPoint)
  .nullish()
  .transform((list) => list ?? []);

export const info = z
  .object({ version: z.union([z.string(), z.number()]).transform(String), notes: maybeText })
  .transform(({ version, notes }) => ({ version, notes }));

export const changelog = z
  .record(z.string(), z.unknown())
  .transform((entries) =>
    Object.fromEntries(Object.entries(entries).map(([version, text]) => [version, String(text)])),
  );

export const token = z.object({ token: z.string().min(1) });

export const registeredUser = z
  .object({
    id: whole,
    name: z.string(),
    GAID: maybeText,
    is_company: flag,
    categories: z.array(whole).nullish(),
    creator: maybeWhole,
  })
  .transform((user) => ({
    id: user.id,
    name: user.name,
    gaid: user.GAID,
    isCompany: user.is_company,
    categories: user.categories ?? [],
    creator: user.creator,
  }));

const userSummaryEntry = z
  .object({
    asset_uuid: z.string(),
    asset_id: z.string(),
    assignments_sum: someUnits,
    distributions_sum: someUnits,
    balance: someUnits,
  })
  .transform((entry) => ({
    assetUuid: entry.asset_uuid,
    assetId: entry.asset_id,
    assigned: entry.assignments_sum,
    distributed: entry.distributions_sum,
    balance: entry.balance,
  }));
/** One entry per asset; an API that gives a single object is understood too. */
export const userSummary = z.union([
  z.array(userSummaryEntry),
  userSummaryEntry.transform((entry) => [entry]),
]);

export const gaidList = z.array(z.string());
export const gaidValidity = z
  .object({ is_valid: z.boolean(), error: maybeText })
  .transform(({ is_valid, error }) => ({ valid: is_valid, error }));
export const gaidAddress = z.object({ address: maybeText, error: maybeText });
/** The whole user, its id, or nothing. */
export const gaidOwner = z.union([
  whole.nullable(),
  z.object({ id: whole }).transform(({ id }) => id),
  z.object({ registered_user: whole.nullable() }).transform(({ registered_user }) => registered_user),
]);

const gaidBalanceEntry = z
  .object({ asset_uuid: z.string(), asset_id: z.string(), balance: units })
  .transform((entry) => ({ assetUuid: entry.asset_uuid, assetId: entry.asset_id, balance: entry.balance }));
export const gaidBalance = z.array(gaidBalanceEntry);
export const gaidAssetBalance = gaidBalanceEntry;

export const category = z
  .object({
    id: whole,
    name: z.string(),
    description: maybeText,
    registered_users: z.array(whole).nullish(),
    investors: z.array(whole).nullish(),
    assets: z.array(z.string()).nullish(),
  })
  .transform((one) => ({
    id: one.id,
    name: one.name,
    description: one.description ?? '',
    registeredUsers: one.registered_users ?? one.investors ?? [],
    assets: one.assets ?? [],
  }));

export const manager = z
  .object({ id: whole, username: z.string(), is_locked: flag, assets: z.array(z.string()).nullish() })
  .transform((one) => ({
    id: one.id,
    username: one.username,
    locked: one.is_locked,
    assets: one.assets ?? [],
  }));

export const asset = z
  .object({
    asset_uuid: z.string(),
    asset_id: z.string(),
    name: z.string(),
    ticker: maybeText,
    precision: whole.nullish(),
    domain: maybeText,
    pubkey: maybeText,
    reissuance_token_id: maybeText,
    requirements: z.array(whole).nullish(),
    is_registered: flag,
    is_authorized: flag,
    is_locked: flag,
    transfer_restricted: z.boolean().nullish(),
    investors_restricted: z.boolean().nullish(),
    issuer_authorization_endpoint: maybeText,
  })
  .transform((one) => ({
    assetUuid: one.asset_uuid,
    assetId: one.asset_id,
    name: one.name,
    ticker: one.ticker,
    precision: one.precision ?? 0,
    domain: one.domain,
    pubkey: one.pubkey,
    reissuanceTokenId: one.reissuance_token_id,
    requirements: one.requirements ?? [],
    isRegistered: one.is_registered,
    isAuthorized: one.is_authorized,
    isLocked: one.is_locked,
    transferRestricted: one.transfer_restricted ?? one.investors_restricted ?? true,
    issuerAuthorizationEndpoint: one.issuer_authorization_endpoint,
  }));

export const issuance = z
  .object({
    asset_uuid: z.string(),
    asset_id: z.string(),
    reissuance_token_id: maybeText,
    txid: z.string(),
    vin: whole,
    asset_vout: maybeWhole,
    reissuance_vout: maybeWhole,
    issuance_assetblinder: maybeText,
    issuance_tokenblinder: maybeText,
  })
  .transform((one) => ({
    assetUuid: one.asset_uuid,
    assetId: one.asset_id,
    reissuanceTokenId: one.reissuance_token_id,
    txid: one.txid,
    vin: one.vin,
    assetVout: one.asset_vout,
    reissuanceVout: one.reissuance_vout,
    assetBlinder: one.issuance_assetblinder,
    tokenBlinder: one.issuance_tokenblinder,
  }));

export const summary = z
  .object({
    asset_id: z.string(),
    reissuance_token_id: maybeText,
    issued: units,
    reissued: someUnits,
    assigned: someUnits,
    distributed: someUnits,
    burned: someUnits,
    blacklisted: someUnits,
    registered_users: maybeWhole,
    investors: maybeWhole,
    active_registered_users: maybeWhole,
    active_investors: maybeWhole,
    active_green_subaccounts: maybeWhole,
    reissuance_tokens: someUnits,
  })
  .transform((one) => ({
    assetId: one.asset_id,
    reissuanceTokenId: one.reissuance_token_id,
    issued: one.issued,
    reissued: one.reissued,
    assigned: one.assigned,
    distributed: one.distributed,
    burned: one.burned,
    blacklisted: one.blacklisted,
    registeredUsers: one.registered_users ?? one.investors ?? 0,
    activeRegisteredUsers: one.active_registered_users ?? one.active_investors ?? 0,
    activeGreenSubaccounts: one.active_green_subaccounts ?? 0,
    reissuanceTokens: one.reissuance_tokens,
  }));

/** A number, `ISSUER`, or nothing for a GAID that AMP only tracks. */
const owner = z
  .union([whole, z.string()])
  .nullish()
  .transform((value) =>
    typeof value === 'number' ? value : value === 'ISSUER' ? ('ISSUER' as const) : null,
  );

export const ownership = z
  .object({ owner, GAID: maybeText, amount: units })
  .transform((one) => ({ owner: one.owner, gaid: one.GAID, amount: one.amount }));
export const ownerships = z.array(ownership);

export const balance = z
  .object({
    confirmed_balance: ownerships.nullish(),
    lost_outputs: z.array(outPoint),
    reissuance_lost_outputs: outPoints,
  })
  .transform((one) => ({
    confirmed: one.confirmed_balance ?? [],
    lostOutputs: one.lost_outputs,
    reissuanceLostOutputs: one.reissuance_lost_outputs,
  }));

export const lostOutputs = z
  .object({ lost_outputs: z.array(outPoint), reissuance_lost_outputs: outPoints })
  .transform((one) => ({
    lostOutputs: one.lost_outputs,
    reissuanceLostOutputs: one.reissuance_lost_outputs,
  }));

export const activities = z.array(
  z
    .object({
      type: z.string(),
      datetime: maybeText,
      description: maybeText,
      txid: maybeText,
      vout: maybeWhole,
      blockheight: maybeWhole,
      registered_user: maybeWhole,
      investor: maybeWhole,
      GAID: maybeText,
      amount: someUnits,
      asset_blinder: maybeText,
      amount_blinder: maybeText,
    })
    .transform((one) => ({
      type: one.type,
      datetime: one.datetime,
      description: one.description ?? '',
      txid: one.txid,
      vout: one.vout,
      height: one.blockheight,
      registeredUser: one.registered_user ?? one.investor,
      gaid: one.GAID,
      amount: one.amount,
      assetBlinder: one.asset_blinder,
      amountBlinder: one.amount_blinder,
    })),
);

const assetTxInput = z
  .object({
    vin: whole,
    prev_txid: maybeText,
    prev_vout: maybeWhole,
    asset_id: maybeText,
    amount: someUnits,
    asset_blinder: maybeText,
    amount_blinder: maybeText,
    registered_user: maybeWhole,
    GAID: maybeText,
    is_treasury: flag,
  })
  .transform((one) => ({
    vin: one.vin,
    prevTxid: one.prev_txid,
    prevVout: one.prev_vout,
    assetId: one.asset_id,
    amount: one.amount,
    assetBlinder: one.asset_blinder,
    amountBlinder: one.amount_blinder,
    registeredUser: one.registered_user,
    gaid: one.GAID,
    isTreasury: one.is_treasury,
  }));
const assetTxOutput = z
  .object({
    vout: whole,
    asset_id: maybeText,
    amount: someUnits,
    asset_blinder: maybeText,
    amount_blinder: maybeText,
    registered_user: maybeWhole,
    GAID: maybeText,
    is_treasury: flag,
    is_spent: flag,
    is_burnt: flag,
  })
  .transform((one) => ({
    vout: one.vout,
    assetId: one.asset_id,
    amount: one.amount,
    assetBlinder: one.asset_blinder,
    amountBlinder: one.amount_blinder,
    registeredUser: one.registered_user,
    gaid: one.GAID,
    isTreasury: one.is_treasury,
    isSpent: one.is_spent,
    isBurnt: one.is_burnt,
  }));
export const assetTx = z
  .object({
    txid: z.string(),
    datetime: maybeText,
    blockheight: maybeWhole,
    is_issuance: flag,
    is_reissuance: flag,
    is_distribution: flag,
    inputs: z.array(assetTxInput).nullish(),
    outputs: z.array(assetTxOutput).nullish(),
    unblinded_url: maybeText,
  })
  .transform((one) => ({
    txid: one.txid,
    datetime: one.datetime,
    height: one.blockheight,
    isIssuance: one.is_issuance,
    isReissuance: one.is_reissuance,
    isDistribution: one.is_distribution,
    inputs: one.inputs ?? [],
    outputs: one.outputs ?? [],
    unblindedUrl: one.unblinded_url,
  }));

/** Here AMP writes `gaid` in lower case. */
export const utxos = z.array(
  z
    .object({
      txid: z.string(),
      vout: whole,
      asset: maybeText,
      amount: someUnits,
      registered_user: maybeWhole,
      investor: maybeWhole,
      gaid: maybeText,
      GAID: maybeText,
      blacklisted: flag,
    })
    .transform((one) => ({
      txid: one.txid,
      vout: one.vout,
      assetId: one.asset,
      amount: one.amount,
      registeredUser: one.registered_user ?? one.investor,
      gaid: one.gaid ?? one.GAID,
      blacklisted: one.blacklisted,
    })),
);

export const addresses = z.array(z.string());
/** A JSON string; an asset without a memo has null or an empty one. */
export const memo = z.union([
  z.string(),
  z.null(),
  z.object({ memo: z.string().nullable() }).transform((one) => one.memo),
]);

/** The minimal form and the older rich one. */
export const reissuances = z.array(
  z
    .object({
      txid: z.string(),
      vin: maybeWhole,
      vout: maybeWhole,
      reissuance_amount: units,
      destination_address: maybeText,
      confirmed_in_block: z.union([z.string(), z.number()]).nullish(),
      created: maybeText,
    })
    .transform((one) => ({
      txid: one.txid,
      vin: one.vin,
      vout: one.vout,
      amount: one.reissuance_amount,
      destinationAddress: one.destination_address,
      confirmedInBlock:
        one.confirmed_in_block === undefined || one.confirmed_in_block === null
          ? null
          : String(one.confirmed_in_block),
      created: one.created,
    })),
);

export const assignment = z
  .object({
    id: whole,
    registered_user: maybeWhole,
    investor: maybeWhole,
    amount: units,
    receiving_address: maybeText,
    distribution_uuid: maybeText,
    ready_for_distribution: flag,
    vesting_timestamp: maybeWhole,
    has_vested: z.boolean().nullish(),
    is_distributed: flag,
    creator: maybeWhole,
    GAID: maybeText,
  })
  .transform((one, context) => {
    const user = one.registered_user ?? one.investor;
    if (user === null) context.addIssue({ code: 'custom', path: ['registered_user'], message: 'is missing' });
    return {
      id: one.id,
      registeredUser: user ?? 0,
      amount: one.amount,
      receivingAddress: one.receiving_address,
      distributionUuid: one.distribution_uuid,
      ready: one.ready_for_distribution,
      distributed: one.is_distributed,
      vestingTimestamp: one.vesting_timestamp,
      hasVested: one.has_vested ?? one.vesting_timestamp === null,
      gaid: one.GAID,
      creator: one.creator,
    };
  });
export const assignments = z.array(assignment);
/** `create` answers a list of one; a single object is understood too. */
export const createdAssignments = z.union([z.array(assignment).min(1), assignment.transform((one) => [one])]);

const confirmation = z
  .string()
  .transform((text) =>
    text.toUpperCase() === 'CONFIRMED' ? ('CONFIRMED' as const) : ('UNCONFIRMED' as const),
  );

export const distribution = z
  .object({
    distribution_uuid: z.string(),
    distribution_status: confirmation,
    transactions: z
      .array(
        z.object({
          txid: z.string(),
          transaction_status: confirmation,
          included_blockheight: maybeWhole,
          assignments: z
            .array(
              z.object({
                registered_user: maybeWhole,
                investor: maybeWhole,
                amount: units,
                vout: maybeWhole,
              }),
            )
            .nullish(),
        }),
      )
      .nullish(),
  })
  .transform((one) => ({
    distributionUuid: one.distribution_uuid,
    status: one.distribution_status,
    transactions: (one.transactions ?? []).map((tx) => ({
      txid: tx.txid,
      status: tx.transaction_status,
      height: tx.included_blockheight,
      assignments: (tx.assignments ?? []).map((entry) => ({
        registeredUser: entry.registered_user ?? entry.investor ?? 0,
        amount: entry.amount,
        vout: entry.vout,
      })),
    })),
  }));
