import { assetIdOf, hash160, isFee, sizeOf, toHex, valueOf } from '../../crypto/index.ts';
import { figure } from '../json.ts';
import type { Fields, Pset } from './codec.ts';
import { IN, keyed } from './codec.ts';
import { finishedInput, isFinal } from './process.ts';
import { checkOutputProofs, inputUtxo, isBlinded, psetTransaction, wantsBlinding } from './view.ts';

const ORDER = ['updater', 'blinder', 'signer', 'finalizer', 'extractor'];

function analyzeInput(fields: Fields): Record<string, unknown> {
  const utxo = inputUtxo(fields);
  if (!utxo) return { has_utxo: false, is_final: false, next: 'updater' };
  if (isFinal(fields)) return { has_utxo: true, is_final: true, next: 'extractor' };
  const signed = new Set(keyed(fields, IN.PARTIAL_SIG).map(([pubkey]) => toHex(pubkey)));
  const missing = keyed(fields, IN.KEYPATH)
    .map(([pubkey]) => pubkey)
    .filter((pubkey) => !signed.has(toHex(pubkey)));
  const next = finishedInput(fields) ? 'finalizer' : 'signer';
  return {
    has_utxo: true,
    is_final: false,
    next,
    ...(next === 'signer'
      ? { missing: { signatures: missing.map((pubkey) => toHex(hash160(pubkey))) } }
      : {}),
  };
}

export function outputStatus(fields: Fields): { blind: boolean; status: string } {
  const blind = wantsBlinding(fields);
  if (!blind) return { blind, status: 'done' };
  if (!isBlinded(fields)) return { blind, status: 'unblinded' };
  const verdict = checkOutputProofs(fields);
  const status = {
    ok: 'done',
    'no value proof': 'needs value proof',
    'no asset proof': 'needs asset proof',
    'bad value proof': 'ERROR: has invalid value proof, the value may be a lie!',
    'bad asset proof': 'ERROR: has invalid asset proof, the asset may be a lie!',
  }[verdict];
  return { blind, status };
}

/** What is left to do, as analyzepsbt says it. */
export function analyze(pset: Pset): Record<string, unknown> {
  const inputs = pset.inputs.map(analyzeInput);
  const outputs = pset.outputs.map(outputStatus);
  const steps = inputs.map((input) => ORDER.indexOf(String(input['next'])));
  if (outputs.some((output) => output.status === 'unblinded')) steps.push(ORDER.indexOf('blinder'));
  const tx = psetTransaction(pset);
  let fee = 0n;
  for (const output of tx.outputs) {
    if (isFee(output) && assetIdOf(output.asset) !== null) fee += valueOf(output.value) ?? 0n;
  }
  // Signed or not, the node counts an ordinary signature for each input.
  for (const input of tx.inputs) input.witness = [new Uint8Array(71), new Uint8Array(33)];
  const size = sizeOf(tx).vsize;
  return {
    inputs,
    outputs,
    estimated_vsize: size,
    estimated_feerate: figure((fee * 1000n) / BigInt(size)),
    fee: figure(fee),
    next: ORDER[Math.min(...steps)] ?? 'extractor',
  };
}
