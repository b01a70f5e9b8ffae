import { SluiceError } from '../../shared/errors.ts';
import type { Call } from './call.ts';
import { rpcErrorOf } from './rpc-error.ts';
import * as shapes from './shapes.ts';
import { read } from './shapes.ts';

export interface WatchOnlyKeys {
  /** Plain ranged descriptor of receiving addresses, with or without checksum: `wpkh([fp/84h/1h/0h]tpub…/0/*)`. */
  external: string;
  /** The same for change. */
  internal: string;
  /** Hex of the 32-byte SLIP-77 key. */
  masterBlindingKey: string;
  /** When the first coin may have arrived, in ms since 1970. Left out for new keys; 0 scans the whole chain. */
  birthday?: number | undefined;
}

/** How many addresses ahead the node looks: Elements' own default. */
const RANGE = [0, 999] as const;

/**
 * Makes the node watch a treasury whose keys are elsewhere: a blank descriptor wallet, two ranged descriptors, then the
 * master blinding key (Elements knows no `ct(...)`; a blank wallet starts with a blinding key of its own, which would
 * open nothing). Carries on where an earlier attempt stopped; refuses a wallet that holds anything else.
 */
export async function createWatchOnly(call: Call, name: string, keys: WatchOnlyKeys): Promise<void> {
  if (!/^[0-9a-f]{64}$/.test(keys.masterBlindingKey)) {
    throw new SluiceError('INVALID_ARGUMENT', 'The master blinding key must be 64 lower-case hex digits.', {
      next: 'Take it from the wallet’s backup (SLIP-77 key).',
      field: 'masterBlindingKey',
    });
  }
  const external = await checked(call, keys.external, 'external');
  const internal = await checked(call, keys.internal, 'internal');

  try {
    // Name, private keys disabled, blank, passphrase, avoid_reuse, descriptors, load_on_startup.
    await call('createwallet', [name, true, true, '', false, true, true]);
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'CONFLICT') throw error;
    await loadIfNeeded(call, name);
  }

  const present = await ownDescriptors(call, name);
  const ours = present.filter((one) => one.desc === (one.internal ? internal : external) && one.active);
  if (ours.length < present.length || !(await isWatchOnly(call, name))) {
    throw new SluiceError(
      'CONFLICT',
      `The node already has a wallet “${name}” that watches something else or holds keys.`,
      {
        next: 'Choose another wallet name.',
        field: 'elementsWallet',
      },
    );
  }
  if (present.length < 2) {
    const timestamp = keys.birthday === undefined ? 'now' : Math.floor(keys.birthday / 1000);
    const request = [
      { desc: external, timestamp, active: true, internal: false, range: RANGE },
      { desc: internal, timestamp, active: true, internal: true, range: RANGE },
    ];
    const answer = await call('importdescriptors', [request], { wallet: name });
    const results = read(shapes.importResults, 'importdescriptors', answer);
    if (results.length !== 2 || results.some((result) => !result.success)) {
      throw new SluiceError('WALLET_UNSUITABLE', 'The node did not take the descriptors of the treasury.', {
        next: 'Check that they are complete and belong to this network (tpub for test networks, xpub for Liquid).',
      });
    }
  }
  await call('importmasterblindingkey', [keys.masterBlindingKey], { wallet: name });
}

/** The descriptor with its checksum. Throws INVALID_ARGUMENT for one that cannot be watched, or that carries a key. */
async function checked(call: Call, descriptor: string, field: string): Promise<string> {
  if (/[xt]prv/.test(descriptor)) {
    throw new SluiceError('NOT_ALLOWED', 'A descriptor with a private key must not reach the node.', {
      next: 'Give the public descriptor (xpub or tpub).',
      field,
    });
  }
  let answer: unknown;
  try {
    answer = await call('getdescriptorinfo', [descriptor]);
  } catch (error) {
    const said = rpcErrorOf(error);
    if (said?.rpcCode !== -5) throw error;
    throw new SluiceError('INVALID_ARGUMENT', 'The node does not accept the descriptor.', {
      next: 'Elements takes plain descriptors such as wpkh([fingerprint/84h/1776h/0h]xpub…/0/*), one for receiving and one for change.',
      field,
      cause: error,
    });
  }
  const info = read(shapes.descriptorInfo, 'getdescriptorinfo', answer);
  if (info.hasprivatekeys || !info.isrange) {
    throw new SluiceError('INVALID_ARGUMENT', 'The descriptor must be public and ranged (ending in /*).', {
      next: 'Give the account’s descriptor, one for receiving and one for change.',
      field,
    });
  }
  return info.descriptor;
}

async function ownDescriptors(call: Call, name: string) {
  const answer = await call('listdescriptors', [], { wallet: name });
  return read(shapes.descriptorList, 'listdescriptors', answer).descriptors;
}

async function isWatchOnly(call: Call, name: string): Promise<boolean> {
  const info = read(shapes.walletInfo, 'getwalletinfo', await call('getwalletinfo', [], { wallet: name }));
  return !info.private_keys_enabled && info.descriptors;
}

/** Loads a wallet unless it is loaded: the node's own answers for "already loaded" differ by file format. */
export async function loadIfNeeded(call: Call, name: string): Promise<void> {
  const loaded = async () => read(shapes.names, 'listwallets', await call('listwallets')).includes(name);
  if (await loaded()) return;
  try {
    await call('loadwallet', [name, true]);
  } catch (error) {
    if (!(await loaded())) throw error;
  }
}
