import { MAX_MONEY, RELAY_FEE_RATE } from '../../chain/index.ts';
import {
  OP_RETURN,
  ZERO32,
  fromDisplay,
  isZero,
  issuedBy,
  prevTxid,
  toDisplay,
  valueOf,
} from '../../crypto/index.ts';
import { assetEntropy, assetFromEntropy, isCommitment, tokenFromEntropy } from '../../crypto/index.ts';
import { FundingError } from '../fund.ts';
import type { Recipient } from '../fund.ts';
import { viewOf } from '../history.ts';
import { figure } from '../json.ts';
import { RpcError } from '../rpc-error.ts';
import { issuanceIds, requireKeys, transact } from '../transact.ts';
import type { SendRequest } from '../transact.ts';
import type { Wallet } from '../wallet.ts';
import type { Wallets } from '../wallets.ts';
import {
  addressOf,
  amountOf,
  arrayOf,
  assetOf,
  feeRateOf,
  hash256,
  hash256Bytes,
  objectOf,
  stringOf,
} from './args.ts';
import type { Args } from './args.ts';
import type { NodeCore } from './registry.ts';
import type { Methods } from './registry.ts';
import { method } from './registry.ts';

const ZERO_HASH = '0'.repeat(64);
const MODES = ['unset', 'economical', 'conservative'];

/** Rate and reason, from the last parameters of sendmany and sendtoaddress. */
function feeChoice(confTarget: unknown, mode: unknown, rate: unknown): { feeRate: bigint; reason: string } {
  if (rate !== null) {
    if (confTarget !== null) {
      throw new RpcError(
        -8,
        'Cannot specify both conf_target and fee_rate. Please provide either a confirmation target in blocks for automatic fee estimation, or an explicit fee rate.',
      );
    }
    if (mode !== null) throw new RpcError(-8, 'Cannot specify both estimate_mode and fee_rate');
    return { feeRate: minimum(feeRateOf(rate), -6), reason: 'PayTxFee set' };
  }
  if (mode !== null && !MODES.includes(stringOf(mode).toLowerCase())) {
    throw new RpcError(
      -8,
      'Invalid estimate_mode parameter, must be one of: "unset", "economical", "conservative"',
    );
  }
  return { feeRate: RELAY_FEE_RATE, reason: 'Fallback fee' };
}

/** Refuses a rate that the node would not relay. */
export function minimum(rate: bigint, code: number): bigint {
  if (rate < RELAY_FEE_RATE) {
    const text = `${rate / 1000n}.${String(rate % 1000n).padStart(3, '0')}`;
    throw new RpcError(
      code,
      `Fee rate (${text} sat/vB) is lower than the minimum fee rate setting (0.100 sat/vB)`,
    );
  }
  return rate;
}

/** Carries out a send with the node's codes for what cannot be funded. */
async function send(wallets: Wallets, wallet: Wallet, request: SendRequest, code = -6): Promise<string> {
  try {
    return await wallet.exclusive(() => transact(wallets, wallet, request));
  } catch (error) {
    if (error instanceof FundingError) throw new RpcError(code, error.message);
    throw error;
  }
}

function answer(args: Args, position: number, txid: string, reason: string): unknown {
  return args.bool(position, false) ? { txid, fee_reason: reason } : txid;
}

/** Refuses, or dies of, an amount of zero in the ways that the real node does. */
function checkZero(core: NodeCore, recipients: readonly Recipient[]): void {
  for (const recipient of recipients) {
    if (recipient.value !== 0n) continue;
    if (recipient.asset === core.chain.policyAsset) throw new RpcError(-6, 'Transaction amount too small');
    if (recipient.blindingPubkey) core.die();
  }
}

function recipientsOf(
  wallet: Wallet,
  amounts: Record<string, unknown>,
  assets: Record<string, unknown>,
): Recipient[] {
  const policy = wallet.chain.policyAsset;
  const seen = new Set<string>();
  return Object.entries(amounts).map(([text, value]) => {
    const address = addressOf(text);
    const key = address.unconfidential;
    if (seen.has(key)) throw new RpcError(-8, `Invalid parameter, duplicated address: ${text}`);
    seen.add(key);
    const named = assets[text];
    const asset = named === undefined ? policy : assetOf(stringOf(named), policy);
    if (asset === null) throw new RpcError(-4, `Unknown label and invalid asset hex: ${String(named)}`);
    return { script: address.script, asset, value: amountOf(value), blindingPubkey: address.blindingPubkey };
  });
}

function ownRecipient(wallet: Wallet, asset: string, value: bigint): Recipient {
  const script = wallet.newScript(false);
  wallet.store.setLabel(wallet.name, script, '');
  return { script, asset, value, blindingPubkey: wallet.blindingPubkey(script) };
}

/** Signing calls that answer -4 rather than say what is wrong with the wallet's keys. */
function requireSigning(wallet: Wallet): void {
  try {
    requireKeys(wallet);
  } catch {
    throw new RpcError(-4, 'Signing transaction failed');
  }
}

interface KnownIssuance {
  entropy: string;
  asset: string;
  token: string;
}

/** First issuances that the wallet has seen. */
function knownIssuances(wallet: Wallet): KnownIssuance[] {
  return wallet.store.txs(wallet.name).flatMap((row) => {
    const tx = viewOf(wallet, row.txid)?.tx;
    return (tx?.inputs ?? []).flatMap((input) => {
      if (!input.issuance || !isZero(input.issuance.nonce)) return [];
      const entropy = assetEntropy(prevTxid(input), input.vout, input.issuance.entropy);
      const ids = issuanceIds(
        prevTxid(input),
        input.vout,
        input.issuance.entropy,
        isCommitment(input.issuance.amount),
      );
      return [{ ...ids, entropy: toDisplay(entropy) }];
    });
  });
}

async function issue(core: NodeCore, wallet: Wallet, args: Args): Promise<unknown> {
  const amount = amountOf(args.required(0, 'issueasset assetamount tokenamount ( blind "contract_hash" )'));
  const tokens = amountOf(args.required(1, 'issueasset assetamount tokenamount ( blind "contract_hash" )'));
  if (amount === 0n && tokens === 0n) throw new RpcError(-3, 'Issuance must have one non-zero component');
  const blind = args.bool(2, true);
  const contract = args.at(3) === null ? ZERO32 : hash256Bytes(args.at(3), 'contract_hash');
  requireSigning(wallet);
  return wallet.exclusive(async () => {
    const [coin] = wallet
      .coins()
      .filter((one) => one.asset === core.chain.policyAsset && one.trusted && !one.locked)
      .sort(
        (a, b) => Number(b.confirmations > 0) - Number(a.confirmations > 0) || (a.value > b.value ? -1 : 1),
      );
    if (!coin) throw new RpcError(-4, 'Insufficient funds');
    const ids = issuanceIds(coin.txid, coin.vout, contract, blind);
    const recipients: Recipient[] = [];
    if (amount > 0n) recipients.push(ownRecipient(wallet, ids.asset, amount));
    if (tokens > 0n) recipients.push(ownRecipient(wallet, ids.token, tokens));
    const request: SendRequest = {
      recipients,
      feeRate: RELAY_FEE_RATE,
      required: [coin],
      issuance: {
        nonce: ZERO32,
        entropy: contract,
        asset: ids.asset,
        token: ids.token,
        amount,
        tokens,
        blind,
      },
    };
    const txid = await funded(() => transact(core.wallets, wallet, request), -4);
    return { txid, vin: 0, entropy: ids.entropy, asset: ids.asset, token: ids.token };
  });
}

async function funded<T>(work: () => Promise<T>, code: number): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FundingError) throw new RpcError(code, error.message);
    throw error;
  }
}

async function reissue(core: NodeCore, wallet: Wallet, args: Args): Promise<unknown> {
  const named = stringOf(args.required(0, 'reissueasset "asset" assetamount'));
  const amount = amountOf(args.required(1, 'reissueasset "asset" assetamount'));
  if (amount === 0n) throw new RpcError(-3, 'Reissuance must create a non-zero amount.');
  const known = knownIssuances(wallet);
  if (known.some((one) => one.token === named)) {
    throw new RpcError(-4, 'Asset given is a reissuance token type and can not be reissued.');
  }
  const issuance = known.find((one) => one.asset === named);
  if (!issuance) {
    throw new RpcError(-4, 'Asset reissuance token definition could not be found in wallet.');
  }
  requireKeys(wallet);
  return wallet.exclusive(async () => {
    const coin = wallet
      .coins()
      .find(
        (one) => one.asset === issuance.token && one.trusted && !one.locked && one.assetBlinder !== ZERO_HASH,
      );
    if (!coin) throw new RpcError(-6, 'No available reissuance tokens in wallet.');
    const entropy = fromDisplay(issuance.entropy);
    const request: SendRequest = {
      recipients: [
        ownRecipient(wallet, issuance.asset, amount),
        ownRecipient(wallet, issuance.token, coin.value),
      ],
      feeRate: RELAY_FEE_RATE,
      required: [coin],
      issuance: {
        nonce: fromDisplay(coin.assetBlinder),
        entropy,
        asset: issuance.asset,
        token: issuance.token,
        amount,
        tokens: 0n,
        // The token's id says whether the first issuance was blinded; a reissuance must be of the same kind.
        blind: issuance.token === tokenFromEntropy(entropy, true),
      },
    };
    const txid = await funded(() => transact(core.wallets, wallet, request), -6);
    return { txid, vin: 0 };
  });
}

function issuanceRows(wallet: Wallet, only: string | null): Record<string, unknown>[] {
  return wallet.store.txs(wallet.name).flatMap((row) => {
    const tx = viewOf(wallet, row.txid)?.tx;
    return (tx?.inputs ?? []).flatMap((input, vin) => {
      const issuance = input.issuance;
      if (!issuance) return [];
      const initial = isZero(issuance.nonce);
      const entropy = initial
        ? assetEntropy(prevTxid(input), input.vout, issuance.entropy)
        : issuance.entropy;
      const ids = issuanceParts(entropy, isCommitment(issuance.amount));
      if (only !== null && ids.asset !== only) return [];
      const secret = wallet.store.issuance(wallet.name, row.txid, vin);
      const amount = valueOf(issuance.amount) ?? secret?.amount ?? (issuance.amount.length > 1 ? -1n : 0n);
      const tokens = valueOf(issuance.tokens) ?? secret?.tokens ?? (issuance.tokens.length > 1 ? -1n : 0n);
      return [
        {
          isreissuance: !initial,
          ...(initial
            ? {
                token: ids.token,
                tokenamount: figure(tokens),
                tokenblinds: secret?.token_blinder ?? ZERO_HASH,
              }
            : {}),
          entropy: toDisplay(entropy),
          txid: row.txid,
          vin,
          asset: ids.asset,
          assetamount: figure(amount),
          assetblinds: secret?.amount_blinder ?? ZERO_HASH,
        },
      ];
    });
  });
}

function issuanceParts(entropy: Uint8Array, blinded: boolean): { asset: string; token: string } {
  return { asset: assetFromEntropy(entropy), token: tokenFromEntropy(entropy, blinded) };
}

export const sendingMethods: Methods = {
  sendtoaddress: method(
    [
      'address',
      'amount',
      'comment',
      'comment_to',
      'subtractfeefromamount',
      'replaceable',
      'conf_target',
      'estimate_mode',
      'avoid_reuse',
      'assetlabel',
      'ignoreblindfail',
      'fee_rate',
      'verbose',
    ],
    async ({ core, args, wallet }) => {
      const own = wallet();
      const help = 'sendtoaddress "address" amount ( "comment" "comment_to" … )';
      const to = stringOf(args.required(0, help));
      const value = args.required(1, help);
      const label = args.at(9);
      const fee = feeChoice(args.at(6), args.at(7), args.at(11));
      if (args.bool(4, false)) throw new RpcError(-8, 'Subtracting the fee from the amount is not supported');
      requireKeys(own);
      const recipients = recipientsOf(own, { [to]: value }, label === null ? {} : { [to]: label });
      checkZero(core, recipients);
      const request: SendRequest = {
        recipients,
        feeRate: fee.feeRate,
        ...(args.at(2) === null || args.at(2) === '' ? {} : { comment: args.string(2) }),
        ...(args.at(3) === null || args.at(3) === '' ? {} : { commentTo: args.string(3) }),
        replaceable: args.bool(5, true),
      };
      return answer(args, 12, await send(core.wallets, own, request), fee.reason);
    },
  ),

  sendmany: method(
    [
      'dummy',
      'amounts',
      'minconf',
      'comment',
      'subtractfeefrom',
      'replaceable',
      'conf_target',
      'estimate_mode',
      'output_assets',
      'ignoreblindfail',
      'fee_rate',
      'verbose',
    ],
    async ({ core, args, wallet }) => {
      const own = wallet();
      const dummy = args.at(0);
      if (dummy !== null && dummy !== '') throw new RpcError(-8, 'Dummy value must be set to ""');
      const amounts = objectOf(
        args.required(1, 'sendmany "" {"address":amount,...} ( minconf "comment" … )'),
      );
      const assets = args.object(8);
      const fee = feeChoice(args.at(6), args.at(7), args.at(10));
      requireKeys(own);
      const recipients = recipientsOf(own, amounts, assets);
      if (arrayOf(args.at(4) ?? []).length > 0) throw new RpcError(-1, 'map::at');
      if (recipients.length === 0) throw new RpcError(-6, 'Transaction must have at least one recipient');
      checkZero(core, recipients);
      const request: SendRequest = {
        recipients,
        feeRate: fee.feeRate,
        ...(args.at(3) === null || args.at(3) === '' ? {} : { comment: args.string(3) }),
        replaceable: args.bool(5, true),
      };
      return answer(args, 11, await send(core.wallets, own, request), fee.reason);
    },
  ),

  issueasset: method(['assetamount', 'tokenamount', 'blind', 'contract_hash'], ({ core, args, wallet }) =>
    issue(core, wallet(), args),
  ),

  reissueasset: method(['asset', 'assetamount'], ({ core, args, wallet }) => reissue(core, wallet(), args)),

  destroyamount: method(['asset', 'amount', 'comment', 'verbose'], async ({ core, args, wallet }) => {
    const own = wallet();
    const named = stringOf(args.required(0, 'destroyamount "asset" amount ( "comment" verbose )'));
    const value = amountOf(args.required(1, 'destroyamount "asset" amount ( "comment" verbose )'), true);
    if (value === 0n || value > MAX_MONEY) throw new RpcError(-3, 'Invalid amount to destroy');
    requireKeys(own);
    const asset = assetOf(named, core.chain.policyAsset);
    if (asset === null) throw new RpcError(-6, 'No asset provided for recipient');
    const request: SendRequest = {
      recipients: [{ script: OP_RETURN, asset, value, blindingPubkey: null }],
      feeRate: RELAY_FEE_RATE,
      ...(args.at(2) === null || args.at(2) === '' ? {} : { comment: args.string(2) }),
    };
    return answer(args, 3, await send(core.wallets, own, request), 'Fallback fee');
  }),

  listissuances: method(['asset'], ({ args, wallet }) => {
    const own = wallet();
    const only = args.at(0);
    return issuanceRows(own, only === null ? null : hash256(only, 'asset'));
  }),

  abandontransaction: method(['txid'], ({ args, wallet }) => {
    const own = wallet();
    const txid = hash256(args.required(0, 'abandontransaction "txid"'), 'txid');
    if (!own.store.tx(own.name, txid)) throw new RpcError(-5, 'Invalid or non-wallet transaction id');
    if (own.chain.locate(txid) !== null) {
      throw new RpcError(-5, 'Transaction not eligible for abandonment');
    }
    own.store.setAbandoned(own.name, txid);
    return null;
  }),
};
