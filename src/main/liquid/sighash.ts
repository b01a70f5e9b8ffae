import { createHash } from 'node:crypto';
import { ByteWriter, equalBytes, fromDisplay, sha256d, toHex } from './bytes.ts';
import { psetInvalid } from './errors.ts';
import { claimsPegin } from './facts.ts';
import { hash160 } from './hash160.ts';
import { INPUT, parsePset, readable } from './pset.ts';
import type { Pset, PsetMap } from './pset.ts';
import { contradictsItself, spentOutput, unsignedTransaction } from './pset-view.ts';
import type { SpentOutput } from './pset-view.ts';
import { finalWitness } from './signature-fields.ts';
import { NULL_FIELD } from './transaction.ts';
import type { TxInput, UnsignedTransaction } from './transaction.ts';

export const SIGHASH_ALL = 1;

/**
 * Who may sign an input and for what: by key hash (P2WPKH) or by the keys of its witness script (P2WSH multisig); either may
 * be wrapped in P2SH.
 */
export interface InputTerms {
  /** The hash to sign, SIGHASH_ALL. */
  hash: Uint8Array;
  /** HASH160 of the one key, or null for a multisig. */
  keyHash: Uint8Array | null;
  /** Hex, in the order of the script; empty for a single key. */
  pubkeys: string[];
  threshold: number;
  /** Null for a single key. */
  witnessScript: Uint8Array | null;
  /** What a P2SH coin wraps, else null. */
  redeemScript: Uint8Array | null;
}

/** `m <33 bytes>… n OP_CHECKMULTISIG`, the one kind of witness script that wallets here have; null for another. */
export function readMultisig(script: Uint8Array): { threshold: number; pubkeys: string[] } | null {
  const count = (script.length - 3) / 34;
  const threshold = (script[0] ?? 0) - 0x50;
  const fits =
    Number.isInteger(count) &&
    threshold >= 1 &&
    threshold <= count &&
    count <= 16 &&
    script.at(-2) === 0x50 + count &&
    script.at(-1) === 0xae;
  if (!fits) return null;
  const pushes = Array.from({ length: count }, (_, i) => script.subarray(1 + 34 * i, 35 + 34 * i));
  if (pushes.some((push) => push[0] !== 33)) return null;
  return { threshold, pubkeys: pushes.map((push) => toHex(push.subarray(1))) };
}

type Lock = Omit<InputTerms, 'hash'> & { scriptCode: Uint8Array };

const SHOWS_ANOTHER = 'shows another script than that of the coin which it spends';

/** `OP_HASH160 <20 bytes> OP_EQUAL` */
const isP2sh = (script: Uint8Array): boolean =>
  script.length === 23 && script[0] === 0xa9 && script[1] === 20 && script[22] === 0x87;

/** The segwit program that a P2SH coin wraps; a sentence's end where there is none to be seen. */
function wrappedProgram(map: PsetMap, script: Uint8Array): Uint8Array | string {
  // A finalizer moves the script into the scriptSig, as the one thing that is pushed there.
  const pushed = map.get(INPUT.finalScriptSig);
  const redeem =
    map.get(INPUT.redeemScript) ??
    (pushed && pushed[0] === pushed.length - 1 ? pushed.subarray(1) : undefined);
  if (!redeem) return 'does not show the script of the coin that it spends';
  return equalBytes(hash160(redeem), script.subarray(2, 22)) ? redeem : SHOWS_ANOTHER;
}

/** How a coin is locked; a sentence's end where this program does not sign such a coin. */
function lockOf(map: PsetMap, { script: outer }: SpentOutput): Lock | string {
  const script = isP2sh(outer) ? wrappedProgram(map, outer) : outer;
  if (typeof script === 'string') return script;
  const redeemScript = script === outer ? null : script;
  if (script.length === 22 && script[0] === 0 && script[1] === 20) {
    const keyHash = new Uint8Array(script.subarray(2));
    const scriptCode = new ByteWriter()
      .bytes(Uint8Array.of(0x76, 0xa9))
      .sized(keyHash)
      .bytes(Uint8Array.of(0x88, 0xac));
    return {
      scriptCode: scriptCode.result(),
      keyHash,
      pubkeys: [],
      threshold: 1,
      witnessScript: null,
      redeemScript,
    };
  }
  if (script.length !== 34 || script[0] !== 0 || script[1] !== 32)
    return 'spends a coin of a kind that this program does not sign for';
  // A finalizer moves the script into the witness.
  const witnessScript = map.get(INPUT.witnessScript) ?? finalWitness(map).at(-1);
  if (!witnessScript) return 'does not show the script of the coin that it spends';
  if (!equalBytes(createHash('sha256').update(witnessScript).digest(), script.subarray(2)))
    return SHOWS_ANOTHER;
  const multisig = readMultisig(witnessScript);
  if (!multisig) return 'spends a coin whose script is no multisig';
  return { ...multisig, scriptCode: witnessScript, keyHash: null, witnessScript, redeemScript };
}

function outpoint(writer: ByteWriter, { txid, vout }: TxInput): ByteWriter {
  return writer.bytes(fromDisplay(txid)).u32(vout);
}

function issuance(writer: ByteWriter, input: TxInput): ByteWriter {
  if (!input.issuance) return writer;
  const { nonce, entropy, amount, inflationKeys } = input.issuance;
  return writer.bytes(nonce).bytes(entropy).bytes(amount).bytes(inflationKeys);
}

interface Shared {
  prevouts: Uint8Array;
  sequences: Uint8Array;
  issuances: Uint8Array;
  outputs: Uint8Array;
}

/** The hashes that all inputs share. */
function sharedHashes({ inputs, outputs }: UnsignedTransaction): Shared {
  const over = (write: (writer: ByteWriter) => void): Uint8Array => {
    const writer = new ByteWriter();
    write(writer);
    return sha256d(writer.result());
  };
  return {
    prevouts: over((w) => inputs.forEach((input) => outpoint(w, input))),
    sequences: over((w) => inputs.forEach(({ sequence }) => w.u32(sequence))),
    issuances: over((w) =>
      inputs.forEach((input) => (input.issuance ? issuance(w, input) : w.bytes(NULL_FIELD))),
    ),
    outputs: over((w) =>
      outputs.forEach(({ asset, value, nonce, script }) =>
        w.bytes(asset).bytes(value).bytes(nonce).sized(script),
      ),
    ),
  };
}

/** BIP143 as Elements has it: a hash of all issuances, the value as serialized, and the input's own issuance. */
function signatureHash(
  tx: UnsignedTransaction,
  shared: Shared,
  input: TxInput,
  scriptCode: Uint8Array,
  value: Uint8Array,
): Uint8Array {
  const writer = new ByteWriter()
    .u32(tx.version)
    .bytes(shared.prevouts)
    .bytes(shared.sequences)
    .bytes(shared.issuances);
  outpoint(writer, input).sized(scriptCode).bytes(value).u32(input.sequence);
  issuance(writer, input).bytes(shared.outputs).u32(tx.locktime).u32(SIGHASH_ALL);
  return sha256d(writer.result());
}

/** What each input wants signed and by whom; for an input that this program cannot sign, why (behind “Input 2”). */
export function inputTerms(pset: Pset): (InputTerms | string)[] {
  return readable(() => {
    const tx = unsignedTransaction(pset);
    const shared = sharedHashes(tx);
    return tx.inputs.map((input, index) => {
      const map = pset.inputs[index] ?? new Map<string, Uint8Array>();
      if (claimsPegin(map)) return 'claims coins of the main chain';
      if (contradictsItself(map, index)) return 'shows another coin than the one that it spends';
      const coin = spentOutput(map, index);
      if (!coin || coin.value.length < 9) return 'does not show the coin that it spends';
      const lock = lockOf(map, coin);
      if (typeof lock === 'string') return lock;
      const { scriptCode, ...terms } = lock;
      return { hash: signatureHash(tx, shared, input, scriptCode, coin.value), ...terms };
    });
  });
}

/** Hashes in hex. Throws PSET_INVALID naming an input for which there is none. */
export function sighashes(base64: string): string[] {
  return inputTerms(parsePset(base64)).map((terms, index) => {
    if (typeof terms !== 'string') return toHex(terms.hash);
    throw psetInvalid(`Input ${index} ${terms}.`, { field: 'pset' });
  });
}
