import type { Bytes, Transaction, TxOutput } from '../crypto/index.ts';
import {
  EMPTY,
  NULL_FIELD,
  OP_RETURN,
  OP_TRUE,
  ZERO32,
  concat,
  explicitAsset,
  explicitValue,
  fromDisplay,
  fromHex,
  newInput,
  p2wsh,
  sha256d,
  toDisplay,
  u32,
  varbytes,
  varint,
  wtxidOf,
} from '../crypto/index.ts';

const VERSION = 0x30000000;
const DYNAFED_FLAG = 0x80000000;
const WITNESS_LIMIT = 74;

/** The chain's blocks are signed by anyone: the challenge is a witness program around OP_TRUE. */
export const SIGNBLOCK_SCRIPT: Bytes = p2wsh(OP_TRUE);

/** Root of the dynamic federation parameters that a compact record leaves out; constant on this chain. */
const ELIDED_ROOT = 'b1089ab85bc0e542cff3ebe64d1932700d7e5328c3becf49dcefd800ea9ceefb';
export const PARAMS_ROOT = '3700bdb2975ff8e0dadaaba2b33857b0ca2610c950a92b1db725025e3647a8e1';

export function explicitOutput(asset: string, value: bigint, script: Bytes): TxOutput {
  return {
    asset: explicitAsset(asset),
    value: explicitValue(value),
    nonce: NULL_FIELD,
    script,
    surjectionProof: EMPTY,
    rangeproof: EMPTY,
  };
}

/** Bitcoin's tree: an odd leaf is paired with itself. */
function merkleRoot(leaves: readonly Bytes[]): Bytes {
  let level = [...leaves];
  while (level.length > 1) {
    const next: Bytes[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i] ?? ZERO32;
      next.push(sha256d(left, level[i + 1] ?? left));
    }
    level = next;
  }
  return level[0] ?? ZERO32;
}

/** Height as BIP 34 wants it in the coinbase script. */
function heightPush(height: number): Bytes {
  if (height >= 1 && height <= 16) return Uint8Array.of(0x50 + height);
  if (height === 0) return Uint8Array.of(0x00);
  const digits: number[] = [];
  for (let rest = height; rest > 0; rest = Math.floor(rest / 256)) digits.push(rest % 256);
  if (((digits.at(-1) ?? 0) & 0x80) !== 0) digits.push(0);
  return Uint8Array.from([digits.length, ...digits]);
}

/**
 * The transaction that collects a block's fees. `nonce` makes two blocks of the same content differ. A block without
 * fees pays nothing, to nobody: an output of zero must be unspendable.
 */
export function coinbase(options: {
  height: number;
  nonce: number;
  fees: bigint;
  asset: string;
  script: Bytes;
  transactions: readonly Transaction[];
}): Transaction {
  const input = newInput(ZERO32, 0xffffffff, 0xffffffff);
  input.script = concat(heightPush(options.height), Uint8Array.of(4), u32(options.nonce));
  const root = merkleRoot([ZERO32, ...options.transactions.map((tx) => fromDisplay(wtxidOf(tx)))]);
  const commitment = concat(OP_RETURN, fromHex('24aa21a9ed'), sha256d(root, ZERO32));
  input.witness = [ZERO32];
  return {
    version: 2,
    locktime: 0,
    inputs: [input],
    outputs: [
      explicitOutput(options.asset, options.fees, options.fees > 0n ? options.script : OP_RETURN),
      explicitOutput(options.asset, 0n, commitment),
    ],
  };
}

/** A block header in Elements' form with compact dynamic federation parameters, signed by nobody in particular. */
export function makeHeader(fields: {
  previous: string | null;
  txids: readonly string[];
  time: number;
  height: number;
}): { hash: string; header: Bytes; merkleRoot: string } {
  const root = merkleRoot(fields.txids.map(fromDisplay));
  const unsigned = concat(
    u32(VERSION | DYNAFED_FLAG),
    fields.previous === null ? ZERO32 : fromDisplay(fields.previous),
    root,
    u32(fields.time),
    u32(fields.height),
    Uint8Array.of(1),
    varbytes(SIGNBLOCK_SCRIPT),
    u32(WITNESS_LIMIT),
    fromDisplay(ELIDED_ROOT),
    Uint8Array.of(0),
  );
  const header = concat(unsigned, varint(1), varbytes(OP_TRUE));
  return { hash: toDisplay(sha256d(unsigned)), header, merkleRoot: toDisplay(root) };
}

export const BLOCK_VERSION = VERSION;
export const MAX_BLOCK_WITNESS = WITNESS_LIMIT;
export const EXTRA_ROOT = ELIDED_ROOT;

/** The Merkle root as a header carries it. */
export function headerMerkleRoot(header: Bytes): string {
  return toDisplay(header.subarray(36, 68));
}
