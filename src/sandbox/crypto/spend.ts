import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { Bytes } from './bytes.ts';
import { concat, equal, hash160, sha256 } from './bytes.ts';
import { OP_TRUE, p2pkh, parseMultisig, pushes, scriptType, witnessProgram } from './script.ts';
import { segwitSighash } from './sighash.ts';
import type { Transaction, TxInput } from './transaction.ts';

const NULLFAIL = 'Signature must be zero for failed CHECK(MULTI)SIG operation';
const HASH_TYPES: ReadonlySet<number> = new Set(
  [1, 2, 3].flatMap((kind) => [0, 0x40, 0x80, 0xc0].map((flags) => kind | flags)),
);

/** What a spent output says about its spender. */
export interface Spent {
  script: Bytes;
  /** Wire form. */
  value: Bytes;
}

/**
 * Whether input `index` may spend `spent`: null if so, else the node's text of the script error. Knows the outputs that
 * this chain has a use for: OP_TRUE, wpkh and wsh (one multisig, or OP_TRUE inside), and both of them inside p2sh.
 */
export function spendError(tx: Transaction, index: number, spent: Spent): string | null {
  const input = tx.inputs[index];
  if (!input) throw new RangeError(`no input ${index}`);
  const type = scriptType(spent.script);
  if (type === 'scripthash') {
    const items = pushes(input.script);
    const redeem = items?.[0];
    if (!items || items.length !== 1 || !redeem) {
      return 'Script evaluated without error but finished with a false/empty top stack element';
    }
    if (!equal(hash160(redeem), spent.script.slice(2, 22))) {
      return 'Script evaluated without error but finished with a false/empty top stack element';
    }
    if (!witnessProgram(redeem)) return 'Witness provided for non-witness script';
    return witnessError(tx, index, input, redeem, spent.value);
  }
  if (input.script.length !== 0) return 'Witness requires empty scriptSig';
  if (type === 'true') {
    return input.witness.length === 0 ? null : 'Witness provided for non-witness script';
  }
  if (type === 'witness_v0_keyhash' || type === 'witness_v0_scripthash') {
    return witnessError(tx, index, input, spent.script, spent.value);
  }
  if (type === 'nulldata') return 'OP_RETURN was encountered';
  return 'Opcode missing or not understood';
}

function witnessError(
  tx: Transaction,
  index: number,
  input: TxInput,
  script: Bytes,
  value: Bytes,
): string | null {
  const found = witnessProgram(script);
  if (!found || found.version !== 0) return 'Opcode missing or not understood';
  if (input.witness.length === 0) return 'Witness program was passed an empty witness';
  if (found.program.length === 20) {
    const [signature, pubkey] = input.witness;
    if (input.witness.length !== 2 || !signature || !pubkey) return 'Witness program hash mismatch';
    if (!equal(hash160(pubkey), found.program)) return 'Script failed an OP_EQUALVERIFY operation';
    return signatureError(tx, index, p2pkh(found.program), value, signature, pubkey);
  }
  const witnessScript = input.witness.at(-1);
  if (!witnessScript || !equal(sha256(witnessScript), found.program)) return 'Witness program hash mismatch';
  if (equal(witnessScript, OP_TRUE)) {
    return input.witness.length === 1 ? null : 'Stack size must be exactly one after execution';
  }
  const multisig = parseMultisig(witnessScript);
  if (!multisig) return 'Opcode missing or not understood';
  const [dummy, ...signatures] = input.witness.slice(0, -1);
  if (dummy?.length !== 0) return 'Dummy CHECKMULTISIG argument must be zero';
  if (signatures.length !== multisig.threshold) return 'Operation not valid with the current stack size';
  return multisigError(tx, index, witnessScript, value, signatures, multisig.keys);
}

/** Signatures must stand in the order of their keys, as CHECKMULTISIG consumes both. */
function multisigError(
  tx: Transaction,
  index: number,
  script: Bytes,
  value: Bytes,
  signatures: readonly Bytes[],
  keys: readonly Bytes[],
): string | null {
  let key = 0;
  for (const signature of signatures) {
    const encoding = encodingError(signature);
    if (encoding) return encoding;
    let found = false;
    while (!found && key < keys.length) {
      const pubkey = keys[key];
      key += 1;
      found = pubkey !== undefined && signatureError(tx, index, script, value, signature, pubkey) === null;
    }
    if (!found) return NULLFAIL;
  }
  return null;
}

function encodingError(signature: Bytes): string | null {
  if (signature.length === 0) return NULLFAIL;
  if (!HASH_TYPES.has(signature.at(-1) ?? 0)) return 'Signature hash type missing or not understood';
  try {
    const parsed = secp256k1.Signature.fromBytes(signature.subarray(0, -1), 'der');
    return parsed.hasHighS() ? 'Non-canonical signature: S value is unnecessarily high' : null;
  } catch {
    return 'Non-canonical DER signature';
  }
}

function signatureError(
  tx: Transaction,
  index: number,
  script: Bytes,
  value: Bytes,
  signature: Bytes,
  pubkey: Bytes,
): string | null {
  const encoding = encodingError(signature);
  if (encoding) return encoding;
  if (pubkey.length !== 33) return 'Using non-compressed keys in segwit';
  const hash = segwitSighash(tx, index, script, value, signature.at(-1) ?? 0);
  try {
    const valid = secp256k1.verify(signature.subarray(0, -1), hash, pubkey, {
      prehash: false,
      format: 'der',
    });
    return valid ? null : NULLFAIL;
  } catch {
    return NULLFAIL;
  }
}

/** The witness of a wsh(multi) input from signatures in key order. */
export function multisigWitness(signatures: readonly Bytes[], script: Bytes): Bytes[] {
  return [new Uint8Array(0), ...signatures, concat(script)];
}
