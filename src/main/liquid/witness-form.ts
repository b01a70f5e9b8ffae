import { ByteWriter, toHex } from './bytes.ts';
import { psetInvalid } from './errors.ts';
import { INPUT, OUTPUT, parsePset, readable, serializePset } from './pset.ts';
import type { Pset } from './pset.ts';
import { spentOutput, unsignedTransaction } from './pset-view.ts';
import { serializeBody, unsignedTxid } from './transaction.ts';
import type { PsetCoin } from './types.ts';

const NOTHING = new Uint8Array();

/** What an input is given to be spent with. */
export interface InputProof {
  scriptSig: Uint8Array;
  witness: readonly Uint8Array[];
}

/**
 * The transaction of a blinded PSET in network form, with these proofs of its inputs and the proofs of its outputs. Throws
 * PSET_INVALID for an issuance, whose proofs a PSET keeps elsewhere.
 */
export function networkForm(pset: Pset, proofs: readonly InputProof[]): Uint8Array {
  const tx = readable(() => unsignedTransaction(pset));
  if (tx.inputs.some((input) => input.issuance !== null)) {
    throw psetInvalid('The PSET issues an asset.', { field: 'pset' });
  }
  const body = serializeBody(
    tx,
    proofs.map(({ scriptSig }) => scriptSig),
  );
  const writer = new ByteWriter().bytes(body.subarray(0, 4)).u8(1).bytes(body.subarray(5));
  tx.inputs.forEach((_, i) => {
    const witness = proofs[i]?.witness ?? [];
    // Issuance proofs before the script witness, the peg-in witness behind it: all empty.
    writer.sized(NOTHING).sized(NOTHING).compactSize(witness.length);
    for (const part of witness) writer.sized(part);
    writer.compactSize(0);
  });
  for (const map of pset.outputs) {
    writer
      .sized(map.get(OUTPUT.assetSurjectionProof) ?? NOTHING)
      .sized(map.get(OUTPUT.valueRangeproof) ?? NOTHING);
  }
  return writer.result();
}

/**
 * The transaction of a blinded PSET in network form, hex: no signatures yet, every output with its proofs. That is how a
 * Jade's `sign_liquid_tx` wants it. Throws PSET_INVALID for an issuance.
 */
export function unsignedHex(base64: string): string {
  return toHex(networkForm(parsePset(base64), []));
}

/**
 * The PSET without whole previous transactions: signers of segwit coins need the spent output only, and small devices
 * cannot take more. Throws PSET_INVALID where that output is not there by itself.
 */
export function witnessOnly(base64: string): string {
  const pset = parsePset(base64);
  pset.inputs.forEach((map, index) => {
    if (!map.has(INPUT.nonWitnessUtxo)) return;
    if (!map.has(INPUT.witnessUtxo) || !readable(() => spentOutput(map, index))) {
      throw psetInvalid(`Input ${index} does not show the coin that it spends by itself.`, { field: 'pset' });
    }
    map.delete(INPUT.nonWitnessUtxo);
  });
  return serializePset(pset);
}

/**
 * Writes coins that the node does not know yet into the inputs that spend them: what their own PSETs say of these outputs
 * (commitments, nonce, script, witness script, keys). Base64. Throws PSET_INVALID for an input that spends another coin.
 */
export function showCoins(base64: string, coins: readonly PsetCoin[]): string {
  const pset = parsePset(base64);
  const { inputs } = readable(() => unsignedTransaction(pset));
  for (const { input, from, vout } of coins) {
    const map = pset.inputs[input];
    const source = parsePset(from);
    const parent = readable(() => unsignedTransaction(source));
    const [made, fields] = [parent.outputs[vout], source.outputs[vout]];
    const spent = inputs[input];
    if (!map || !made || !fields || spent?.vout !== vout || spent.txid !== unsignedTxid(parent)) {
      throw psetInvalid(`Input ${input} does not spend the coin that was given for it.`, { field: 'pset' });
    }
    const { asset, value, nonce, script } = made;
    map.set(
      INPUT.witnessUtxo,
      new ByteWriter().bytes(asset).bytes(value).bytes(nonce).sized(script).result(),
    );
    for (const [key, content] of fields) {
      if (key === OUTPUT.witnessScript) map.set(INPUT.witnessScript, content);
      if (key === OUTPUT.redeemScript) map.set(INPUT.redeemScript, content);
      if (key.length === 34 && key.startsWith(OUTPUT.bip32Derivation)) {
        map.set(INPUT.bip32Derivation + key.slice(1), content);
      }
    }
  }
  return serializePset(pset);
}
