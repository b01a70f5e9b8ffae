import { amount } from '../../shared/money.ts';
import { ByteReader, ByteWriter, FormatError, fromHex, sha256d, toDisplay, toHex, u64From } from './bytes.ts';
import { psetInvalid } from './errors.ts';
import type { DecodedOutput, DecodedTransaction } from './types.ts';

/** Fields of a confidential value or asset as serialized: 1 byte (null), explicit, or a 33-byte commitment. */
export interface TxIssuance {
  nonce: Uint8Array;
  entropy: Uint8Array;
  amount: Uint8Array;
  inflationKeys: Uint8Array;
}

export interface TxInput {
  txid: string;
  vout: number;
  sequence: number;
  pegin: boolean;
  issuance: TxIssuance | null;
}

export interface TxOutput {
  asset: Uint8Array;
  value: Uint8Array;
  nonce: Uint8Array;
  script: Uint8Array;
}

/** Everything of a transaction that its signatures commit to; no scriptSig, no witness. */
export interface UnsignedTransaction {
  version: number;
  locktime: number;
  inputs: TxInput[];
  outputs: TxOutput[];
}

export interface RawTransaction extends UnsignedTransaction {
  scriptSigs: Uint8Array[];
  /** Script witnesses, per input. */
  witnesses: Uint8Array[][];
  /** Per output. */
  proofs: { surjection: Uint8Array; range: Uint8Array }[];
  weight: number;
  vsize: number;
  txid: string;
}

/** Elements marks an input that issues, or claims a peg-in, in the top bits of its output index. */
const ISSUANCE_FLAG = 0x8000_0000;
const PEGIN_FLAG = 0x4000_0000;
const INDEX_MASK = 0x3fff_ffff;
const COINBASE_INDEX = 0xffff_ffff;
export const NULL_FIELD = Uint8Array.of(0);

function confidential(
  reader: ByteReader,
  explicitLength: number,
  prefixes: readonly number[],
  what: string,
): Uint8Array {
  const start = reader.offset;
  const prefix = reader.u8();
  reader.offset = start;
  if (prefix === 0) return reader.take(1);
  if (prefix === 1) return reader.take(1 + explicitLength);
  if (prefixes.includes(prefix)) return reader.take(33);
  throw new FormatError(`has ${what} of an unknown kind (${prefix}) at byte ${start}`);
}

const readAsset = (reader: ByteReader): Uint8Array => confidential(reader, 32, [10, 11], 'an asset');
const readValue = (reader: ByteReader): Uint8Array => confidential(reader, 8, [8, 9], 'a value');
const readNonce = (reader: ByteReader): Uint8Array => confidential(reader, 32, [2, 3], 'a nonce');

function readInput(reader: ByteReader): { input: TxInput; scriptSig: Uint8Array } {
  const txid = toDisplay(reader.take(32));
  const index = reader.u32();
  const scriptSig = reader.sized();
  const sequence = reader.u32();
  const coinbase = index === COINBASE_INDEX;
  const issues = !coinbase && (index & ISSUANCE_FLAG) !== 0;
  const issuance = issues
    ? {
        nonce: reader.take(32),
        entropy: reader.take(32),
        amount: readValue(reader),
        inflationKeys: readValue(reader),
      }
    : null;
  const input = {
    txid,
    vout: coinbase ? index : index & INDEX_MASK,
    sequence,
    pegin: !coinbase && (index & PEGIN_FLAG) !== 0,
    issuance,
  };
  return { input, scriptSig };
}

function readOutput(reader: ByteReader): TxOutput {
  return {
    asset: readAsset(reader),
    value: readValue(reader),
    nonce: readNonce(reader),
    script: reader.sized(),
  };
}

function repeat<T>(reader: ByteReader, read: () => T): T[] {
  const count = reader.compactSize();
  if (count > reader.remaining) throw new FormatError(`announces ${count} entries, more than it has bytes`);
  return Array.from({ length: count }, read);
}

/** Fields of the body that a txid covers; `scriptSigs` empty for the unsigned form. */
export function serializeBody(tx: UnsignedTransaction, scriptSigs: readonly Uint8Array[] = []): Uint8Array {
  const writer = new ByteWriter().u32(tx.version).u8(0).compactSize(tx.inputs.length);
  tx.inputs.forEach((input, i) => {
    const flags = (input.issuance ? ISSUANCE_FLAG : 0) | (input.pegin ? PEGIN_FLAG : 0);
    writer.bytes(fromHex(input.txid).reverse()).u32(input.vout | flags);
    writer.sized(scriptSigs[i] ?? new Uint8Array()).u32(input.sequence);
    if (input.issuance) {
      const { nonce, entropy, amount: issued, inflationKeys } = input.issuance;
      writer.bytes(nonce).bytes(entropy).bytes(issued).bytes(inflationKeys);
    }
  });
  writer.compactSize(tx.outputs.length);
  for (const output of tx.outputs) {
    writer.bytes(output.asset).bytes(output.value).bytes(output.nonce).sized(output.script);
  }
  return writer.u32(tx.locktime).result();
}

/** Identity of what is signed: the txid that the transaction has once all its inputs carry only witnesses. */
export function unsignedTxid(tx: UnsignedTransaction): string {
  return toDisplay(sha256d(serializeBody(tx)));
}

/** Reads one network-serialized Elements transaction, wherever it stands. Throws FormatError. */
export function readTransaction(reader: ByteReader): RawTransaction {
  const start = reader.offset;
  const version = reader.i32();
  const flag = reader.u8();
  if (flag > 1) throw new FormatError(`has an unknown flag (${flag}) at byte ${start + 4}`);
  const read = repeat(reader, () => readInput(reader));
  const outputs = repeat(reader, () => readOutput(reader));
  const locktime = reader.u32();
  let proofs = outputs.map(() => ({ surjection: new Uint8Array(), range: new Uint8Array() }));
  let witnesses: Uint8Array[][] = read.map(() => []);
  if (flag === 1) {
    witnesses = read.map(() => {
      // Proofs of an issuance come first, the witness of a peg-in last.
      reader.sized();
      reader.sized();
      const witness = repeat(reader, () => reader.sized());
      repeat(reader, () => reader.sized());
      return witness;
    });
    proofs = outputs.map(
      () => ({ surjection: reader.sized(), range: reader.sized() }) as (typeof proofs)[number],
    );
  }
  const unsigned = { version, locktime, inputs: read.map((r) => r.input), outputs };
  const scriptSigs = read.map((r) => r.scriptSig);
  const base = serializeBody(unsigned, scriptSigs);
  const weight = base.length * 3 + reader.offset - start;
  return {
    ...unsigned,
    scriptSigs,
    witnesses,
    proofs,
    weight,
    vsize: Math.ceil(weight / 4),
    txid: toDisplay(sha256d(base)),
  };
}

/** Parses one network-serialized Elements transaction and nothing behind it. Throws FormatError. */
export function parseTransaction(bytes: Uint8Array): RawTransaction {
  const reader = new ByteReader(bytes);
  const transaction = readTransaction(reader);
  if (reader.remaining > 0) throw new FormatError(`goes on for ${reader.remaining} bytes after its end`);
  return transaction;
}

/** Parses a transaction in hex; PSET_INVALID says where it breaks. */
export function transactionFromHex(hex: string): RawTransaction {
  if (hex.length === 0 || hex.length % 2 !== 0 || !/^[0-9a-fA-F]+$/.test(hex)) {
    throw psetInvalid('The transaction is not an even run of hexadecimal digits.');
  }
  try {
    return parseTransaction(fromHex(hex));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw psetInvalid(`The transaction is damaged: it ${error.message}.`, { cause: error });
  }
}

export function explicitAsset(field: Uint8Array): string | null {
  return field[0] === 1 ? toDisplay(field.subarray(1)) : null;
}

export function explicitValue(field: Uint8Array): bigint | null {
  return field[0] === 1 ? u64From(field.subarray(1), false) : null;
}

function commitment(field: Uint8Array): string | null {
  return field.length === 33 && field[0] !== 1 ? toHex(field) : null;
}

function decodeOutput(tx: RawTransaction, output: TxOutput, vout: number): DecodedOutput {
  const assetId = explicitAsset(output.asset);
  const value = explicitValue(output.value);
  const proofs = tx.proofs[vout];
  return {
    vout,
    script: toHex(output.script),
    isFee: output.script.length === 0 && assetId !== null && value !== null,
    assetId,
    value: value === null ? null : amount(value),
    assetCommitment: commitment(output.asset),
    valueCommitment: commitment(output.value),
    hasProofs: proofs !== undefined && proofs.surjection.length > 0 && proofs.range.length > 0,
  };
}

export function decodeTransaction(hex: string): DecodedTransaction {
  const tx = transactionFromHex(hex);
  return {
    txid: tx.txid,
    version: tx.version,
    locktime: tx.locktime,
    inputs: tx.inputs.map(({ txid, vout, sequence, issuance }) => ({
      txid,
      vout,
      sequence,
      issuance: issuance !== null,
    })),
    outputs: tx.outputs.map((output, vout) => decodeOutput(tx, output, vout)),
    weight: tx.weight,
    vsize: tx.vsize,
  };
}
