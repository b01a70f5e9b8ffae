import { SluiceError } from '../../shared/errors.ts';
import { sha256d, toHex, ByteWriter } from './bytes.ts';
import { amp2Path, NETWORKS } from './networks.ts';
import { HARDENED, writePath } from './path.ts';
import type { TaskArgs, TaskResult } from './protocol.ts';
import { childOf, fingerprintOf, withKey, withRoot } from './seed.ts';
import type { HdKey } from './seed.ts';
import type { CustodyKeys } from './types.ts';
import { refusable, wally } from './wally.ts';

const PUBLIC = 1;
/** libwally's flag for a plain ECDSA signature (RFC 6979, any R), as LWK and gdk make these. */
const ECDSA = 1;
/** Base58 with its checksum of four bytes. */
const BASE58_CHECKSUM = 1;

/** Green's own paths below an owner's root (gdk's `signer.cpp`): account, path at Green, login, blob. */
const ACCOUNTS = 3 + HARDENED;
const REGISTER = 18_241 + HARDENED;
const LOGIN = 1_195_487_518;
const BLOB = 1_885_434_739 + HARDENED;
/** As many as a signer tells at once, of AMP0 and of AMP2; each account has one key of its own. */
const ACCOUNT_COUNT = 20;

const AT_LOGIN = 'greenaddress.it      login ';

const publicKey = (key: HdKey): string => toHex(wally.bip32_key_get_pub_key(key));
const chainCode = (key: HdKey): string => toHex(wally.bip32_key_get_chain_code(key));
const xpubOf = (key: HdKey): string => wally.bip32_key_to_base58(key, PUBLIC);

/** Everything that custody wallets are made of, public but for the blinding key. */
export function custodyKeys({ seed, network }: TaskArgs<'custodyKeys'>): CustodyKeys {
  const coin = NETWORKS[network].coinType + HARDENED;
  return withRoot(seed, network, (root, bytes) => {
    const at = <T>(path: readonly number[], use: (key: HdKey) => T): T => withKey(childOf(root, path), use);
    const account = (path: readonly number[]): { path: string; xpub: string } => ({
      path: writePath(path),
      xpub: at(path, xpubOf),
    });
    return {
      fingerprint: fingerprintOf(root),
      single: account([84 + HARDENED, coin, HARDENED]),
      amp2: [
        account(amp2Path(network, 0)),
        ...Array.from({ length: ACCOUNT_COUNT - 1 }, (_, i) => account(amp2Path(network, i + 1))),
      ],
      amp0: {
        masterXpub: xpubOf(root),
        ...at([REGISTER], (key) => ({ registerPubkey: publicKey(key), registerChainCode: chainCode(key) })),
        blobPubkey: at([BLOB], publicKey),
        accounts: Array.from({ length: ACCOUNT_COUNT }, (_, i) => ({
          pointer: i + 1,
          xpub: at([ACCOUNTS, i + 1 + HARDENED], xpubOf),
        })),
      },
      masterBlindingKey: toHex(wally.asset_blinding_key_from_seed(bytes).subarray(32)),
    };
  });
}

/** Hash of a message as Bitcoin signs it, so that no signature of one can ever be one of a transaction. */
function messageHash(text: string): Uint8Array {
  const writer = new ByteWriter().sized(Buffer.from('Bitcoin Signed Message:\n', 'latin1'));
  return sha256d(writer.sized(Buffer.from(text, 'latin1')).result());
}

/** The signature that logs an owner in at Green, DER in hex. Throws INVALID_ARGUMENT for what is no challenge. */
export function signAmp0Challenge({ seed, network, challenge }: TaskArgs<'signAmp0Challenge'>): string {
  if (!/^[0-9A-Za-z]{1,64}$/.test(challenge))
    throw new SluiceError('INVALID_ARGUMENT', 'The challenge is not one that Green gives.', {
      next: 'Begin the login again.',
      field: 'challenge',
    });
  return withRoot(seed, network, (root) =>
    withKey(childOf(root, [LOGIN]), (key) => {
      const secret = wally.bip32_key_get_priv_key(key);
      try {
        const signature = wally.ec_sig_from_bytes(secret, messageHash(AT_LOGIN + challenge), ECDSA);
        return toHex(wally.ec_sig_to_der(signature));
      } finally {
        secret.fill(0);
      }
    }),
  );
}

/** How Green knows an owner. Throws INVALID_ARGUMENT for what is no root key of this network. */
export function amp0Root({ masterXpub, network }: TaskArgs<'amp0Root'>): TaskResult<'amp0Root'> {
  const { publicVersion, keyByte } = NETWORKS[network];
  const isText = /^[1-9A-HJ-NP-Za-km-z]{100,120}$/.test(masterXpub);
  const key = isText ? refusable(() => wally.bip32_key_from_base58(masterXpub)) : null;
  const fault = new SluiceError(
    'INVALID_ARGUMENT',
    'The root key of the owner is no root key of this network.',
    {
      next: 'Export the public keys from their signer again, for this network.',
      field: 'masterXpub',
    },
  );
  if (!key) throw fault;
  return withKey(key, (root) => {
    if (wally.bip32_key_get_version(root) >>> 0 !== publicVersion || wally.bip32_key_get_depth(root) !== 0)
      throw fault;
    const address = new ByteWriter().u8(keyByte).bytes(wally.bip32_key_get_hash160(root)).result();
    return {
      loginAddress: wally.base58_from_bytes(address, BASE58_CHECKSUM),
      pubkey: publicKey(root),
      chainCode: chainCode(root),
    };
  });
}
