import type { Bytes, Transaction } from '../crypto/index.ts';
import {
  OP_TRUE,
  ZERO32,
  newInput,
  serializeBase,
  serializeTransaction,
  txidOf,
  u32,
} from '../crypto/index.ts';
import { concat } from '../crypto/index.ts';
import { explicitOutput, makeHeader } from './block.ts';
import type { BlockInfo } from './types.ts';

/** The L-BTC of a default regtest chain, which wallets that know only "regtest" take for granted. */
const POLICY_ASSET = '5ac9f65c0efcc4775e0baec4ec03abdde22473cd3cf33c0419ca290e0751b225';

/** The purse: 21 million L-BTC in outputs that anyone can spend. */
const PURSES = 100;
const PURSE = 21_000_000_000_000n;

/** The first block. `seed` makes one chain's differ from another's. */
export function genesis(
  seed: number,
  time: number,
): { block: BlockInfo; header: Bytes; tx: Transaction; txid: string; policyAsset: string } {
  const input = newInput(ZERO32, 0xffffffff, 0xffffffff);
  input.script = concat(Uint8Array.of(4), u32(seed), new TextEncoder().encode('\x0dSluice Sandbox'));
  const tx: Transaction = {
    version: 1,
    locktime: 0,
    inputs: [input],
    outputs: Array.from({ length: PURSES }, () => explicitOutput(POLICY_ASSET, PURSE, OP_TRUE)),
  };
  const txid = txidOf(tx);
  const made = makeHeader({ previous: null, txids: [txid], time, height: 0 });
  const size = made.header.length + 1 + serializeTransaction(tx).length;
  const strippedSize = made.header.length + 1 + serializeBase(tx).length;
  return {
    block: {
      hash: made.hash,
      height: 0,
      time,
      previous: null,
      txids: [txid],
      size,
      strippedSize,
      weight: strippedSize * 3 + size,
    },
    header: made.header,
    tx,
    txid,
    policyAsset: POLICY_ASSET,
  };
}
