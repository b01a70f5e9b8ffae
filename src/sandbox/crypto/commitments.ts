import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { Bytes } from './bytes.ts';
import { fromDisplay, isZero, toHex } from './bytes.ts';
import { generatorOf } from './generators.ts';
import { isUnspendable } from './script.ts';
import type { Transaction, TxInput, TxOutput } from './transaction.ts';
import { assetIdOf, isCommitment, prevTxid, valueOf } from './transaction.ts';
import { assetEntropy, assetFromEntropy, tokenFromEntropy } from './issuance.ts';

const { Point } = secp256k1;
type CurvePoint = InstanceType<typeof Point>;

const FIELD = Point.Fp;
const MAX_MONEY = 2_100_000_000_000_000n;

/**
 * Reads a generator (0a, 0b) or a Pedersen commitment (08, 09): an x coordinate and whether y is a square. Both lower
 * prefixes mean the square root that is itself a square. Throws for an x that is not on the curve.
 */
export function readPoint(bytes: Bytes): CurvePoint {
  const prefix = bytes[0] ?? 0;
  if (bytes.length !== 33 || prefix < 0x08 || prefix > 0x0b) throw new Error('not a commitment');
  const x = BigInt(`0x${toHex(bytes.subarray(1))}`);
  if (x >= FIELD.ORDER) throw new Error('x out of range');
  const y = FIELD.sqrt(FIELD.create(x * x * x + 7n));
  const square = isSquare(y) ? y : FIELD.neg(y);
  return Point.fromAffine({ x, y: (prefix & 1) === 0 ? square : FIELD.neg(square) });
}

function isSquare(y: bigint): boolean {
  return FIELD.eql(FIELD.pow(y, (FIELD.ORDER - 1n) / 2n), FIELD.ONE);
}

function explicitPoint(value: bigint, generator: Bytes): CurvePoint {
  return readPoint(generator).multiplyUnsafe(value);
}

export interface IssuedPart {
  /** Asset id, display order. */
  asset: string;
  value: Bytes;
  rangeproof: Bytes;
}

/** The pseudo inputs of an issuance in consensus order: the asset, then the token. */
export function issuedBy(input: TxInput): IssuedPart[] {
  const issuance = input.issuance;
  if (!issuance) return [];
  const initial = isZero(issuance.nonce);
  const entropy = initial ? assetEntropy(prevTxid(input), input.vout, issuance.entropy) : issuance.entropy;
  const blinded = isCommitment(issuance.amount);
  const parts: IssuedPart[] = [];
  if (issuance.amount.length > 1) {
    parts.push({
      asset: assetFromEntropy(entropy),
      value: issuance.amount,
      rangeproof: input.issuanceRangeproof,
    });
  }
  if (issuance.tokens.length > 1) {
    parts.push({
      asset: tokenFromEntropy(entropy, blinded),
      value: issuance.tokens,
      rangeproof: input.tokenRangeproof,
    });
  }
  return parts;
}

/** One proof that has to hold for the amounts of a transaction to be what they claim. */
export type Proof =
  | { kind: 'range'; proof: Bytes; commitment: Bytes; generator: Bytes; script: Bytes }
  | { kind: 'surjection'; proof: Bytes; generator: Bytes; tags: Bytes[] };

/**
 * Elements' VerifyAmounts up to the proofs: throws AmountError if a field is impossible or the commitments do not
 * balance; returns the proofs that are still to be verified (they are slow, and done elsewhere).
 */
export function checkAmounts(tx: Transaction, spent: readonly Pick<TxOutput, 'asset' | 'value'>[]): Proof[] {
  try {
    return amounts(tx, spent);
  } catch (cause) {
    if (cause instanceof AmountError) throw cause;
    throw new AmountError('a commitment is not a point of the curve');
  }
}

export class AmountError extends Error {}

function fail(why: string): never {
  throw new AmountError(why);
}

function amounts(tx: Transaction, spent: readonly Pick<TxOutput, 'asset' | 'value'>[]): Proof[] {
  const proofs: Proof[] = [];
  const tags: Bytes[] = [];
  let total = Point.ZERO;
  for (const [index, input] of tx.inputs.entries()) {
    const coin = spent[index] ?? fail('no coin');
    if (coin.value.length === 1 || coin.asset.length === 1) fail('null input');
    const generator = generatorOf(coin.asset);
    tags.push(generator);
    const value = valueOf(coin.value);
    if (value !== null) {
      if (value === 0n || value > MAX_MONEY) fail('input value out of range');
      total = total.add(explicitPoint(value, generator));
    } else {
      total = total.add(readPoint(coin.value));
    }
    if (!input.issuance) continue;
    checkReissuance(input, coin.asset);
    for (const part of issuedBy(input)) {
      const issued = generatorOf(explicitTag(part.asset));
      tags.push(issued);
      const amount = valueOf(part.value);
      if (amount !== null) {
        if (amount <= 0n || part.rangeproof.length > 0) fail('issued value out of range');
        total = total.add(explicitPoint(amount, issued));
      } else {
        total = total.add(readPoint(part.value));
        proofs.push({
          kind: 'range',
          proof: part.rangeproof,
          commitment: part.value,
          generator: issued,
          script: new Uint8Array(0),
        });
      }
    }
  }
  for (const output of tx.outputs) {
    if (output.asset.length === 1 || output.value.length === 1) fail('null output');
    const generator = generatorOf(output.asset);
    const value = valueOf(output.value);
    if (value !== null) {
      if (output.rangeproof.length > 0) fail('rangeproof on an explicit value');
      if (value > MAX_MONEY) fail('output value out of range');
      if (value === 0n) {
        if (!isUnspendable(output.script)) fail('spendable output of zero');
      } else {
        total = total.subtract(explicitPoint(value, generator));
      }
    } else {
      total = total.subtract(readPoint(output.value));
      if (output.rangeproof.length === 0) fail('no rangeproof');
      proofs.push({
        kind: 'range',
        proof: output.rangeproof,
        commitment: output.value,
        generator,
        script: output.script,
      });
    }
    if (assetIdOf(output.asset) !== null) {
      if (output.surjectionProof.length > 0) fail('surjection proof on an explicit asset');
    } else {
      if (output.surjectionProof.length === 0) fail('no surjection proof');
      proofs.push({ kind: 'surjection', proof: output.surjectionProof, generator: output.asset, tags });
    }
  }
  if (!total.is0()) fail('value in != value out');
  return proofs;
}

/** A reissuance must spend the token, and show so by its asset blinder; it makes no further tokens. */
function checkReissuance(input: TxInput, asset: Bytes): void {
  const issuance = input.issuance;
  if (!issuance || isZero(issuance.nonce)) return;
  const token = tokenFromEntropy(issuance.entropy, isCommitment(issuance.amount));
  const expected = generatorOf(explicitTag(token), issuance.nonce);
  if (toHex(expected) !== toHex(asset)) fail('input is not the reissuance token');
  if (issuance.tokens.length > 1) fail('a reissuance makes no tokens');
}

function explicitTag(assetId: string): Bytes {
  const out = new Uint8Array(33);
  out[0] = 1;
  out.set(fromDisplay(assetId), 1);
  return out;
}
