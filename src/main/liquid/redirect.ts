import { fromHex, u32Bytes } from './bytes.ts';
import { psetInvalid } from './errors.ts';
import { OUTPUT, parsePset, serializePset } from './pset.ts';

const PUBKEY = /^0[23][0-9a-f]{64}$/i;
const SCRIPT = /^(?:[0-9a-f]{2})+$/i;

/** Fields that keep their meaning when an output changes hands; all others speak of its former owner. */
const KEPT: ReadonlySet<string> = new Set([OUTPUT.amount, OUTPUT.asset, OUTPUT.blinderIndex]);

export interface Redirection {
  vout: number;
  /** scriptPubKey, hex. */
  script: string;
  /** Hex of 33 bytes. */
  blindingPubkey: string;
}

/**
 * Gives an output that is not blinded yet another owner. Value and asset stay; derivation and scripts of the former owner
 * go. Throws PSET_INVALID for an output that is not there, is blinded, or is the fee.
 */
export function redirectOutput(base64: string, { vout, script, blindingPubkey }: Redirection): string {
  const pset = parsePset(base64);
  const map = pset.outputs[vout];
  if (!map) throw psetInvalid(`The PSET has no output ${vout}.`, { field: 'vout' });
  if (map.has(OUTPUT.assetCommitment) || map.has(OUTPUT.valueCommitment)) {
    throw psetInvalid(`Output ${vout} is blinded already and cannot change its owner.`, { field: 'vout' });
  }
  if ((map.get(OUTPUT.script)?.length ?? 0) === 0) {
    throw psetInvalid(`Output ${vout} is the fee and cannot change its owner.`, { field: 'vout' });
  }
  if (!SCRIPT.test(script)) throw psetInvalid('The new script is not hexadecimal.', { field: 'script' });
  if (!PUBKEY.test(blindingPubkey)) {
    throw psetInvalid('The new blinding key is not a compressed public key.', { field: 'blindingPubkey' });
  }
  for (const key of [...map.keys()]) if (!KEPT.has(key)) map.delete(key);
  map.set(OUTPUT.script, fromHex(script)).set(OUTPUT.blindingPubkey, fromHex(blindingPubkey));
  if (!map.has(OUTPUT.blinderIndex)) map.set(OUTPUT.blinderIndex, u32Bytes(0));
  return serializePset(pset);
}
