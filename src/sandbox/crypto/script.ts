import type { Bytes } from './bytes.ts';
import { concat, equal, hash160, sha256, toHex } from './bytes.ts';

/** The output types that the node names in `scriptPubKey.type`. */
export type ScriptType =
  | 'witness_v0_keyhash'
  | 'witness_v0_scripthash'
  | 'witness_v1_taproot'
  | 'witness_unknown'
  | 'pubkeyhash'
  | 'scripthash'
  | 'nulldata'
  | 'fee'
  | 'true'
  | 'multisig'
  | 'nonstandard';

export const OP_TRUE: Bytes = Uint8Array.of(0x51);
export const OP_RETURN: Bytes = Uint8Array.of(0x6a);

export function p2wpkh(pubkey: Bytes): Bytes {
  return concat(Uint8Array.of(0x00, 0x14), hash160(pubkey));
}

export function p2wsh(witnessScript: Bytes): Bytes {
  return concat(Uint8Array.of(0x00, 0x20), sha256(witnessScript));
}

export function p2pkh(pubkeyHash: Bytes): Bytes {
  return concat(Uint8Array.of(0x76, 0xa9, 0x14), pubkeyHash, Uint8Array.of(0x88, 0xac));
}

export function p2sh(scriptHash: Bytes): Bytes {
  return concat(Uint8Array.of(0xa9, 0x14), scriptHash, Uint8Array.of(0x87));
}

/** A k-of-n CHECKMULTISIG script, keys in the given order. */
export function multisigScript(threshold: number, keys: readonly Bytes[]): Bytes {
  const pushes = keys.map((key) => concat(Uint8Array.of(key.length), key));
  return concat(Uint8Array.of(0x50 + threshold), ...pushes, Uint8Array.of(0x50 + keys.length, 0xae));
}

export function parseMultisig(script: Bytes): { threshold: number; keys: Bytes[] } | null {
  const first = script[0] ?? 0;
  const count = (script.at(-2) ?? 0) - 0x50;
  const threshold = first - 0x50;
  if (script.at(-1) !== 0xae || threshold < 1 || count < threshold || count > 16) return null;
  const keys: Bytes[] = [];
  let at = 1;
  while (at < script.length - 2) {
    const length = script[at] ?? 0;
    if (length !== 33 && length !== 65) return null;
    keys.push(script.slice(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return keys.length === count && at === script.length - 2 ? { threshold, keys } : null;
}

export function witnessProgram(script: Bytes): { version: number; program: Bytes } | null {
  const [op = 0xff, length] = script;
  if (op !== 0 && (op < 0x51 || op > 0x60)) return null;
  if (length !== script.length - 2 || length < 2 || length > 40) return null;
  return { version: op === 0 ? 0 : op - 0x50, program: script.slice(2) };
}

export function scriptType(script: Bytes): ScriptType {
  if (script.length === 0) return 'fee';
  const witness = witnessProgram(script);
  if (witness) {
    if (witness.version === 0) {
      if (witness.program.length === 20) return 'witness_v0_keyhash';
      return witness.program.length === 32 ? 'witness_v0_scripthash' : 'nonstandard';
    }
    return witness.version === 1 && witness.program.length === 32 ? 'witness_v1_taproot' : 'witness_unknown';
  }
  if (script[0] === 0x6a) return 'nulldata';
  if (equal(script, OP_TRUE)) return 'true';
  if (script.length === 25 && equal(script, p2pkh(script.subarray(3, 23)))) return 'pubkeyhash';
  if (script.length === 23 && equal(script, p2sh(script.subarray(2, 22)))) return 'scripthash';
  return parseMultisig(script) ? 'multisig' : 'nonstandard';
}

/** Nothing can ever spend it: OP_RETURN, or longer than any script that runs. */
export function isUnspendable(script: Bytes): boolean {
  return script[0] === 0x6a || script.length > 10_000;
}

/** The items a push-only scriptSig leaves, or null if it does more than push. */
export function pushes(script: Bytes): Bytes[] | null {
  const items: Bytes[] = [];
  let at = 0;
  while (at < script.length) {
    const op = script[at] ?? 0;
    at += 1;
    let length = op;
    if (op === 0x4c) {
      length = script[at] ?? 0;
      at += 1;
    } else if (op === 0x4d) {
      length = (script[at] ?? 0) | ((script[at + 1] ?? 0) << 8);
      at += 2;
    } else if (op > 0x4d) {
      return null;
    }
    if (at + length > script.length) return null;
    items.push(script.slice(at, at + length));
    at += length;
  }
  return items;
}

const OP_NAMES: Readonly<Record<number, string>> = {
  0x00: '0',
  0x4f: '-1',
  0x6a: 'OP_RETURN',
  0x76: 'OP_DUP',
  0x87: 'OP_EQUAL',
  0x88: 'OP_EQUALVERIFY',
  0xa9: 'OP_HASH160',
  0xac: 'OP_CHECKSIG',
  0xae: 'OP_CHECKMULTISIG',
};

/** As the node prints scripts: numbers for small constants, hex for pushes, names for operations. */
export function disassemble(script: Bytes): string {
  const words: string[] = [];
  let at = 0;
  while (at < script.length) {
    const op = script[at] ?? 0;
    at += 1;
    if (op > 0 && op <= 0x4b) {
      if (at + op > script.length) return [...words, '[error]'].join(' ');
      const data = script.subarray(at, at + op);
      words.push(op <= 4 ? scriptNumber(data) : toHex(data));
      at += op;
    } else if (op >= 0x51 && op <= 0x60) {
      words.push(String(op - 0x50));
    } else {
      words.push(OP_NAMES[op] ?? 'OP_UNKNOWN');
    }
  }
  return words.join(' ');
}

function scriptNumber(data: Bytes): string {
  let value = 0;
  for (let i = data.length - 1; i >= 0; i--) value = value * 256 + (data[i] ?? 0);
  const top = 2 ** (8 * data.length - 1);
  return String(value >= top ? -(value - top) : value);
}
