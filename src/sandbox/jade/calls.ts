import { hash160, p2pkh, p2sh, p2wpkh } from '../crypto/index.ts';
import type { Bytes } from '../crypto/index.ts';
import { addressOf } from './address.ts';
import type { Flow } from './conversation.ts';
import type { Core } from './core.ts';
import { CODE, DeviceError, Gone, badParameters, declined } from './errors.ts';
import { versionInfo } from './version-info.ts';
import {
  MOST_RECORDS,
  pages,
  pathText,
  readPaths,
  readRecord,
  recordName,
  requireOwnSigner,
  sameRecord,
  scriptOf,
  summary,
  unusualPaths,
} from './multisig.ts';
import { liquidOf } from './networks.ts';
import { bytesOf, needPath, type Params } from './params.ts';
import type { MultisigRecord } from './records.ts';
import { signLiquidTx, signPset } from './sign.ts';
import { authUser } from './unlock.ts';
import { blindingPubkeyOf } from './wallet.ts';

type Call = (core: Core, flow: Flow) => unknown;

/** What is answered whether the wallet is locked or not. */
const ALWAYS: Readonly<Record<string, Call>> = {
  get_version_info: (core) => versionInfo(core),
  auth_user: authUser,
  add_entropy(_core, { params }) {
    if (!bytesOf(params['entropy'])?.length) throw badParameters('Failed to extract valid entropy bytes');
    return true;
  },
  set_epoch(_core, { params }) {
    if (typeof params['epoch'] !== 'number') {
      throw badParameters('Failed to extract valid epoch value from parameters');
    }
    return true;
  },
  logout(core) {
    core.forget();
    return true;
  },
  // Honoured only while the oracle's answer is waited for, and never replied to.
  cancel() {
    throw new Gone();
  },
  async update_pinserver(core, { params }) {
    const { urlA: url } = params;
    const pubkey = bytesOf(params['pubkey'], 33);
    if (typeof url !== 'string' || !pubkey) throw badParameters('Invalid Oracle parameters');
    const key = Buffer.from(pubkey).toString('hex');
    await agreed(core, ['Blind Oracle', url, key], 'User declined to confirm Oracle details');
    core.memory.setOracle({ url, pubkey: key });
    return true;
  },
};

/** Only development builds have these. */
const DEBUG: Readonly<Record<string, Call>> = {
  debug_set_mnemonic(core, { params }) {
    const { mnemonic } = params;
    if (typeof mnemonic !== 'string') throw badParameters('Failed to extract mnemonic');
    core.memory.erase();
    core.load(mnemonic, params['temporary_wallet'] === true ? 'temporary' : 'unsaved');
    return true;
  },
  debug_clean_reset(core) {
    core.memory.erase();
    core.forget();
    return true;
  },
};

/** What needs the wallet. */
const UNLOCKED: Readonly<Record<string, Call>> = {
  get_xpub(core, { params }) {
    const network = core.network(params);
    return core.wallet.xpub(network, needPath(params));
  },
  async get_master_blinding_key(core, { params }) {
    const { masterBlindingKey } = core.wallet;
    if (core.options.silentBlindingKey) return masterBlindingKey;
    const refusal = 'User declined to export master blinding key';
    if (params['only_if_silent'] === true) throw declined(refusal);
    await agreed(core, ['Export master', 'blinding key?'], refusal);
    return masterBlindingKey;
  },
  // A map and no object: a name may be one that objects have of their own.
  get_registered_multisigs: (core) =>
    new Map([...core.memory.records()].map(([name, record]) => [name, summary(record)])),
  get_registered_multisig(core, { params }) {
    const { name, ...descriptor } = recordOf(core, params);
    if (params['as_file'] === true) throw badParameters('Files of multisigs are not simulated');
    const { variant, sorted, threshold, masterBlindingKey, signers } = descriptor;
    return {
      multisig_name: name,
      descriptor: {
        variant,
        sorted,
        threshold,
        master_blinding_key: masterBlindingKey ?? new Uint8Array(0),
        signers,
      },
    };
  },
  register_multisig: registerMultisig,
  get_receive_address: showAddress,
  get_blinding_key(core, { params }) {
    const script = bytesOf(params['script']);
    if (!script || script.length === 0) throw badParameters('Failed to extract script from parameters');
    const named = params['multisig_name'] !== undefined;
    const master = named ? blindingKeyOf(recordOf(core, params)) : core.wallet.masterBlindingKey;
    return blindingPubkeyOf(master, script);
  },
  sign_psbt: signPset,
  sign_liquid_tx: signLiquidTx,
};

/** Carries out one request with what follows it. Throws DeviceError, or Gone when nothing more is to be said. */
export async function carryOut(core: Core, flow: Flow): Promise<unknown> {
  const { method } = flow;
  const open = callOf(ALWAYS, method) ?? (core.isDevelopment ? callOf(DEBUG, method) : null);
  if (open) return open(core, flow);
  // Throws while it is locked.
  void core.wallet;
  const call = callOf(UNLOCKED, method);
  if (!call) throw new DeviceError(CODE.unknownMethod, 'Unknown method');
  return call(core, flow);
}

function callOf(calls: Readonly<Record<string, Call>>, method: string): Call | null {
  return Object.hasOwn(calls, method) ? (calls[method] ?? null) : null;
}

async function agreed(core: Core, lines: readonly string[], refusal: string): Promise<void> {
  if (!(await core.panel.confirm(lines))) throw declined(refusal);
}

function recordOf(core: Core, params: Params): MultisigRecord {
  const name = recordName(params['multisig_name']);
  if (name === null) throw badParameters('Invalid multisig name parameter');
  const record = core.memory.records().get(name);
  if (!record) throw badParameters('Cannot find named multisig wallet');
  return record;
}

function blindingKeyOf(record: MultisigRecord): Bytes {
  if (record.masterBlindingKey) return record.masterBlindingKey;
  throw badParameters('No blinding key for multisig record');
}

async function registerMultisig(core: Core, { params }: Flow): Promise<boolean> {
  const network = core.network(params);
  const { wallet } = core;
  const record = readRecord(params);
  requireOwnSigner(record, {
    fingerprint: wallet.fingerprint,
    xpub: (path) => wallet.xpub(network, path),
  });
  const records = core.memory.records();
  const old = records.get(record.name);
  if (old && sameRecord(old, record)) return true;
  if (!old && records.size >= MOST_RECORDS) {
    throw badParameters('Already have maximum number of multisig wallets');
  }
  for (const page of pages(record, wallet.fingerprint, old !== undefined)) {
    await agreed(core, page, 'User declined to register multisig');
  }
  core.memory.keep(record);
  return true;
}

async function showAddress(core: Core, { params }: Flow): Promise<string> {
  const network = liquidOf(core.network(params));
  const { wallet } = core;
  const { confidential = true } = params;
  let script: Bytes;
  let master = wallet.masterBlindingKey;
  let warning: string | null;
  if (params['multisig_name'] !== undefined) {
    const record = recordOf(core, params);
    const paths = readPaths(params['paths']);
    script = scriptOf(record, paths);
    if (confidential !== false) master = blindingKeyOf(record);
    warning = unusualPaths(paths);
  } else {
    const path = needPath(params);
    if (path.length === 0) throw badParameters('Failed to extract valid path from parameters');
    script = singleScript(params['variant'], wallet.keyAt(path).publicKey);
    warning =
      path.at(-2) === 0
        ? null
        : `Warning: ${path.at(-2) === 1 ? 'Change' : 'Unusual'} path: ${pathText(path)}`;
  }
  const blinding = confidential === false ? null : blindingPubkeyOf(master, script);
  const address = addressOf(network, script, blinding);
  await agreed(
    core,
    ['Verify address', address, ...(warning === null ? [] : [warning])],
    'User declined to confirm address',
  );
  return address;
}

function singleScript(variant: unknown, pubkey: Bytes): Bytes {
  switch (variant) {
    case 'wpkh(k)':
      return p2wpkh(pubkey);
    case 'sh(wpkh(k))':
      return p2sh(hash160(p2wpkh(pubkey)));
    case 'pkh(k)':
      return p2pkh(hash160(pubkey));
    default:
      throw badParameters('Invalid script variant parameter');
  }
}
