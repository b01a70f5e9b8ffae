import { WALLY, hash160, multisigScript, p2sh, p2wsh, toHex, wally } from '../../crypto/index.ts';
import type { Bytes } from '../../crypto/index.ts';

type ExtendedKey = ReturnType<typeof wally.bip32_key_from_seed>;

/** What the keys of an account's addresses follow from. */
export interface AddressTerms {
  /** 64 bytes as hex; each two of them are a step below Green's key. */
  gaitPath: string;
  subaccount: number;
  /** Account xpub of the owner. */
  xpub: string;
}

export interface AddressScripts {
  witnessScript: Bytes;
  /** What a P2SH spender pushes: the witness program. */
  redeemScript: Bytes;
  script: Bytes;
}

/** First step below the server's root, and the owner's step for addresses (there is no chain of change addresses). */
const SERVER_BRANCH = 3;
const OWNER_BRANCH = 1;

/**
 * The simulated Green server's BIP 32 keys. Its key of an address is at 3 / the owner's 32 steps / subaccount / index
 * below the root, the owner's at 1 / index below the account xpub; the address is P2SH-P2WSH of 2-of-2 in this order.
 */
export class ServerKeys {
  /** Hex. */
  readonly pubkey: string;
  readonly chainCode: string;
  private readonly root: ExtendedKey;
  /** Keys above the index, by account: thirty-four steps are walked once. */
  private readonly parents = new Map<string, ExtendedKey>();

  /** @param seed 32 bytes */
  constructor(seed: Bytes) {
    this.root = wally.bip32_key_from_seed(seed, WALLY.TEST_PRIVATE, 0);
    this.pubkey = toHex(wally.bip32_key_get_pub_key(this.root));
    this.chainCode = toHex(wally.bip32_key_get_chain_code(this.root));
  }

  scripts(terms: AddressTerms, index: number): AddressScripts {
    const server = publicKey(child(this.serverParent(terms), index, WALLY.KEY_PRIVATE));
    const owner = publicKey(child(this.ownerParent(terms), index, WALLY.KEY_PUBLIC));
    const witnessScript = multisigScript(2, [server, owner]);
    const redeemScript = p2wsh(witnessScript);
    return { witnessScript, redeemScript, script: p2sh(hash160(redeemScript)) };
  }

  /** The server's private key of an address. */
  secret(terms: AddressTerms, index: number): Bytes {
    const key = child(this.serverParent(terms), index, WALLY.KEY_PRIVATE);
    try {
      return Uint8Array.from(wally.bip32_key_get_priv_key(key));
    } finally {
      wally.bip32_key_free(key);
    }
  }

  private serverParent({ gaitPath, subaccount }: AddressTerms): ExtendedKey {
    return this.parent(`s ${gaitPath} ${subaccount}`, () => {
      const gait = Buffer.from(gaitPath, 'hex');
      const steps = Array.from({ length: gait.length / 2 }, (_, i) => gait.readUInt16BE(i * 2));
      return wally.bip32_key_from_parent_path(
        this.root,
        [SERVER_BRANCH, ...steps, subaccount],
        WALLY.KEY_PRIVATE,
      );
    });
  }

  private ownerParent({ xpub }: AddressTerms): ExtendedKey {
    return this.parent(`o ${xpub}`, () => {
      const account = wally.bip32_key_from_base58(xpub);
      const branch = child(account, OWNER_BRANCH, WALLY.KEY_PUBLIC);
      wally.bip32_key_free(account);
      return branch;
    });
  }

  private parent(name: string, make: () => ExtendedKey): ExtendedKey {
    let key = this.parents.get(name);
    if (!key) this.parents.set(name, (key = make()));
    return key;
  }
}

function child(parent: ExtendedKey, step: number, flags: number): ExtendedKey {
  return wally.bip32_key_from_parent(parent, step, flags);
}

/** Takes the public key out and frees the rest. */
function publicKey(key: ExtendedKey): Bytes {
  const bytes = Uint8Array.from(wally.bip32_key_get_pub_key(key));
  wally.bip32_key_free(key);
  return bytes;
}

/** Whether the text is an extended public key of a test network. */
export function isTestXpub(text: unknown): text is string {
  if (typeof text !== 'string' || !text.startsWith('tpub')) return false;
  try {
    const key = wally.bip32_key_from_base58(text);
    const same = wally.bip32_key_to_base58(key, WALLY.KEY_PUBLIC) === text;
    wally.bip32_key_free(key);
    return same;
  } catch {
    return false;
  }
}
