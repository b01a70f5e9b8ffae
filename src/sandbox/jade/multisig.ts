import type { Bytes } from '../crypto/index.ts';
import { equal, hash160, multisigScript, p2sh, p2wsh, toHex } from '../crypto/index.ts';
import type { CborValue } from './cbor.ts';
import { badParameters } from './errors.ts';
import { bytesOf, isMap, pathOf, smallOf, type Params } from './params.ts';
import type { MultisigRecord, MultisigSigner } from './records.ts';
import { isXpub, pubkeyBelow } from './wallet.ts';

const VARIANTS = ['wsh(multi(k))', 'sh(wsh(multi(k)))', 'sh(multi(k))'];
const MOST_SIGNERS = 15;
export const MOST_RECORDS = 16;
const HARDENED = 0x8000_0000;

/** 1 to 15 printable characters without space. Null for anything else. */
export function recordName(value: CborValue): string | null {
  return typeof value === 'string' && /^[!-~]{1,15}$/.test(value) ? value : null;
}

/** The record that `register_multisig` names, checked as the firmware does before it knows the wallet. */
export function readRecord(params: Params): MultisigRecord {
  const name = recordName(params['multisig_name']);
  if (name === null) throw badParameters('Missing or invalid multisig name parameter');
  const descriptor = params['descriptor'];
  if (!isMap(descriptor)) throw badParameters('Cannot extract multisig descriptor data');
  const { variant, sorted, master_blinding_key: blinding } = descriptor;
  if (typeof variant !== 'string' || !VARIANTS.includes(variant)) {
    throw badParameters('Invalid script variant parameter');
  }
  if (sorted !== undefined && typeof sorted !== 'boolean') throw badParameters('Invalid sorted flag value');
  const masterBlindingKey = blinding === undefined || blinding === null ? null : bytesOf(blinding, 32);
  if (blinding !== undefined && blinding !== null && !masterBlindingKey) {
    throw badParameters('Invalid blinding key value');
  }
  const threshold = smallOf(descriptor['threshold']);
  if (threshold === null || threshold < 1 || threshold > MOST_SIGNERS) {
    throw badParameters('Invalid multisig threshold value');
  }
  const signers = readSigners(descriptor['signers']);
  if (signers.length > MOST_SIGNERS) throw badParameters('Failed to extract co-signers');
  if (threshold > signers.length) throw badParameters('Invalid multisig threshold');
  return { name, variant, sorted: sorted ?? false, threshold, masterBlindingKey, signers };
}

function readSigners(value: CborValue): MultisigSigner[] {
  const signers = Array.isArray(value) ? value.map(readSigner) : [];
  if (signers.length === 0 || signers.includes(null)) {
    throw badParameters('Failed to extract valid co-signers from parameters');
  }
  return signers.filter((signer) => signer !== null);
}

function readSigner(value: CborValue): MultisigSigner | null {
  if (!isMap(value)) return null;
  const fingerprint = bytesOf(value['fingerprint'], 4);
  const derivation = pathOf(value['derivation']);
  const path = pathOf(value['path']);
  const { xpub } = value;
  return fingerprint && derivation && path && typeof xpub === 'string'
    ? { fingerprint, derivation, xpub, path }
    : null;
}

/**
 * Every key readable, and at least one this wallet's: its fingerprint, and the very key that it has at the derivation.
 * Throws DeviceError.
 */
export function requireOwnSigner(
  { signers }: MultisigRecord,
  own: { fingerprint: Bytes; xpub(path: readonly number[]): string },
): void {
  const sound = signers.every(({ xpub, path }) => isXpub(xpub) && path.every((step) => step < HARDENED));
  const mine = signers.filter(({ fingerprint }) => equal(fingerprint, own.fingerprint));
  const isOwn = mine.length > 0 && mine.every(({ derivation, xpub }) => own.xpub(derivation) === xpub);
  if (!sound || !isOwn) throw badParameters('Failed to validate co-signers');
}

export function sameRecord(a: MultisigRecord, b: MultisigRecord): boolean {
  const text = (record: MultisigRecord): string =>
    JSON.stringify(record, (_key, value: unknown) => (value instanceof Uint8Array ? toHex(value) : value));
  return text(a) === text(b);
}

/** scriptPubKey of a record, `tails` being the steps after each signer's fixed path. Throws DeviceError. */
export function scriptOf(record: MultisigRecord, tails: readonly (readonly number[])[]): Bytes {
  const fits = tails.length === record.signers.length && tails.flat().every((step) => step < HARDENED);
  if (!fits) throw badParameters('Unexpected number of signer paths or invalid path for multisig');
  const keys = record.signers.map(({ xpub, path }, i) => pubkeyBelow(xpub, [...path, ...(tails[i] ?? [])]));
  if (record.sorted) keys.sort((a, b) => Buffer.compare(a, b));
  const script = multisigScript(record.threshold, keys);
  if (record.variant === 'wsh(multi(k))') return p2wsh(script);
  return p2sh(hash160(record.variant === 'sh(multi(k))' ? script : p2wsh(script)));
}

/** One path for each signer, as `paths` gives them. Throws DeviceError. */
export function readPaths(value: CborValue): number[][] {
  const paths = Array.isArray(value) ? value.map(pathOf) : [];
  if (paths.length === 0 || paths.includes(null)) {
    throw badParameters('Failed to extract signer paths from parameters');
  }
  return paths.filter((path) => path !== null);
}

/** What is unusual about paths to receive at, in the firmware's words; null when nothing is. */
export function unusualPaths(paths: readonly (readonly number[])[]): string | null {
  const words: string[] = [];
  const chains = paths.map((path) => (path.length < 2 ? null : path.at(-2)));
  if (!chains.every((chain) => chain === 0)) {
    words.push(chains.every((chain) => chain === 1) ? 'Multisig change path.' : 'Unusual multisig path.');
  }
  if (new Set(paths.map((path) => path.slice(-2).join('/'))).size > 1) {
    words.push('Non-standard multisig with different paths across signers.');
  }
  return words.length === 0 ? null : `Warning: ${words.join(' ')} Proceed at your own risk.`;
}

/** What `get_registered_multisigs` says of a record. */
export function summary(record: MultisigRecord): Record<string, unknown> {
  return {
    variant: record.variant,
    sorted: record.sorted,
    threshold: record.threshold,
    num_signers: record.signers.length,
    master_blinding_key: record.masterBlindingKey ?? new Uint8Array(0),
  };
}

/** The pages that the person leafs through, one by one, before it is kept. */
export function pages(record: MultisigRecord, own: Bytes, replaces: boolean): string[][] {
  const { signers, threshold } = record;
  const blinding = record.masterBlindingKey;
  return [
    [
      replaces ? 'Overwrite Multisig' : 'Register Multisig',
      `Name: ${record.name}`,
      `Type: ${threshold} of ${signers.length}, ${record.variant}`,
      `Sorted: ${record.sorted ? 'yes' : 'no'}`,
      `Blinding key: ${blinding === null ? 'none' : toHex(blinding)}`,
    ],
    ...signers.map((signer, index) => [
      `Signer ${index + 1} of ${signers.length}${equal(signer.fingerprint, own) ? ' (this Jade)' : ''}`,
      `Fingerprint: ${toHex(signer.fingerprint)}`,
      `Derivation: ${pathText(signer.derivation)}`,
      `Xpub: ${signer.xpub}`,
      ...(signer.path.length > 0 ? [`Path: ${pathText(signer.path)}`] : []),
    ]),
    ['Register Multisig', `Keep ${record.name}?`],
  ];
}

export function pathText(path: readonly number[]): string {
  const steps = path.map((step) => (step >= HARDENED ? `${step - HARDENED}'` : String(step)));
  return ['m', ...steps].join('/');
}
