import { MAX_MONEY, RELAY_FEE_RATE } from '../../chain/index.ts';
import { OP_RETURN } from '../../crypto/index.ts';
import { FundingError } from '../fund.ts';
import type { Recipient } from '../fund.ts';
import { RpcError } from '../rpc-error.ts';
import { requireKeys, transact } from '../transact.ts';
import type { SendRequest } from '../transact.ts';
import type { Wallet } from '../wallet.ts';
import type { Wallets } from '../wallets.ts';
import { addressOf, amountOf, arrayOf, assetOf, feeRateOf, hash256, objectOf, stringOf } from './args.ts';
import type { Args } from './args.ts';
import type { Methods, NodeCore } from './registry.ts';
import { method } from './registry.ts';

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
