import { secp256k1 } from '@noble/curves/secp256k1.js';
import { equal, segwitSighash, wally } from '../../crypto/index.ts';
import type { Bytes, Transaction } from '../../crypto/index.ts';
import { signHash } from '../../elements/index.ts';
import { IN, encodePset, fieldKey, keyed, psetTransaction, sortFields } from '../../elements/pset/index.ts';
import type { Pset } from '../../elements/pset/index.ts';
import { Amp2Refusal } from '../refusal.ts';
import type { ServerKey } from '../server-key.ts';
import type { Place } from '../wallets.ts';
import type { ReadPset } from './read.ts';

const ALL = 0x01;
const ALL_RANGEPROOF = 0x41;

/** The server's signature for an input, by the private key of that place. */
function signature(
  server: ServerKey,
  place: Place,
  tx: Transaction,
  index: number,
  value: Bytes,
  hashType: number,
): { pubkey: Bytes; signature: Bytes } {
  const { wallet, branch, index: number } = place;
  const secret = server.privateKey([...wallet.serverSteps, branch, number]);
  const { witnessScript } = wallet.at(branch, number);
  if (!witnessScript) throw new Error('a registered wallet is a multisig');
  const hash = segwitSighash(tx, index, witnessScript, value, hashType);
  return {
    pubkey: Uint8Array.from(wally.ec_public_key_from_private_key(secret)),
    signature: signHash(secret, hash, hashType),
  };
}

function hashTypeOf(fields: Map<string, Bytes>, index: number): number {
  const wanted = fields.get(fieldKey(IN.SIGHASH));
  const type = wanted ? (wanted[0] ?? 0) : ALL;
  if (type !== ALL && type !== ALL_RANGEPROOF) {
    throw new Amp2Refusal('invalid_pset', `Invalid PSET: input ${index} asks for another kind of signature`);
  }
  return type;
}

/** Signatures that are there already must hold, and belong to the wallet. */
function checkPresent(read: ReadPset): void {
  for (const [i, { place, spent }] of read.inputs.entries()) {
    const { witnessScript, pubkeys } = place.wallet.at(place.branch, place.index);
    for (const [pubkey, bytes] of keyed(read.pset.inputs[i] ?? new Map<string, Bytes>(), IN.PARTIAL_SIG)) {
      const hash = segwitSighash(
        read.tx,
        i,
        witnessScript ?? new Uint8Array(),
        spent.value,
        bytes.at(-1) ?? 0,
      );
      if (!pubkeys.some((one) => equal(one, pubkey)) || !holds(bytes, hash, pubkey)) {
        throw new Amp2Refusal('invalid_pset', `Invalid PSET: a signature of input ${i} does not hold`);
      }
    }
  }
}

function holds(bytes: Bytes, hash: Bytes, pubkey: Bytes): boolean {
  try {
    return secp256k1.verify(bytes.subarray(0, -1), hash, pubkey, { prehash: false, format: 'der' });
  } catch {
    return false;
  }
}

/** Adds the server's signature to every input; the same PSET gets the same ones again. */
export function cosign(server: ServerKey, read: ReadPset): string {
  checkPresent(read);
  for (const [i, { place, spent }] of read.inputs.entries()) {
    const fields = read.pset.inputs[i];
    if (!fields) continue;
    const made = signature(server, place, read.tx, i, spent.value, hashTypeOf(fields, i));
    fields.set(fieldKey(IN.PARTIAL_SIG, made.pubkey), made.signature);
    read.pset.inputs[i] = sortFields(fields);
  }
  return encodePset(read.pset);
}

/** As `cosign`, but with signatures over something else: a fault. */
export function cosignBadly(server: ServerKey, read: ReadPset): string {
  const other = { ...read.tx, locktime: read.tx.locktime + 1 };
  for (const [i, { place, spent }] of read.inputs.entries()) {
    const made = signature(server, place, other, i, spent.value, ALL);
    read.pset.inputs[i]?.set(fieldKey(IN.PARTIAL_SIG, made.pubkey), made.signature);
  }
  return encodePset(read.pset);
}

/** A transaction that nobody asked for, with the server's valid signatures: a fault. `change` alters the PSET. */
export function cosignAnother(server: ServerKey, read: ReadPset, change: (pset: Pset) => void): string {
  change(read.pset);
  const tx = psetTransaction(read.pset);
  for (const [i, { place, spent }] of read.inputs.entries()) {
    const made = signature(server, place, tx, i, spent.value, ALL);
    read.pset.inputs[i]?.set(fieldKey(IN.PARTIAL_SIG, made.pubkey), made.signature);
  }
  return encodePset(read.pset);
}
