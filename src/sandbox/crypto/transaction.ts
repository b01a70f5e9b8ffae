import type { Bytes } from './bytes.ts';
import {
  DecodeError,
  EMPTY,
  Reader,
  concat,
  isZero,
  sha256d,
  toDisplay,
  u32,
  varbytes,
  varint,
} from './bytes.ts';
import { fastMerkleRoot } from './issuance.ts';

/**
 * Elements transactions, read and written here and not by the library that the desk uses: the sandbox is an independent
 * check of it.
 *
 * Confidential fields keep their wire form: asset 33 bytes (01 + id, or a generator 0a/0b…), value 9 bytes (01 +
 * big-endian) or 33 bytes (commitment 08/09…), nonce 33 bytes; a null field is the single byte 00.
 */
export interface Issuance {
  /** 32 zero bytes for a new issuance, the asset blinder of the spent token for a reissuance. */
  nonce: Bytes;
  /** Contract hash of a new issuance, entropy of a reissuance. */
  entropy: Bytes;
  amount: Bytes;
  tokens: Bytes;
}

export interface TxInput {
  /** Internal byte order. */
  txhash: Bytes;
  vout: number;
  script: Bytes;
  sequence: number;
  pegin: boolean;
  issuance: Issuance | null;
  issuanceRangeproof: Bytes;
  tokenRangeproof: Bytes;
  witness: Bytes[];
  peginWitness: Bytes[];
}

export interface TxOutput {
  asset: Bytes;
  value: Bytes;
  nonce: Bytes;
  script: Bytes;
  surjectionProof: Bytes;
  rangeproof: Bytes;
}

export interface Transaction {
  version: number;
  locktime: number;
  inputs: TxInput[];
  outputs: TxOutput[];
}

export const NULL_FIELD: Bytes = Uint8Array.of(0);
const ISSUANCE_FLAG = 0x80000000;
const PEGIN_FLAG = 0x40000000;
const INDEX_MASK = 0x3fffffff;
const COINBASE_INDEX = 0xffffffff;

export function newInput(txhash: Bytes, vout: number, sequence: number): TxInput {
  return {
    txhash,
    vout,
    script: EMPTY,
    sequence,
    pegin: false,
    issuance: null,
    issuanceRangeproof: EMPTY,
    tokenRangeproof: EMPTY,
    witness: [],
    peginWitness: [],
  };
}

export function isCoinbase(tx: Transaction): boolean {
  const [only] = tx.inputs;
  return tx.inputs.length === 1 && only?.vout === COINBASE_INDEX && isZero(only.txhash);
}

function readField(reader: Reader, kind: 'asset' | 'value' | 'nonce'): Bytes {
  const prefix = reader.u8();
  if (prefix === 0) return NULL_FIELD;
  if (prefix === 1) return concat(Uint8Array.of(1), reader.take(kind === 'value' ? 8 : 32));
  const committed = { asset: [0x0a, 0x0b], value: [0x08, 0x09], nonce: [0x02, 0x03] }[kind];
  if (!committed.includes(prefix)) throw new DecodeError(`unknown prefix of a confidential ${kind}`);
  return concat(Uint8Array.of(prefix), reader.take(32));
}

function readStack(reader: Reader): Bytes[] {
  const count = reader.varint();
  const items: Bytes[] = [];
  for (let i = 0; i < count; i++) items.push(reader.varbytes());
  return items;
}

function readInput(reader: Reader): TxInput {
  const txhash = reader.take(32);
  const index = reader.u32();
  const script = reader.varbytes();
  const sequence = reader.u32();
  const coinbase = index === COINBASE_INDEX;
  const input = newInput(txhash, coinbase ? index : index & INDEX_MASK, sequence);
  input.script = script;
  if (coinbase) return input;
  input.pegin = (index & PEGIN_FLAG) !== 0;
  if ((index & ISSUANCE_FLAG) !== 0) {
    const nonce = reader.take(32);
    const entropy = reader.take(32);
    const amount = readField(reader, 'value');
    const tokens = readField(reader, 'value');
    if (amount.length === 1 && tokens.length === 1) throw new DecodeError('superfluous issuance record');
    input.issuance = { nonce, entropy, amount, tokens };
  }
  return input;
}

/** Throws DecodeError for anything that is not exactly one transaction. */
export function parseTransaction(bytes: Bytes): Transaction {
  const reader = new Reader(bytes);
  const version = reader.u32();
  const flags = reader.u8();
  if (flags > 1) throw new DecodeError('unknown transaction flags');
  const inputs: TxInput[] = [];
  const outputs: TxOutput[] = [];
  for (let count = reader.varint(); count > 0; count--) inputs.push(readInput(reader));
  for (let count = reader.varint(); count > 0; count--) {
    const asset = readField(reader, 'asset');
    const value = readField(reader, 'value');
    const nonce = readField(reader, 'nonce');
    const script = reader.varbytes();
    outputs.push({ asset, value, nonce, script, surjectionProof: EMPTY, rangeproof: EMPTY });
  }
  const locktime = reader.u32();
  if (flags === 1) {
    for (const input of inputs) {
      input.issuanceRangeproof = reader.varbytes();
      input.tokenRangeproof = reader.varbytes();
      input.witness = readStack(reader);
      input.peginWitness = readStack(reader);
    }
    for (const output of outputs) {
      output.surjectionProof = reader.varbytes();
      output.rangeproof = reader.varbytes();
    }
  }
  reader.end();
  const tx = { version, locktime, inputs, outputs };
  if (flags === 1 && !hasWitness(tx)) throw new DecodeError('superfluous witness record');
  return tx;
}

export function hasWitness(tx: Transaction): boolean {
  return (
    tx.inputs.some(
      (input) =>
        input.witness.length > 0 ||
        input.peginWitness.length > 0 ||
        input.issuanceRangeproof.length > 0 ||
        input.tokenRangeproof.length > 0,
    ) || tx.outputs.some((output) => output.surjectionProof.length > 0 || output.rangeproof.length > 0)
  );
}

export function issuanceBytes(issuance: Issuance): Bytes {
  return concat(issuance.nonce, issuance.entropy, issuance.amount, issuance.tokens);
}

/** The 36 bytes of an outpoint without flags, as the signature hash takes it. */
export function outpointBytes(input: TxInput): Bytes {
  return concat(input.txhash, u32(input.vout));
}

export function outputBytes(output: TxOutput): Bytes {
  return concat(output.asset, output.value, output.nonce, varbytes(output.script));
}

function inputBytes(input: TxInput): Bytes {
  let index = input.vout;
  if (input.issuance) index |= ISSUANCE_FLAG;
  if (input.pegin) index |= PEGIN_FLAG;
  const parts = [input.txhash, u32(index), varbytes(input.script), u32(input.sequence)];
  if (input.issuance) parts.push(issuanceBytes(input.issuance));
  return concat(...parts);
}

function stackBytes(items: readonly Bytes[]): Bytes {
  return concat(varint(items.length), ...items.map(varbytes));
}

function body(tx: Transaction): Bytes {
  return concat(
    varint(tx.inputs.length),
    ...tx.inputs.map(inputBytes),
    varint(tx.outputs.length),
    ...tx.outputs.map(outputBytes),
    u32(tx.locktime),
  );
}

function witnessParts(tx: Transaction): Bytes[] {
  const parts: Bytes[] = [];
  for (const input of tx.inputs) {
    parts.push(
      varbytes(input.issuanceRangeproof),
      varbytes(input.tokenRangeproof),
      stackBytes(input.witness),
      stackBytes(input.peginWitness),
    );
  }
  for (const output of tx.outputs) parts.push(varbytes(output.surjectionProof), varbytes(output.rangeproof));
  return parts;
}

/** Without witness: what the txid commits to. */
export function serializeBase(tx: Transaction): Bytes {
  return concat(u32(tx.version), Uint8Array.of(0), body(tx));
}

export function serializeTransaction(tx: Transaction): Bytes {
  if (!hasWitness(tx)) return serializeBase(tx);
  return concat(u32(tx.version), Uint8Array.of(1), body(tx), ...witnessParts(tx));
}

/** Hex in display order. */
export function txidOf(tx: Transaction): string {
  return toDisplay(sha256d(serializeBase(tx)));
}

/** Display-order hash of the whole serialization; what RPC prints as `hash` and `wtxid`. */
export function wtxidOf(tx: Transaction): string {
  return toDisplay(sha256d(serializeTransaction(tx)));
}

/** Hash of the witness alone (RPC's `withash`): a tree over the parts of each input's and output's witness. */
export function witnessHashOf(tx: Transaction): string {
  const ins = tx.inputs.map((input) =>
    fastMerkleRoot([
      sha256d(varbytes(input.issuanceRangeproof)),
      sha256d(varbytes(input.tokenRangeproof)),
      sha256d(stackBytes(isCoinbase(tx) ? [] : input.witness)),
      sha256d(stackBytes(input.peginWitness)),
    ]),
  );
  const outs = tx.outputs.map((output) =>
    fastMerkleRoot([sha256d(varbytes(output.surjectionProof)), sha256d(varbytes(output.rangeproof))]),
  );
  return toDisplay(fastMerkleRoot([fastMerkleRoot(ins), fastMerkleRoot(outs)]));
}

export interface TransactionSize {
  /** Bytes with witness. */
  size: number;
  weight: number;
  vsize: number;
  /** Weight and vsize after the discount for confidential outputs, which relay fees are measured by. */
  discountWeight: number;
  discountVsize: number;
}

/** Weight units; the discount forgives output witnesses and the commitments' extra bytes (Elements' discount policy). */
export function sizeOf(tx: Transaction): TransactionSize {
  const base = serializeBase(tx).length;
  const size = serializeTransaction(tx).length;
  const weight = base * 3 + size;
  let discountWeight = weight;
  const witness = hasWitness(tx);
  for (const output of tx.outputs) {
    if (witness) {
      const proofs = varbytes(output.surjectionProof).length + varbytes(output.rangeproof).length;
      discountWeight -= proofs - 2;
    }
    if (output.value.length === 33) discountWeight -= (33 - 9) * 4;
    if (output.nonce.length === 33) discountWeight -= 32 * 4;
  }
  return {
    size,
    weight,
    vsize: Math.ceil(weight / 4),
    discountWeight,
    discountVsize: Math.ceil(discountWeight / 4),
  };
}

// Fields ---------------------------------------------------------------------------------------------------------

export function explicitAsset(assetId: string): Bytes {
  return concat(Uint8Array.of(1), Buffer.from(assetId, 'hex').reverse());
}

export function explicitValue(value: bigint): Bytes {
  const out = new Uint8Array(9);
  out[0] = 1;
  new DataView(out.buffer).setBigUint64(1, value, false);
  return out;
}

/** Asset id in display order, or null for a commitment. */
export function assetIdOf(field: Bytes): string | null {
  return field[0] === 1 ? toDisplay(field.subarray(1)) : null;
}

/** Base units, or null for a commitment or a null field. */
export function valueOf(field: Bytes): bigint | null {
  if (field[0] !== 1) return null;
  return new DataView(field.buffer, field.byteOffset, field.byteLength).getBigUint64(1, false);
}

export function isCommitment(field: Bytes): boolean {
  return field.length === 33 && field[0] !== 1;
}

/** Elements' fee output: no script, explicit value and asset. */
export function isFee(output: TxOutput): boolean {
  return output.script.length === 0 && output.value[0] === 1 && output.asset[0] === 1;
}

export function prevTxid(input: TxInput): string {
  return toDisplay(input.txhash);
}
