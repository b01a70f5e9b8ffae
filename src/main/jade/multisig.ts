import { SluiceError } from '../../shared/errors.ts';
import { fromHex, toHex } from './bytes.ts';
import { answerInvalid } from './errors.ts';
import type { Params } from './link.ts';
import type { JadeMultisig } from './types.ts';

/** `elwsh(sortedmulti(…))` of a treasury, and with `sorted` false `elwsh(multi(…))` of a custody wallet. */
const VARIANT = 'wsh(multi(k))';

/** Rule of the firmware: 1 to 15 printable characters without space. */
export function requireName(name: string): void {
  if (/^[!-~]{1,15}$/.test(name)) return;
  throw new SluiceError('INVALID_ARGUMENT', `A Jade cannot keep a multisig under the name “${name}”.`, {
    next: 'Use 1 to 15 letters, digits and signs, without spaces or accents.',
    field: 'name',
  });
}

/** The descriptor of `register_multisig`. Chain and index stay out of `path`: they are given with each call. */
export function encodeMultisig(multisig: JadeMultisig): Params {
  requireName(multisig.name);
  return {
    variant: VARIANT,
    sorted: multisig.sorted ?? true,
    threshold: multisig.threshold,
    master_blinding_key: fromHex(multisig.masterBlindingKey, 'master blinding key', 32),
    signers: multisig.signers.map((signer) => ({
      fingerprint: fromHex(signer.fingerprint, 'fingerprint', 4),
      derivation: [...signer.derivation],
      xpub: signer.xpub,
      path: [],
    })),
  };
}

/** Names of the records in the answer to `get_registered_multisigs` that may be treasuries or custody wallets. */
export function treasuryNames(result: unknown): string[] {
  if (result === null || typeof result !== 'object') throw answerInvalid('it lists no multisigs');
  return Object.entries(result as Record<string, Params | null>)
    .filter(([, record]) => record?.['variant'] === VARIANT)
    .map(([name]) => name);
}

/** A record of `get_registered_multisig`; null for one of another form than a treasury's. */
export function decodeMultisig(result: unknown): JadeMultisig | null {
  const record = result as { multisig_name?: unknown; descriptor?: Params } | null;
  const descriptor = record?.descriptor;
  const name = record?.multisig_name;
  if (typeof name !== 'string' || !descriptor) throw answerInvalid('the multisig record is not complete');
  const blinding = descriptor['master_blinding_key'];
  const signers = descriptor['signers'];
  const threshold = descriptor['threshold'];
  const isTreasury =
    descriptor['variant'] === VARIANT &&
    typeof descriptor['sorted'] === 'boolean' &&
    blinding instanceof Uint8Array &&
    blinding.length === 32;
  if (!isTreasury) return null;
  if (!Array.isArray(signers) || typeof threshold !== 'number') {
    throw answerInvalid('the multisig record is not complete');
  }
  const read = (signers as (Params | null)[]).map((signer) => decodeSigner(signer ?? {}));
  if (read.includes(null)) return null;
  return {
    name,
    threshold,
    masterBlindingKey: toHex(blinding),
    ...(descriptor['sorted'] === true ? {} : { sorted: false }),
    signers: read.filter((signer) => signer !== null),
  };
}

function decodeSigner(signer: Params): JadeMultisig['signers'][number] | null {
  const { fingerprint, derivation, xpub, path } = signer;
  const sound =
    fingerprint instanceof Uint8Array &&
    Array.isArray(derivation) &&
    derivation.every((step) => typeof step === 'number') &&
    typeof xpub === 'string' &&
    Array.isArray(path);
  if (!sound) throw answerInvalid('the multisig record is not complete');
  // Fixed steps after the key make other addresses than the treasury's.
  return path.length > 0 ? null : { fingerprint: toHex(fingerprint), derivation, xpub };
}

/** Whether two records make the same addresses with the same blinding keys. Where keys are sorted their order says nothing. */
export function sameMultisig(a: JadeMultisig, b: JadeMultisig): boolean {
  const sorted = a.sorted ?? true;
  const keys = (multisig: JadeMultisig): string => {
    const each = multisig.signers.map(({ fingerprint, derivation, xpub }) =>
      [fingerprint, derivation.join('/'), xpub].join(' '),
    );
    return (sorted ? each.sort() : each).join('\n');
  };
  return (
    a.threshold === b.threshold &&
    a.masterBlindingKey === b.masterBlindingKey &&
    sorted === (b.sorted ?? true) &&
    keys(a) === keys(b)
  );
}
