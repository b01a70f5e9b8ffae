import { amount, MAX_AMOUNT } from '../../shared/money.ts';
import type { Amount } from '../../shared/money.ts';
import { ByteReader, equalBytes, FormatError, toDisplay, toHex, u64Bytes, u64From } from './bytes.ts';
import { GLOBAL, INPUT, OUTPUT } from './pset.ts';
import type { Pset, PsetMap } from './pset.ts';
import { NULL_FIELD, parseTransaction } from './transaction.ts';
import type { TxInput, TxIssuance, TxOutput, UnsignedTransaction } from './transaction.ts';

const ZERO_32 = new Uint8Array(32);
const INDEX_MASK = 0x3fff_ffff;
const LOCKTIME_THRESHOLD = 500_000_000;

function sizedField(map: PsetMap, key: string, length: number, what: string): Uint8Array | undefined {
  const value = map.get(key);
  if (value && value.length !== length)
    throw new FormatError(`has ${what} of ${value.length} bytes instead of ${length}`);
  return value;
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new FormatError(`does not give ${what}`);
  return value;
}

function u32(map: PsetMap, key: string, what: string): number | undefined {
  const value = sizedField(map, key, 4, what);
  return value && new ByteReader(value).u32();
}

const explicitField = (value: bigint): Uint8Array => Uint8Array.of(1, ...u64Bytes(value, false));

/**
 * The amount that an input issues, 8 little-endian bytes, or 0n where there is none. A written zero is refused: signers
 * and Elements do not agree on whether it is an amount, and the network accepts none of the readings.
 */
function issuedAmount(map: PsetMap, key: string): bigint {
  const value = map.get(key);
  if (!value) return 0n;
  const issued = u64From(value, true);
  if (issued === 0n) throw new FormatError('issues an amount of 0 in so many words');
  return issued;
}

export interface PsetIssuance {
  /** Zero for a new issuance, the token's asset blinder for a reissuance. */
  nonce: Uint8Array;
  /** Contract hash of a new issuance, or the entropy of the reissued asset. */
  entropy: Uint8Array;
  amount: bigint;
  inflationKeys: bigint;
  blinded: boolean;
}

export function issuanceOf(map: PsetMap): PsetIssuance | null {
  const issued = issuedAmount(map, INPUT.issuanceValue);
  const inflationKeys = issuedAmount(map, INPUT.inflationKeys);
  const blinded = map.has(INPUT.issuanceValueCommitment) || map.has(INPUT.inflationKeysCommitment);
  if (issued === 0n && inflationKeys === 0n && !blinded) return null;
  return {
    nonce: sizedField(map, INPUT.issuanceNonce, 32, 'an issuance nonce') ?? ZERO_32,
    entropy: sizedField(map, INPUT.issuanceEntropy, 32, 'an issuance entropy') ?? ZERO_32,
    amount: issued,
    inflationKeys,
    blinded,
  };
}

function txIssuance(map: PsetMap): TxIssuance | null {
  const issuance = issuanceOf(map);
  if (!issuance) return null;
  const field = (commitmentKey: string, value: bigint): Uint8Array =>
    sizedField(map, commitmentKey, 33, 'an issuance commitment') ??
    (value > 0n ? explicitField(value) : NULL_FIELD);
  return {
    nonce: issuance.nonce,
    entropy: issuance.entropy,
    amount: field(INPUT.issuanceValueCommitment, issuance.amount),
    inflationKeys: field(INPUT.inflationKeysCommitment, issuance.inflationKeys),
  };
}

function txInput(map: PsetMap, index: number): TxInput {
  const where = `input ${index}`;
  return {
    txid: toDisplay(
      required(sizedField(map, INPUT.previousTxid, 32, `a txid in ${where}`), `the txid of ${where}`),
    ),
    vout:
      required(u32(map, INPUT.outputIndex, `an index in ${where}`), `the output index of ${where}`) &
      INDEX_MASK,
    sequence: u32(map, INPUT.sequence, `a sequence in ${where}`) ?? 0xffff_ffff,
    pegin: false,
    issuance: txIssuance(map),
  };
}

/** What one output declares, and what it commits to. */
export interface PsetOutputView {
  vout: number;
  script: Uint8Array;
  /** 32 bytes as serialized. */
  asset: Uint8Array;
  value: Amount;
  blindingPubkey: Uint8Array | null;
  assetCommitment: Uint8Array | null;
  valueCommitment: Uint8Array | null;
  ecdhPubkey: Uint8Array | null;
}

export function outputView(map: PsetMap, vout: number): PsetOutputView {
  const where = `output ${vout}`;
  const optional = (key: string, what: string): Uint8Array | null =>
    sizedField(map, key, 33, `${what} in ${where}`) ?? null;
  const value = u64From(required(map.get(OUTPUT.amount), `the amount of ${where}`), true);
  return {
    vout,
    script: required(map.get(OUTPUT.script), `the script of ${where}`),
    asset: required(sizedField(map, OUTPUT.asset, 32, `an asset in ${where}`), `the asset of ${where}`),
    value: amount(value),
    blindingPubkey: optional(OUTPUT.blindingPubkey, 'a blinding key'),
    assetCommitment: optional(OUTPUT.assetCommitment, 'an asset commitment'),
    valueCommitment: optional(OUTPUT.valueCommitment, 'a value commitment'),
    ecdhPubkey: optional(OUTPUT.ecdhPubkey, 'a nonce'),
  };
}

/** The output, if what it declares can be. What merely reads a PSET has to show the impossible as well. */
export function believable(view: PsetOutputView): PsetOutputView {
  if (view.value <= MAX_AMOUNT) return view;
  throw new FormatError(`pays ${view.value} base units in output ${view.vout}, more than can exist`);
}

function txOutput(view: PsetOutputView): TxOutput {
  return {
    asset: view.assetCommitment ?? Uint8Array.of(1, ...view.asset),
    value: view.valueCommitment ?? explicitField(view.value),
    nonce: view.ecdhPubkey ?? NULL_FIELD,
    script: view.script,
  };
}

/** BIP370: the latest of the locktimes that inputs require, else the fallback. */
function locktimeOf(pset: Pset): number {
  const wanted = pset.inputs
    .map((map, i) => ({
      time: u32(map, INPUT.requiredTime, `a time lock in input ${i}`),
      height: u32(map, INPUT.requiredHeight, `a height lock in input ${i}`),
    }))
    .filter(({ time, height }) => time !== undefined || height !== undefined);
  if (wanted.length === 0) return u32(pset.global, GLOBAL.fallbackLocktime, 'a locktime') ?? 0;
  if (wanted.every(({ height }) => height !== undefined))
    return Math.max(...wanted.map(({ height }) => height ?? 0));
  if (wanted.every(({ time }) => time !== undefined))
    return Math.max(...wanted.map(({ time }) => time ?? LOCKTIME_THRESHOLD));
  throw new FormatError('requires a time and a height at once');
}

/** The transaction that a PSET describes. Throws FormatError. */
export function unsignedTransaction(pset: Pset): UnsignedTransaction {
  return {
    version: required(u32(pset.global, GLOBAL.txVersion, 'a version'), 'its version') | 0,
    locktime: locktimeOf(pset),
    inputs: pset.inputs.map(txInput),
    outputs: pset.outputs.map((map, vout) => txOutput(outputView(map, vout))),
  };
}

/** A coin as the PSET shows it: asset and value fields as serialized, scriptPubKey. */
export interface SpentOutput {
  asset: Uint8Array;
  value: Uint8Array;
  script: Uint8Array;
}

function witnessUtxo(bytes: Uint8Array): SpentOutput {
  const reader = new ByteReader(bytes);
  const take = (explicit: number): Uint8Array => {
    const kind = reader.u8();
    reader.offset -= 1;
    return reader.take(kind === 0 ? 1 : kind === 1 ? explicit + 1 : 33);
  };
  const asset = take(32);
  const value = take(8);
  take(32);
  return { asset, value, script: reader.sized() };
}

/** The coin within the full previous transaction; null when that is not the transaction that the input names. */
function previousOutput(map: PsetMap, index: number): SpentOutput | null | undefined {
  const full = map.get(INPUT.nonWitnessUtxo);
  if (!full) return undefined;
  const input = txInput(map, index);
  try {
    const tx = parseTransaction(full);
    return tx.txid === input.txid ? (tx.outputs[input.vout] ?? null) : null;
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

/** The output that an input spends, when the PSET carries it; a full previous transaction must be the one it names. */
export function spentOutput(map: PsetMap, index: number): SpentOutput | null {
  const witness = map.get(INPUT.witnessUtxo);
  if (witness) return witnessUtxo(witness);
  const output = previousOutput(map, index);
  if (output === null) throw new FormatError(`carries another transaction than input ${index} spends`);
  return output ?? null;
}

/** Whether the PSET shows two different coins for one input, or a previous transaction that is not the input's. */
export function contradictsItself(map: PsetMap, index: number): boolean {
  const previous = previousOutput(map, index);
  const witness = map.get(INPUT.witnessUtxo);
  if (previous === undefined) return false;
  if (previous === null) return true;
  if (!witness) return false;
  const { asset, value, script } = witnessUtxo(witness);
  return !(
    equalBytes(asset, previous.asset) &&
    equalBytes(value, previous.value) &&
    equalBytes(script, previous.script)
  );
}

/** Signatures by input and public key (hex), as `index:pubkey` to the signature. */
export function partialSignatures(pset: Pset): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  pset.inputs.forEach((map, index) => {
    for (const [key, value] of map) {
      if (key.length > 1 && key.startsWith(INPUT.partialSignature)) {
        found.set(`${index}:${toHex(Buffer.from(key.slice(1), 'latin1'))}`, value);
      }
    }
  });
  return found;
}
