import { randomBytes } from 'node:crypto';
import {
  NULL_FIELD,
  SIGHASH_ALL,
  ZERO32,
  assetEntropy,
  assetFromEntropy,
  concat,
  explicitAsset,
  explicitValue,
  fromDisplay,
  generatorOf,
  hash160,
  newInput,
  p2pkh,
  segwitSighash,
  serializeTransaction,
  toDisplay,
  toHex,
  tokenFromEntropy,
  txidOf,
  wally,
} from '../../crypto/index.ts';
import type { Bytes, ProofPool, Transaction, TxOutput } from '../../crypto/index.ts';
import { MAX_AMOUNT } from '../../../shared/money.ts';
import type { Opening } from '../books/commitments.ts';
import type { IssuerPurse, PurseCoin } from './purse.ts';

export interface IssuancePlan {
  amount: bigint;
  /** 0: not reissuable. */
  tokens: bigint;
  /** The amount and the output are blinded; the token's output always is, as a reissuance needs its blinder. */
  confidential: boolean;
  /** SHA-256 of the registry contract, as hashed. */
  contractHash: Bytes;
  /** scriptPubKey, and confidential key where the output is to be blinded (hex). */
  destination: { script: string; blindingKey: string };
  tokenDestination: { script: string; blindingKey: string } | null;
}

export interface BuiltIssuance {
  tx: Transaction;
  hex: string;
  txid: string;
  assetId: string;
  tokenId: string | null;
  /** Hex, internal byte order. */
  entropy: string;
  /** Asset first, then the token if there is one; the place is the output's number. */
  outputs: Opening[];
  change: PurseCoin;
}

/** Base units; far above what an issuance's size asks for, far below what a node calls absurd. */
const FEE = 1_000n;

/** What the change must at least be worth. */
export const LEAST_COIN = FEE + 1_000n;

/**
 * A node refuses a transaction whose explicit outputs, of whatever asset and the fee with them, add up to more than 21
 * million coins: an amount that leaves no room for the fee goes out blinded.
 */
export function mustBlind(amount: bigint): boolean {
  return amount + FEE > MAX_AMOUNT;
}

interface Draft {
  value: bigint;
  asset: string;
  script: Bytes;
  /** Null: explicit. */
  blindingKey: Bytes | null;
  assetBlinder: Bytes;
  amountBlinder: Bytes;
}

const CT_BITS = 52;

/** libwally's flags: an ECDSA signature, with an R that is never longer than 32 bytes. */
const ECDSA = 1;
const GRIND_R = 4;

/**
 * Builds, blinds and signs an issuance that spends one coin of the purse: output 0 is the asset, then the token, the
 * change and the fee. Change is always blinded, so that there is an output to take up the blinders of the others.
 */
export async function buildIssuance(
  plan: IssuancePlan,
  coin: PurseCoin,
  purse: IssuerPurse,
  policyAsset: string,
  pool: ProofPool,
): Promise<BuiltIssuance> {
  const entropy = assetEntropy(coin.txid, coin.vout, plan.contractHash);
  const assetId = assetFromEntropy(entropy);
  const tokenId = plan.tokens > 0n ? tokenFromEntropy(entropy, plan.confidential) : null;

  const drafts: Draft[] = [
    draft(plan.amount, assetId, plan.destination, plan.confidential || mustBlind(plan.amount)),
    ...(tokenId !== null && plan.tokenDestination
      ? [draft(plan.tokens, tokenId, plan.tokenDestination, true)]
      : []),
    {
      value: coin.amount - FEE,
      asset: policyAsset,
      script: purse.script,
      blindingKey: purse.blinding.public,
      assetBlinder: blinder(),
      amountBlinder: blinder(),
    },
  ];
  const issued = issuedAmount(plan, assetId);
  balance(drafts, coin, plan.amount, issued.amountBlinder);

  const input = newInput(fromDisplay(coin.txid), coin.vout, 0xfffffffe);
  input.issuance = {
    nonce: ZERO32,
    entropy: plan.contractHash,
    amount: issued.field,
    tokens: plan.tokens > 0n ? explicitValue(plan.tokens) : NULL_FIELD,
  };
  input.issuanceRangeproof = issued.rangeproof;

  const issuedAssets = [assetId, ...(tokenId === null ? [] : [tokenId])].map((id) => fromDisplay(id));
  const tags = {
    assets: concat(fromDisplay(policyAsset), ...issuedAssets),
    blinders: concat(coin.assetBlinder, ...issuedAssets.map(() => ZERO32)),
    generators: concat(
      generatorOf(coin.assetField),
      ...issuedAssets.map((id) => generatorOf(concat(Uint8Array.of(1), id))),
    ),
  };
  const outputs = await Promise.all(drafts.map((one) => output(one, tags, pool)));
  outputs.push(explicitOutput(FEE, policyAsset, new Uint8Array(0)));
  const tx: Transaction = { version: 2, locktime: 0, inputs: [input], outputs };
  sign(tx, coin, purse);

  const txid = txidOf(tx);
  const change = drafts.at(-1);
  const changeOutput = outputs[drafts.length - 1];
  if (!change || !changeOutput) throw new Error('an issuance always has change');
  return {
    tx,
    hex: toHex(serializeTransaction(tx)),
    txid,
    assetId,
    tokenId,
    entropy: toHex(entropy),
    outputs: drafts.slice(0, -1).map((one) => ({
      assetId: one.asset,
      amount: one.value,
      assetBlinder: toDisplay(one.assetBlinder),
      amountBlinder: toDisplay(one.amountBlinder),
    })),
    change: {
      txid,
      vout: drafts.length - 1,
      amount: change.value,
      assetBlinder: change.assetBlinder,
      amountBlinder: change.amountBlinder,
      assetField: changeOutput.asset,
      valueField: changeOutput.value,
    },
  };
}

/** A random scalar below the curve's order (its top byte cannot reach it). */
function blinder(): Bytes {
  const bytes = new Uint8Array(randomBytes(32));
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes;
}

function draft(
  value: bigint,
  asset: string,
  to: { script: string; blindingKey: string },
  blinded: boolean,
): Draft {
  return {
    value,
    asset,
    script: new Uint8Array(Buffer.from(to.script, 'hex')),
    blindingKey: blinded ? new Uint8Array(Buffer.from(to.blindingKey, 'hex')) : null,
    assetBlinder: blinded ? blinder() : ZERO32,
    amountBlinder: blinded ? blinder() : ZERO32,
  };
}

/** The issuance's amount as the input carries it: blinded amounts need a range proof of their own. */
function issuedAmount(
  plan: IssuancePlan,
  assetId: string,
): { field: Bytes; rangeproof: Bytes; amountBlinder: Bytes } {
  if (!plan.confidential) {
    return { field: explicitValue(plan.amount), rangeproof: new Uint8Array(0), amountBlinder: ZERO32 };
  }
  const amountBlinder = blinder();
  const generator = generatorOf(explicitAsset(assetId));
  const field = wally.asset_value_commitment(plan.amount, amountBlinder, generator);
  const rangeproof = wally.asset_rangeproof_with_nonce(
    plan.amount,
    randomBytes(32),
    fromDisplay(assetId),
    ZERO32,
    amountBlinder,
    field,
    null,
    generator,
    1n,
    0,
    CT_BITS,
  );
  return { field, rangeproof, amountBlinder };
}

/** Gives the last blinded output (the change) the blinder that makes all of them cancel out. */
function balance(drafts: Draft[], coin: PurseCoin, issued: bigint, issuedBlinder: Bytes): void {
  const blinded = drafts.filter((one) => one.blindingKey !== null);
  const last = blinded.at(-1);
  if (!last) return;
  const values = BigUint64Array.from([coin.amount, issued, ...blinded.map((one) => one.value)]);
  last.amountBlinder = wally.asset_final_vbf(
    values,
    2,
    concat(coin.assetBlinder, ZERO32, ...blinded.map((one) => one.assetBlinder)),
    concat(coin.amountBlinder, issuedBlinder, ...blinded.slice(0, -1).map((one) => one.amountBlinder)),
  );
}

function explicitOutput(value: bigint, asset: string, script: Bytes): TxOutput {
  return {
    asset: explicitAsset(asset),
    value: explicitValue(value),
    nonce: NULL_FIELD,
    script,
    surjectionProof: new Uint8Array(0),
    rangeproof: new Uint8Array(0),
  };
}

async function output(
  one: Draft,
  tags: { assets: Bytes; blinders: Bytes; generators: Bytes },
  pool: ProofPool,
): Promise<TxOutput> {
  if (one.blindingKey === null) return explicitOutput(one.value, one.asset, one.script);
  const fields = await pool.blind({
    value: one.value,
    asset: fromDisplay(one.asset),
    assetBlinder: one.assetBlinder,
    amountBlinder: one.amountBlinder,
    blindingPubkey: one.blindingKey,
    ephemeral: blinder(),
    script: one.script,
    seed: new Uint8Array(randomBytes(32)),
    tags,
  });
  return {
    asset: fields.asset,
    value: fields.value,
    nonce: fields.nonce,
    script: one.script,
    surjectionProof: fields.surjectionProof,
    rangeproof: fields.rangeproof,
  };
}

function sign(tx: Transaction, coin: PurseCoin, purse: IssuerPurse): void {
  const [input] = tx.inputs;
  if (!input) throw new Error('nothing to sign');
  const code = p2pkh(hash160(purse.keys.public));
  const hash = segwitSighash(tx, 0, code, coin.valueField, SIGHASH_ALL);
  const signature = wally.ec_sig_from_bytes(purse.keys.secret, hash, ECDSA | GRIND_R);
  input.witness = [concat(wally.ec_sig_to_der(signature), Uint8Array.of(SIGHASH_ALL)), purse.keys.public];
}
