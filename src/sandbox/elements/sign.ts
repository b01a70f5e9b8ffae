import type { Bytes, Transaction, TxOutput } from '../crypto/index.ts';
import {
  SIGHASH_ALL,
  multisigWitness,
  p2pkh,
  segwitSighash,
  varbytes,
  witnessProgram,
} from '../crypto/index.ts';
import type { Keyring } from './seed.ts';
import { signHash } from './seed.ts';
import type { ScriptInfo } from './wallet.ts';

export interface InputSignature {
  pubkey: Bytes;
  /** DER with hash type. */
  signature: Bytes;
}

/** The script that a segwit v0 input signs over. */
export function scriptCode(
  script: Bytes,
  info: Pick<ScriptInfo['derived'], 'redeemScript' | 'witnessScript'>,
): Bytes {
  if (info.witnessScript) return info.witnessScript;
  const program = witnessProgram(info.redeemScript ?? script);
  if (!program) throw new RangeError('only segwit outputs can be signed');
  return p2pkh(program.program);
}

/** Every signature that the keys can give for an input; a multisig may get several. */
export function signInput(
  keys: Keyring,
  tx: Transaction,
  index: number,
  spent: Pick<TxOutput, 'script' | 'value'>,
  info: ScriptInfo,
  hashType = SIGHASH_ALL,
): InputSignature[] {
  if (info.descriptor.kind === 'pkh') return [];
  const code = scriptCode(spent.script, info.derived);
  const found: InputSignature[] = [];
  for (const key of info.derived.keys) {
    const privateKey = keys.privateKey(key);
    if (!privateKey) continue;
    const hash = segwitSighash(tx, index, code, spent.value, hashType);
    found.push({ pubkey: key.pubkey, signature: signHash(privateKey, hash, hashType) });
  }
  return found;
}

/** The finished input, or null while signatures are missing. */
export function finishInput(
  signatures: readonly InputSignature[],
  parts: {
    redeemScript: Bytes | null;
    witnessScript: Bytes | null;
    multisig: { threshold: number; keys: Bytes[] } | null;
  },
): { script: Bytes; witness: Bytes[] } | null {
  const script = parts.redeemScript ? varbytes(parts.redeemScript) : new Uint8Array(0);
  if (parts.witnessScript && parts.multisig) {
    const ordered = parts.multisig.keys
      .map((key) => signatures.find((one) => Buffer.compare(one.pubkey, key) === 0)?.signature)
      .filter((signature): signature is Bytes => signature !== undefined)
      .slice(0, parts.multisig.threshold);
    if (ordered.length < parts.multisig.threshold) return null;
    return { script, witness: multisigWitness(ordered, parts.witnessScript) };
  }
  const [only] = signatures;
  return only ? { script, witness: [only.signature, only.pubkey] } : null;
}
