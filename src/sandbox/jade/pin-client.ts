import { createHmac, randomBytes } from 'node:crypto';
import type { Bytes } from '../crypto/index.ts';
import { concat, fromHex, sha256, u32, wally } from '../crypto/index.ts';
import { PIN_REQUEST, PIN_RESPONSE, WALLY_PIN } from './pin-protocol.ts';

export interface PinRequest {
  path: '/get_pin' | '/set_pin';
  /** Base64. */
  data: string;
  /** The key that the oracle's answer holds, or null for an answer that cannot be opened. */
  open(answer: string): Bytes | null;
}

/** The device's part of the blind oracle's protocol: the oracle learns neither PIN nor keys. */
export function pinRequest(options: {
  path: PinRequest['path'];
  pin: string;
  /** The device's own key for this oracle, 32 bytes. */
  identity: Bytes;
  /** Compressed key of the oracle, hex. */
  oracle: string;
  /** Goes up with every request, so that none can be replayed. */
  counter: number;
}): PinRequest {
  const session = randomBytes(32);
  const sessionKey = Uint8Array.from(wally.ec_public_key_from_private_key(session));
  const counter = u32(options.counter);
  const tweak = sha256(hmac(sessionKey, counter));
  const oracleKey = Uint8Array.from(wally.ec_public_key_bip341_tweak(fromHex(options.oracle), tweak, 0));
  const secret = hmac(options.identity, Buffer.from(options.pin));
  const entropy = options.path === '/set_pin' ? Uint8Array.from(randomBytes(32)) : new Uint8Array(0);
  const signed = sha256(sessionKey, counter, secret, entropy);
  const signature = wally.ec_sig_from_bytes(
    options.identity,
    signed,
    WALLY_PIN.ECDSA | WALLY_PIN.RECOVERABLE,
  );
  const sealed = wally.aes_cbc_with_ecdh_key(
    session,
    randomBytes(16),
    concat(secret, entropy, signature),
    oracleKey,
    PIN_REQUEST,
    WALLY_PIN.ENCRYPT,
  );
  return {
    path: options.path,
    data: Buffer.from(concat(sessionKey, counter, sealed)).toString('base64'),
    open(answer) {
      try {
        const bytes = Uint8Array.from(Buffer.from(answer, 'base64'));
        const key = wally.aes_cbc_with_ecdh_key(
          session,
          null,
          bytes,
          oracleKey,
          PIN_RESPONSE,
          WALLY_PIN.DECRYPT,
        );
        return key.length === 32 ? Uint8Array.from(key) : null;
      } catch {
        return null;
      }
    },
  };
}

function hmac(key: Bytes, data: Bytes): Bytes {
  return Uint8Array.from(createHmac('sha256', key).update(data).digest());
}
