import type { Bytes } from './bytes.ts';
import { EMPTY, ZERO32, concat, sha256d, u32, varbytes } from './bytes.ts';
import type { Transaction } from './transaction.ts';
import { issuanceBytes, outpointBytes, outputBytes } from './transaction.ts';

export const SIGHASH_ALL = 0x01;
const SIGHASH_NONE = 0x02;
const SIGHASH_SINGLE = 0x03;
const SIGHASH_RANGEPROOF = 0x40;
const SIGHASH_ANYONECANPAY = 0x80;

/**
 * Elements' segwit v0 signature hash: BIP 143 with the issuances hashed after the sequences, the value in its
 * confidential wire form and, with SIGHASH_RANGEPROOF, the output proofs.
 *
 * `value` is the wire form of the spent output's value; `script` the script code.
 */
export function segwitSighash(
  tx: Transaction,
  index: number,
  script: Bytes,
  value: Bytes,
  hashType: number,
): Bytes {
  const input = tx.inputs[index];
  if (!input) throw new RangeError(`no input ${index}`);
  const kind = hashType & 0x1f;
  const anyone = (hashType & SIGHASH_ANYONECANPAY) !== 0;
  const proofs = (hashType & SIGHASH_RANGEPROOF) !== 0;
  const whole = kind !== SIGHASH_SINGLE && kind !== SIGHASH_NONE;

  const hashPrevouts = anyone ? ZERO32 : sha256d(...tx.inputs.map(outpointBytes));
  const hashSequence = anyone || !whole ? ZERO32 : sha256d(...tx.inputs.map((one) => u32(one.sequence)));
  const hashIssuance = anyone
    ? ZERO32
    : sha256d(...tx.inputs.map((one) => (one.issuance ? issuanceBytes(one.issuance) : Uint8Array.of(0))));

  const single = kind === SIGHASH_SINGLE ? tx.outputs[index] : undefined;
  const covered = whole ? tx.outputs : single ? [single] : null;
  const hashOutputs = covered ? sha256d(...covered.map(outputBytes)) : ZERO32;
  let hashProofs = EMPTY;
  if (proofs) {
    hashProofs = covered
      ? sha256d(
          ...covered.map((output) => concat(varbytes(output.rangeproof), varbytes(output.surjectionProof))),
        )
      : ZERO32;
  }
  return sha256d(
    u32(tx.version),
    hashPrevouts,
    hashSequence,
    hashIssuance,
    outpointBytes(input),
    varbytes(script),
    value,
    u32(input.sequence),
    input.issuance ? issuanceBytes(input.issuance) : EMPTY,
    hashOutputs,
    hashProofs,
    u32(tx.locktime),
    u32(hashType),
  );
}
