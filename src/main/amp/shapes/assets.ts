import { z } from 'zod';
import { whole, maybeWhole, maybeText, flag, units, someUnits, outPoint, outPoints } from './primitives.ts';

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
