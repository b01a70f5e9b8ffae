import type { Bytes } from '../../crypto/index.ts';
import {
  EMPTY,
  Reader,
  concat,
  isCommitment,
  issuedBy,
  parseMultisig,
  serializeTransaction,
  toHex,
  u32,
  valueOf,
  varbytes,
  varint,
  witnessProgram,
} from '../../crypto/index.ts';
import { blindOutputs } from '../blind.ts';
import type { InputSecrets, OutputToBlind } from '../blind.ts';
import { RpcError } from '../rpc-error.ts';
import type { Keyring } from '../seed.ts';
import { finishInput, signInput } from '../sign.ts';
import type { Wallet } from '../wallet.ts';
import type { Fields, Pset } from './codec.ts';
import { sortFields } from './create.ts';
import { ELEMENTS_OUT, IN, OUT, elementsKey, fieldKey, keyed } from './codec.ts';
import {
  amountField,
  checkOutputProofs,
  inputPoint,
  inputUtxo,
  isBlinded,
  psetTransaction,
  wantsBlinding,
} from './view.ts';

const ZERO_HASH = '0'.repeat(64);

/**
 * Blinds every output that asks for it, if the wallet knows what is in all inputs; leaves the PSET as it is otherwise
 * (it may be meant for another wallet).
 */
export async function blindPset(pset: Pset, wallet: Wallet): Promise<void> {
  const todo = pset.outputs.flatMap((fields, vout): OutputToBlind[] => {
    const blindingPubkey = fields.get(elementsKey(ELEMENTS_OUT.BLINDING_PUBKEY));
    if (!wantsBlinding(fields) || isBlinded(fields) || !blindingPubkey) return [];
    const asset = fields.get(elementsKey(ELEMENTS_OUT.ASSET));
    return [
      {
        vout,
        script: fields.get(fieldKey(OUT.SCRIPT)) ?? EMPTY,
        asset: asset ? Buffer.from(asset).reverse().toString('hex') : ZERO_HASH,
        value: amountField(fields, fieldKey(OUT.AMOUNT)) ?? 0n,
        blindingPubkey,
      },
    ];
  });
  if (todo.length === 0) return;
  const secrets: InputSecrets[] = [];
  const tx = psetTransaction(pset);
  for (const [i, fields] of pset.inputs.entries()) {
    const { txid, vout } = inputPoint(fields);
    const row = wallet.output(txid, vout);
    if (row?.asset == null || row.value === null) return;
    secrets.push({
      asset: row.asset,
      value: row.value,
      assetBlinder: row.asset_blinder ?? ZERO_HASH,
      amountBlinder: row.amount_blinder ?? ZERO_HASH,
    });
    const input = tx.inputs[i];
    for (const part of input ? issuedBy(input) : []) {
      if (isCommitment(part.value)) throw new RpcError(-4, 'Unable to create an asset surjection proof');
      const value = valueOf(part.value) ?? 0n;
      secrets.push({ asset: part.asset, value, assetBlinder: ZERO_HASH, amountBlinder: ZERO_HASH });
    }
  }
  const known = new Set(secrets.map((secret) => secret.asset));
  if (todo.some((output) => !known.has(output.asset))) {
    throw new RpcError(-4, 'Unable to create an asset surjection proof');
  }
  for (const output of await blindOutputs(wallet.pool, secrets, todo)) {
    const fields = pset.outputs[output.vout];
    const made = output.fields;
    fields?.set(elementsKey(ELEMENTS_OUT.VALUE_COMMITMENT), made.value);
    fields?.set(elementsKey(ELEMENTS_OUT.ASSET_COMMITMENT), made.asset);
    fields?.set(elementsKey(ELEMENTS_OUT.RANGEPROOF), made.rangeproof);
    fields?.set(elementsKey(ELEMENTS_OUT.SURJECTION_PROOF), made.surjectionProof);
    fields?.set(elementsKey(ELEMENTS_OUT.ECDH_PUBKEY), made.nonce);
    fields?.set(elementsKey(ELEMENTS_OUT.VALUE_PROOF), made.valueProof);
    fields?.set(elementsKey(ELEMENTS_OUT.ASSET_PROOF), made.assetProof);
    if (fields) pset.outputs[output.vout] = sortFields(fields);
  }
}

/** A signer does not believe a declared amount: the proofs must bear it out, and its own change must open. */
export async function verifyBeforeSigning(pset: Pset, wallet: Wallet): Promise<void> {
  for (const fields of pset.outputs) {
    const verdict = checkOutputProofs(fields);
    if (verdict.endsWith('value proof')) throw new RpcError(-25, 'Proof of blinded value is invalid');
    if (verdict.endsWith('asset proof')) throw new RpcError(-25, 'Proof of blinded asset is invalid');
    await verifyOwnOutput(fields, wallet);
  }
}

async function verifyOwnOutput(fields: Fields, wallet: Wallet): Promise<void> {
  const script = fields.get(fieldKey(OUT.SCRIPT)) ?? EMPTY;
  if (!isBlinded(fields) || wallet.store.owned(wallet.name, script) === null) return;
  const blindingKey = wallet.blindingKey(script);
  const field = (subtype: number): Bytes => fields.get(elementsKey(subtype)) ?? EMPTY;
  const opened =
    blindingKey &&
    (await wallet.pool.open({
      asset: field(ELEMENTS_OUT.ASSET_COMMITMENT),
      value: field(ELEMENTS_OUT.VALUE_COMMITMENT),
      nonce: field(ELEMENTS_OUT.ECDH_PUBKEY),
      rangeproof: field(ELEMENTS_OUT.RANGEPROOF),
      script,
      blindingKey,
    }));
  if (!opened) throw new RpcError(-25, 'A rangeproof did not encode necessary blinding data');
}

export function signPset(pset: Pset, wallet: Wallet, keys: Keyring, hashType: number): void {
  const tx = psetTransaction(pset);
  for (const [index, fields] of pset.inputs.entries()) {
    if (isFinal(fields)) continue;
    const spent = inputUtxo(fields);
    const info = spent ? wallet.scriptInfo(spent.script) : null;
    if (!spent || !info) continue;
    const demanded = fields.get(fieldKey(IN.SIGHASH));
    if (demanded && new Reader(demanded).u32() !== hashType) {
      throw new RpcError(-22, 'Specified sighash value does not match value stored in PSBT');
    }
    for (const one of signInput(keys, tx, index, spent, info, hashType)) {
      fields.set(fieldKey(IN.PARTIAL_SIG, one.pubkey), one.signature);
      if (hashType !== 1) fields.set(fieldKey(IN.SIGHASH), u32(hashType));
    }
    pset.inputs[index] = sortFields(fields);
  }
}

export function isFinal(fields: Fields): boolean {
  return fields.has(fieldKey(IN.FINAL_WITNESS)) || fields.has(fieldKey(IN.FINAL_SCRIPT));
}

/** The script and witness that the signatures of an input suffice for, or null. */
export function finishedInput(fields: Fields): { script: Bytes; witness: Bytes[] } | null {
  const spent = inputUtxo(fields);
  if (!spent) return null;
  const witnessScript = fields.get(fieldKey(IN.WITNESS_SCRIPT)) ?? null;
  const redeemScript = fields.get(fieldKey(IN.REDEEM_SCRIPT)) ?? null;
  const program = witnessProgram(redeemScript ?? spent.script);
  const multisig = witnessScript ? parseMultisig(witnessScript) : null;
  if (program?.version !== 0 || (program.program.length === 32 && !multisig)) return null;
  const signatures = keyed(fields, IN.PARTIAL_SIG).map(([pubkey, signature]) => ({ pubkey, signature }));
  return finishInput(signatures, { redeemScript, witnessScript, multisig });
}

/** Turns complete sets of signatures into witnesses; returns whether every input is final now. */
export function finalizePset(pset: Pset): boolean {
  for (const [index, fields] of pset.inputs.entries()) {
    if (isFinal(fields)) continue;
    const done = finishedInput(fields);
    if (!done) continue;
    for (const key of [...fields.keys()]) {
      const type = Number.parseInt(key.slice(0, 2), 16);
      if (type >= IN.PARTIAL_SIG && type <= IN.KEYPATH) fields.delete(key);
    }
    if (done.script.length > 0) fields.set(fieldKey(IN.FINAL_SCRIPT), done.script);
    fields.set(
      fieldKey(IN.FINAL_WITNESS),
      concat(varint(done.witness.length), ...done.witness.map(varbytes)),
    );
    pset.inputs[index] = sortFields(fields);
  }
  return pset.inputs.every(isFinal);
}

/** The signed transaction of a final PSET, hex. */
export function extractHex(pset: Pset): string {
  const tx = psetTransaction(pset);
  for (const [i, fields] of pset.inputs.entries()) {
    const input = tx.inputs[i];
    const witness = fields.get(fieldKey(IN.FINAL_WITNESS));
    if (!input) continue;
    input.script = fields.get(fieldKey(IN.FINAL_SCRIPT)) ?? EMPTY;
    if (!witness) continue;
    const reader = new Reader(witness);
    input.witness = [];
    for (let left = reader.varint(); left > 0; left--) input.witness.push(reader.varbytes());
  }
  return toHex(serializeTransaction(tx));
}
