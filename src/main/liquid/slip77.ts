import { createHmac } from 'node:crypto';
import { fromHex } from './bytes.ts';

/** Blinding private key of a script (SLIP-77): HMAC-SHA256 of the scriptPubKey under the master blinding key. */
export function slip77BlindingKey(masterBlindingKey: string, script: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', fromHex(masterBlindingKey)).update(script).digest());
}
