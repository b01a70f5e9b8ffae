import type { Transaction } from '../crypto/index.ts';
import {
  assetIdOf,
  isCoinbase,
  isCommitment,
  isFee,
  prevTxid,
  pushes,
  scriptType,
  serializeBase,
  sizeOf,
  valueOf,
} from '../crypto/index.ts';
import type { TransactionSize } from '../crypto/index.ts';
import { Rejection } from './rejection.ts';

export const MAX_MONEY = 2_100_000_000_000_000n;
/** Weight units; the relay limit that holds a batch to some eighty confidential outputs. */
export const MAX_STANDARD_WEIGHT = 400_000;
export const MAX_BLOCK_WEIGHT = 4_000_000;
/** Weight kept free for header and coinbase. */
export const BLOCK_RESERVED_WEIGHT = 4_000;
/** Transactions, and undiscounted virtual bytes, of a chain of unconfirmed transactions. */
export const CHAIN_LIMIT = 25;
export const CHAIN_SIZE_LIMIT = 101_000;
/** Size up to which one transaction may exceed the descendant limits of its only unconfirmed parent. */
export const EXTRA_DESCENDANT_SIZE = 10_000;
/** Base units per thousand virtual bytes. */
export const RELAY_FEE_RATE = 100n;
const DUST_RATE = 100n;
export const COINBASE_MATURITY = 100;
const MIN_NONWITNESS_SIZE = 65;
const MAX_SCRIPTSIG = 1650;

/** The fee of `size` virtual bytes at a rate per thousand, rounded up as the node does. */
export function feeAt(size: number, rate: bigint): bigint {
  return (BigInt(size) * rate + 999n) / 1000n;
}

/** Rules that need no chain: form, standardness, size. Throws Rejection. */
export function checkAlone(tx: Transaction, policyAsset: string): TransactionSize {
  if (tx.inputs.length === 0) throw new Rejection('bad-txns-vin-empty');
  if (tx.outputs.length === 0) throw new Rejection('bad-txns-vout-empty');
  for (const output of tx.outputs) {
    const value = valueOf(output.value);
    if (value !== null && value > MAX_MONEY) throw new Rejection('bad-txns-vout-toolarge');
  }
  const spent = new Set(tx.inputs.map((input) => `${prevTxid(input)}:${input.vout}`));
  if (spent.size !== tx.inputs.length) throw new Rejection('bad-txns-inputs-duplicate');
  if (isCoinbase(tx)) throw new Rejection('coinbase');
  if (tx.version < 1 || tx.version > 2) throw new Rejection('version');
  const size = sizeOf(tx);
  if (size.weight > MAX_STANDARD_WEIGHT) throw new Rejection('tx-size');
  for (const input of tx.inputs) {
    if (input.script.length > MAX_SCRIPTSIG) throw new Rejection('scriptsig-size');
    if (pushes(input.script) === null) throw new Rejection('scriptsig-not-pushonly');
    if (input.pegin) throw new Rejection('pegin-no-witness', 'no peg-in witness attached');
    if (input.peginWitness.length > 0) throw new Rejection('extra-pegin-witness');
    const { issuance } = input;
    for (const amount of issuance ? [issuance.amount, issuance.tokens] : []) {
      const value = valueOf(amount);
      if (value !== null && value > MAX_MONEY) {
        throw new Rejection(
          'issuance-out-of-range',
          'Issuance is greater than 21 million and acceptunlimitedissuances is not enabled.',
        );
      }
    }
  }
  checkOutputs(tx, policyAsset);
  if (serializeBase(tx).length < MIN_NONWITNESS_SIZE) throw new Rejection('tx-size-small');
  return size;
}

function checkOutputs(tx: Transaction, policyAsset: string): void {
  for (const output of tx.outputs) {
    const type = scriptType(output.script);
    if (type === 'nonstandard') throw new Rejection('scriptpubkey');
    const value = valueOf(output.value);
    const spendable = type !== 'fee' && type !== 'nulldata';
    if (spendable && value !== null && assetIdOf(output.asset) === policyAsset) {
      // Size of the output and of the witness input that would spend it.
      const cost = 33 + 9 + 1 + 1 + output.script.length + 67;
      if (value < feeAt(cost, DUST_RATE)) throw new Rejection('dust');
    }
  }
}

/** What the fee outputs pay, in the policy asset. Throws Rejection for a fee output of nothing. */
export function feeOf(tx: Transaction, policyAsset: string): bigint {
  let total = 0n;
  for (const output of tx.outputs) {
    if (!isFee(output)) continue;
    const value = valueOf(output.value) ?? 0n;
    if (value === 0n || value > MAX_MONEY) throw new Rejection('bad-txns-fee-outofrange');
    if (assetIdOf(output.asset) === policyAsset) total += value;
  }
  if (total > MAX_MONEY) throw new Rejection('bad-txns-fee-outofrange');
  return total;
}

const LOCKTIME_THRESHOLD = 500_000_000;
const FINAL = 0xffffffff;
const RELATIVE_DISABLED = 0x80000000;
const RELATIVE_TIME = 0x00400000;

/** Whether the transaction may stand in a block of this height whose parent has this median time. */
export function checkFinal(tx: Transaction, height: number, medianTime: number): void {
  const limit = tx.locktime < LOCKTIME_THRESHOLD ? height : medianTime;
  if (tx.locktime === 0 || tx.locktime < limit) return;
  if (tx.inputs.every((input) => input.sequence === FINAL)) return;
  throw new Rejection('non-final');
}

/** BIP 68, for locks counted in blocks: `heights` are those of the spent outputs (the next block's while unconfirmed). */
export function checkRelativeLocks(tx: Transaction, heights: readonly number[], height: number): void {
  if (tx.version < 2) return;
  for (const [index, input] of tx.inputs.entries()) {
    if (input.sequence >= RELATIVE_DISABLED) continue;
    const blocks = input.sequence & 0xffff;
    const timed = (input.sequence & RELATIVE_TIME) !== 0;
    if (timed ? blocks > 0 : (heights[index] ?? height) + blocks > height) {
      throw new Rejection('non-BIP68-final');
    }
  }
}

/** An output that carries a nonce for its recipient while nothing of it is blinded: somebody forgot to blind. */
export function forgotToBlind(tx: Transaction): boolean {
  return tx.outputs.some(
    (output) => output.nonce.length > 1 && !isCommitment(output.value) && !isCommitment(output.asset),
  );
}
