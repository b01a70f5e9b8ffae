import { createHash } from 'node:crypto';
import { SluiceError } from '../../shared/errors.ts';
import { confidentialAddress } from './address.ts';
import { blindingPrivateKey } from './blinding-key.ts';
import { ByteWriter, toHex } from './bytes.ts';
import { HARDENED } from './path.ts';
import { withKey } from './seed.ts';
import type { HdKey } from './seed.ts';
import type { BlindingKey, DerivedAddress, DescriptorFacts, KeyOrigin, LiquidNetwork } from './types.ts';
import { own, wally } from './wally.ts';

const PUBLIC = 1;
const MOST_ADDRESSES = 10_000;

/** What a wallet's scripts are made of, of whichever kind its policy is. Checked already. */
export interface ScriptPlan {
  script: DescriptorFacts['script'];
  sorted: boolean;
  threshold: number;
  keys: readonly {
    fingerprint: string;
    path: readonly number[];
    xpub: string;
    branches: readonly number[][];
  }[];
}

export interface WalletPlan extends ScriptPlan {
  network: LiquidNetwork;
  blinding: BlindingKey;
}

/** A script with everything that a signer has to be shown of it. */
export interface Place {
  chain: 0 | 1;
  index: number;
  script: Uint8Array;
  witnessScript: Uint8Array | null;
  redeemScript: Uint8Array | null;
  keys: KeyOrigin[];
}

/** `m <key>… n OP_CHECKMULTISIG` over keys in the order given. */
function multisigScript(threshold: number, pubkeys: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter().u8(0x50 + threshold);
  for (const pubkey of pubkeys) writer.sized(pubkey);
  return writer
    .u8(0x50 + pubkeys.length)
    .u8(0xae)
    .result();
}

const program = (hash: Uint8Array): Uint8Array => new ByteWriter().u8(0).sized(hash).result();

/** `OP_HASH160 <hash> OP_EQUAL` */
function p2sh(redeemScript: Uint8Array): Uint8Array {
  return new ByteWriter().u8(0xa9).sized(wally.hash160(redeemScript)).u8(0x87).result();
}

function scriptsOf(
  { script, sorted, threshold }: ScriptPlan,
  pubkeys: readonly Uint8Array[],
): Pick<Place, 'script' | 'witnessScript' | 'redeemScript'> {
  const [first = new Uint8Array()] = pubkeys;
  const single = script === 'wpkh' || script === 'sh-wpkh';
  const witnessScript = single
    ? null
    : multisigScript(threshold, sorted ? pubkeys.toSorted(Buffer.compare) : pubkeys);
  const inner = program(
    witnessScript ? createHash('sha256').update(witnessScript).digest() : wally.hash160(first),
  );
  const wrapped = script === 'sh-wpkh' || script === 'sh-wsh-multi';
  return wrapped
    ? { script: p2sh(inner), witnessScript, redeemScript: inner }
    : { script: inner, witnessScript, redeemScript: null };
}

/**
 * Scripts `from` … `from + count − 1` of a chain. A wallet of one chain has the same ones for both. Throws INVALID_ARGUMENT
 * for indices that there are not.
 */
export function placesOf(plan: ScriptPlan, chain: 0 | 1, from: number, count: number): Place[] {
  const counted = Number.isInteger(count) && count >= 0 && count <= MOST_ADDRESSES;
  if (!Number.isInteger(from) || from < 0 || !counted || from + count > HARDENED)
    throw new SluiceError('INVALID_ARGUMENT', `Addresses ${from} to ${from + count - 1} cannot be derived.`, {
      next: `Ask for at most ${MOST_ADDRESSES} addresses below ${HARDENED}.`,
      field: 'from',
    });
  const only = plan.keys.every(({ branches }) => branches.length === 1);
  const used = only ? 0 : chain;
  const branches: { key: HdKey; fingerprint: string; path: number[] }[] = [];
  try {
    for (const { fingerprint, path, xpub, branches: steps } of plan.keys) {
      const branch = steps[used] ?? [];
      const key = withKey(wally.bip32_key_from_base58(xpub), (parent) =>
        // The library takes no empty path.
        branch.length === 0
          ? wally.bip32_key_from_base58(xpub)
          : wally.bip32_key_from_parent_path(parent, branch, PUBLIC),
      );
      branches.push({ key, fingerprint, path: [...path, ...branch] });
    }
    return Array.from({ length: count }, (_, i): Place => {
      const index = from + i;
      const pubkeys = branches.map(({ key }) =>
        withKey(wally.bip32_key_from_parent(key, index, PUBLIC), (child) =>
          own(wally.bip32_key_get_pub_key(child)),
        ),
      );
      const keys = branches.map(({ fingerprint, path }, at): KeyOrigin => ({
        pubkey: toHex(pubkeys[at] ?? new Uint8Array()),
        fingerprint,
        path: [...path, index],
      }));
      // A sorted multisig is the same whichever way round its cosigners are named, and so is what is said of it.
      if (plan.sorted) keys.sort((a, b) => (a.pubkey < b.pubkey ? -1 : 1));
      return { chain: used, index, ...scriptsOf(plan, pubkeys), keys };
    });
  } finally {
    for (const { key } of branches) wally.bip32_key_free(key);
  }
}

/** A place with the confidential address at which it is paid. */
export function addressOf(
  { network, blinding }: Pick<WalletPlan, 'network' | 'blinding'>,
  place: Place,
): DerivedAddress {
  const { chain, index, script, witnessScript, redeemScript, keys } = place;
  const blindingPubkey = wally.ec_public_key_from_private_key(blindingPrivateKey(blinding, script));
  const address = confidentialAddress(script, blindingPubkey, network);
  if (address === null) throw new RangeError('a script of the wallet has no address');
  return {
    chain,
    index,
    script: toHex(script),
    address,
    blindingPubkey: toHex(blindingPubkey),
    witnessScript: witnessScript && toHex(witnessScript),
    redeemScript: redeemScript && toHex(redeemScript),
    keys,
  };
}
