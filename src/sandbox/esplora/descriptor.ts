import {
  WALLY,
  fromHex,
  hash160,
  multisigScript,
  p2pkh,
  p2sh,
  p2wpkh,
  p2wsh,
  wally,
} from '../crypto/index.ts';
import type { Bytes } from '../crypto/index.ts';

/** A descriptor that cannot be read here, with the reason. */
export class DescriptorError extends Error {}

export interface ScriptKey {
  /** Text of the origin without its brackets, or null. */
  origin: string | null;
  /** Extended public key, or a compressed public key in hex. */
  key: string;
  /** Steps after it; one more than once where the descriptor has several branches. */
  path: (number | readonly number[])[];
  wildcard: boolean;
}

/** An Elements output descriptor without its blinding part: what its scripts are made of. */
export interface ScriptDescriptor {
  wrap: readonly ('sh' | 'wsh')[];
  kind: 'pkh' | 'wpkh' | 'multi' | 'sortedmulti';
  threshold: number;
  keys: ScriptKey[];
  /** 1, or how many branches `<0;1>` makes. */
  branches: number;
  wildcard: boolean;
}

export interface DerivedScript {
  script: Bytes;
  /** Of wpkh and pkh: none. */
  witnessScript: Bytes | null;
  redeemScript: Bytes | null;
  /** In the order of the descriptor. */
  pubkeys: Bytes[];
}

function readKey(text: string): ScriptKey {
  const match = /^(?:\[([0-9a-fA-F]{8}(?:\/\d+['hH]?)*)\])?([0-9A-Za-z]+)((?:\/[^/]+)*)$/.exec(text);
  if (!match) throw new DescriptorError(`“${text.slice(0, 40)}” is not a key`);
  const [, origin = null, key = '', rest = ''] = match;
  const steps = rest.split('/').slice(1);
  const wildcard = steps.at(-1) === '*';
  if (wildcard) steps.pop();
  const path = steps.map((step): number | number[] => {
    const several = /^<(\d+(?:;\d+)+)>$/.exec(step);
    const numbers = (several?.[1] ?? step).split(';').map((one) => (/^\d+$/.test(one) ? Number(one) : -1));
    if (numbers.some((one) => one < 0 || one > 0x7fffffff)) {
      throw new DescriptorError(`“${step}” is not a step that a public key can take`);
    }
    return several ? numbers : (numbers[0] ?? 0);
  });
  if (/^0[23][0-9a-f]{64}$/i.test(key)) {
    if (path.length > 0 || wildcard) throw new DescriptorError('a single key has no path');
  } else {
    checkExtended(key);
  }
  return { origin, key, path, wildcard };
}

function checkExtended(key: string): void {
  if (/^(?:xprv|tprv)/.test(key)) throw new DescriptorError('private keys do not belong here');
  if (!/^(?:xpub|tpub)/.test(key)) throw new DescriptorError(`“${key.slice(0, 16)}…” is not a key`);
  try {
    wally.bip32_key_free(wally.bip32_key_from_base58(key));
  } catch {
    throw new DescriptorError(`“${key.slice(0, 16)}…” is not a key: its checksum is wrong`);
  }
}

/**
 * Reads `elwpkh`, `elpkh`, `elsh(wpkh)`, `elwsh(multi)`, `elsh(wsh(multi))` and their `sortedmulti` twins, with or without
 * `el`, key origins and `<0;1>`. Without a checksum, which the caller has taken off. Throws DescriptorError.
 */
export function readScripts(text: string): ScriptDescriptor {
  let body = text.replace(/^el/, '');
  const wrap: ('sh' | 'wsh')[] = [];
  for (;;) {
    const outer = /^(sh|wsh)\((.*)\)$/.exec(body);
    if (!outer) break;
    wrap.push(outer[1] as 'sh' | 'wsh');
    body = outer[2] ?? '';
  }
  const inner = /^(pkh|wpkh|multi|sortedmulti)\(([^()]*)\)$/.exec(body);
  if (!inner || !['', 'sh', 'wsh', 'sh,wsh'].includes(wrap.join(','))) {
    throw new DescriptorError('this form of descriptor is not known here');
  }
  const kind = inner[1] as ScriptDescriptor['kind'];
  const parts = (inner[2] ?? '').split(',');
  const several = kind === 'multi' || kind === 'sortedmulti';
  const last = wrap.at(-1);
  if (several ? last !== 'wsh' : kind === 'pkh' ? wrap.length > 0 : last === 'wsh') {
    throw new DescriptorError('this form of descriptor is not known here');
  }
  const threshold = several ? Number(parts.shift()) : 1;
  const keys = parts.map(readKey);
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > keys.length || keys.length > 15) {
    throw new DescriptorError('the number of keys that must sign makes no sense');
  }
  const branches = keys.flatMap((key) =>
    key.path.filter((step): step is number[] => typeof step !== 'number').map((step) => step.length),
  );
  if (new Set(branches).size > 1 || keys.some((key) => key.path.filter(Array.isArray).length > 1)) {
    throw new DescriptorError('the keys have different numbers of branches');
  }
  return {
    wrap,
    kind,
    threshold,
    keys,
    branches: branches[0] ?? 1,
    wildcard: keys.some((key) => key.wildcard),
  };
}

function keyText(key: ScriptKey, branch: number): string {
  const steps = key.path.map((step) => String(typeof step === 'number' ? step : step[branch]));
  const origin = key.origin === null ? '' : `[${key.origin}]`;
  return [origin + key.key, ...steps, ...(key.wildcard ? ['*'] : [])].join('/');
}

/** One branch as text, without a checksum: `elwsh(multi(2,…/0/*,…/0/*))`. */
export function branchText(descriptor: ScriptDescriptor, branch: number): string {
  const keys = descriptor.keys.map((key) => keyText(key, branch));
  const several = descriptor.kind === 'multi' || descriptor.kind === 'sortedmulti';
  const inner = `${descriptor.kind}(${[...(several ? [String(descriptor.threshold)] : []), ...keys].join(',')})`;
  return `el${descriptor.wrap.reduceRight((text, outer) => `${outer}(${text})`, inner)}`;
}

type Handle = ReturnType<typeof wally.bip32_key_from_base58>;

/** Public keys of one branch; the keys above the last step are derived once. Free it after use. */
export class Branch {
  private readonly descriptor: ScriptDescriptor;
  private readonly parents: { handle: Handle | null; fixed: Bytes | null; wildcard: boolean }[];

  constructor(descriptor: ScriptDescriptor, branch: number) {
    this.descriptor = descriptor;
    this.parents = descriptor.keys.map((key) => {
      if (/^0[23]/.test(key.key) && key.key.length === 66) {
        return { handle: null, fixed: fromHex(key.key), wildcard: false };
      }
      const root = wally.bip32_key_from_base58(key.key);
      const path = key.path.map((step) => (typeof step === 'number' ? step : (step[branch] ?? 0)));
      const handle =
        path.length === 0 ? root : wally.bip32_key_from_parent_path(root, path, WALLY.KEY_PUBLIC);
      if (handle !== root) wally.bip32_key_free(root);
      return { handle, fixed: null, wildcard: key.wildcard };
    });
  }

  at(index: number): DerivedScript {
    const pubkeys = this.parents.map(({ handle, fixed, wildcard }) => {
      if (!handle) return fixed ?? new Uint8Array(33);
      if (!wildcard) return Uint8Array.from(wally.bip32_key_get_pub_key(handle));
      const child = wally.bip32_key_from_parent(handle, index, WALLY.KEY_PUBLIC | WALLY.SKIP_HASH);
      const pubkey = Uint8Array.from(wally.bip32_key_get_pub_key(child));
      wally.bip32_key_free(child);
      return pubkey;
    });
    return scriptsOf(this.descriptor, pubkeys);
  }

  free(): void {
    for (const { handle } of this.parents.splice(0)) if (handle) wally.bip32_key_free(handle);
  }
}

function scriptsOf(descriptor: ScriptDescriptor, pubkeys: Bytes[]): DerivedScript {
  const { kind, wrap, threshold } = descriptor;
  const [first = new Uint8Array(33)] = pubkeys;
  const nested = wrap[0] === 'sh';
  if (kind === 'pkh') {
    return { script: p2pkh(hash160(first)), witnessScript: null, redeemScript: null, pubkeys };
  }
  let witnessScript: Bytes | null = null;
  let program: Bytes;
  if (kind === 'wpkh') program = p2wpkh(first);
  else {
    const ordered = kind === 'multi' ? pubkeys : [...pubkeys].sort((a, b) => Buffer.compare(a, b));
    witnessScript = multisigScript(threshold, ordered);
    program = p2wsh(witnessScript);
  }
  return nested
    ? { script: p2sh(hash160(program)), witnessScript, redeemScript: program, pubkeys }
    : { script: program, witnessScript, redeemScript: null, pubkeys };
}
