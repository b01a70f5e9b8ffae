import type { Bytes, Transaction, TxInput, TxOutput } from '../crypto/index.ts';
import {
  assetIdOf,
  disassemble,
  isCoinbase,
  isCommitment,
  isFee,
  isZero,
  issuedBy,
  prevTxid,
  scriptType,
  serializeTransaction,
  sizeOf,
  toDisplay,
  toHex,
  txidOf,
  valueOf,
  witnessHashOf,
  wtxidOf,
  zkp,
} from '../crypto/index.ts';
import { assetEntropy } from '../crypto/index.ts';
import { encodeAddress } from './address.ts';
import { withChecksum } from './descriptor.ts';
import { figure } from './json.ts';

export function renderScript(script: Bytes): Record<string, unknown> {
  const address = encodeAddress(script);
  const desc = withChecksum(address === null ? `raw(${toHex(script)})` : `addr(${address})`);
  const type = scriptType(script);
  return {
    asm: disassemble(script),
    desc,
    hex: toHex(script),
    ...(address === null ? {} : { address }),
    type: type === 'true' ? 'nonstandard' : type,
  };
}

/** The public part of a rangeproof, as the node prints it. */
export function renderRangeproof(rangeproof: Bytes): Record<string, unknown> {
  if (rangeproof.length === 0) return {};
  try {
    const info = zkp.rangeproof.info(rangeproof);
    return {
      'value-minimum': figure(BigInt(info.minValue)),
      'value-maximum': figure(BigInt(info.maxValue)),
      'ct-exponent': Number(info.exp),
      'ct-bits': Number(info.mantissa),
    };
  } catch {
    return {};
  }
}

function renderOutput(output: TxOutput, n: number): Record<string, unknown> {
  const value = valueOf(output.value);
  const asset = assetIdOf(output.asset);
  const nonce = output.nonce.length === 33;
  return {
    ...(value === null ? renderRangeproof(output.rangeproof) : { value: figure(value) }),
    ...(output.surjectionProof.length === 0 ? {} : { surjectionproof: toHex(output.surjectionProof) }),
    ...(value === null ? { valuecommitment: toHex(output.value) } : {}),
    ...(asset === null ? { assetcommitment: toHex(output.asset) } : { asset }),
    commitmentnonce: nonce ? toHex(output.nonce) : '',
    commitmentnonce_fully_valid: nonce && zkp.ecc.isPoint(output.nonce),
    n,
    scriptPubKey: renderScript(output.script),
  };
}

function renderIssuance(input: TxInput): Record<string, unknown> {
  const issuance = input.issuance;
  if (!issuance) return {};
  const initial = isZero(issuance.nonce);
  const entropy = initial ? assetEntropy(prevTxid(input), input.vout, issuance.entropy) : issuance.entropy;
  const [first, second] = issuedBy(input);
  const issuedAsset = issuance.amount.length > 1 ? first : undefined;
  const token = issuance.amount.length > 1 ? second : first;
  const amount = valueOf(issuance.amount);
  const tokens = valueOf(issuance.tokens);
  return {
    issuance: {
      assetBlindingNonce: toDisplay(issuance.nonce),
      assetEntropy: toDisplay(entropy),
      isreissuance: !initial,
      ...(initial && token ? { token: token.asset } : {}),
      ...(issuedAsset ? { asset: issuedAsset.asset } : {}),
      ...(amount !== null ? { assetamount: figure(amount) } : {}),
      ...(isCommitment(issuance.amount) ? { assetamountcommitment: toHex(issuance.amount) } : {}),
      ...(tokens !== null ? { tokenamount: figure(tokens) } : {}),
      ...(isCommitment(issuance.tokens) ? { tokenamountcommitment: toHex(issuance.tokens) } : {}),
    },
  };
}

function renderInput(input: TxInput, coinbase: boolean): Record<string, unknown> {
  const witness = input.witness.length === 0 ? {} : { txinwitness: input.witness.map(toHex) };
  if (coinbase) return { coinbase: toHex(input.script), sequence: input.sequence, ...witness };
  return {
    txid: prevTxid(input),
    vout: input.vout,
    scriptSig: { asm: disassemble(input.script), hex: toHex(input.script) },
    is_pegin: input.pegin,
    sequence: input.sequence,
    ...witness,
    ...renderIssuance(input),
  };
}

/** What the fee outputs pay, by asset. */
export function feesByAsset(tx: Transaction): Map<string, bigint> {
  const fees = new Map<string, bigint>();
  for (const output of tx.outputs) {
    const asset = assetIdOf(output.asset);
    if (isFee(output) && asset !== null)
      fees.set(asset, (fees.get(asset) ?? 0n) + (valueOf(output.value) ?? 0n));
  }
  return fees;
}

/** A transaction as decoderawtransaction prints it. */
export function renderTransaction(tx: Transaction): Record<string, unknown> {
  const size = sizeOf(tx);
  const coinbase = isCoinbase(tx);
  const wtxid = wtxidOf(tx);
  return {
    txid: txidOf(tx),
    hash: wtxid,
    wtxid,
    withash: witnessHashOf(tx),
    version: tx.version,
    size: size.size,
    vsize: size.vsize,
    weight: size.weight,
    discountvsize: size.discountVsize,
    discountweight: size.discountWeight,
    locktime: tx.locktime,
    vin: tx.inputs.map((input) => renderInput(input, coinbase)),
    vout: tx.outputs.map(renderOutput),
    fee: Object.fromEntries([...feesByAsset(tx)].map(([asset, fee]) => [asset, figure(fee)])),
  };
}

export function transactionHex(tx: Transaction): string {
  return toHex(serializeTransaction(tx));
}
