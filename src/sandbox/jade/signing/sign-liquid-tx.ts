import type { Bytes, Transaction, TxOutput } from '../../crypto/index.ts';
import {
  SIGHASH_ALL,
  assetIdOf,
  concat,
  equal,
  generatorOf,
  isCommitment,
  parseTransaction,
  segwitSighash,
  toDisplay,
  valueOf,
  wally,
  zkp,
} from '../../crypto/index.ts';
import { badParameters } from '../errors.ts';
import { assetNames } from './asset-info.ts';
import type { SigningDevice } from './device.ts';
import { multisigOutput, singleOutput } from './own-script.ts';
import { showFee, showOutputs, type Shown } from './show.ts';

const DECLINED = 'User declined to sign transaction';
/** libwally's flag for ECDSA signatures. */
const ECDSA = 1;

type Params = Readonly<Record<string, unknown>>;

/** The flow behind `sign_liquid_tx`: `tx_input` for every input, then `get_signature` for every input. */
export interface LiquidTxFlow {
  inputs: number;
  /** The signer's commitment to its nonce, 33 bytes; empty for an input that is not ours. */
  txInput(params: Params): Promise<Bytes>;
  /** DER with sighash byte; empty for an input that is not ours. A declined fee is told by the first. */
  getSignature(params: Params): Promise<Bytes>;
}

/** Checks the transaction and shows its outputs; throws DeviceError when something is missing or the person declines. */
export async function beginLiquidTx(device: SigningDevice, params: Params): Promise<LiquidTxFlow> {
  const { policyAsset } = device.network;
  const tx = transactionOf(params['txn']);
  const inputs = Number(params['num_inputs']);
  if (inputs !== tx.inputs.length)
    throw badParameters('Failed to extract valid number of inputs from parameters');
  if (params['use_ae_signatures'] !== true) throw badParameters('Only anti-exfil signatures are simulated');
  const trusted = listOf(params['trusted_commitments'], tx.outputs.length);
  const change = params['change'] ? listOf(params['change'], tx.outputs.length) : [];
  const names = assetNames(params['asset_info']);

  let fee: bigint | null = null;
  const shown: Shown[] = [];
  for (const [index, output] of tx.outputs.entries()) {
    if (output.script.length === 0) {
      if (assetIdOf(output.asset) !== policyAsset || fee !== null) {
        throw badParameters('Unexpected fee output (without script) asset-id');
      }
      fee = valueOf(output.value);
      continue;
    }
    const payment = openedOutput(output, trusted[index]);
    const path = change[index];
    if (path && isChange(device, path, output.script)) continue;
    shown.push(payment);
  }
  if (fee === null) throw badParameters('Missing fee output');
  await showOutputs(device, shown, names, DECLINED);
  return flow(device, tx, fee);
}

function transactionOf(value: unknown): Transaction {
  if (!(value instanceof Uint8Array)) throw badParameters('Failed to extract txn from parameters');
  try {
    return parseTransaction(value);
  } catch {
    throw badParameters('Failed to extract txn from passed bytes');
  }
}

function listOf(value: unknown, length: number): (Params | null)[] {
  if (!Array.isArray(value) || value.length !== length) {
    throw badParameters('Unexpected number of trusted commitments for transaction');
  }
  return value as (Params | null)[];
}

function bytesOf(params: Params, name: string, length: number): Bytes | null {
  const value = params[name];
  return value instanceof Uint8Array && value.length === length ? value : null;
}

/** What an output pays: as written, or as the trusted commitments open it, which have to be those of the output. */
function openedOutput(output: TxOutput, trusted: Params | null | undefined): Shown {
  const explicit = assetIdOf(output.asset);
  const plain = valueOf(output.value);
  if (explicit !== null && plain !== null) {
    return { script: output.script, blindingPubkey: null, assetId: explicit, value: plain };
  }
  if (!trusted) throw badParameters('Missing trusted commitment data for blinded output');
  const assetId = bytesOf(trusted, 'asset_id', 32);
  const blindingPubkey = bytesOf(trusted, 'blinding_key', 33);
  const value = trusted['value'];
  if (!assetId || !blindingPubkey || (typeof value !== 'number' && typeof value !== 'bigint')) {
    throw badParameters('Failed to extract trusted commitments from parameters');
  }
  const asset = Uint8Array.from(assetId).reverse();
  const amount = BigInt(value);
  if (!isCommitment(output.asset) || !isCommitment(output.value)) {
    throw badParameters('Output asset and value blinding differ');
  }
  if (!opensAsset(trusted, asset, output.asset) || !opensValue(trusted, amount, output)) {
    throw badParameters('Failed to verify trusted commitments');
  }
  return { script: output.script, blindingPubkey, assetId: toDisplay(asset), value: amount };
}

function opensAsset(trusted: Params, asset: Bytes, generator: Bytes): boolean {
  const stated = bytesOf(trusted, 'asset_generator', 33);
  if (stated && !equal(stated, generator)) return false;
  const blinder = bytesOf(trusted, 'abf', 32);
  if (blinder) return equal(Uint8Array.from(wally.asset_generator_from_bytes(asset, blinder)), generator);
  const proof = trusted['asset_blind_proof'];
  if (!(proof instanceof Uint8Array)) return false;
  try {
    const tag = generatorOf(concat(Uint8Array.of(1), asset));
    return zkp.surjectionproof.verify(proof, [tag], generator);
  } catch {
    return false;
  }
}

function opensValue(trusted: Params, amount: bigint, output: TxOutput): boolean {
  const stated = bytesOf(trusted, 'value_commitment', 33);
  if (stated && !equal(stated, output.value)) return false;
  const blinder = bytesOf(trusted, 'vbf', 32);
  if (blinder) {
    return equal(Uint8Array.from(wally.asset_value_commitment(amount, blinder, output.asset)), output.value);
  }
  const proof = trusted['value_blind_proof'];
  if (!(proof instanceof Uint8Array)) return false;
  try {
    const info = zkp.rangeproof.info(proof);
    if (info.exp !== '-1' || BigInt(info.minValue) !== amount) return false;
    return zkp.rangeproof.verify(proof, output.value, output.asset);
  } catch {
    return false;
  }
}

/** A change path that does not lead to the output's script fails the whole call. */
function isChange(device: SigningDevice, change: Params, script: Bytes): boolean {
  let derived: Bytes | null = null;
  if (typeof change['multisig_name'] === 'string') {
    const record = device.multisigs().get(change['multisig_name']);
    if (!record) throw badParameters('Cannot find named multisig wallet');
    derived = multisigOutput(record, change['paths'] as number[][])?.script ?? null;
  } else if (change['variant'] === 'wpkh(k)') {
    derived = singleOutput(device.keyAt(change['path'] as number[]).publicKey);
  }
  if (!derived || !equal(derived, script)) throw badParameters('Receive script cannot be validated');
  return change['is_change'] !== false;
}

interface Prepared {
  privateKey: Bytes;
  publicKey: Bytes;
  hash: Bytes;
}

function flow(device: SigningDevice, tx: Transaction, fee: bigint): LiquidTxFlow {
  const prepared: (Prepared | null)[] = [];
  let signed = 0;
  return {
    inputs: tx.inputs.length,
    async txInput(params) {
      const index = prepared.length;
      const path = params['path'];
      if (!Array.isArray(path)) {
        prepared.push(null);
        return new Uint8Array(0);
      }
      if (params['sighash'] !== undefined && Number(params['sighash']) !== SIGHASH_ALL) {
        throw badParameters('Unsupported sighash value');
      }
      const script = params['script'];
      const value = params['value_commitment'];
      const hostCommitment = bytesOf(params, 'ae_host_commitment', 32);
      if (params['is_witness'] !== true) throw badParameters('Only segwit inputs are simulated');
      if (!(script instanceof Uint8Array)) throw badParameters('Failed to extract script from parameters');
      if (!(value instanceof Uint8Array) || (value.length !== 33 && value.length !== 9)) {
        throw badParameters('Failed to extract value commitment from parameters');
      }
      if (!hostCommitment) throw badParameters('Failed to extract valid host commitment from parameters');
      const key = device.keyAt(path as number[]);
      const hash = segwitSighash(tx, index, script, value, SIGHASH_ALL);
      prepared.push({ ...key, hash });
      return Uint8Array.from(wally.ae_signer_commit_from_bytes(key.privateKey, hash, hostCommitment, ECDSA));
    },
    async getSignature(params) {
      const index = signed;
      signed += 1;
      if (index === 0) await showFee(device, fee, DECLINED);
      const input = prepared[index];
      if (!input) return new Uint8Array(0);
      const entropy = bytesOf(params, 'ae_host_entropy', 32);
      if (!entropy) throw badParameters('Failed to extract valid host entropy from parameters');
      const compact = wally.ae_sig_from_bytes(input.privateKey, input.hash, entropy, ECDSA);
      return concat(Uint8Array.from(wally.ec_sig_to_der(compact)), Uint8Array.of(SIGHASH_ALL));
    },
  };
}
