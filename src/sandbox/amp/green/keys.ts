import { createHmac } from 'node:crypto';
import { wally } from '../../crypto/index.ts';
import type { Bytes } from '../../crypto/index.ts';

/** Everything secret in the sandbox's world comes from one 32-byte key by HMAC-SHA256 with a label. */
export function derive(root: Bytes, label: string): Bytes {
  return new Uint8Array(createHmac('sha256', root).update(label).digest());
}

export function rootKey(seed: number): Bytes {
  return derive(Buffer.from('sluice sandbox'), `seed ${seed}`);
}

export interface KeyPair {
  secret: Bytes;
  public: Bytes;
}

export function keyPair(root: Bytes, label: string): KeyPair {
  const secret = derive(root, label);
  return { secret, public: wally.ec_public_key_from_private_key(secret) };
}
