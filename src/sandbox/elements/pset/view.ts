import type { Bytes, Issuance, Transaction, TxInput, TxOutput } from '../../crypto/index.ts';
import {
  EMPTY,
  NULL_FIELD,
  Reader,
  ZERO32,
  concat,
  explicitValue,
  newInput,
  parseTransaction,
  toDisplay,
  zkp,
} from '../../crypto/index.ts';
import { generatorOf } from '../../crypto/index.ts';
import type { Fields, Pset } from './codec.ts';
import { ELEMENTS_IN, ELEMENTS_OUT, GLOBAL, IN, OUT, elementsKey, fieldKey } from './codec.ts';

/** An unsigned 64-bit amount of a field, or null. */
export function amountField(fields: Fields, key: string): bigint | null {
  const value = fields.get(key);
  return value ? new Reader(value).u64() : null;
}

export function u32Field(fields: Fields, key: string): number | null {
  const value = fields.get(key);
  return value ? new Reader(value).u32() : null;
}

export function inputPoint(input: Fields): { txid: string; vout: number } {
  return {
    txid: toDisplay(input.get(fieldKey(IN.TXID)) ?? ZERO32),
    vout: u32Field(input, fieldKey(IN.VOUT)) ?? 0,
  };
}

/** The spent output, from either of the two fields that may carry it. */
export function inputUtxo(input: Fields): Pick<TxOutput, 'asset' | 'value' | 'nonce' | 'script'> | null {
  const witness = input.get(fieldKey(IN.WITNESS_UTXO));
  if (witness) return parseOutput(witness);
  const whole = input.get(fieldKey(IN.NON_WITNESS_UTXO));
  if (!whole) return null;
  return parseTransaction(whole).outputs[inputPoint(input).vout] ?? null;
}

function parseOutput(bytes: Bytes): Pick<TxOutput, 'asset' | 'value' | 'nonce' | 'script'> {
  const reader = new Reader(bytes);
  const field = (explicit: number): Bytes => {
    const prefix = reader.u8();
    if (prefix === 0) return NULL_FIELD;
    return concat(Uint8Array.of(prefix), reader.take(prefix === 1 ? explicit : 32));
  };
  const asset = field(32);
  const value = field(8);
  const nonce = field(32);
  return { asset, value, nonce, script: reader.varbytes() };
}

/** The issuance an input declares, unblinded if need be; null without one. */
export function inputIssuance(input: Fields): Issuance | null {
  const field = (commitment: number, value: number): Bytes => {
    const committed = input.get(elementsKey(commitment));
    if (committed) return committed;
    const amount = amountField(input, elementsKey(value));
    return amount === null || amount === 0n ? NULL_FIELD : explicitValue(amount);
  };
  const amount = field(ELEMENTS_IN.ISSUANCE_VALUE_COMMITMENT, ELEMENTS_IN.ISSUANCE_VALUE);
  const tokens = field(ELEMENTS_IN.TOKENS_COMMITMENT, ELEMENTS_IN.TOKENS_VALUE);
  if (amount.length === 1 && tokens.length === 1) return null;
  return {
    nonce: input.get(elementsKey(ELEMENTS_IN.ISSUANCE_NONCE)) ?? ZERO32,
    entropy: input.get(elementsKey(ELEMENTS_IN.ISSUANCE_ENTROPY)) ?? ZERO32,
    amount,
    tokens,
  };
}

/** The explicit asset as a 33-byte field. */
function explicitAssetField(output: Fields): Bytes | null {
  const asset = output.get(elementsKey(ELEMENTS_OUT.ASSET));
  return asset ? concat(Uint8Array.of(1), asset) : null;
}

/** The transaction as it stands: without signatures, with commitments where there are any. */
export function psetTransaction(pset: Pset): Transaction {
  const inputs = pset.inputs.map((fields): TxInput => {
    const input = newInput(
      fields.get(fieldKey(IN.TXID)) ?? ZERO32,
      u32Field(fields, fieldKey(IN.VOUT)) ?? 0,
      u32Field(fields, fieldKey(IN.SEQUENCE)) ?? 0xffffffff,
    );
    input.issuance = inputIssuance(fields);
    input.issuanceRangeproof = fields.get(elementsKey(ELEMENTS_IN.ISSUANCE_VALUE_RANGEPROOF)) ?? EMPTY;
    input.tokenRangeproof = fields.get(elementsKey(ELEMENTS_IN.TOKENS_RANGEPROOF)) ?? EMPTY;
    return input;
  });
  const outputs = pset.outputs.map((fields): TxOutput => {
    const amount = amountField(fields, fieldKey(OUT.AMOUNT));
    return {
      asset:
        fields.get(elementsKey(ELEMENTS_OUT.ASSET_COMMITMENT)) ?? explicitAssetField(fields) ?? NULL_FIELD,
      value:
        fields.get(elementsKey(ELEMENTS_OUT.VALUE_COMMITMENT)) ??
        (amount === null ? NULL_FIELD : explicitValue(amount)),
      nonce: fields.get(elementsKey(ELEMENTS_OUT.ECDH_PUBKEY)) ?? NULL_FIELD,
      script: fields.get(fieldKey(OUT.SCRIPT)) ?? EMPTY,
      surjectionProof: fields.get(elementsKey(ELEMENTS_OUT.SURJECTION_PROOF)) ?? EMPTY,
      rangeproof: fields.get(elementsKey(ELEMENTS_OUT.RANGEPROOF)) ?? EMPTY,
    };
  });
  return {
    version: u32Field(pset.global, fieldKey(GLOBAL.TX_VERSION)) ?? 2,
    locktime: u32Field(pset.global, fieldKey(GLOBAL.LOCKTIME)) ?? 0,
    inputs,
    outputs,
  };
}

export function wantsBlinding(output: Fields): boolean {
  return output.has(elementsKey(ELEMENTS_OUT.BLINDING_PUBKEY));
}

export function isBlinded(output: Fields): boolean {
  const has = (subtype: number): boolean => output.has(elementsKey(subtype));
  return (
    has(ELEMENTS_OUT.VALUE_COMMITMENT) &&
    has(ELEMENTS_OUT.ASSET_COMMITMENT) &&
    has(ELEMENTS_OUT.RANGEPROOF) &&
    has(ELEMENTS_OUT.SURJECTION_PROOF) &&
    has(ELEMENTS_OUT.ECDH_PUBKEY)
  );
}

export function fullyBlinded(pset: Pset): boolean {
  return pset.outputs.every((output) => !wantsBlinding(output) || isBlinded(output));
}

/** What the proofs of a blinded output say of its declared value and asset. */
export type ProofVerdict = 'ok' | 'no value proof' | 'bad value proof' | 'no asset proof' | 'bad asset proof';

export function checkOutputProofs(output: Fields): ProofVerdict {
  const commitment = output.get(elementsKey(ELEMENTS_OUT.VALUE_COMMITMENT));
  const generator = output.get(elementsKey(ELEMENTS_OUT.ASSET_COMMITMENT));
  const amount = amountField(output, fieldKey(OUT.AMOUNT));
  const asset = explicitAssetField(output);
  if (!commitment || !generator) return 'ok';
  const valueProof = output.get(elementsKey(ELEMENTS_OUT.VALUE_PROOF));
  if (amount !== null) {
    if (!valueProof) return 'no value proof';
    if (!exactValue(valueProof, commitment, generator, amount)) return 'bad value proof';
  }
  const assetProof = output.get(elementsKey(ELEMENTS_OUT.ASSET_PROOF));
  if (asset !== null) {
    if (!assetProof) return 'no asset proof';
    if (!sameAsset(assetProof, generator, asset)) return 'bad asset proof';
  }
  return 'ok';
}

function exactValue(proof: Bytes, commitment: Bytes, generator: Bytes, amount: bigint): boolean {
  try {
    const info = zkp.rangeproof.info(proof);
    if (info.exp !== '-1' || BigInt(info.minValue) !== amount) return false;
    return zkp.rangeproof.verify(proof, commitment, generator);
  } catch {
    return false;
  }
}

function sameAsset(proof: Bytes, generator: Bytes, asset: Bytes): boolean {
  try {
    return zkp.surjectionproof.verify(proof, [generatorOf(asset)], generator);
  } catch {
    return false;
  }
}
