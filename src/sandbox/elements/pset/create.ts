import type { Chain } from '../../chain/index.ts';
import type { Bytes, Transaction } from '../../crypto/index.ts';
import { concat, fromDisplay, outputBytes, serializeBase, u32, u64 } from '../../crypto/index.ts';
import type { Derived, Descriptor } from '../descriptor.ts';
import { derive, keypathBytes } from '../descriptor.ts';
import type { Wallet } from '../wallet.ts';
import type { Fields, Pset } from './codec.ts';
import { ELEMENTS_IN, ELEMENTS_OUT, IN, OUT, elementsKey, fieldKey, newPset } from './codec.ts';
import { inputPoint, inputUtxo } from './view.ts';

export interface PsetOutputPlan {
  script: Bytes;
  asset: string;
  value: bigint;
  blindingPubkey: Bytes | null;
  /** Null leaves the field out. */
  blinderIndex: number | null;
}

export interface PsetInputPlan {
  txid: string;
  vout: number;
  sequence: number;
}

/** An unblinded PSET in the form that the node gives it. */
export function createPset(
  inputs: readonly PsetInputPlan[],
  outputs: readonly PsetOutputPlan[],
  locktime: number,
): Pset {
  const pset = newPset(inputs.length, outputs.length, locktime);
  for (const [i, input] of inputs.entries()) {
    const fields = pset.inputs[i];
    fields?.set(fieldKey(IN.TXID), fromDisplay(input.txid));
    fields?.set(fieldKey(IN.VOUT), u32(input.vout));
    fields?.set(fieldKey(IN.SEQUENCE), u32(input.sequence));
  }
  for (const [i, output] of outputs.entries()) {
    const fields = pset.outputs[i];
    fields?.set(fieldKey(OUT.AMOUNT), u64(output.value));
    fields?.set(fieldKey(OUT.SCRIPT), output.script);
    fields?.set(elementsKey(ELEMENTS_OUT.ASSET), fromDisplay(output.asset));
    if (output.blindingPubkey) fields?.set(elementsKey(ELEMENTS_OUT.BLINDING_PUBKEY), output.blindingPubkey);
    if (output.blinderIndex !== null) {
      fields?.set(elementsKey(ELEMENTS_OUT.BLINDER_INDEX), u32(output.blinderIndex));
    }
  }
  return pset;
}

/** Keeps the fields in the order of their types, proprietary ones last, as the node writes them. */
export function sortFields(fields: Fields): Fields {
  return new Map([...fields].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function addUtxo(fields: Fields, tx: Transaction, vout: number): void {
  const output = tx.outputs[vout];
  if (!output) return;
  fields.set(fieldKey(IN.NON_WITNESS_UTXO), serializeBase(tx));
  fields.set(fieldKey(IN.WITNESS_UTXO), outputBytes(output));
  if (output.rangeproof.length > 0) fields.set(elementsKey(ELEMENTS_IN.UTXO_RANGEPROOF), output.rangeproof);
}

function addScripts(
  fields: Fields,
  derived: Derived,
  types: { redeem: number; witness: number; keypath: number },
  withKeypaths: boolean,
): void {
  if (derived.redeemScript) fields.set(fieldKey(types.redeem), derived.redeemScript);
  if (derived.witnessScript) fields.set(fieldKey(types.witness), derived.witnessScript);
  for (const key of withKeypaths ? derived.keys : []) {
    fields.set(fieldKey(types.keypath, key.pubkey), keypathBytes(key));
  }
}

const IN_TYPES = { redeem: IN.REDEEM_SCRIPT, witness: IN.WITNESS_SCRIPT, keypath: IN.KEYPATH };
const OUT_TYPES = { redeem: OUT.REDEEM_SCRIPT, witness: OUT.WITNESS_SCRIPT, keypath: OUT.KEYPATH };

/** What a wallet knows of the inputs and outputs: spent outputs, scripts and key paths. */
export function fillFromWallet(pset: Pset, wallet: Wallet, bip32derivs: boolean): void {
  for (const [i, input] of pset.inputs.entries()) {
    const { txid, vout } = inputPoint(input);
    if (!inputUtxo(input) && wallet.output(txid, vout)) {
      const tx = wallet.chain.store.transaction(txid);
      if (tx) addUtxo(input, tx, vout);
    }
    const spent = inputUtxo(input);
    const info = spent ? wallet.scriptInfo(spent.script) : null;
    if (info && !input.has(fieldKey(IN.FINAL_WITNESS))) {
      addScripts(input, info.derived, IN_TYPES, bip32derivs);
    }
    pset.inputs[i] = sortFields(input);
  }
  for (const [i, output] of pset.outputs.entries()) {
    const script = output.get(fieldKey(OUT.SCRIPT));
    const info = script ? wallet.scriptInfo(script) : null;
    if (info) addScripts(output, info.derived, OUT_TYPES, bip32derivs);
    pset.outputs[i] = sortFields(output);
  }
}

/** Adds the spent outputs that the chain knows (utxoupdatepsbt): witness form only. */
export function fillFromChain(pset: Pset, chain: Chain): void {
  for (const [i, input] of pset.inputs.entries()) {
    if (inputUtxo(input)) continue;
    const { txid, vout } = inputPoint(input);
    const coin = chain.coin(txid, vout);
    if (!coin) continue;
    const { asset, value, nonce, script } = coin.output;
    const bytes = outputBytes({
      asset,
      value,
      nonce,
      script,
      surjectionProof: concat(),
      rangeproof: concat(),
    });
    input.set(fieldKey(IN.WITNESS_UTXO), bytes);
    pset.inputs[i] = sortFields(input);
  }
}

/** Adds scripts and key paths of every input and output that a descriptor derives within a range. */
export function fillFromDescriptor(pset: Pset, descriptor: Descriptor, from: number, to: number): void {
  const wanted = new Map<string, { fields: Fields; types: typeof IN_TYPES | typeof OUT_TYPES }[]>();
  const want = (
    script: Bytes | undefined,
    fields: Fields,
    types: typeof IN_TYPES | typeof OUT_TYPES,
  ): void => {
    if (!script) return;
    const name = Buffer.from(script).toString('hex');
    wanted.set(name, [...(wanted.get(name) ?? []), { fields, types }]);
  };
  for (const input of pset.inputs) want(inputUtxo(input)?.script, input, IN_TYPES);
  for (const output of pset.outputs) want(output.get(fieldKey(OUT.SCRIPT)), output, OUT_TYPES);
  for (let index = from; index <= to; index++) {
    const derived = derive(descriptor, index);
    for (const { fields, types } of wanted.get(Buffer.from(derived.script).toString('hex')) ?? []) {
      addScripts(fields, derived, types, true);
    }
  }
  pset.inputs = pset.inputs.map(sortFields);
  pset.outputs = pset.outputs.map(sortFields);
}
