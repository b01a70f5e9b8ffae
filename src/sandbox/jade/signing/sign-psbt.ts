import type { Bytes } from '../../crypto/index.ts';
import {
  DecodeError,
  Reader,
  SIGHASH_ALL,
  assetIdOf,
  equal,
  hash160,
  isCommitment,
  p2pkh,
  parseMultisig,
  segwitSighash,
  toDisplay,
  valueOf,
  witnessProgram,
} from '../../crypto/index.ts';
import {
  ELEMENTS_OUT,
  IN,
  OUT,
  decodePset,
  elementsKey,
  encodePset,
  fieldKey,
  keyed,
  type Fields,
  type Pset,
} from '../../elements/pset/codec.ts';
import { sortFields } from '../../elements/pset/create.ts';
import { checkOutputProofs, inputUtxo, psetTransaction } from '../../elements/pset/view.ts';
import { signHash } from '../../elements/seed.ts';
import { badParameters } from '../errors.ts';
import type { MultisigRecord } from '../records.ts';
import type { SigningDevice } from './device.ts';
import { belongsTo, keypath, singleOutput, type Keypath } from './own-script.ts';
import { showFee, showOutputs, type Shown } from './show.ts';

const UNREADABLE = 'Failed to extract psbt from passed bytes';
const DECLINED = 'User declined to sign psbt';
const GENESIS_HASH = elementsKey(0x02);

interface OwnInput {
  index: number;
  origin: Keypath;
  code: Bytes;
  value: Bytes;
  /** Null for a single key. */
  record: MultisigRecord | null;
}

/**
 * `sign_psbt` of a PSET, with the firmware's checks and its blind spots: change is known by script alone, what the
 * inputs hold is not added up. Answers the PSET with signatures and the genesis hash (ELIP-101). Throws DeviceError.
 */
export async function signPsbt(device: SigningDevice, bytes: Bytes): Promise<Bytes> {
  const { policyAsset, genesis } = device.network;
  const pset = read(bytes);
  const tx = psetTransaction(pset);
  const own = pset.inputs
    .map((input, index) => ownInput(device, input, index))
    .filter((input) => input !== null);

  let fee: bigint | null = null;
  const shown: Shown[] = [];
  for (const [index, fields] of pset.outputs.entries()) {
    const output = tx.outputs[index];
    if (!output) continue;
    if (output.script.length === 0) {
      if (assetIdOf(output.asset) !== policyAsset || fee !== null) {
        throw badParameters('Unexpected fee output (without script) asset-id');
      }
      fee = valueOf(output.value);
      continue;
    }
    const payment = shownOutput(fields, output.script);
    if (!isChange(own, fields, output.script)) shown.push(payment);
  }
  if (fee === null) throw badParameters('Missing fee output');
  await showOutputs(device, shown, new Map(), DECLINED);
  await showFee(device, fee, DECLINED);

  for (const { index, origin, code, value } of own) {
    const { privateKey } = device.keyAt(origin.path);
    const hash = segwitSighash(tx, index, code, value, SIGHASH_ALL);
    const signature = signHash(privateKey, hash, SIGHASH_ALL);
    const fields = pset.inputs[index];
    if (!fields) continue;
    fields.set(fieldKey(IN.PARTIAL_SIG, origin.pubkey), signature);
    pset.inputs[index] = sortFields(fields);
  }
  if (!pset.global.has(GENESIS_HASH)) pset.global.set(GENESIS_HASH, genesis);
  return Uint8Array.from(Buffer.from(encodePset(pset), 'base64'));
}

function read(bytes: Bytes): Pset {
  const magic = Buffer.from(bytes.subarray(0, 5)).toString('latin1');
  if (magic === 'psbt\u00ff') throw badParameters('Network/psbt type mismatch');
  let pset: Pset;
  try {
    pset = decodePset(Buffer.from(bytes).toString('base64'));
  } catch (error) {
    if (error instanceof DecodeError) throw badParameters(UNREADABLE);
    throw error;
  }
  // libwally reads no PSET whose explicit proofs are missing or false.
  if (pset.outputs.some((output) => checkOutputProofs(output) !== 'ok')) {
    throw badParameters(UNREADABLE);
  }
  return pset;
}

/** The input as this device signs it; null when none of its keys is this wallet's. */
function ownInput(device: SigningDevice, fields: Fields, index: number): OwnInput | null {
  const utxo = inputUtxo(fields);
  if (!utxo) throw badParameters('Input utxo data missing');
  const sighash = fields.get(fieldKey(IN.SIGHASH));
  if (sighash && new Reader(sighash).u32() !== SIGHASH_ALL) {
    throw badParameters('Unsupported sighash value');
  }
  const origins = keyed(fields, IN.KEYPATH).map(([pubkey, value]) => keypath(pubkey, value));
  const origin = origins.find(({ fingerprint }) => equal(fingerprint, device.fingerprint));
  if (!origin || !equal(device.keyAt(origin.path).publicKey, origin.pubkey)) return null;
  const program = witnessProgram(utxo.script);
  if (!program) throw badParameters('Input script is of no kind that can be signed');
  if (program.program.length === 20) {
    if (!equal(program.program, hash160(origin.pubkey))) return null;
    return { index, origin, code: p2pkh(program.program), value: utxo.value, record: null };
  }
  const witnessScript = fields.get(fieldKey(IN.WITNESS_SCRIPT));
  const multisig = witnessScript ? parseMultisig(witnessScript) : null;
  if (!witnessScript || !multisig?.keys.some((key) => equal(key, origin.pubkey))) return null;
  const record =
    [...device.multisigs().values()].find((candidate) => belongsTo(candidate, origins, utxo.script)) ?? null;
  return { index, origin, code: witnessScript, value: utxo.value, record };
}

/** What an output pays, which a blinded one has to prove and to say for whom. */
function shownOutput(fields: Fields, script: Bytes): Shown {
  const asset = fields.get(elementsKey(ELEMENTS_OUT.ASSET));
  const amount = fields.get(fieldKey(OUT.AMOUNT));
  const committed = (subtype: number): boolean =>
    isCommitment(fields.get(elementsKey(subtype)) ?? new Uint8Array(0));
  const blindedAsset = committed(ELEMENTS_OUT.ASSET_COMMITMENT);
  const blindedValue = committed(ELEMENTS_OUT.VALUE_COMMITMENT);
  if (blindedAsset !== blindedValue) throw badParameters('Output asset and value blinding differ');
  const blindingPubkey = fields.get(elementsKey(ELEMENTS_OUT.BLINDING_PUBKEY)) ?? null;
  if (!asset || !amount || (blindedAsset && !blindingPubkey)) {
    throw badParameters('Missing trusted commitment data for blinded output');
  }
  return {
    script,
    blindingPubkey: blindedAsset ? blindingPubkey : null,
    assetId: toDisplay(asset),
    value: new Reader(amount).u64(),
  };
}

/**
 * Hidden only if every input that is ours is of one registered multisig, and the output is of the same on its change
 * chain; an output to a single key of ours needs single-key inputs.
 */
function isChange(own: readonly OwnInput[], fields: Fields, script: Bytes): boolean {
  const origins = keyed(fields, OUT.KEYPATH).map(([pubkey, value]) => keypath(pubkey, value));
  const [first] = own;
  if (!first || origins.length === 0) return false;
  if (origins.some(({ path }) => path.at(-2) !== 1)) return false;
  if (own.some(({ record }) => record !== first.record)) return false;
  if (first.record) return belongsTo(first.record, origins, script);
  const [origin] = origins;
  const mine = origin !== undefined && equal(origin.fingerprint, first.origin.fingerprint);
  return mine && origins.length === 1 && equal(singleOutput(origin.pubkey), script);
}
