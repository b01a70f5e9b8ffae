import { ByteReader, FormatError, toHex } from './bytes.ts';
import { INPUT } from './pset.ts';
import type { PsetMap } from './pset.ts';

/** A signature that a PSET carries: DER with its sighash byte. */
export interface FoundSignature {
  /** Hex; null in a final multisig witness, which does not say whose it is. */
  pubkey: string | null;
  signature: Uint8Array;
}

/** The witness that an input has been finalized with; empty for one that is not final. */
export function finalWitness(map: PsetMap): Uint8Array[] {
  const field = map.get(INPUT.finalScriptWitness);
  if (!field) return [];
  const reader = new ByteReader(field);
  const count = reader.compactSize();
  if (count > reader.remaining) throw new FormatError(`has a witness of ${count} parts, more than its bytes`);
  return Array.from({ length: count }, () => reader.sized());
}

/**
 * Public keys (hex) that fields of a type name, with the values of those fields, by key: the order in which a PSET has
 * them means nothing, and other software changes it.
 */
export function keyedFields(map: PsetMap, type: string): { pubkey: string; value: Uint8Array }[] {
  return [...map]
    .filter(([key]) => key.length > 1 && key.startsWith(type))
    .map(([key, value]) => ({ pubkey: Buffer.from(key.slice(1), 'latin1').toString('hex'), value }))
    .sort((a, b) => (a.pubkey < b.pubkey ? -1 : 1));
}

/** All signatures of an input: partial ones, and those of a final P2WPKH or multisig P2WSH witness. */
export function foundSignatures(map: PsetMap): FoundSignature[] {
  const partial = keyedFields(map, INPUT.partialSignature).map(({ pubkey, value }) => ({
    pubkey,
    signature: value,
  }));
  const witness = finalWitness(map);
  const [first, last] = [witness[0], witness.at(-1)];
  if (!first || !last || witness.length < 2) return partial;
  const single = witness.length === 2 && last.length === 33;
  const final = single
    ? [{ pubkey: toHex(last), signature: first }]
    : witness
        .slice(0, -1)
        .filter(({ length }) => length > 0)
        .map((signature) => ({ pubkey: null, signature }));
  return [...partial, ...final];
}
