import type { Bytes } from '../../crypto/index.ts';
import { DecodeError, Reader, concat, toHex, u32, varbytes, varint } from '../../crypto/index.ts';

/** Fields by the hex of their whole key, in the order in which they were read or set. */
export type Fields = Map<string, Bytes>;

const MAGIC = Uint8Array.of(0x70, 0x73, 0x65, 0x74, 0xff);
const PROPRIETARY = concat(Uint8Array.of(0xfc, 4), new TextEncoder().encode('pset'));

/** Key types of PSBT version 2. */
export const GLOBAL = {
  TX_VERSION: 0x02,
  LOCKTIME: 0x03,
  INPUTS: 0x04,
  OUTPUTS: 0x05,
  VERSION: 0xfb,
} as const;
export const IN = {
  NON_WITNESS_UTXO: 0x00,
  WITNESS_UTXO: 0x01,
  PARTIAL_SIG: 0x02,
  SIGHASH: 0x03,
  REDEEM_SCRIPT: 0x04,
  WITNESS_SCRIPT: 0x05,
  KEYPATH: 0x06,
  FINAL_SCRIPT: 0x07,
  FINAL_WITNESS: 0x08,
  TXID: 0x0e,
  VOUT: 0x0f,
  SEQUENCE: 0x10,
} as const;
export const OUT = {
  REDEEM_SCRIPT: 0x00,
  WITNESS_SCRIPT: 0x01,
  KEYPATH: 0x02,
  AMOUNT: 0x03,
  SCRIPT: 0x04,
} as const;

/** Subtypes of the `pset` proprietary keys. */
export const ELEMENTS_IN = {
  ISSUANCE_VALUE: 0x00,
  ISSUANCE_VALUE_COMMITMENT: 0x01,
  ISSUANCE_VALUE_RANGEPROOF: 0x02,
  TOKENS_RANGEPROOF: 0x03,
  TOKENS_VALUE: 0x0a,
  TOKENS_COMMITMENT: 0x0b,
  ISSUANCE_NONCE: 0x0c,
  ISSUANCE_ENTROPY: 0x0d,
  UTXO_RANGEPROOF: 0x0e,
  EXPLICIT_VALUE: 0x11,
  VALUE_PROOF: 0x12,
  EXPLICIT_ASSET: 0x13,
  ASSET_PROOF: 0x14,
  BLINDED_ISSUANCE: 0x15,
} as const;
export const ELEMENTS_OUT = {
  VALUE_COMMITMENT: 0x01,
  ASSET: 0x02,
  ASSET_COMMITMENT: 0x03,
  RANGEPROOF: 0x04,
  SURJECTION_PROOF: 0x05,
  BLINDING_PUBKEY: 0x06,
  ECDH_PUBKEY: 0x07,
  BLINDER_INDEX: 0x08,
  VALUE_PROOF: 0x09,
  ASSET_PROOF: 0x0a,
} as const;

/** A partially signed Elements transaction (PSBT version 2 with the `pset` fields), as nothing but its fields. */
export interface Pset {
  global: Fields;
  inputs: Fields[];
  outputs: Fields[];
}

export function fieldKey(type: number, data?: Bytes): string {
  return toHex(data ? concat(Uint8Array.of(type), data) : Uint8Array.of(type));
}

export function elementsKey(subtype: number): string {
  return toHex(concat(PROPRIETARY, Uint8Array.of(subtype)));
}

/** Fields of one type whose keys carry data (public keys): key data and value. */
export function keyed(fields: Fields, type: number): [Bytes, Bytes][] {
  const prefix = toHex(Uint8Array.of(type));
  return [...fields]
    .filter(([key]) => key.startsWith(prefix) && key.length > 2)
    .map(([key, value]) => [Uint8Array.from(Buffer.from(key.slice(2), 'hex')), value]);
}

function readMap(reader: Reader): Fields {
  const fields: Fields = new Map();
  for (;;) {
    const key = reader.varbytes();
    if (key.length === 0) return fields;
    const name = toHex(key);
    if (fields.has(name)) throw new DecodeError('Duplicate Key, key for unknown value already provided');
    fields.set(name, reader.varbytes());
  }
}

function count(fields: Fields, type: number): number {
  const value = fields.get(fieldKey(type));
  if (!value) throw new DecodeError('a count is missing');
  return new Reader(value).varint();
}

/** Throws DecodeError. */
export function decodePset(base64: string): Pset {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) {
    throw new DecodeError('invalid base64');
  }
  const reader = new Reader(Uint8Array.from(Buffer.from(base64, 'base64')));
  if (toHex(reader.take(5)) !== toHex(MAGIC)) throw new DecodeError('Invalid PSBT magic bytes');
  const global = readMap(reader);
  const version = global.get(fieldKey(GLOBAL.VERSION));
  if (!version || new Reader(version).u32() !== 2) throw new DecodeError('Unsupported version number');
  const inputs: Fields[] = [];
  const outputs: Fields[] = [];
  for (let left = count(global, GLOBAL.INPUTS); left > 0; left--) inputs.push(readMap(reader));
  for (let left = count(global, GLOBAL.OUTPUTS); left > 0; left--) outputs.push(readMap(reader));
  reader.end();
  for (const input of inputs) {
    if (input.get(fieldKey(IN.TXID))?.length !== 32)
      throw new DecodeError('Previous TXID is required in PSBTv2');
    if (input.get(fieldKey(IN.VOUT))?.length !== 4) {
      throw new DecodeError("Previous output's index is required in PSBTv2");
    }
  }
  for (const output of outputs) {
    if (!output.has(fieldKey(OUT.SCRIPT))) throw new DecodeError('Output script is required in PSBTv2');
    if (!output.has(fieldKey(OUT.AMOUNT)) && !output.has(elementsKey(ELEMENTS_OUT.VALUE_COMMITMENT))) {
      throw new DecodeError('Output amount is required in PSBTv2');
    }
  }
  return { global, inputs, outputs };
}

function mapBytes(fields: Fields): Bytes {
  const parts: Bytes[] = [];
  for (const [key, value] of fields) {
    parts.push(varbytes(Uint8Array.from(Buffer.from(key, 'hex'))), varbytes(value));
  }
  return concat(...parts, Uint8Array.of(0));
}

export function encodePset(pset: Pset): string {
  const bytes = concat(
    MAGIC,
    mapBytes(pset.global),
    ...pset.inputs.map(mapBytes),
    ...pset.outputs.map(mapBytes),
  );
  return Buffer.from(bytes).toString('base64');
}

export function newPset(inputs: number, outputs: number, locktime: number): Pset {
  const global: Fields = new Map([
    [fieldKey(GLOBAL.TX_VERSION), u32(2)],
    [fieldKey(GLOBAL.LOCKTIME), u32(locktime)],
    [fieldKey(GLOBAL.INPUTS), varint(inputs)],
    [fieldKey(GLOBAL.OUTPUTS), varint(outputs)],
    [fieldKey(GLOBAL.VERSION), u32(2)],
  ]);
  return {
    global,
    inputs: Array.from({ length: inputs }, (): Fields => new Map()),
    outputs: Array.from({ length: outputs }, (): Fields => new Map()),
  };
}
