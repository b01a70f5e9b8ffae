import { createHash } from 'node:crypto';
import { fromHex, toHex } from './bytes.ts';
import { withChecksum } from './descriptor.ts';
import { PUBLIC_BLINDING_KEY } from './descriptor-facts.ts';
import { confidentialText } from './descriptor-text.ts';
import type { KeyText } from './descriptor-text.ts';
import { descriptorForeign } from './errors.ts';
import { ELIP153_PURPOSE, isForeignPath, NETWORKS } from './networks.ts';
import { HARDENED, readPath } from './path.ts';
import { checkedKey, invalid } from './policy.ts';
import type { TaskArgs } from './protocol.ts';
import { childOf, fingerprintOf, withKey, withRoot } from './seed.ts';
import type { HdKey } from './seed.ts';
import type { BlindingKey, LiquidNetwork } from './types.ts';
import { refusable, wally } from './wally.ts';

const PUBLIC = 1;
const TWO_CHAINS = [[0], [1]];
const ASK_OPERATOR = 'Copy the server key again from the service’s operator.';
const ASK_SIGNER = 'Export the public keys from their signer again, for this network.';

const HEX_32 = /^[0-9a-f]{64}$/i;
const xpubOf = (key: HdKey): string => wally.bip32_key_to_base58(key, PUBLIC);
const pubkeyOf = (key: HdKey): Uint8Array => wally.bip32_key_get_pub_key(key);

/** A key of ours with two chains. Throws INVALID_ARGUMENT. */
function ownKey(key: { fingerprint: string; path: string; xpub: string }, network: LiquidNetwork): KeyText {
  const { fingerprint, path, xpub } = checkedKey(key, 0, NETWORKS[network]);
  return { fingerprint, path: readPath(path) ?? [], xpub, branches: TWO_CHAINS };
}

function slip77(key: string): string {
  if (!HEX_32.test(key))
    throw invalid('The blinding key is not 32 bytes in hexadecimal.', ASK_SIGNER, 'masterBlindingKey');
  if (key.toLowerCase() === PUBLIC_BLINDING_KEY)
    throw invalid(
      'This blinding key is known to everybody, so that anyone could see what the wallet holds.',
      'Take a blinding key of your own, or ELIP-151.',
      'masterBlindingKey',
    );
  return `slip77(${key.toLowerCase()})`;
}

function blindingText(blinding: BlindingKey | null): string {
  if (blinding === null) return 'elip151';
  if (blinding.kind === 'slip77') return slip77(blinding.key);
  const valid =
    HEX_32.test(blinding.key) && refusable(() => (wally.ec_private_key_verify(fromHex(blinding.key)), true));
  if (!valid) throw invalid('The view key is no private key of 32 bytes.', ASK_SIGNER, 'blinding');
  return blinding.key.toLowerCase();
}

export function singleDescriptor({ key, masterBlindingKey, network }: TaskArgs<'singleDescriptor'>): string {
  const keys = [ownKey(key, network)];
  return withChecksum(
    confidentialText(slip77(masterBlindingKey), { script: 'wpkh', sorted: false, threshold: 1, keys }),
  );
}

/** A cosigner's key as its operator writes it: `[fingerprint/path]xpub`, or a root key alone. */
function serverKey(text: string, network: LiquidNetwork): Omit<KeyText, 'branches'> {
  const match = /^(?:\[([0-9a-fA-F]{8})((?:\/\d{1,10}['hH]?)*)\])?([1-9A-HJ-NP-Za-km-z]{100,120})$/.exec(
    text.trim(),
  );
  const [, fingerprint, origin = '', xpub = ''] = match ?? [];
  const parsed = refusable(() => wally.bip32_key_from_base58(xpub));
  const path = origin === '' ? [] : readPath(origin.slice(1));
  if (!parsed || !path)
    throw invalid('The key of the server is not written as [fingerprint/path]xpub.', ASK_OPERATOR, 'server');
  return withKey(parsed, (key) => {
    const facts = NETWORKS[network];
    const version = wally.bip32_key_get_version(key) >>> 0;
    const isPrivate = Object.values(NETWORKS).some(({ privateVersion }) => privateVersion === version);
    if (isPrivate)
      throw invalid(
        'The key of the server is a private key, which belongs to it alone.',
        ASK_OPERATOR,
        'server',
      );
    if (version !== facts.publicVersion || isForeignPath(path, facts))
      throw descriptorForeign('The key of the server is of another network.');
    return { fingerprint: fingerprint?.toLowerCase() ?? fingerprintOf(key), path, xpub };
  });
}

function twoOfTwo(blinding: string, server: KeyText, user: KeyText): string {
  if (server.xpub === user.xpub)
    throw invalid(
      'The key of the server is the wallet’s own, so that it protects nothing.',
      ASK_OPERATOR,
      'server',
    );
  return withChecksum(
    confidentialText(blinding, { script: 'wsh-multi', sorted: false, threshold: 2, keys: [server, user] }),
  );
}

/** Server first, as LWK writes it: the order is part of the script. */
export function amp2Descriptor({ network, server, user, blinding }: TaskArgs<'amp2Descriptor'>): string {
  const theirs = { ...serverKey(server, network), branches: TWO_CHAINS };
  return twoOfTwo(blindingText(blinding), theirs, ownKey(user, network));
}

/** ELIP-153: three steps for this owner alone below the server's key, out of a hash of the owner's. */
function serverSteps(userPubkey: Uint8Array): number[] {
  const hash = createHash('sha256').update(userPubkey).digest();
  return [0, 4, 8].map((offset) => (hash.readUInt32BE(offset) & 0x7fff_ffff) >>> 0);
}

/**
 * The wallet of ELIP-153: a key of its own for this purpose, one of the server's that nobody else has, and a view key that
 * only the owner's seed can compute.
 */
export function amp2Elip153({ seed, network, account, server }: TaskArgs<'amp2Elip153'>): string {
  if (!Number.isInteger(account) || account < 0 || account >= HARDENED)
    throw invalid('There is no account of this number.', 'Take account 0.', 'account');
  const theirs = serverKey(server, network);
  const userPath = [ELIP153_PURPOSE, NETWORKS[network].coinType, account].map((step) => step + HARDENED);
  return withKey(wally.bip32_key_from_base58(theirs.xpub), (parent) =>
    withRoot(seed, network, (root) => {
      const viewStep = (Number.parseInt(fingerprintOf(parent), 16) & 0x7fff_ffff) >>> 0;
      const view = withKey(childOf(root, [...userPath, viewStep + HARDENED]), (key) =>
        createHash('sha256').update(pubkeyOf(key)).digest('hex'),
      );
      return withKey(childOf(root, userPath), (key) => {
        const steps = serverSteps(pubkeyOf(key));
        const child = withKey(wally.bip32_key_from_parent_path(parent, steps, PUBLIC), xpubOf);
        const user = {
          fingerprint: fingerprintOf(root),
          path: userPath,
          xpub: xpubOf(key),
          branches: TWO_CHAINS,
        };
        const own = { ...theirs, path: [...theirs.path, ...steps], xpub: child, branches: TWO_CHAINS };
        return twoOfTwo(blindingText({ kind: 'view', key: view }), own, user);
      });
    }),
  );
}

/** Green's key for an owner's account (gdk): branch 3, the owner's 32 steps, the account. */
function greenKey({ network, server, gaitPath, pointer }: TaskArgs<'amp0Descriptor'>): KeyText {
  const key =
    /^0[23][0-9a-f]{64}$/i.test(server.pubkey) && HEX_32.test(server.chainCode)
      ? refusable(() => {
          const { publicVersion } = NETWORKS[network];
          const [chainCode, pubkey] = [fromHex(server.chainCode), fromHex(server.pubkey)];
          wally.ec_public_key_verify(pubkey);
          return wally.bip32_key_init(publicVersion, 0, 0, chainCode, pubkey, null, null, null);
        })
      : null;
  if (!key)
    throw invalid('The root key of Green is not a public key with a chain code.', ASK_OPERATOR, 'server');
  return withKey(key, (root) => {
    const path = [3, ...gaitPath, pointer];
    const xpub = withKey(wally.bip32_key_from_parent_path(root, path, PUBLIC), xpubOf);
    return { fingerprint: toHex(wally.bip32_key_get_fingerprint(root)), path, xpub, branches: [[]] };
  });
}

/** An AMP0 account, to the letter as LWK writes it, which knows one by this form. Throws INVALID_ARGUMENT. */
export function amp0Descriptor(of: TaskArgs<'amp0Descriptor'>): string {
  const { network, gaitPath, pointer, user, masterBlindingKey } = of;
  const steps = gaitPath.every((step) => Number.isInteger(step) && step >= 0 && step <= 0xffff);
  if (gaitPath.length !== 32 || !steps)
    throw invalid(
      'The path at Green is not one of 32 steps of 16 bits.',
      'Log in at Green again.',
      'gaitPath',
    );
  if (!Number.isInteger(pointer) || pointer < 1 || pointer >= HARDENED)
    throw invalid(`There is no account ${pointer}.`, 'Log in at Green again.', 'pointer');
  const { fingerprint, path, xpub } = checkedKey({ ...user, path: `3'/${pointer}'` }, 0, NETWORKS[network]);
  const owner = { fingerprint, path: readPath(path) ?? [], xpub, branches: [[1]] };
  return withChecksum(
    confidentialText(slip77(masterBlindingKey), {
      script: 'sh-wsh-multi',
      sorted: false,
      threshold: 2,
      keys: [greenKey(of), owner],
    }),
  );
}
