import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

/**
 * Raw 32-byte keys of RFC 8032 and RFC 7748 as node:crypto wants them: the fixed DER frames of RFC 8410. JWK would do on
 * Node, but Electron's BoringSSL knows fewer ways in.
 */
const CURVES = { ed25519: '70', x25519: '6e' } as const;
type Curve = keyof typeof CURVES;

const privateFrame = (curve: Curve) => Buffer.from(`302e020100300506032b65${CURVES[curve]}04220420`, 'hex');
const publicFrame = (curve: Curve) => Buffer.from(`302a300506032b65${CURVES[curve]}032100`, 'hex');

const KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;

export interface KeyPair {
  privateKey: Uint8Array<ArrayBuffer>;
  publicKey: Uint8Array<ArrayBuffer>;
}

function privateKey(curve: Curve, raw: Uint8Array): KeyObject {
  const key = Buffer.concat([privateFrame(curve), raw]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function publicKey(curve: Curve, raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([publicFrame(curve), raw]), format: 'der', type: 'spki' });
}

function rawPublic(key: KeyObject): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(key.export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES));
}

export function newKeyPair(curve: Curve): KeyPair {
  const pair = curve === 'ed25519' ? generateKeyPairSync('ed25519', {}) : generateKeyPairSync('x25519', {});
  const secret = pair.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-KEY_BYTES);
  return { privateKey: Uint8Array.from(secret), publicKey: rawPublic(pair.publicKey) };
}

/** The public half of 32 raw private bytes. */
export function publicHalf(curve: Curve, secret: Uint8Array): Uint8Array<ArrayBuffer> {
  return rawPublic(createPublicKey(privateKey(curve, secret)));
}

/** Ed25519 (RFC 8032), 64 bytes. */
export function signBytes(secret: Uint8Array, message: Uint8Array): Uint8Array {
  return sign(null, message, privateKey('ed25519', secret));
}

export function isSignedBy(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  try {
    return verify(null, message, publicKey('ed25519', key), signature);
  } catch {
    // 32 bytes that are no point of the curve.
    return false;
  }
}

/** Key and nonce of one bundle: HKDF-SHA256 over the shared secret, bound to both public keys. */
function bundleKey(shared: Uint8Array, ephemeral: Uint8Array, receiver: Uint8Array) {
  const salt = Buffer.concat([ephemeral, receiver]);
  const derived = Buffer.from(hkdfSync('sha256', shared, salt, 'sluice bundle 1', KEY_BYTES + NONCE_BYTES));
  return { key: derived.subarray(0, KEY_BYTES), nonce: derived.subarray(KEY_BYTES) };
}

/** Encrypts to the receiver's X25519 key with AES-256-GCM; the tag is at the end. `ephemeral` is used for this only. */
export function seal(
  ephemeral: KeyPair,
  receiver: Uint8Array,
  plain: Uint8Array,
  bound: Uint8Array,
): Uint8Array {
  const shared = diffieHellman({
    privateKey: privateKey('x25519', ephemeral.privateKey),
    publicKey: publicKey('x25519', receiver),
  });
  const { key, nonce } = bundleKey(shared, ephemeral.publicKey, receiver);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(bound);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Undoes `seal`. Throws when anything differs: the key, the ciphertext, or what was bound to it. */
export function unseal(
  receiver: KeyPair,
  ephemeral: Uint8Array,
  sealed: Uint8Array,
  bound: Uint8Array,
): Uint8Array {
  const shared = diffieHellman({
    privateKey: privateKey('x25519', receiver.privateKey),
    publicKey: publicKey('x25519', ephemeral),
  });
  const { key, nonce } = bundleKey(shared, ephemeral, receiver.publicKey);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(bound);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
}
