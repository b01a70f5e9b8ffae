import type { Bytes } from '../crypto/index.ts';
import {
  WALLY,
  concat,
  fromHex,
  hash160,
  multisigScript,
  p2pkh,
  p2sh,
  p2wpkh,
  p2wsh,
  toHex,
  wally,
} from '../crypto/index.ts';
import { RpcError } from './rpc-error.ts';

const INPUT_CHARSET =
  '0123456789()[],\'/*abcdefgh@:$%{}IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~ijklmnopqrstuvwxyzABCDEFGH`#"\\ ';
const CHECKSUM_CHARSET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0xf5dee51989n, 0xa9fdca3312n, 0x1bab10e32dn, 0x3706b1677an, 0x644d626ffdn];

/** The eight characters that guard a descriptor against typing errors (Bitcoin Core's output descriptors). */
export function descriptorChecksum(text: string): string {
  let c = 1n;
  const feed = (value: number): void => {
    const top = c >> 35n;
    c = ((c & 0x7ffffffffn) << 5n) ^ BigInt(value);
    for (const [bit, term] of GENERATOR.entries()) if (((top >> BigInt(bit)) & 1n) === 1n) c ^= term;
  };
  let group = 0;
  let count = 0;
  for (const char of text) {
    const position = INPUT_CHARSET.indexOf(char);
    if (position < 0) return '';
    feed(position & 31);
    group = group * 3 + (position >> 5);
    count += 1;
    if (count === 3) {
      feed(group);
      group = 0;
      count = 0;
    }
  }
  if (count > 0) feed(group);
  for (let i = 0; i < 8; i++) feed(0);
  c ^= 1n;
  let out = '';
  for (let i = 0; i < 8; i++) out += CHECKSUM_CHARSET.charAt(Number((c >> BigInt(5 * (7 - i))) & 31n));
  return out;
}

interface DescriptorKey {
  /** Four bytes; of the key itself when there is no origin. */
  fingerprint: Bytes;
  originPath: number[];
  /** Extended public key, or a plain public key in hex. */
  key: string;
  path: number[];
  ranged: boolean;
}

export interface DerivedKey {
  pubkey: Bytes;
  fingerprint: Bytes;
  /** Whole path from the master key; hardened steps carry the top bit. */
  path: number[];
}

export interface Derived {
  script: Bytes;
  redeemScript: Bytes | null;
  witnessScript: Bytes | null;
  keys: DerivedKey[];
}

export type DescriptorKind = 'wpkh' | 'pkh' | 'sh-wpkh' | 'wsh-multi' | 'wsh-sortedmulti';

export interface Descriptor {
  kind: DescriptorKind;
  /** Without checksum. */
  text: string;
  threshold: number;
  keys: DescriptorKey[];
  ranged: boolean;
}

export const HARDENED = 0x80000000;

export function formatPath(path: readonly number[], mark = "'"): string {
  return path.map((step) => (step >= HARDENED ? `${step - HARDENED}${mark}` : String(step))).join('/');
}

function parsePath(text: string): number[] {
  return text
    .split('/')
    .filter((step) => step !== '')
    .map((step) => {
      const match = /^(\d+)(['h])?$/.exec(step);
      const index = Number(match?.[1]);
      if (!match || index >= HARDENED)
        throw new RpcError(-5, `Key path value '${step}' is not a valid uint32`);
      return match[2] === undefined ? index : index + HARDENED;
    });
}

function parseKey(text: string): DescriptorKey {
  const match = /^(?:\[([0-9a-fA-F]{8})((?:\/\d+['h]?)*)\])?([0-9A-Za-z]+)((?:\/[^/]+)*)$/.exec(text);
  if (!match) throw new RpcError(-5, `key '${text}' is not valid`);
  const [, fingerprint, originPath = '', key = '', rest = ''] = match;
  const ranged = rest.endsWith('/*');
  if (/\/\*['h]$/.test(rest)) throw new RpcError(-5, 'Hardened derivation of a public key is not possible');
  const path = parsePath(ranged ? rest.slice(0, -2) : rest);
  if (path.some((step) => step >= HARDENED)) {
    throw new RpcError(-5, 'Hardened derivation of a public key is not possible');
  }
  const identity = keyIdentity(key);
  return {
    fingerprint: fingerprint === undefined ? identity.slice(0, 4) : fromHex(fingerprint),
    originPath: parsePath(originPath),
    key,
    path,
    ranged,
  };
}

/** hash160 of the public key. Throws for a key that is none. */
function keyIdentity(key: string): Bytes {
  if (/^0[23][0-9a-fA-F]{64}$/.test(key)) return hash160(fromHex(key));
  try {
    const handle = wally.bip32_key_from_base58(key);
    const identity = Uint8Array.from(wally.bip32_key_get_hash160(handle));
    wally.bip32_key_free(handle);
    return identity;
  } catch {
    throw new RpcError(-5, `key '${key}' is not valid`);
  }
}

/**
 * Reads the plain descriptors that Elements wallets import: pkh, wpkh, sh(wpkh), wsh(multi) and wsh(sortedmulti) with
 * key origins, ranged or not. `ct(…)` and `elwpkh(…)` are no descriptors to Elements.
 */
export function parseDescriptor(text: string, requireChecksum = false): Descriptor {
  const [body = '', checksum, ...more] = text.split('#');
  if (more.length > 0) throw new RpcError(-5, "Multiple '#' symbols");
  const right = descriptorChecksum(body);
  if (checksum === undefined) {
    if (requireChecksum) throw new RpcError(-5, 'Missing checksum');
  } else if (checksum.length !== 8) {
    throw new RpcError(-5, `Expected 8 character checksum, not ${checksum.length} characters`);
  } else if (checksum !== right) {
    throw new RpcError(-5, `Provided checksum '${checksum}' does not match computed checksum '${right}'`);
  }
  const single = /^(wpkh|pkh)\(([^()]+)\)$/.exec(body);
  if (single) {
    const key = parseKey(single[2] ?? '');
    return { kind: single[1] as 'wpkh' | 'pkh', text: body, threshold: 1, keys: [key], ranged: key.ranged };
  }
  const nested = /^sh\(wpkh\(([^()]+)\)\)$/.exec(body);
  if (nested) {
    const key = parseKey(nested[1] ?? '');
    return { kind: 'sh-wpkh', text: body, threshold: 1, keys: [key], ranged: key.ranged };
  }
  const multi = /^wsh\((multi|sortedmulti)\((\d+),([^()]+)\)\)$/.exec(body);
  if (multi) {
    const keys = (multi[3] ?? '').split(',').map(parseKey);
    const threshold = Number(multi[2]);
    if (threshold < 1)
      throw new RpcError(-5, `Multisig threshold cannot be ${threshold}, must be at least 1`);
    if (threshold > keys.length) {
      throw new RpcError(
        -5,
        `Multisig threshold cannot be larger than the number of keys; threshold is ${threshold} but only ${keys.length} keys specified`,
      );
    }
    const kind = multi[1] === 'multi' ? 'wsh-multi' : 'wsh-sortedmulti';
    return { kind, text: body, threshold, keys, ranged: keys.some((key) => key.ranged) };
  }
  throw new RpcError(-5, `'${body}' is not a valid descriptor function`);
}

type Handle = ReturnType<typeof wally.bip32_key_from_base58>;
const handles = new Map<string, Handle>();

/** The extended key from which the last step is taken; kept, since wallets derive thousands of children of a few. */
function parentHandle(key: DescriptorKey): Handle {
  const name = `${key.key}/${key.path.join('/')}`;
  let handle = handles.get(name);
  if (!handle) {
    const root = wally.bip32_key_from_base58(key.key);
    handle =
      key.path.length === 0 ? root : wally.bip32_key_from_parent_path(root, key.path, WALLY.KEY_PUBLIC);
    handles.set(name, handle);
  }
  return handle;
}

function deriveKey(key: DescriptorKey, index: number): DerivedKey {
  const { fingerprint } = key;
  if (/^0[23][0-9a-fA-F]{64}$/.test(key.key)) {
    return { pubkey: fromHex(key.key), fingerprint, path: key.originPath };
  }
  const parent = parentHandle(key);
  const path = [...key.originPath, ...key.path];
  if (!key.ranged) {
    return { pubkey: Uint8Array.from(wally.bip32_key_get_pub_key(parent)), fingerprint, path };
  }
  const child = wally.bip32_key_from_parent(parent, index, WALLY.KEY_PUBLIC | WALLY.SKIP_HASH);
  const pubkey = Uint8Array.from(wally.bip32_key_get_pub_key(child));
  wally.bip32_key_free(child);
  return { pubkey, fingerprint, path: [...path, index] };
}

export function derive(descriptor: Descriptor, index: number): Derived {
  const keys = descriptor.keys.map((key) => deriveKey(key, index));
  const first = keys[0]?.pubkey ?? new Uint8Array(0);
  const none = { redeemScript: null, witnessScript: null };
  switch (descriptor.kind) {
    case 'wpkh':
      return { script: p2wpkh(first), keys, ...none };
    case 'pkh':
      return { script: p2pkh(hash160(first)), keys, ...none };
    case 'sh-wpkh': {
      const redeemScript = p2wpkh(first);
      return { script: p2sh(hash160(redeemScript)), redeemScript, witnessScript: null, keys };
    }
    case 'wsh-multi':
    case 'wsh-sortedmulti': {
      const pubkeys = keys.map((key) => key.pubkey);
      if (descriptor.kind === 'wsh-sortedmulti') pubkeys.sort((a, b) => Buffer.compare(a, b));
      const witnessScript = multisigScript(descriptor.threshold, pubkeys);
      return { script: p2wsh(witnessScript), redeemScript: null, witnessScript, keys };
    }
  }
}

/** The descriptor of one derived output, as listunspent and getaddressinfo print it. */
export function inferredDescriptor(descriptor: Descriptor, derived: Derived): string {
  const key = (one: DerivedKey): string => {
    const path = one.path.length === 0 ? '' : `/${formatPath(one.path)}`;
    return `[${toHex(one.fingerprint)}${path}]${toHex(one.pubkey)}`;
  };
  const ordered =
    descriptor.kind === 'wsh-sortedmulti'
      ? [...derived.keys].sort((a, b) => Buffer.compare(a.pubkey, b.pubkey))
      : derived.keys;
  const keys = ordered.map(key).join(',');
  const body = {
    wpkh: `wpkh(${keys})`,
    pkh: `pkh(${keys})`,
    'sh-wpkh': `sh(wpkh(${keys}))`,
    'wsh-multi': `wsh(multi(${descriptor.threshold},${keys}))`,
    'wsh-sortedmulti': `wsh(multi(${descriptor.threshold},${keys}))`,
  }[descriptor.kind];
  return withChecksum(body);
}

export function withChecksum(text: string): string {
  return `${text}#${descriptorChecksum(text)}`;
}

/** The keypath value of a PSET: fingerprint and little-endian steps. */
export function keypathBytes(key: DerivedKey): Bytes {
  const steps = new Uint8Array(key.path.length * 4);
  const view = new DataView(steps.buffer);
  for (const [i, step] of key.path.entries()) view.setUint32(i * 4, step, true);
  return concat(key.fingerprint, steps);
}
