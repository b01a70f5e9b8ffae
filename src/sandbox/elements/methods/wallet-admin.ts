import { decodeAddress, addressError, confidentialAddress } from '../address.ts';
import { formatPath, inferredDescriptor, parseDescriptor, withChecksum } from '../descriptor.ts';
import { amountMap } from '../history.ts';
import { RpcError } from '../rpc-error.ts';
import { scriptType, toHex, witnessProgram } from '../../crypto/index.ts';
import type { Wallet } from '../wallet.ts';
import { masterKeyBytes } from '../wallets.ts';
import { arrayOf, boolOf, intOf, objectOf, stringOf } from './args.ts';
import type { Methods } from './registry.ts';
import { method } from './registry.ts';

function requireDescriptors(wallet: Wallet, name: string): void {
  if (wallet.row.descriptors === 0)
    throw new RpcError(-4, `${name} is not available for non-descriptor wallets`);
}

/** Scripts that a timestamp of "now" still looks for, as the node does: blocks of the last two hours. */
const RESCAN_MARGIN = 2 * 3600;

async function importOne(wallet: Wallet, request: Record<string, unknown>): Promise<number> {
  const text = stringOf(request['desc'] ?? null);
  const descriptor = parseDescriptor(text, true);
  const active = request['active'] === undefined ? false : boolOf(request['active']);
  const internal = request['internal'] === undefined ? false : boolOf(request['internal']);
  if (active && !descriptor.ranged) throw new RpcError(-8, 'Active descriptors must be ranged');
  if (internal && request['label'] !== undefined)
    throw new RpcError(-8, 'Internal addresses should not have a label');
  const timestamp = request['timestamp'];
  if (timestamp === undefined) throw new RpcError(-3, 'Missing required timestamp field for key');
  const now = wallet.chain.now();
  const born = timestamp === 'now' ? now : intOf(timestamp);
  const range = rangeOf(request['range'], descriptor.ranged);
  const next = request['next_index'] === undefined ? 0 : intOf(request['next_index']);
  const row = wallet.store.putDescriptor({
    wallet: wallet.name,
    text: withChecksum(descriptor.text),
    active: active ? 1 : 0,
    internal: internal ? 1 : 0,
    born,
    range_start: range[0],
    range_end: range[1],
    next,
  });
  await wallet.deriveUpTo(row, row.range_end + 1);
  if (request['label'] !== undefined) {
    const { script } = wallet.deriveAt(row, 0);
    wallet.store.setLabel(wallet.name, script, stringOf(request['label']));
  }
  return Math.max(0, born - RESCAN_MARGIN);
}

function rangeOf(value: unknown, ranged: boolean): [number, number] {
  if (!ranged) {
    if (value !== undefined)
      throw new RpcError(-8, 'Range should not be specified for an un-ranged descriptor');
    return [0, 0];
  }
  if (value === undefined) return [0, 999];
  if (typeof value === 'number') return [0, value];
  const [low, high] = arrayOf(value).map(intOf);
  if (low === undefined || high === undefined || low < 0 || high < low) {
    throw new RpcError(-8, 'Range specified as [begin,end] must not have begin after end');
  }
  return [low, high];
}

function walletInfo(wallet: Wallet): Record<string, unknown> {
  const { row, chain } = wallet;
  const policy = chain.policyAsset;
  const until = wallet.unlockedUntil();
  const described = wallet.store.descriptors(wallet.name).length > 0;
  const pool = described ? 4000 : 0;
  return {
    walletname: wallet.name,
    walletversion: 169900,
    format: row.descriptors === 1 ? 'sqlite' : 'bdb',
    balance: amountMap(
      policy,
      wallet.balance((coin) => coin.trusted),
    ),
    unconfirmed_balance: amountMap(
      policy,
      wallet.balance((coin) => !coin.trusted),
    ),
    immature_balance: amountMap(policy, wallet.immature()),
    txcount: wallet.store.txs(wallet.name).length,
    ...(row.descriptors === 1
      ? { keypoolsize: pool }
      : {
          keypoololdest: row.born,
          keypoolsize: described ? 1000 : 0,
          hdseedid: (row.fingerprint ?? '').repeat(5),
        }),
    keypoolsize_hd_internal: row.descriptors === 1 ? pool : described ? 1000 : 0,
    ...(until === null ? {} : { unlocked_until: until }),
    paytxfee: amountMap(policy, new Map())['bitcoin'],
    private_keys_enabled: row.private_keys === 1,
    avoid_reuse: row.avoid_reuse === 1,
    scanning: false,
    descriptors: row.descriptors === 1,
    external_signer: false,
  };
}

function addressInfo(wallet: Wallet, text: string): Record<string, unknown> {
  const address = decodeAddress(text);
  if (!address) throw new RpcError(-5, addressError(text));
  const { script, blindingPubkey, unconfidential } = address;
  const info = wallet.scriptInfo(script);
  const program = witnessProgram(script);
  const own = info ? wallet.blindingPubkey(script) : null;
  const confidential = own ? confidentialAddress(script, own) : blindingPubkey ? text : unconfidential;
  const label = wallet.store.label(wallet.name, script);
  const key = info?.derived.keys.length === 1 ? info.derived.keys[0] : undefined;
  return {
    address: text,
    scriptPubKey: toHex(script),
    ismine: info !== null,
    solvable: info !== null,
    ...(info ? { desc: inferredDescriptor(info.descriptor, info.derived), parent_desc: info.row.text } : {}),
    iswatchonly: false,
    isscript: ['scripthash', 'witness_v0_scripthash'].includes(scriptType(script)),
    iswitness: program !== null,
    ...(program ? { witness_version: program.version, witness_program: toHex(program.program) } : {}),
    ...(key ? { pubkey: toHex(key.pubkey) } : {}),
    confidential,
    confidential_key: blindingPubkey ? toHex(blindingPubkey) : '',
    unconfidential,
    ischange: wallet.isChange(script),
    ...(info ? { timestamp: info.row.born } : {}),
    ...(key
      ? {
          hdkeypath: `m/${formatPath(key.path)}`,
          hdseedid: '0'.repeat(40),
          hdmasterfingerprint: toHex(key.fingerprint),
        }
      : {}),
    labels: label === null ? [] : [label],
  };
}

export const walletAdminMethods: Methods = {
  createwallet: method(
    [
      'wallet_name',
      'disable_private_keys',
      'blank',
      'passphrase',
      'avoid_reuse',
      'descriptors',
      'load_on_startup',
      'external_signer',
    ],
    ({ core, args }) => {
      const name = stringOf(
        args.required(
          0,
          'createwallet "wallet_name" ( disable_private_keys blank "passphrase" avoid_reuse descriptors load_on_startup external_signer )',
        ),
      );
      core.wallets.create({
        name,
        privateKeys: !args.bool(1, false),
        blank: args.bool(2, false),
        passphrase: args.string(3),
        avoidReuse: args.bool(4, false),
        descriptors: args.bool(5, false),
        loadOnStartup: args.bool(6, false),
      });
      const empty = args.at(3) === '';
      return {
        name,
        warning: empty ? 'Empty string given as passphrase, wallet will not be encrypted.' : '',
      };
    },
  ),

  loadwallet: method(['filename', 'load_on_startup'], ({ core, args }) => {
    const name = stringOf(args.required(0, 'loadwallet "filename" ( load_on_startup )'));
    core.wallets.load(name, args.at(1) === null ? null : args.bool(1, false));
    return { name, warning: '' };
  }),

  unloadwallet: method(['wallet_name', 'load_on_startup'], ({ core, args, wallet }) => {
    const name = args.at(0) === null ? wallet().name : args.string(0);
    core.wallets.unload(name);
    return { warning: '' };
  }),

  listwallets: method([], ({ core }) => core.wallets.loaded()),
  listwalletdir: method([], ({ core }) => ({ wallets: core.wallets.names().map((name) => ({ name })) })),
  getwalletinfo: method([], ({ wallet }) => walletInfo(wallet())),

  encryptwallet: method(['passphrase'], ({ core, args, wallet }) => {
    const own = wallet();
    if (own.row.private_keys === 0) {
      throw new RpcError(-16, 'Error: wallet does not contain private keys, nothing to encrypt.');
    }
    if (own.encrypted) {
      throw new RpcError(-15, 'Error: running with an encrypted wallet, but encryptwallet was called.');
    }
    const passphrase = stringOf(args.required(0, 'encryptwallet "passphrase"'));
    if (passphrase === '') throw new RpcError(-8, 'passphrase cannot be empty');
    core.wallets.encrypt(own, passphrase);
    return 'wallet encrypted; The keypool has been flushed and a new HD seed was generated (if you are using HD). You need to make a new backup.';
  }),

  walletpassphrase: method(['passphrase', 'timeout'], ({ args, wallet }) => {
    const own = wallet();
    const help = 'walletpassphrase "passphrase" timeout';
    const passphrase = stringOf(args.required(0, help));
    const seconds = intOf(args.required(1, help));
    if (own.encrypted && seconds < 0) throw new RpcError(-8, 'Timeout cannot be negative.');
    own.unlock(passphrase, Math.min(seconds, 100_000_000));
    return null;
  }),

  walletlock: method([], ({ wallet }) => {
    const own = wallet();
    if (!own.encrypted) {
      throw new RpcError(-15, 'Error: running with an unencrypted wallet, but walletlock was called.');
    }
    own.lock();
    return null;
  }),

  signmessage: method(['address', 'message'], ({ args, wallet }) => {
    const own = wallet();
    own.requireUnlocked();
    if (!decodeAddress(args.string(0))) throw new RpcError(-5, 'Invalid address');
    throw new RpcError(-3, 'Address does not refer to key');
  }),

  getnewaddress: method(['label', 'address_type'], ({ args, wallet }) => {
    const own = wallet();
    const type = args.string(1, 'blech32');
    if (!['bech32', 'blech32'].includes(type)) {
      if (['legacy', 'p2sh-segwit', 'bech32m'].includes(type)) {
        throw new RpcError(-12, `Error: No ${type} addresses available.`);
      }
      throw new RpcError(-5, `Unknown address type '${type}'`);
    }
    const script = own.newScript(false);
    own.store.setLabel(own.name, script, args.string(0));
    return type === 'bech32' ? own.plainAddress(script) : own.address(script);
  }),

  getrawchangeaddress: method(['address_type'], ({ wallet }) => {
    const own = wallet();
    return own.address(own.newScript(true));
  }),

  getaddressinfo: method(['address'], ({ args, wallet }) =>
    addressInfo(wallet(), stringOf(args.required(0, 'getaddressinfo "address"'))),
  ),

  setlabel: method(['address', 'label'], ({ args, wallet }) => {
    const own = wallet();
    const address = decodeAddress(args.string(0));
    if (!address) throw new RpcError(-5, 'Invalid Bitcoin address');
    own.store.setLabel(own.name, address.script, args.string(1));
    return null;
  }),

  validateaddress: method(['address'], ({ args }) => {
    const text = stringOf(args.required(0, 'validateaddress "address"'));
    const address = decodeAddress(text);
    if (!address) {
      const error = addressError(text);
      return { isvalid: false, isvalid_parent: false, error_locations: [], error, error_parent: error };
    }
    const program = witnessProgram(address.script);
    return {
      isvalid: true,
      isvalid_parent: false,
      address: text,
      scriptPubKey: toHex(address.script),
      isscript: ['scripthash', 'witness_v0_scripthash'].includes(scriptType(address.script)),
      iswitness: program !== null,
      ...(program ? { witness_version: program.version, witness_program: toHex(program.program) } : {}),
      confidential_key: address.blindingPubkey ? toHex(address.blindingPubkey) : '',
      unconfidential: address.unconfidential,
    };
  }),

  importdescriptors: method(['requests'], async ({ core, args, wallet }) => {
    const own = wallet();
    requireDescriptors(own, 'importdescriptors');
    const requests = arrayOf(args.required(0, 'importdescriptors "requests"')).map(objectOf);
    let scanFrom = Infinity;
    const answers: Record<string, unknown>[] = [];
    for (const request of requests) {
      try {
        if (own.row.private_keys === 1) {
          throw new RpcError(
            -4,
            'Cannot import descriptor without private keys to a wallet with private keys enabled',
          );
        }
        scanFrom = Math.min(scanFrom, await importOne(own, request));
        answers.push({ success: true });
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        answers.push({ success: false, error: { code: error.code, message: error.message } });
      }
    }
    if (scanFrom !== Infinity) await core.wallets.rescan(own, scanFrom);
    return answers;
  }),

  listdescriptors: method(['private'], ({ args, wallet }) => {
    const own = wallet();
    requireDescriptors(own, 'listdescriptors');
    if (args.bool(0, false)) throw new RpcError(-4, 'This node does not export private descriptors');
    return {
      wallet_name: own.name,
      descriptors: own.store.descriptors(own.name).map((row) => ({
        desc: row.text,
        timestamp: row.born,
        active: row.active === 1,
        ...(row.active === 1 ? { internal: row.internal === 1 } : {}),
        ...(row.text.includes('/*') ? { range: [row.range_start, row.range_end], next: row.next } : {}),
      })),
    };
  }),

  getdescriptorinfo: method(['descriptor'], ({ args }) => {
    const text = stringOf(args.required(0, 'getdescriptorinfo "descriptor"'));
    const descriptor = parseDescriptor(text);
    const full = withChecksum(descriptor.text);
    return {
      descriptor: full,
      checksum: full.slice(-8),
      isrange: descriptor.ranged,
      issolvable: true,
      hasprivatekeys: false,
    };
  }),

  importmasterblindingkey: method(['hexkey'], async ({ core, args, wallet }) => {
    const own = wallet();
    own.store.setMasterKey(
      own.name,
      masterKeyBytes(stringOf(args.required(0, 'importmasterblindingkey "hexkey"'))),
    );
    await core.wallets.rescan(own);
    return null;
  }),

  dumpmasterblindingkey: method([], ({ wallet }) => {
    const key = wallet().masterKey;
    if (!key) throw new RpcError(-4, 'Master blinding key is uninitialized.');
    return toHex(key);
  }),

  dumpblindingkey: method(['address'], ({ args, wallet }) => {
    const own = wallet();
    const address = decodeAddress(args.string(0));
    if (!address) throw new RpcError(-5, 'Invalid Elements address');
    const key = own.scriptInfo(address.script) ? own.blindingKey(address.script) : null;
    if (!key) throw new RpcError(-4, `Blinding key for address ${args.string(0)} is not known`);
    return toHex(key);
  }),

  rescanblockchain: method(['start_height', 'stop_height'], async ({ core, args, wallet }) => {
    const own = wallet();
    await core.wallets.rescan(own);
    const stop = args.int(1, core.chain.tip.height);
    return { start_height: args.int(0, 0), stop_height: stop };
  }),
};
