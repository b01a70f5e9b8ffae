import { Rejection, explicitOutput } from '../chain/index.ts';
import type { Bytes, Issuance, Transaction, TxOutput } from '../crypto/index.ts';
import {
  ZERO32,
  assetEntropy,
  assetFromEntropy,
  explicitValue,
  fromDisplay,
  newInput,
  toDisplay,
  tokenFromEntropy,
  txidOf,
} from '../crypto/index.ts';
import { blindIssuedAmount, blindOutputs } from './blind.ts';
import type { BlindedOutput, InputSecrets } from './blind.ts';
import type { FundRequest, Funded, Recipient } from './fund.ts';
import { fund } from './fund.ts';
import { RpcError } from './rpc-error.ts';
import type { Keyring } from './seed.ts';
import { finishInput, signInput } from './sign.ts';
import type { Wallet, WalletCoin } from './wallet.ts';
import type { Wallets } from './wallets.ts';
import { parseMultisig } from '../crypto/index.ts';

const ZERO_HASH = '0'.repeat(64);

export interface SendRequest {
  recipients: readonly Recipient[];
  feeRate: bigint;
  comment?: string;
  commentTo?: string;
  replaceable?: boolean;
  required?: readonly WalletCoin[];
  issuance?: WalletIssuance;
}

/** Issued with the first (required) coin. */
export interface WalletIssuance {
  /** Internal byte order; zeros for a new asset. */
  nonce: Bytes;
  /** Contract hash or entropy, internal byte order. */
  entropy: Bytes;
  asset: string;
  token: string;
  amount: bigint;
  tokens: bigint;
  blind: boolean;
}

/** The ids that an issuance at an outpoint makes. Display order. */
export function issuanceIds(
  txid: string,
  vout: number,
  contractHash: Bytes,
  blind: boolean,
): { entropy: string; asset: string; token: string } {
  const entropy = assetEntropy(txid, vout, contractHash);
  return {
    entropy: toDisplay(entropy),
    asset: assetFromEntropy(entropy),
    token: tokenFromEntropy(entropy, blind),
  };
}

/** The keys of a wallet that is to sign; throws as the node does. */
export function requireKeys(wallet: Wallet): Keyring {
  if (wallet.row.private_keys === 0) {
    throw new RpcError(-4, 'Error: Private keys are disabled for this wallet');
  }
  const keys = wallet.seed();
  if (!keys) throw new RpcError(-4, 'Error: This wallet has no available keys');
  return keys;
}

export function changeScripts(wallet: Wallet): FundRequest['changeScript'] {
  return () => {
    const script = wallet.newScript(true);
    return { script, blindingPubkey: wallet.blindingPubkey(script) };
  };
}

interface BuiltIssuance {
  field: Issuance;
  amountRangeproof: Bytes;
  tokenRangeproof: Bytes;
  secrets: InputSecrets[];
  amountBlinder: string;
  tokenBlinder: string;
}

async function buildIssuance(wallet: Wallet, issuance: WalletIssuance): Promise<BuiltIssuance> {
  const secrets: InputSecrets[] = [];
  const part = async (asset: string, value: bigint) => {
    const none = { commitment: Uint8Array.of(0), rangeproof: new Uint8Array(0), amountBlinder: ZERO_HASH };
    if (value === 0n) return none;
    const made = issuance.blind
      ? await blindIssuedAmount(wallet.pool, asset, value, wallet.masterKey ?? ZERO32)
      : { ...none, commitment: explicitValue(value) };
    secrets.push({ asset, value, assetBlinder: ZERO_HASH, amountBlinder: made.amountBlinder });
    return made;
  };
  const amount = await part(issuance.asset, issuance.amount);
  const tokens = await part(issuance.token, issuance.tokens);
  return {
    field: {
      nonce: issuance.nonce,
      entropy: issuance.entropy,
      amount: amount.commitment,
      tokens: tokens.commitment,
    },
    amountRangeproof: amount.rangeproof,
    tokenRangeproof: tokens.rangeproof,
    secrets,
    amountBlinder: amount.amountBlinder,
    tokenBlinder: tokens.amountBlinder,
  };
}

/**
 * What the node's own sending calls do: choose coins, blind, sign, enter it into the wallet, and only then offer it to
 * the mempool, whose refusal is not reported. The txid that comes back is no proof of broadcast.
 */
export async function transact(wallets: Wallets, wallet: Wallet, request: SendRequest): Promise<string> {
  const keys = requireKeys(wallet);
  const issued = request.issuance;
  const built = issued ? await buildIssuance(wallet, issued) : null;
  const issuedAmounts = new Map<string, bigint>();
  for (const secret of built?.secrets ?? []) issuedAmounts.set(secret.asset, secret.value);
  const funded = fund(wallet, {
    recipients: request.recipients,
    feeRate: request.feeRate,
    required: request.required ?? [],
    issued: issuedAmounts,
    ...(built ? { issuance: { issuance: built.field, proofs: built.secrets.length } } : {}),
    changeScript: changeScripts(wallet),
  });
  const { tx, blinded } = await construct(wallet, funded, built, request.replaceable !== false);
  for (const [index, coin] of funded.coins.entries()) sign(wallet, keys, tx, index, coin);
  const txid = txidOf(tx);
  commit(wallets, wallet, request, funded, tx, txid, blinded);
  if (built && issued) {
    wallet.store.addIssuance(wallet.name, {
      txid,
      vin: 0,
      amount: issued.amount,
      tokens: issued.tokens,
      amountBlinder: built.amountBlinder,
      tokenBlinder: built.tokenBlinder,
    });
  }
  try {
    await wallet.chain.accept(tx);
  } catch (error) {
    // As in the node: the wallet keeps it, whoever asks the mempool learns that it is not there.
    if (!(error instanceof Rejection)) throw error;
  }
  return txid;
}

async function construct(
  wallet: Wallet,
  funded: Funded,
  issuance: BuiltIssuance | null,
  replaceable: boolean,
): Promise<{ tx: Transaction; blinded: BlindedOutput[] }> {
  const sequence = replaceable ? 0xfffffffd : 0xfffffffe;
  const secrets: InputSecrets[] = [];
  const inputs = funded.coins.map((coin, i) => {
    const input = newInput(fromDisplay(coin.txid), coin.vout, sequence);
    secrets.push(coin);
    if (i === 0 && issuance) {
      input.issuance = issuance.field;
      input.issuanceRangeproof = issuance.amountRangeproof;
      input.tokenRangeproof = issuance.tokenRangeproof;
      secrets.push(...issuance.secrets);
    }
    return input;
  });
  const outputs: TxOutput[] = funded.outputs.map((output) =>
    explicitOutput(output.asset, output.value, output.script),
  );
  const todo = funded.outputs.flatMap((output, vout) =>
    output.blindingPubkey
      ? [
          {
            vout,
            script: output.script,
            asset: output.asset,
            value: output.value,
            blindingPubkey: output.blindingPubkey,
          },
        ]
      : [],
  );
  if (todo.length === 0 && secrets.some((one) => one.amountBlinder !== ZERO_HASH)) {
    throw new RpcError(-4, 'Unable to blind the transaction properly. This should not happen.');
  }
  const blinded = await blindOutputs(wallet.pool, secrets, todo);
  for (const one of blinded) {
    const { asset, value, nonce, rangeproof, surjectionProof } = one.fields;
    outputs[one.vout] = { asset, value, nonce, script: one.script, rangeproof, surjectionProof };
  }
  return { tx: { version: 2, locktime: wallet.chain.tip.height, inputs, outputs }, blinded };
}

function sign(wallet: Wallet, keys: Keyring, tx: Transaction, index: number, coin: WalletCoin): void {
  const info = wallet.scriptInfo(coin.script);
  const spent = wallet.chain.store.output(coin.txid, coin.vout)?.output;
  const input = tx.inputs[index];
  if (!info || !spent || !input) throw new RpcError(-4, 'Signing transaction failed');
  const signatures = signInput(keys, tx, index, spent, info);
  const done = finishInput(signatures, {
    redeemScript: info.derived.redeemScript,
    witnessScript: info.derived.witnessScript,
    multisig: info.derived.witnessScript ? parseMultisig(info.derived.witnessScript) : null,
  });
  if (!done) throw new RpcError(-4, 'Signing transaction failed');
  input.script = done.script;
  input.witness = done.witness;
}

function commit(
  wallets: Wallets,
  wallet: Wallet,
  request: SendRequest,
  funded: Funded,
  tx: Transaction,
  txid: string,
  blinded: readonly BlindedOutput[],
): void {
  const { store, chain } = wallet;
  const secrets = new Map(blinded.map((one) => [one.vout, one]));
  store.db.transaction(() => {
    chain.store.keep(txid, tx);
    store.addTx(wallet.name, {
      txid,
      time: chain.now(),
      from_me: 1,
      coinbase: 0,
      comment: request.comment ?? null,
      comment_to: request.commentTo ?? null,
    });
    for (const coin of funded.coins) store.addSpend(wallet.name, coin.txid, coin.vout, txid);
    for (const [vout, output] of funded.outputs.entries()) {
      if (output.kind !== 'recipient') continue;
      store.addSent(wallet.name, txid, {
        vout,
        asset: output.asset,
        value: output.value,
        asset_blinder: secrets.get(vout)?.assetBlinder ?? ZERO_HASH,
        amount_blinder: secrets.get(vout)?.amountBlinder ?? ZERO_HASH,
      });
    }
  })();
  for (const one of blinded) {
    if (store.owned(wallet.name, one.script) === null) continue;
    wallets.foretell(wallet.name, txid, one.vout, {
      asset: fromDisplay(one.asset),
      value: one.value,
      assetBlinder: fromDisplay(one.assetBlinder),
      amountBlinder: fromDisplay(one.amountBlinder),
    });
  }
}
