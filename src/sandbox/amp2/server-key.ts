import { WALLY, sha256, toHex, wally } from '../crypto/index.ts';
import type { Bytes } from '../crypto/index.ts';

type Handle = ReturnType<typeof wally.bip32_key_from_base58>;

const HARDENED = 0x80000000;
/** `87h/1h/0h`, where AMP2 has the key that it names to venues. */
const ACCOUNT = [HARDENED + 87, HARDENED + 1, HARDENED];
const ORIGIN = '87h/1h/0h';

/** The steps from the server's key to the one that it uses with a user's key (ELIP-153). */
export function elip153Steps(userPubkey: Bytes): number[] {
  const hash = sha256(userPubkey);
  const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
  return [0, 4, 8].map((at) => view.getUint32(at, false) & 0x7fffffff);
}

/** The server's half of every wallet, as an HSM has it: it shows public keys, and signs. */
export class ServerKey {
  /** `[fingerprint/87h/1h/0h]tpub…` */
  readonly text: string;
  readonly xpub: string;
  private readonly account: Handle;

  /** `seed`: 32 bytes. */
  constructor(seed: Bytes) {
    const master = wally.bip32_key_from_seed(seed, WALLY.TEST_PRIVATE, 0);
    const fingerprint = toHex(Uint8Array.from(wally.bip32_key_get_fingerprint(master)));
    this.account = wally.bip32_key_from_parent_path(master, ACCOUNT, WALLY.KEY_PRIVATE);
    wally.bip32_key_free(master);
    this.xpub = wally.bip32_key_to_base58(this.account, WALLY.KEY_PUBLIC);
    this.text = `[${fingerprint}/${ORIGIN}]${this.xpub}`;
  }

  /** Extended public key below this one, `steps` unhardened. */
  childXpub(steps: readonly number[]): string {
    if (steps.length === 0) return this.xpub;
    const child = wally.bip32_key_from_parent_path(this.account, [...steps], WALLY.KEY_PRIVATE);
    const xpub = wally.bip32_key_to_base58(child, WALLY.KEY_PUBLIC);
    wally.bip32_key_free(child);
    return xpub;
  }

  /** The private key `path` below this one. It does not leave this server. */
  privateKey(path: readonly number[]): Bytes {
    const child = wally.bip32_key_from_parent_path(this.account, [...path], WALLY.KEY_PRIVATE);
    const secret = Uint8Array.from(wally.bip32_key_get_priv_key(child));
    wally.bip32_key_free(child);
    return secret;
  }
}
