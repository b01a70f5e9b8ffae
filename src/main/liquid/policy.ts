import { createHash } from 'node:crypto';
import { SluiceError } from '../../shared/errors.ts';
import { withChecksum } from './descriptor.ts';
import { planOf } from './descriptor-facts.ts';
import { isForeignPath, NETWORKS } from './networks.ts';
import type { NetworkFacts } from './networks.ts';
import { readPath, writePath } from './path.ts';
import { addressOf, placesOf } from './places.ts';
import type { WalletPlan } from './places.ts';
import type { TaskArgs } from './protocol.ts';
import { withKey } from './seed.ts';
import type { HdKey } from './seed.ts';
import type { DerivedAddress, PolicyDescriptors, TreasuryPolicy } from './types.ts';
import { refusable, wally } from './wally.ts';

/** OP_CHECKMULTISIG takes more, but numbers above 16 are written otherwise and no hardware signer goes there. */
const MOST_KEYS = 15;

type Key = TreasuryPolicy['keys'][number];

export function invalid(message: string, next: string, field: string): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', message, { next, field });
}

const ASK_AGAIN = 'Export the public key from its signer again, for this network and account.';

/** Why an extended key does not belong at this path of this network; null when it does. */
function keyFault(key: HdKey, path: readonly number[], network: NetworkFacts): string | null {
  if (wally.bip32_key_get_version(key) >>> 0 !== network.publicVersion)
    return 'is not a public key of this network';
  if (wally.bip32_key_get_depth(key) !== path.length) return 'is of another depth than its path';
  return wally.bip32_key_get_child_num(key) >>> 0 === path.at(-1) ? null : 'is not the key of its path';
}

/** A key with its path as it is written here. Throws INVALID_ARGUMENT naming the key. */
export function checkedKey(key: Key, index: number, network: NetworkFacts): Key {
  const who = `Key ${index + 1}`;
  const field = `keys.${index}`;
  const fingerprint = key.fingerprint.toLowerCase();
  if (!/^[0-9a-f]{8}$/.test(fingerprint))
    throw invalid(
      `${who} has a fingerprint that is not 8 hexadecimal digits.`,
      ASK_AGAIN,
      `${field}.fingerprint`,
    );
  const path = readPath(key.path);
  if (!path) throw invalid(`${who} has a path that cannot be read.`, ASK_AGAIN, `${field}.path`);
  if (isForeignPath(path, network)) {
    throw invalid(
      `${who} is of another network: its path has not the coin type ${network.coinType}.`,
      ASK_AGAIN,
      `${field}.path`,
    );
  }
  const isText = /^[1-9A-HJ-NP-Za-km-z]{100,120}$/.test(key.xpub);
  const parsed = isText ? refusable(() => wally.bip32_key_from_base58(key.xpub)) : null;
  if (!parsed) throw invalid(`${who} is no extended public key.`, ASK_AGAIN, `${field}.xpub`);
  const fault = withKey(parsed, (hd) => keyFault(hd, path, network));
  if (fault) throw invalid(`${who} ${fault}.`, ASK_AGAIN, `${field}.xpub`);
  return { fingerprint, path: writePath(path), xpub: key.xpub };
}

/** The policy with everything in its one spelling. Throws INVALID_ARGUMENT. */
function checkedPolicy(policy: TreasuryPolicy): TreasuryPolicy {
  const { network, threshold } = policy;
  const count = policy.keys.length;
  if (count < 1 || count > MOST_KEYS)
    throw invalid(
      `A treasury has 1 to ${MOST_KEYS} keys, not ${count}.`,
      'Choose the keys of its signers.',
      'keys',
    );
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > count)
    throw invalid(
      `${threshold} of ${count} signatures cannot be asked for.`,
      `Ask for 1 to ${count} signatures.`,
      'threshold',
    );
  const masterBlindingKey = policy.masterBlindingKey.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(masterBlindingKey))
    throw invalid(
      'The master blinding key is not 32 bytes in hexadecimal.',
      'Copy it from the signer again.',
      'masterBlindingKey',
    );
  const keys = policy.keys.map((key, index) => checkedKey(key, index, NETWORKS[network]));
  keys.forEach(({ fingerprint, xpub }, index) => {
    const same = keys.findIndex((other) => other.xpub === xpub || other.fingerprint === fingerprint);
    if (same !== index)
      throw invalid(
        `Keys ${same + 1} and ${index + 1} are of the same signer, so that one loss would take both.`,
        'Take the key of another signer.',
        `keys.${index}`,
      );
  });
  return { network, threshold, keys, masterBlindingKey };
}

/** One key at a BIP84 path is paid to directly; every other policy is a sorted multisig, also of one key. */
function isSingle({ keys }: TreasuryPolicy): boolean {
  return keys.length === 1 && keys[0]?.path.startsWith("84'/") === true;
}

/** The script part of a descriptor, with `prefix` before its names: Elements' `el`, or none for a node. */
function scriptText(policy: TreasuryPolicy, prefix: '' | 'el', branch: string): string {
  const keys = policy.keys.map(
    ({ fingerprint, path, xpub }) => `[${fingerprint}/${path}]${xpub}/${branch}/*`,
  );
  return isSingle(policy)
    ? `${prefix}wpkh(${keys.join(',')})`
    : `${prefix}wsh(sortedmulti(${policy.threshold},${keys.join(',')}))`;
}

function confidentialText(policy: TreasuryPolicy): string {
  return `ct(slip77(${policy.masterBlindingKey}),${scriptText(policy, 'el', '<0;1>')})`;
}

/** The same whichever way round the cosigners are named: a sorted multisig pays the same scripts. */
function treasuryId(policy: TreasuryPolicy): string {
  const keys = policy.keys.toSorted((a, b) => (a.xpub < b.xpub ? -1 : 1));
  return createHash('sha256')
    .update(`${policy.network}:${confidentialText({ ...policy, keys })}`)
    .digest('hex');
}

export function descriptors({ policy }: TaskArgs<'descriptors'>): PolicyDescriptors {
  const checked = checkedPolicy(policy);
  return {
    external: withChecksum(scriptText(checked, '', '0')),
    internal: withChecksum(scriptText(checked, '', '1')),
    ctDescriptor: withChecksum(confidentialText(checked)),
    publicDescriptor: withChecksum(scriptText(checked, 'el', '<0;1>')),
    id: treasuryId(checked),
  };
}

/** The scripts that a treasury's policy means. Throws INVALID_ARGUMENT. */
function treasuryPlan(policy: TreasuryPolicy): WalletPlan {
  const checked = checkedPolicy(policy);
  return {
    network: checked.network,
    script: isSingle(checked) ? 'wpkh' : 'wsh-multi',
    sorted: true,
    threshold: checked.threshold,
    keys: checked.keys.map(({ fingerprint, path, xpub }) => ({
      fingerprint,
      path: readPath(path) ?? [],
      xpub,
      branches: [[0], [1]],
    })),
    blinding: { kind: 'slip77', key: checked.masterBlindingKey },
  };
}

/** Scripts and confidential addresses of a run of indices. */
export function addresses({ policy, chain, from, count }: TaskArgs<'addresses'>): DerivedAddress[] {
  const plan = 'descriptor' in policy ? planOf(policy.descriptor, policy.network).plan : treasuryPlan(policy);
  return placesOf(plan, chain, from, count).map((place) => addressOf(plan, place));
}
