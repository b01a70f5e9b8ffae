import { RELAY_FEE_RATE } from '../../chain/index.ts';
import {
  ZERO32,
  assetEntropy,
  assetFromEntropy,
  fromDisplay,
  isCommitment,
  isZero,
  prevTxid,
  toDisplay,
  tokenFromEntropy,
  valueOf,
} from '../../crypto/index.ts';
import { FundingError } from '../fund.ts';
import type { Recipient } from '../fund.ts';
import { viewOf } from '../history.ts';
import { figure } from '../json.ts';
import { RpcError } from '../rpc-error.ts';
import { issuanceIds, requireKeys, transact } from '../transact.ts';
import type { SendRequest } from '../transact.ts';
import type { Wallet } from '../wallet.ts';
import { amountOf, hash256, hash256Bytes, stringOf } from './args.ts';
import type { Args } from './args.ts';
import type { Methods, NodeCore } from './registry.ts';
import { method } from './registry.ts';

const ZERO_HASH = '0'.repeat(64);

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

export const issuingMethods: Methods = {
  issueasset: method(['assetamount', 'tokenamount', 'blind', 'contract_hash'], ({ core, args, wallet }) =>
    issue(core, wallet(), args),
  ),

  reissueasset: method(['asset', 'assetamount'], ({ core, args, wallet }) => reissue(core, wallet(), args)),

  listissuances: method(['asset'], ({ args, wallet }) => {
    const own = wallet();
    const only = args.at(0);
    return issuanceRows(own, only === null ? null : hash256(only, 'asset'));
  }),
};
