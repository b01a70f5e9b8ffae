import { RELAY_FEE_RATE } from '../../chain/index.ts';
import type { Descriptor } from '../descriptor.ts';
import { parseDescriptor } from '../descriptor.ts';
import {
  DecodeError,
  OP_RETURN,
  SIGHASH_ALL,
  ZERO32,
  concat,
  fromHex,
  u64,
  varbytes,
} from '../../crypto/index.ts';
import { FundingError, fund } from '../fund.ts';
import type { Recipient } from '../fund.ts';
import { figure } from '../json.ts';
import { analyze } from '../pset/analyze.ts';
import type { Pset } from '../pset/codec.ts';
import { ELEMENTS_IN, decodePset, elementsKey, encodePset } from '../pset/codec.ts';
import { createPset, fillFromChain, fillFromDescriptor, fillFromWallet, sortFields } from '../pset/create.ts';
import type { PsetOutputPlan } from '../pset/create.ts';
import { renderPset } from '../pset/render.ts';
import { blindPset, extractHex, finalizePset, signPset, verifyBeforeSigning } from '../pset/process.ts';
import { fullyBlinded } from '../pset/view.ts';
import { RpcError } from '../rpc-error.ts';
import { changeScripts } from '../transact.ts';
import type { Wallet, WalletCoin } from '../wallet.ts';
import {
  addressOf,
  amountOf,
  arrayOf,
  boolOf,
  feeRateOf,
  hash256,
  hash256Bytes,
  intOf,
  objectOf,
  stringOf,
} from './args.ts';
import type { Args } from './args.ts';
import { minimum } from './sending.ts';
import type { Methods, NodeCore } from './registry.ts';
import { method } from './registry.ts';

function psetOf(value: unknown): Pset {
  try {
    return decodePset(stringOf(value));
  } catch (error) {
    if (error instanceof DecodeError) throw new RpcError(-22, `TX decode failed ${error.message}`);
    throw error;
  }
}

const HASH_TYPES: Readonly<Record<string, number>> = {
  DEFAULT: 1,
  ALL: 1,
  NONE: 2,
  SINGLE: 3,
  'ALL|ANYONECANPAY': 0x81,
  'NONE|ANYONECANPAY': 0x82,
  'SINGLE|ANYONECANPAY': 0x83,
};

function hashTypeOf(value: unknown): number {
  if (value === null) return SIGHASH_ALL;
  const name = stringOf(value);
  const type = HASH_TYPES[name];
  if (type === undefined) throw new RpcError(-8, `${name} is not a valid sighash parameter.`);
  return type;
}

interface PlannedOutput extends Recipient {
  blinderIndex: number | null;
}

/** The outputs of createpsbt and walletcreatefundedpsbt: a list of objects, or one object. */
function outputsOf(core: NodeCore, value: unknown): PlannedOutput[] {
  const list = Array.isArray(value) ? value.map(objectOf) : [objectOf(value)];
  const seen = new Set<string>();
  return list.map((entry) => {
    const policy = core.chain.policyAsset;
    const asset = entry['asset'] === undefined ? policy : hash256(entry['asset'], 'asset');
    const index = entry['blinder_index'] === undefined ? null : intOf(entry['blinder_index']);
    const targets = Object.entries(entry).filter(([key]) => key !== 'asset' && key !== 'blinder_index');
    const [target] = targets;
    if (!target || targets.length > 1) {
      throw new RpcError(-8, 'Invalid parameter, key-value pair must contain exactly one key');
    }
    const [key, amount] = target;
    if (key === 'data') {
      const script = concat(OP_RETURN, varbytes(fromHex(stringOf(amount))));
      return { script, asset, value: 0n, blindingPubkey: null, blinderIndex: index };
    }
    if (key === 'fee') {
      const script = new Uint8Array(0);
      return { script, asset, value: amountOf(amount, true), blindingPubkey: null, blinderIndex: null };
    }
    if (key === 'burn') {
      return {
        script: OP_RETURN,
        asset,
        value: amountOf(amount, true),
        blindingPubkey: null,
        blinderIndex: index,
      };
    }
    const address = addressOf(key);
    const name = `${key} 01${asset.match(/../g)?.reverse().join('') ?? ''}`;
    if (seen.has(name)) throw new RpcError(-8, `Invalid parameter, duplicated address and asset: ${name}`);
    seen.add(name);
    return {
      script: address.script,
      asset,
      value: amountOf(amount, true),
      blindingPubkey: address.blindingPubkey,
      blinderIndex: index,
    };
  });
}

const OPTIONS = new Set([
  'add_inputs',
  'include_unsafe',
  'changeAddress',
  'change_address',
  'changePosition',
  'change_position',
  'change_type',
  'includeWatching',
  'include_watching',
  'lockUnspents',
  'lock_unspents',
  'fee_rate',
  'feeRate',
  'replaceable',
  'conf_target',
  'estimate_mode',
  'subtractFeeFromOutputs',
  'solving_data',
]);

function presetCoins(
  wallet: Wallet,
  inputs: readonly unknown[],
): { coins: WalletCoin[]; sequences: (number | null)[] } {
  const all = new Map(wallet.coins().map((coin) => [`${coin.txid}:${coin.vout}`, coin]));
  const coins: WalletCoin[] = [];
  const sequences: (number | null)[] = [];
  for (const input of inputs.map(objectOf)) {
    const txid = hash256(input['txid'] ?? null, 'txid');
    const vout = intOf(input['vout'] ?? null);
    const coin = all.get(`${txid}:${vout}`);
    if (!coin) throw new RpcError(-4, 'Insufficient funds');
    coins.push(coin);
    sequences.push(input['sequence'] === undefined ? null : intOf(input['sequence']));
  }
  return { coins, sequences };
}

async function createFunded(core: NodeCore, wallet: Wallet, args: Args): Promise<unknown> {
  const inputs = arrayOf(args.at(0) ?? []);
  const outputs = outputsOf(
    core,
    args.required(
      1,
      'walletcreatefundedpsbt ( [{"txid":"hex","vout":n},...] ) [{"address":amount},...] ( locktime options bip32derivs )',
    ),
  );
  const locktime = args.int(2, 0);
  const options = args.object(3);
  for (const key of Object.keys(options)) {
    if (!OPTIONS.has(key)) throw new RpcError(-3, `Unexpected key ${key}`);
  }
  if (args.at(5) !== null && args.int(5, 2) !== 2) throw new RpcError(-8, 'The PSBT version can only be 2');
  const addInputs = options['add_inputs'] === undefined ? inputs.length === 0 : boolOf(options['add_inputs']);
  const rate = options['fee_rate'] ?? null;
  const coarse = options['feeRate'] ?? null;
  const feeRate =
    rate !== null
      ? minimum(feeRateOf(rate), -4)
      : coarse !== null
        ? minimum(amountOf(coarse), -4)
        : RELAY_FEE_RATE;
  if ((options['subtractFeeFromOutputs'] as unknown[] | undefined)?.length) {
    throw new RpcError(-8, 'Subtracting the fee from outputs is not supported');
  }
  for (const output of outputs) {
    if (output.value !== 0n || output.script[0] === 0x6a) continue;
    if (output.asset === core.chain.policyAsset) throw new RpcError(-4, 'Transaction amount too small');
    if (output.blindingPubkey) core.die();
  }
  // Chosen coins together with "find the rest" trip an assertion in the real node's wallet.
  if (inputs.length > 0 && addInputs) core.die();
  return wallet.exclusive(async () => {
    const preset = presetCoins(wallet, inputs);
    const changeAddress = options['changeAddress'] ?? options['change_address'];
    const change = changeAddress === undefined ? null : addressOf(changeAddress);
    try {
      const funded = fund(wallet, {
        recipients: outputs,
        feeRate,
        ...(inputs.length > 0 || !addInputs ? { inputs: preset.coins } : {}),
        changeScript: change ? () => change : changeScripts(wallet),
        includeUnsafe: options['include_unsafe'] === true,
      });
      const plans = funded.outputs.map((output): PsetOutputPlan => ({
        ...output,
        blinderIndex: (output as Partial<PlannedOutput>).blinderIndex ?? 0,
      }));
      const replaceable = options['replaceable'] !== false;
      const pset = createPset(
        funded.coins.map((coin, i) => ({
          txid: coin.txid,
          vout: coin.vout,
          sequence: preset.sequences[i] ?? (replaceable ? 0xfffffffd : 0xfffffffe),
        })),
        plans,
        locktime,
      );
      fillFromWallet(pset, wallet, args.bool(4, true));
      if (options['lockUnspents'] === true || options['lock_unspents'] === true) {
        for (const coin of funded.coins) wallet.store.lock(wallet.name, coin.txid, coin.vout, false);
      }
      return { psbt: encodePset(pset), fee: figure(funded.fee), changepos: funded.changePosition };
    } catch (error) {
      if (error instanceof FundingError) throw new RpcError(-4, error.message);
      throw error;
    }
  });
}

async function processPset(wallet: Wallet, args: Args): Promise<unknown> {
  const pset = psetOf(
    args.required(0, 'walletprocesspsbt "psbt" ( sign "sighashtype" bip32derivs finalize )'),
  );
  const wantsSignature = args.bool(1, true);
  const hashType = hashTypeOf(args.at(2));
  fillFromWallet(pset, wallet, args.bool(3, true));
  await blindPset(pset, wallet);
  let complete = false;
  if (wantsSignature && fullyBlinded(pset)) {
    const keys = wallet.seed();
    await verifyBeforeSigning(pset, wallet);
    if (keys) signPset(pset, wallet, keys, hashType);
    if (args.bool(4, true)) complete = finalizePset(pset);
  }
  return { psbt: encodePset(pset), complete };
}

/** Every field of every copy; the copies must be of the same transaction. */
function combine(psets: readonly Pset[]): Pset {
  const [first, ...rest] = psets;
  if (!first) throw new RpcError(-8, "Parameter 'txs' cannot be empty");
  for (const other of rest) {
    if (other.inputs.length !== first.inputs.length || other.outputs.length !== first.outputs.length) {
      throw new RpcError(-8, 'PSBTs not compatible (different transactions)');
    }
    for (const [i, fields] of other.inputs.entries()) {
      const mine = first.inputs[i];
      for (const [key, value] of fields) {
        const own = mine?.get(key);
        // Previous txid and index: of another transaction.
        if ((key === '0e' || key === '0f') && own && Buffer.compare(own, value) !== 0) {
          throw new RpcError(-8, 'PSBTs not compatible (different transactions)');
        }
        if (!own) mine?.set(key, value);
      }
    }
    for (const [i, fields] of other.outputs.entries()) {
      for (const [key, value] of fields) if (!first.outputs[i]?.has(key)) first.outputs[i]?.set(key, value);
    }
  }
  return first;
}

/** The issuance members of an input of createpsbt. */
function declareIssuance(pset: Pset, index: number, input: Record<string, unknown>): void {
  const fields = pset.inputs[index];
  const amount = input['issuance_amount'] === undefined ? 0n : amountOf(input['issuance_amount'], true);
  const tokens = input['issuance_tokens'] === undefined ? 0n : amountOf(input['issuance_tokens'], true);
  if (!fields || (amount === 0n && tokens === 0n)) return;
  if (amount > 0n) fields.set(elementsKey(ELEMENTS_IN.ISSUANCE_VALUE), u64(amount));
  if (tokens > 0n) fields.set(elementsKey(ELEMENTS_IN.TOKENS_VALUE), u64(tokens));
  const hash = (name: string): Uint8Array =>
    input[name] === undefined ? ZERO32 : hash256Bytes(input[name], name);
  fields.set(elementsKey(ELEMENTS_IN.ISSUANCE_NONCE), hash('asset_blinding_nonce'));
  fields.set(elementsKey(ELEMENTS_IN.ISSUANCE_ENTROPY), hash('asset_entropy'));
  pset.inputs[index] = sortFields(fields);
}

/** Descriptors of utxoupdatepsbt: text, or text with a range. */
function descriptorsOf(values: readonly unknown[]): { descriptor: Descriptor; from: number; to: number }[] {
  return values.map((value) => {
    const object: Record<string, unknown> = typeof value === 'string' ? { desc: value } : objectOf(value);
    const descriptor = parseDescriptor(stringOf(object['desc'] ?? null));
    const range = object['range'];
    const [low = 0, high = descriptor.ranged ? 999 : 0] = Array.isArray(range)
      ? range.map(intOf)
      : typeof range === 'number'
        ? [0, range]
        : [];
    return { descriptor, from: low, to: high };
  });
}

export const psetMethods: Methods = {
  createpsbt: method(['inputs', 'outputs', 'locktime', 'replaceable', 'psbt_version'], ({ core, args }) => {
    const help = 'createpsbt [{"txid":"hex","vout":n},...] [{"address":amount},...] ( locktime replaceable )';
    const inputs = arrayOf(args.required(0, help)).map(objectOf);
    if (
      inputs.some((input) => Object.keys(input).some((key) => !['txid', 'vout', 'sequence'].includes(key)))
    ) {
      throw new RpcError(
        -8,
        'Issuances are not supported by createpsbt here; set the fields of the PSET instead',
      );
    }
    const outputs = outputsOf(core, args.required(1, help));
    const pset = createPset(
      inputs.map((input) => ({
        txid: hash256(input['txid'] ?? null, 'txid'),
        vout: intOf(input['vout'] ?? null),
        sequence: input['sequence'] === undefined ? 0xffffffff : intOf(input['sequence']),
      })),
      outputs,
      args.int(2, 0),
    );
    for (const [i, input] of inputs.entries()) declareIssuance(pset, i, input);
    return encodePset(pset);
  }),

  walletcreatefundedpsbt: method(
    ['inputs', 'outputs', 'locktime', 'options', 'bip32derivs', 'psbt_version'],
    ({ core, args, wallet }) => createFunded(core, wallet(), args),
  ),

  walletprocesspsbt: method(['psbt', 'sign', 'sighashtype', 'bip32derivs', 'finalize'], ({ args, wallet }) =>
    processPset(wallet(), args),
  ),

  finalizepsbt: method(['psbt', 'extract'], ({ args }) => {
    const pset = psetOf(args.required(0, 'finalizepsbt "psbt" ( extract )'));
    const complete = fullyBlinded(pset) && finalizePset(pset);
    if (complete && args.bool(1, true)) return { hex: extractHex(pset), complete };
    return { psbt: encodePset(pset), complete };
  }),

  combinepsbt: method(['txs'], ({ args }) =>
    encodePset(combine(arrayOf(args.required(0, 'combinepsbt ["psbt",...]')).map(psetOf))),
  ),

  utxoupdatepsbt: method(['psbt', 'descriptors'], ({ core, args }) => {
    const pset = psetOf(
      args.required(0, 'utxoupdatepsbt "psbt" ( ["",{"desc":"str","range":n or [n,n]},...] )'),
    );
    fillFromChain(pset, core.chain);
    for (const { descriptor, from, to } of descriptorsOf(args.array(1))) {
      fillFromDescriptor(pset, descriptor, from, to);
    }
    return encodePset(pset);
  }),

  decodepsbt: method(['psbt'], ({ args }) => renderPset(psetOf(args.required(0, 'decodepsbt "psbt"')))),
  analyzepsbt: method(['psbt'], ({ args }) => analyze(psetOf(args.required(0, 'analyzepsbt "psbt"')))),
};
