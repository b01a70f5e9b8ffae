import { ByteWriter, fromDisplay, fromHex, u32Bytes, u64Bytes } from './bytes.ts';
import { GLOBAL, INPUT, OUTPUT, serializePset } from './pset.ts';
import type { PsetMap } from './pset.ts';

/** Hex; path with 2^31 added to hardened steps. */
export interface NewDerivation {
  pubkey: string;
  fingerprint: string;
  path: readonly number[];
}

/** Hex throughout; asset ids and txids as displayed. */
export interface NewInput {
  txid: string;
  vout: number;
  /** The coin spent: asset and value fields as serialized (explicit or commitment), nonce field, script. */
  utxo: { asset: string; value: string; nonce: string; script: string };
  /** Of a P2WSH coin, wrapped or not. */
  witnessScript?: string;
  /** Of a P2SH coin: the segwit program that it wraps. */
  redeemScript?: string;
  /** The keys that may sign. */
  derivations?: readonly NewDerivation[];
}

export interface NewOutput {
  /** Empty for the fee. */
  script: string;
  assetId: string;
  value: bigint;
  /** 33 bytes; absent for an output that stays explicit. */
  blindingPubkey?: string;
  /** Keys of change. */
  derivations?: readonly NewDerivation[];
}

function addDerivations(map: PsetMap, type: string, derivations: readonly NewDerivation[] = []): void {
  for (const { pubkey, fingerprint, path } of derivations) {
    const value = path.reduce((w, step) => w.u32(step), new ByteWriter().bytes(fromHex(fingerprint)));
    map.set(type + Buffer.from(pubkey, 'hex').toString('latin1'), value.result());
  }
}

function inputMap({ txid, vout, utxo, witnessScript, redeemScript, derivations }: NewInput): PsetMap {
  const witnessUtxo = new ByteWriter()
    .bytes(fromHex(utxo.asset))
    .bytes(fromHex(utxo.value))
    .bytes(fromHex(utxo.nonce))
    .sized(fromHex(utxo.script))
    .result();
  const map: PsetMap = new Map([
    [INPUT.witnessUtxo, witnessUtxo],
    [INPUT.previousTxid, fromDisplay(txid)],
    [INPUT.outputIndex, u32Bytes(vout)],
  ]);
  if (redeemScript) map.set(INPUT.redeemScript, fromHex(redeemScript));
  if (witnessScript) map.set(INPUT.witnessScript, fromHex(witnessScript));
  addDerivations(map, INPUT.bip32Derivation, derivations);
  return map;
}

function outputMap({ script, assetId, value, blindingPubkey, derivations }: NewOutput): PsetMap {
  const map: PsetMap = new Map([
    [OUTPUT.amount, u64Bytes(value, true)],
    [OUTPUT.script, fromHex(script)],
    [OUTPUT.asset, fromDisplay(assetId)],
  ]);
  if (blindingPubkey) {
    map.set(OUTPUT.blindingPubkey, fromHex(blindingPubkey));
    map.set(OUTPUT.blinderIndex, u32Bytes(0));
  }
  addDerivations(map, OUTPUT.bip32Derivation, derivations);
  return map;
}

/** A version 2 PSET of a version 2 transaction, ready to be blinded; base64. */
export function newPset(inputs: readonly NewInput[], outputs: readonly NewOutput[]): string {
  const count = (n: number): Uint8Array => new ByteWriter().compactSize(n).result();
  return serializePset({
    global: new Map([
      [GLOBAL.txVersion, u32Bytes(2)],
      [GLOBAL.fallbackLocktime, u32Bytes(0)],
      [GLOBAL.inputCount, count(inputs.length)],
      [GLOBAL.outputCount, count(outputs.length)],
      [GLOBAL.psbtVersion, u32Bytes(2)],
    ]),
    inputs: inputs.map(inputMap),
    outputs: outputs.map(outputMap),
  });
}
