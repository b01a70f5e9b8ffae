import type { Owner } from '../amp/index.ts';
import { WALLY, fromHex, sha256d, wally } from '../crypto/index.ts';

/** Child of the root that signs challenges. */
const LOGIN_STEP = 1_195_487_518;
const TEST_PUBLIC = 0x043587cf;

/** Whether a DER signature (hex) is the owner's login key's over the challenge, as a signed Bitcoin message. */
export function signedChallenge(owner: Owner, challenge: string, signature: string): boolean {
  const message = Buffer.from(`greenaddress.it      login ${challenge}`);
  const magic = Buffer.from('\x18Bitcoin Signed Message:\n', 'latin1');
  const hash = sha256d(magic, Uint8Array.of(message.length), message);
  try {
    wally.ec_sig_verify(loginKey(owner), hash, WALLY.ECDSA, wally.ec_sig_from_der(fromHex(signature)));
    return true;
  } catch {
    return false;
  }
}

function loginKey(owner: Owner): Uint8Array {
  const root = wally.bip32_key_init(
    TEST_PUBLIC,
    0,
    0,
    fromHex(owner.chainCode),
    fromHex(owner.pubkey),
    null,
    null,
    null,
  );
  const key = wally.bip32_key_from_parent(root, LOGIN_STEP, WALLY.KEY_PUBLIC);
  const pubkey = Uint8Array.from(wally.bip32_key_get_pub_key(key));
  wally.bip32_key_free(key);
  wally.bip32_key_free(root);
  return pubkey;
}
