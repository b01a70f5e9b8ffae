import { fromDisplay, sha256d, toDisplay, u32 } from './bytes.ts';
import type { Bytes } from './bytes.ts';
import { concat, ZERO32 } from './bytes.ts';
import { sha256Midstate } from './midstate.ts';

/** H(left ‖ right) without padding: how Elements joins two leaves of its fast Merkle tree. */
function join(left: Bytes, right: Bytes): Bytes {
  return sha256Midstate(concat(left, right));
}

function leaf(value: number): Bytes {
  const out = Uint8Array.from(ZERO32);
  out[0] = value;
  return out;
}

/** Entropy of a new issuance at an outpoint; contract hash and result in internal byte order. */
export function assetEntropy(txid: string, vout: number, contractHash: Bytes): Bytes {
  return join(sha256d(fromDisplay(txid), u32(vout)), contractHash);
}

/** Asset id in display order. */
export function assetFromEntropy(entropy: Bytes): string {
  return toDisplay(join(entropy, leaf(0)));
}

/** Reissuance token id in display order; it depends on whether the issued amount was blinded. */
export function tokenFromEntropy(entropy: Bytes, blinded: boolean): string {
  return toDisplay(join(entropy, leaf(blinded ? 2 : 1)));
}

/** Elements' fast Merkle root: the left subtree is the largest full one, an odd leaf is carried up unhashed. */
export function fastMerkleRoot(leaves: readonly Bytes[]): Bytes {
  const [only] = leaves;
  if (!only) return ZERO32;
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return join(fastMerkleRoot(leaves.slice(0, split)), fastMerkleRoot(leaves.slice(split)));
}
