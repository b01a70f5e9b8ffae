import { ByteReader, ByteWriter, FormatError } from './bytes.ts';
import { psetInvalid } from './errors.ts';

/**
 * One key-value map of a PSET: the whole key, one character per byte, to its value. Order is kept, so that fields which
 * we do not know travel on untouched.
 */
export type PsetMap = Map<string, Uint8Array>;

export interface Pset {
  global: PsetMap;
  inputs: PsetMap[];
  outputs: PsetMap[];
}

/** `pset` and 0xff (Elements' PSET document, BIP174 and BIP370 for the rest). */
const MAGIC = Uint8Array.of(0x70, 0x73, 0x65, 0x74, 0xff);
const plain = (type: number): string => String.fromCharCode(type);
const elements = (subtype: number): string => `\xfc\x04pset${String.fromCharCode(subtype)}`;

export const GLOBAL = {
  txVersion: plain(0x02),
  fallbackLocktime: plain(0x03),
  inputCount: plain(0x04),
  outputCount: plain(0x05),
  psbtVersion: plain(0xfb),
} as const;

export const INPUT = {
  nonWitnessUtxo: plain(0x00),
  witnessUtxo: plain(0x01),
  /** Followed by the public key. */
  partialSignature: plain(0x02),
  sighashType: plain(0x03),
  /** Followed by the public key. */
  bip32Derivation: plain(0x06),
  redeemScript: plain(0x04),
  witnessScript: plain(0x05),
  finalScriptSig: plain(0x07),
  finalScriptWitness: plain(0x08),
  previousTxid: plain(0x0e),
  outputIndex: plain(0x0f),
  sequence: plain(0x10),
  requiredTime: plain(0x11),
  requiredHeight: plain(0x12),
  issuanceValue: elements(0x00),
  issuanceValueCommitment: elements(0x01),
  peginTransaction: elements(0x04),
  peginProof: elements(0x05),
  peginGenesis: elements(0x06),
  peginClaimScript: elements(0x07),
  peginValue: elements(0x08),
  peginWitness: elements(0x09),
  inflationKeys: elements(0x0a),
  inflationKeysCommitment: elements(0x0b),
  issuanceNonce: elements(0x0c),
  issuanceEntropy: elements(0x0d),
  /** What a blinded coin is said to be, with the proofs that it is. */
  explicitValue: elements(0x11),
  blindValueProof: elements(0x12),
  explicitAsset: elements(0x13),
  blindAssetProof: elements(0x14),
} as const;

export const OUTPUT = {
  redeemScript: plain(0x00),
  witnessScript: plain(0x01),
  /** Followed by the public key. */
  bip32Derivation: plain(0x02),
  amount: plain(0x03),
  script: plain(0x04),
  valueCommitment: elements(0x01),
  asset: elements(0x02),
  assetCommitment: elements(0x03),
  valueRangeproof: elements(0x04),
  assetSurjectionProof: elements(0x05),
  blindingPubkey: elements(0x06),
  ecdhPubkey: elements(0x07),
  blinderIndex: elements(0x08),
  blindValueProof: elements(0x09),
  blindAssetProof: elements(0x0a),
} as const;

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

function readMap(reader: ByteReader): PsetMap {
  const map: PsetMap = new Map();
  for (;;) {
    const key = reader.sized();
    if (key.length === 0) return map;
    const name = latin1(key);
    if (map.has(name)) throw new FormatError(`has a field twice at byte ${reader.offset - key.length}`);
    map.set(name, reader.sized());
  }
}

function count(map: PsetMap, key: string, what: string): number {
  const value = map.get(key);
  if (!value) throw new FormatError(`does not say how many ${what} it has (it is no version 2 PSET)`);
  return new ByteReader(value).compactSize();
}

/** Parses the bytes of a PSET. Throws FormatError. */
export function parsePsetBytes(bytes: Uint8Array): Pset {
  const reader = new ByteReader(bytes);
  if (latin1(reader.take(Math.min(MAGIC.length, bytes.length))) !== latin1(MAGIC)) {
    throw new FormatError('does not begin like a PSET');
  }
  const global = readMap(reader);
  const inputs = count(global, GLOBAL.inputCount, 'inputs');
  const outputs = count(global, GLOBAL.outputCount, 'outputs');
  if (inputs + outputs > reader.remaining)
    throw new FormatError('announces more inputs and outputs than it has bytes');
  const pset = {
    global,
    inputs: Array.from({ length: inputs }, () => readMap(reader)),
    outputs: Array.from({ length: outputs }, () => readMap(reader)),
  };
  if (reader.remaining > 0) throw new FormatError(`goes on for ${reader.remaining} bytes after its end`);
  return pset;
}

/** Parses a base64 PSET; PSET_INVALID says where it breaks. */
export function parsePset(base64: string): Pset {
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    throw psetInvalid('The PSET is not base64.');
  }
  return readable(() => parsePsetBytes(new Uint8Array(Buffer.from(base64, 'base64'))));
}

/** Runs a reader of PSET fields and turns its FormatError into words. */
export function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw psetInvalid(`The PSET is damaged: it ${error.message}.`, { cause: error });
  }
}

export function serializePset(pset: Pset): string {
  const writer = new ByteWriter().bytes(MAGIC);
  for (const map of [pset.global, ...pset.inputs, ...pset.outputs]) {
    for (const [key, value] of map) writer.sized(Buffer.from(key, 'latin1')).sized(value);
    writer.u8(0);
  }
  return Buffer.from(writer.result()).toString('base64');
}
