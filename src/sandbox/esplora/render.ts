import {
  assetIdOf,
  isCoinbase,
  isFee,
  prevTxid,
  scriptType,
  sizeOf,
  toHex,
  txidOf,
  valueOf,
  issuedBy,
  isZero,
  toDisplay,
} from '../crypto/index.ts';
import type { Bytes, Transaction, TxInput, TxOutput } from '../crypto/index.ts';
import { encodeAddress } from '../elements/index.ts';
import type { ScriptIndex } from './script-index.ts';

/** Where a transaction stands, as electrs says it. */
export function statusOf(index: ScriptIndex, height: number | null): Record<string, unknown> {
  const block = height === null ? null : index.block(height);
  if (height === null || !block) return { confirmed: false };
  return { confirmed: true, block_height: height, block_hash: block.hash, block_time: block.time };
}

const TYPES: Readonly<Record<string, string>> = {
  witness_v0_keyhash: 'v0_p2wpkh',
  witness_v0_scripthash: 'v0_p2wsh',
  witness_v1_taproot: 'v1_p2tr',
  pubkeyhash: 'p2pkh',
  scripthash: 'p2sh',
  nulldata: 'op_return',
  fee: 'fee',
};

const OPERATIONS: Readonly<Record<number, string>> = {
  0x00: 'OP_0',
  0x4f: 'OP_PUSHNUM_NEG1',
  0x6a: 'OP_RETURN',
  0x76: 'OP_DUP',
  0x87: 'OP_EQUAL',
  0x88: 'OP_EQUALVERIFY',
  0xa9: 'OP_HASH160',
  0xac: 'OP_CHECKSIG',
  0xae: 'OP_CHECKMULTISIG',
};

/** As electrs prints scripts. */
function asm(script: Bytes): string {
  const words: string[] = [];
  for (let at = 0; at < script.length;) {
    const op = script[at] ?? 0;
    at += 1;
    if (op > 0 && op <= 0x4b) {
      words.push(`OP_PUSHBYTES_${op}`, toHex(script.subarray(at, at + op)));
      at += op;
    } else if (op >= 0x51 && op <= 0x60) words.push(`OP_PUSHNUM_${op - 0x50}`);
    else words.push(OPERATIONS[op] ?? `OP_RETURN_${op}`);
  }
  return words.join(' ');
}

function renderOutput(output: TxOutput): Record<string, unknown> {
  const address = encodeAddress(output.script);
  const value = valueOf(output.value);
  const asset = assetIdOf(output.asset);
  return {
    scriptpubkey: toHex(output.script),
    scriptpubkey_asm: asm(output.script),
    scriptpubkey_type: TYPES[scriptType(output.script)] ?? 'unknown',
    ...(address === null ? {} : { scriptpubkey_address: address }),
    // Base units; below 2^53, since no asset has more than 21 million coins' worth of them.
    ...(value === null ? { valuecommitment: toHex(output.value) } : { value: Number(value) }),
    ...(asset === null ? { assetcommitment: toHex(output.asset) } : { asset }),
  };
}

function renderIssuance(input: TxInput): Record<string, unknown> {
  const { issuance } = input;
  if (!issuance) return {};
  const amount = valueOf(issuance.amount);
  const tokens = valueOf(issuance.tokens);
  const reissuance = !isZero(issuance.nonce);
  return {
    issuance: {
      asset_id: issuedBy(input)[0]?.asset,
      is_reissuance: reissuance,
      ...(reissuance ? { asset_blinding_nonce: toDisplay(issuance.nonce) } : {}),
      ...(reissuance
        ? { asset_entropy: toDisplay(issuance.entropy) }
        : { contract_hash: toDisplay(issuance.entropy) }),
      ...(issuance.amount.length === 1
        ? {}
        : amount === null
          ? { assetamountcommitment: toHex(issuance.amount) }
          : { assetamount: Number(amount) }),
      ...(issuance.tokens.length === 1
        ? {}
        : tokens === null
          ? { tokenamountcommitment: toHex(issuance.tokens) }
          : { tokenamount: Number(tokens) }),
    },
  };
}

/** A transaction in the form of Esplora's API on Elements chains. */
export async function renderTransaction(
  index: ScriptIndex,
  tx: Transaction,
  height: number | null,
): Promise<Record<string, unknown>> {
  const coinbase = isCoinbase(tx);
  const vin = await Promise.all(
    tx.inputs.map(async (input) => {
      const spent = coinbase ? null : await index.transaction(prevTxid(input));
      const prevout = spent?.outputs[input.vout];
      return {
        txid: prevTxid(input),
        vout: input.vout,
        prevout: prevout ? renderOutput(prevout) : null,
        scriptsig: toHex(input.script),
        scriptsig_asm: asm(input.script),
        ...(input.witness.length > 0 ? { witness: input.witness.map(toHex) } : {}),
        is_coinbase: coinbase,
        sequence: input.sequence,
        is_pegin: input.pegin,
        ...renderIssuance(input),
      };
    }),
  );
  const size = sizeOf(tx);
  const fee = tx.outputs.filter(isFee).reduce((sum, output) => sum + (valueOf(output.value) ?? 0n), 0n);
  return {
    txid: txidOf(tx),
    version: tx.version,
    locktime: tx.locktime,
    vin,
    vout: tx.outputs.map(renderOutput),
    size: size.size,
    weight: size.weight,
    discount_vsize: size.discountVsize,
    discount_weight: size.discountWeight,
    fee: Number(fee),
    status: statusOf(index, height),
  };
}
