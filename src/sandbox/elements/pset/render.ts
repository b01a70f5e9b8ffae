import type { Bytes } from '../../crypto/index.ts';
import { Reader, disassemble, parseTransaction, toDisplay, toHex, valueOf } from '../../crypto/index.ts';
import { assetIdOf } from '../../crypto/index.ts';
import { formatPath } from '../descriptor.ts';
import { figure } from '../json.ts';
import { renderScript, renderTransaction } from '../render.ts';
import { outputStatus } from './analyze.ts';
import type { Fields, Pset } from './codec.ts';
import { ELEMENTS_IN, ELEMENTS_OUT, GLOBAL, IN, OUT, elementsKey, fieldKey, keyed } from './codec.ts';
import { amountField, inputPoint, inputUtxo, u32Field } from './view.ts';

function keypaths(fields: Fields, type: number): Record<string, unknown> {
  const found = keyed(fields, type).map(([pubkey, value]) => {
    const reader = new Reader(value);
    const fingerprint = toHex(reader.take(4));
    const path: number[] = [];
    while (reader.rest >= 4) path.push(reader.u32());
    return { pubkey: toHex(pubkey), master_fingerprint: fingerprint, path: `m/${formatPath(path)}` };
  });
  return found.length === 0 ? {} : { bip32_derivs: found };
}

function hexMember(fields: Fields, name: string, key: string): Record<string, unknown> {
  const value = fields.get(key);
  return value ? { [name]: toHex(value) } : {};
}

function scriptMember(fields: Fields, name: string, type: number): Record<string, unknown> {
  const script = fields.get(fieldKey(type));
  if (!script) return {};
  const { asm, hex, type: kind } = renderScript(script);
  return { [name]: { asm, hex, type: kind } };
}

function renderUtxo(fields: Fields): Record<string, unknown> {
  const utxo = inputUtxo(fields);
  if (!utxo || !fields.has(fieldKey(IN.WITNESS_UTXO))) return {};
  const value = valueOf(utxo.value);
  const asset = assetIdOf(utxo.asset);
  return {
    witness_utxo: {
      ...(value === null ? { amountcommitment: toHex(utxo.value) } : { amount: figure(value) }),
      ...(asset === null ? { assetcommitment: toHex(utxo.asset) } : { asset }),
      scriptPubKey: renderScript(utxo.script),
    },
  };
}

function renderWitness(bytes: Bytes): string[] {
  const reader = new Reader(bytes);
  const items: string[] = [];
  for (let left = reader.varint(); left > 0; left--) items.push(toHex(reader.varbytes()));
  return items;
}

function renderInput(fields: Fields): Record<string, unknown> {
  const whole = fields.get(fieldKey(IN.NON_WITNESS_UTXO));
  const signatures = keyed(fields, IN.PARTIAL_SIG);
  const { txid, vout } = inputPoint(fields);
  const finalScript = fields.get(fieldKey(IN.FINAL_SCRIPT));
  const finalWitness = fields.get(fieldKey(IN.FINAL_WITNESS));
  const issued = amountField(fields, elementsKey(ELEMENTS_IN.ISSUANCE_VALUE));
  const tokens = amountField(fields, elementsKey(ELEMENTS_IN.TOKENS_VALUE));
  const nonce = fields.get(elementsKey(ELEMENTS_IN.ISSUANCE_NONCE));
  const entropy = fields.get(elementsKey(ELEMENTS_IN.ISSUANCE_ENTROPY));
  return {
    ...renderUtxo(fields),
    ...(whole ? { non_witness_utxo: renderTransaction(parseTransaction(whole)) } : {}),
    ...(signatures.length === 0
      ? {}
      : {
          partial_signatures: Object.fromEntries(
            signatures.map(([key, value]) => [toHex(key), toHex(value)]),
          ),
        }),
    ...scriptMember(fields, 'redeem_script', IN.REDEEM_SCRIPT),
    ...scriptMember(fields, 'witness_script', IN.WITNESS_SCRIPT),
    ...keypaths(fields, IN.KEYPATH),
    ...(finalScript ? { final_scriptSig: { asm: disassemble(finalScript), hex: toHex(finalScript) } } : {}),
    ...(finalWitness ? { final_scriptwitness: renderWitness(finalWitness) } : {}),
    previous_txid: txid,
    previous_vout: vout,
    sequence: u32Field(fields, fieldKey(IN.SEQUENCE)) ?? 0xffffffff,
    ...(issued === null ? {} : { issuance_value: figure(issued) }),
    ...(tokens === null ? {} : { issuance_reissuance_amount: figure(tokens) }),
    ...(nonce ? { issuance_blinding_nonce: toDisplay(nonce) } : {}),
    ...(entropy ? { issuance_asset_entropy: toDisplay(entropy) } : {}),
    ...hexMember(fields, 'utxo_rangeproof', elementsKey(ELEMENTS_IN.UTXO_RANGEPROOF)),
  };
}

function renderOutput(fields: Fields): Record<string, unknown> {
  const amount = amountField(fields, fieldKey(OUT.AMOUNT));
  const asset = fields.get(elementsKey(ELEMENTS_OUT.ASSET));
  const index = u32Field(fields, elementsKey(ELEMENTS_OUT.BLINDER_INDEX));
  const { status } = outputStatus(fields);
  return {
    ...scriptMember(fields, 'redeem_script', OUT.REDEEM_SCRIPT),
    ...scriptMember(fields, 'witness_script', OUT.WITNESS_SCRIPT),
    ...keypaths(fields, OUT.KEYPATH),
    ...(amount === null ? {} : { amount: figure(amount) }),
    script: renderScript(fields.get(fieldKey(OUT.SCRIPT)) ?? new Uint8Array(0)),
    ...hexMember(fields, 'value_commitment', elementsKey(ELEMENTS_OUT.VALUE_COMMITMENT)),
    ...hexMember(fields, 'asset_commitment', elementsKey(ELEMENTS_OUT.ASSET_COMMITMENT)),
    ...(asset ? { asset: toDisplay(asset) } : {}),
    ...hexMember(fields, 'rangeproof', elementsKey(ELEMENTS_OUT.RANGEPROOF)),
    ...hexMember(fields, 'surjection_proof', elementsKey(ELEMENTS_OUT.SURJECTION_PROOF)),
    ...hexMember(fields, 'ecdh_pubkey', elementsKey(ELEMENTS_OUT.ECDH_PUBKEY)),
    ...hexMember(fields, 'blinding_pubkey', elementsKey(ELEMENTS_OUT.BLINDING_PUBKEY)),
    ...(index === null ? {} : { blinder_index: index }),
    ...hexMember(fields, 'blind_value_proof', elementsKey(ELEMENTS_OUT.VALUE_PROOF)),
    ...hexMember(fields, 'blind_asset_proof', elementsKey(ELEMENTS_OUT.ASSET_PROOF)),
    ...(status === 'done' ? {} : { status: status === 'unblinded' ? 'needs blinding' : status }),
  };
}

/** A PSET as decodepsbt prints it. Its output_count repeats the input count, as the real node's does. */
export function renderPset(pset: Pset): Record<string, unknown> {
  const outputs = pset.outputs.map(renderOutput);
  let fee = 0n;
  for (const fields of pset.outputs) {
    if (fields.get(fieldKey(OUT.SCRIPT))?.length === 0)
      fee += amountField(fields, fieldKey(OUT.AMOUNT)) ?? 0n;
  }
  return {
    global_xpubs: [],
    tx_version: u32Field(pset.global, fieldKey(GLOBAL.TX_VERSION)) ?? 2,
    fallback_locktime: u32Field(pset.global, fieldKey(GLOBAL.LOCKTIME)) ?? 0,
    input_count: pset.inputs.length,
    output_count: pset.inputs.length,
    psbt_version: 2,
    proprietary: [],
    fees: { bitcoin: figure(fee) },
    unknown: {},
    inputs: pset.inputs.map(renderInput),
    outputs,
  };
}
