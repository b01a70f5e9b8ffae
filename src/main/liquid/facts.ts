import { ByteReader, FormatError, toDisplay, toHex } from './bytes.ts';
import { INPUT, OUTPUT, parsePset, readable } from './pset.ts';
import type { Pset, PsetMap } from './pset.ts';
import { contradictsItself, outputView, spentOutput, unsignedTransaction } from './pset-view.ts';
import type { SpentOutput } from './pset-view.ts';
import { foundSignatures, keyedFields } from './signature-fields.ts';
import { unsignedTxid } from './transaction.ts';
import type { UnsignedTransaction } from './transaction.ts';
import type { KeyOrigin, PsetFacts } from './types.ts';

const PEGIN_FLAG = 0x4000_0000;
const PEGIN_FIELDS = [
  INPUT.peginTransaction,
  INPUT.peginProof,
  INPUT.peginGenesis,
  INPUT.peginClaimScript,
  INPUT.peginValue,
  INPUT.peginWitness,
];

/** Keys that an input or output names as its own (BIP174): fingerprint and path as little-endian words. */
export function keyOrigins(map: PsetMap, type: string): KeyOrigin[] {
  return keyedFields(map, type).map(({ pubkey, value }) => {
    if (pubkey.length !== 66 || value.length < 4 || value.length % 4 !== 0)
      throw new FormatError('has a key derivation that cannot be read');
    const reader = new ByteReader(value);
    const fingerprint = toHex(reader.take(4));
    return { pubkey, fingerprint, path: Array.from({ length: value.length / 4 - 1 }, () => reader.u32()) };
  });
}

/** Whether an input claims coins of the main chain, by any of the ways in which a PSET can say so. */
export function claimsPegin(map: PsetMap): boolean {
  const index = map.get(INPUT.outputIndex);
  const flagged = index !== undefined && (new ByteReader(index).u32() & PEGIN_FLAG) !== 0;
  return flagged || PEGIN_FIELDS.some((key) => map.has(key));
}

/** The coin that an input shows; null without one, or with a previous transaction that is another's. */
function shownCoin(map: PsetMap, index: number): SpentOutput | null {
  return !map.has(INPUT.witnessUtxo) && contradictsItself(map, index) ? null : spentOutput(map, index);
}

const hexOf = (bytes: Uint8Array | null | undefined): string | null => (bytes ? toHex(bytes) : null);

function inputFacts(
  map: PsetMap,
  index: number,
  { txid, vout, sequence, issuance }: UnsignedTransaction['inputs'][number],
): PsetFacts['inputs'][number] {
  const coin = shownCoin(map, index);
  const sighash = map.get(INPUT.sighashType);
  return {
    txid,
    vout,
    sequence,
    script: hexOf(coin?.script),
    assetCommitment: hexOf(coin?.asset),
    valueCommitment: hexOf(coin?.value),
    witnessScript: hexOf(map.get(INPUT.witnessScript)),
    keys: keyOrigins(map, INPUT.bip32Derivation),
    sighash: sighash ? new ByteReader(sighash).u32() : null,
    issuance: issuance !== null,
    pegin: claimsPegin(map),
    signatures: foundSignatures(map).map(({ pubkey, signature }) => ({
      pubkey: pubkey ?? '',
      signature: toHex(signature),
    })),
  };
}

const present = (map: PsetMap, key: string): boolean => (map.get(key)?.length ?? 0) > 0;

function outputFacts(map: PsetMap, index: number): PsetFacts['outputs'][number] {
  const view = outputView(map, index);
  return {
    vout: index,
    script: toHex(view.script),
    assetId: toDisplay(view.asset),
    value: view.value,
    assetCommitment: hexOf(view.assetCommitment),
    valueCommitment: hexOf(view.valueCommitment),
    blindingPubkey: hexOf(view.blindingPubkey),
    ecdhPubkey: hexOf(view.ecdhPubkey),
    hasRangeproof: present(map, OUTPUT.valueRangeproof),
    hasSurjectionProof: present(map, OUTPUT.assetSurjectionProof),
    hasValueProof: present(map, OUTPUT.blindValueProof),
    hasAssetProof: present(map, OUTPUT.blindAssetProof),
    keys: keyOrigins(map, OUTPUT.bip32Derivation),
  };
}

function read(pset: Pset): PsetFacts {
  const tx = unsignedTransaction(pset);
  return {
    txid: unsignedTxid(tx),
    version: tx.version,
    locktime: tx.locktime,
    inputs: tx.inputs.map((input, index) =>
      inputFacts(pset.inputs[index] ?? new Map<string, Uint8Array>(), index, input),
    ),
    outputs: pset.outputs.map(outputFacts),
  };
}

/** Everything that a PSET says, impossible amounts and lies included. Throws PSET_INVALID for what cannot be read. */
export function factsOf(base64: string): PsetFacts {
  const pset = parsePset(base64);
  return readable(() => read(pset));
}
