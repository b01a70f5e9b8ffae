import { Branch, DescriptorError, readScripts, scriptHash } from '../esplora/index.ts';
import type { DerivedScript, ScriptDescriptor, ScriptKey } from '../esplora/index.ts';
import { blindingKey, confidentialAddress, descriptorChecksum } from '../elements/index.ts';
import { concat, fromHex, sha256, toHex, varbytes, wally } from '../crypto/index.ts';
import type { Bytes } from '../crypto/index.ts';
import { Amp2Refusal } from './refusal.ts';
import { elip153Steps } from './server-key.ts';
import type { ServerKey } from './server-key.ts';

/** The last index, which is never paid to: ELIP-151 and ELIP-152 take it for what they derive. */
const LAST_INDEX = 0x7fffffff;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** A wallet as registered: scripts of both branches, blinding keys, and the server's own part in it. */
export class Amp2Wallet {
  readonly wid: string;
  /** The same for all descriptors with the same scripts, whatever they are blinded with. */
  readonly scriptsId: string;
  /** From the server's key to its key in this wallet; empty, or the three steps of ELIP-153. */
  readonly serverSteps: readonly number[];
  private readonly branches: readonly [Branch, Branch];
  private readonly keyOf: (script: Bytes) => Bytes;

  constructor(scripts: ScriptDescriptor, blinding: string, serverSteps: readonly number[]) {
    this.serverSteps = serverSteps;
    this.branches = [new Branch(scripts, 0), new Branch(scripts, 1)];
    const last = this.branches.map((branch) => branch.at(LAST_INDEX).script);
    this.keyOf = blindingKeys(blinding, last);
    this.scriptsId = toHex(sha256(...last));
    const [first = new Uint8Array()] = last;
    const pubkey = wally.ec_public_key_from_private_key(this.keyOf(first));
    const hash = toHex(sha256(Buffer.from(confidentialAddress(first, pubkey))));
    this.wid = hash.slice(0, 32).replace(/....(?=.)/g, '$&-');
  }

  /** `branch` 0: receiving, 1: change. */
  at(branch: number, index: number): DerivedScript {
    const [receive, change] = this.branches;
    return (branch === 0 ? receive : change).at(index);
  }

  hashAt(branch: number, index: number): string {
    return scriptHash(this.at(branch, index).script);
  }

  /** The private key that opens what is paid to a script of this wallet. */
  blindingKey(script: Bytes): Bytes {
    return this.keyOf(script);
  }
}

/** BIP 340's tagged hash. */
function taggedHash(tag: string, ...parts: Bytes[]): Bytes {
  const prefix = sha256(Buffer.from(tag));
  return sha256(prefix, prefix, ...parts);
}

function scalar(bytes: Bytes): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

function bytesOf(value: bigint): Bytes {
  return fromHex((value % ORDER).toString(16).padStart(64, '0'));
}

function blindingKeys(blinding: string, last: readonly Bytes[]): (script: Bytes) => Bytes {
  const slip77 = /^slip77\(([0-9a-f]{64})\)$/i.exec(blinding)?.[1];
  if (slip77 !== undefined) {
    const master = fromHex(slip77);
    return (script) => blindingKey(master, script);
  }
  let view: Bytes;
  if (blinding === 'elip151') {
    const scripts = last.map((script) => concat(Uint8Array.of(1, 0xff), varbytes(script)));
    view = bytesOf(scalar(taggedHash('Deterministic-View-Key/1.0', ...scripts)));
  } else if (/^[0-9a-f]{64}$/i.test(blinding)) {
    view = fromHex(blinding);
    if (scalar(view) === 0n || scalar(view) >= ORDER) throw invalid('its view key is no private key');
  } else {
    throw invalid('it must be blinded by slip77(…), elip151 or a view key of 64 hex digits');
  }
  // ELIP-150: the view key and a hash of its public key with the script.
  const pubkey = Uint8Array.from(wally.ec_public_key_from_private_key(view));
  return (script) =>
    bytesOf(scalar(view) + scalar(taggedHash('CT-Blinding-Key/1.0', pubkey, varbytes(script))));
}

function invalid(why: string): Amp2Refusal {
  return new Amp2Refusal('invalid_descriptor', `Invalid descriptor: ${why}`);
}

/** Public key of an extended key, 33 bytes. */
function pubkeyOf(xpub: string): Bytes {
  const key = wally.bip32_key_from_base58(xpub);
  const pubkey = Uint8Array.from(wally.bip32_key_get_pub_key(key));
  wally.bip32_key_free(key);
  return pubkey;
}

/** The steps to the server's own key in a pair of keys, when the first of them is one that it would use with the other. */
function serverSteps(key: ScriptKey, other: ScriptKey, server: ServerKey): readonly number[] | null {
  if (key.key === server.xpub) return [];
  const steps = elip153Steps(pubkeyOf(other.key));
  return key.key === server.childXpub(steps) ? steps : null;
}

/**
 * Reads what a venue registers: `ct(BLINDING,elwsh(multi(2,KEY/<0;1>/*,KEY/<0;1>/*)))`, one of the keys the server's.
 * Throws Amp2Refusal with the reason.
 */
export function readWallet(text: string, server: ServerKey): Amp2Wallet {
  const [body = '', checksum, ...more] = text.trim().split('#');
  if (more.length > 0 || (checksum !== undefined && checksum !== descriptorChecksum(body))) {
    throw invalid('its checksum is wrong');
  }
  const match = /^ct\(((?:slip77\([^()]*\))|[^(),]*),(.*)\)$/.exec(body);
  if (!match) throw invalid('it is not confidential: ct(…) expected');
  const [, blinding = '', inner = ''] = match;
  let scripts: ScriptDescriptor;
  try {
    scripts = readScripts(inner);
  } catch (error) {
    if (error instanceof DescriptorError) throw invalid(error.message);
    throw error;
  }
  const { kind, wrap, threshold, keys } = scripts;
  const [first, second] = keys;
  if (!inner.startsWith('el') || kind !== 'multi' || wrap.join() !== 'wsh') {
    throw invalid('only elwsh(multi(2,…)) is supported');
  }
  if (threshold !== 2 || keys.length !== 2 || !first || !second) {
    throw invalid('two keys expected, of which both sign');
  }
  for (const key of keys) {
    if (!key.key.startsWith('tpub')) throw invalid('a key is not of this network: tpub… expected');
    if (!key.wildcard || JSON.stringify(key.path) !== '[[0,1]]') throw invalid('keys must end in /<0;1>/*');
  }
  if (first.key === second.key) throw invalid('both keys are the same');
  const steps = serverSteps(first, second, server) ?? serverSteps(second, first, server);
  if (!steps) throw invalid('none of its keys is the key of this server');
  return new Amp2Wallet(scripts, blinding, steps);
}
